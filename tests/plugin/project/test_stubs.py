"""Stubs that the cases in a directory cannot show: hidden, moved, and of the kernel."""

import subprocess
import sys
from pathlib import Path

import pytest

from btf_typing import load
from btf_typing._stubs.selection import Selection
from tests.builder import BtfBuilder
from tests.plugin import cases, objects
from tests.plugin.workspace import Workspace
from tests.typing import runner
from tests.typing.runner import newest

_PROGRAM = """\
from btf_typing import load

reveal_type(load("prog.bpf.o").btf.struct("event")().pid)
"""
_KERNEL_BTF = Path("/sys/kernel/btf/vmlinux")
_KERNEL = """\
from btf_typing import Btf

btf = Btf.from_kernel()
reveal_type(btf)
reveal_type(btf.struct("list_head")().next)
btf.struct("list_haed")
Btf.from_kernel("no_such_module").struct("whatever")
"""


def test_a_module_that_hides_the_stub_is_named(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    workspace.write("prog_bpf.py", 'class event:\n    pid = ""\n')
    for _ in ("cold", "warm"):
        lines = workspace.mypy("program.py", "prog_bpf.py").text.splitlines()
        assert lines[0] == (
            'program.py:3: error: "prog_bpf.py" hides the stub "stubs/prog_bpf.pyi";'
            " remove or rename it  [btf-stub]"
        )
        assert lines[1] == 'program.py:3: note: Revealed type is "Any"'
        assert len(lines) == 3
    assert workspace.mypy("program.py").status == 0


def test_an_object_that_has_moved_takes_its_stub_along(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM.replace("prog.bpf.o", "build/prog.bpf.o"))
    workspace.write("build/prog.bpf.o", objects.compiled())
    both = 'no stub for "build/prog.bpf.o"; run "btf-stubs build/prog.bpf.o -o stubs'
    assert f'{both} --module build_prog_bpf"' in workspace.mypy("program.py").text

    (workspace.root / "prog.bpf.o").unlink()
    assert f'{both}"' in workspace.mypy("program.py").text
    workspace.stub("build/prog.bpf.o")
    assert workspace.mypy("program.py").status == 0


@pytest.mark.skipif(not _KERNEL_BTF.exists(), reason="the kernel of this machine has no BTF")
def test_the_kernel_of_this_machine_is_known_where_it_has_a_stub(workspace: Workspace) -> None:
    workspace.write("program.py", _KERNEL)
    stub = workspace.stub(str(_KERNEL_BTF), selection=Selection(("list_head",)))
    assert stub.name == "vmlinux.pyi"
    identity, field, wrong, *rest = newest(workspace.mypy("program.py").text).splitlines()
    assert "btf_typing.btf.Btf[Literal['/sys/kernel/btf/vmlinux']]" in identity
    assert field == 'program.py:5: note: Revealed type is "int | None"'
    assert 'no struct "list_haed" in "/sys/kernel/btf/vmlinux"; did you mean "list_head"' in wrong
    assert rest == ["Found 1 error in 1 file (checked 1 source file)"]


_KERNEL_MODULE = """\
from btf_typing import Btf

btf = Btf.from_kernel("module")
reveal_type(btf)  # N: Revealed type is "btf_typing.btf.Btf[Literal['DIRECTORY/module']]"
Event = btf.struct("module_event")
btf.struct("module_evnt")
# E: no struct "module_evnt" in "DIRECTORY/module"; did you mean "module_event"?  [btf-name]


def show(event: Event) -> None:
    reveal_type(event.pid)  # N: Revealed type is "int"
    event.pdi  # E: "module_event" has no attribute "pdi"  [attr-defined]


Btf.from_kernel("other")
# E: not checked: no stub for this kernel BTF is on mypy_path; write one with btf-stubs (--type
#    limits it to the types that you use)  [btf-unresolved]
"""
_OTHER_DIRECTORY = """\
import sys
from btf_typing._wire import kernel
from mypy.main import main

kernel._DIRECTORY = sys.argv[1]
args = ["program.py", "--hide-error-context", "--enable-error-code=btf-unresolved"]
main(args=args, clean_exit=True)
"""


def test_a_kernel_module_is_known_where_it_has_a_stub(workspace: Workspace) -> None:
    workspace.write("kernel/vmlinux", cases._BASE)
    for name in ("module", "other"):
        workspace.write(f"kernel/{name}", cases._MODULE)
    assert workspace.stub("kernel/module", base="kernel/vmlinux").name == "module.pyi"
    directory = str(workspace.root / "kernel")
    workspace.write("program.py", _KERNEL_MODULE.replace("DIRECTORY", directory))
    wanted = runner.expected(workspace.root, ["program.py"])
    for _ in ("cold", "warm"):
        output = workspace.mypy("-c", _OTHER_DIRECTORY, directory, command=())
        assert not runner.difference(wanted, runner.reported(output.text))


_LIVE = "app/live.bpf.o"
_EVENT = objects.compiled({"event": [("x", "u32")]})
_OTHER_EVENT = objects.compiled({"event": [("x", "u64")]})


@pytest.fixture
def live(workspace: Workspace) -> Workspace:
    """A project with a package that has a generated module, and a program that imports it."""
    workspace.write("app/__init__.py", "")
    workspace.write(_LIVE, _EVENT)
    workspace.stub(_LIVE, selection=Selection(live=True), to="app")
    workspace.write("program.py", "import app.live_bpf\n")
    return workspace


def _errors(workspace: Workspace, *arguments: str) -> list[str]:
    """mypy's errors, which are the same without and with a cache."""
    first, second = (workspace.mypy(*arguments).text.splitlines() for _ in ("cold", "warm"))
    assert first == second
    return [line for line in first if ": error: " in line]


def test_the_import_of_a_stale_generated_module_is_an_error(live: Workspace) -> None:
    assert _errors(live, "program.py") == []
    live.write(_LIVE, _OTHER_EVENT)
    stale = (
        'app/live_bpf.pyi:1: error: stub "app/live_bpf.pyi" is out of date; run'
        ' "btf-stubs app/live.bpf.o -o app --live{}"  [btf-stub]'
    )
    assert _errors(live, "program.py") == [stale.format("")]
    live.stub(_LIVE, selection=Selection(live=True), to="app")
    assert _errors(live, "program.py") == []

    selection = Selection(("event",), ("pair_t",), live=True)
    live.stub(_LIVE, "other", selection, to="app")
    live.write(_LIVE, _EVENT)
    live.write("program.py", "from app import other\n")
    expected = stale.replace("live_bpf.pyi", "other.pyi")
    assert _errors(live, "program.py") == [
        expected.format(" --type=event --exclude=pair_t --module other")
    ]


def test_the_import_of_a_generated_module_without_its_object_is_an_error(live: Workspace) -> None:
    (live.root / _LIVE).unlink()
    missing = 'app/live_bpf.pyi:1: error: cannot read "app/live.bpf.o": no such file  [btf-stub]'
    assert _errors(live, "program.py") == [missing]


def test_a_stale_stub_in_a_package_is_an_error(live: Workspace) -> None:
    live.stub(_LIVE, "types_bpf", to="app")
    live.write(_LIVE, _OTHER_EVENT)
    live.write("program.py", "import app.types_bpf\n")
    (line,) = _errors(live, "program.py")
    assert line.startswith('app/types_bpf.pyi:1: error: stub "app/types_bpf.pyi" is out of date')
    assert line.endswith('run "btf-stubs app/live.bpf.o -o app --module types_bpf"  [btf-stub]')


def test_a_stale_stub_on_mypy_path_that_is_not_used_is_no_error(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", _EVENT)
    workspace.stub("prog.bpf.o")
    workspace.write("prog.bpf.o", _OTHER_EVENT)
    workspace.write("program.py", "import btf_typing\n")
    assert _errors(workspace, "program.py") == []


def test_a_stub_beside_the_program_is_known(workspace: Workspace) -> None:
    workspace.write("live.bpf.o", _EVENT)
    workspace.stub("live.bpf.o", selection=Selection(live=True), to=".")
    workspace.write("program.py", "import live_bpf\nlive_bpf.obj.btf.struct('event')().y\n")
    assert _errors(workspace, "program.py") == [
        'program.py:2: error: "event" has no attribute "y"  [attr-defined]'
    ]
    other = "from btf_typing import load\nload('live.bpf.o').btf.struct('event')().y\n"
    workspace.write("program.py", f"import live_bpf\n{other}")
    assert _errors(workspace, "program.py") == [
        'program.py:3: error: "event" has no attribute "y"  [attr-defined]'
    ]


_USE = "from app.live_bpf import event, obj\nevent(y=1)\nobj.btf.struct('evnt')\n"
_NO_NAMES = [
    f'program.py:1: error: Module "app.live_bpf" has no attribute "{name}"  [attr-defined]'
    for name in ("event", "obj")
]


def test_a_generated_module_that_mypy_reads_instead_of_its_stub_is_an_error(
    live: Workspace,
) -> None:
    live.write("program.py", _USE)
    assert len(_errors(live, "program.py")) == 2
    assert len(_errors(live, ".")) == 2
    instead = (
        "app/live_bpf.py:6: error: mypy reads this file instead of its stub; pass the folder to"
        " mypy and not this file, or, if there is no stub, run"
        ' "btf-stubs app/live.bpf.o -o app --live"  [btf-stub]'
    )
    # As pre-commit passes the files of a commit.
    assert _errors(live, "program.py", "app/live_bpf.py") == [instead, *_NO_NAMES]

    (live.root / "app/live_bpf.pyi").unlink()
    assert _errors(live, "program.py") == [instead, *_NO_NAMES]
    text = (live.root / "app/live_bpf.py").read_text()
    live.write("app/live_bpf.py", text.replace('o")', 'o", types=["event"], exclude=["pair_*"])'))
    assert _errors(live, "program.py") == [
        instead.replace("--live", "--live --type=event '--exclude=pair_*'"),
        *_NO_NAMES,
    ]


def test_disabled_codes_reject_no_overload(live: Workspace) -> None:
    """mypy takes an error in a hook for the failure of an overload, even if its code is off."""
    names = ["obj.btf.struct('evnt')", "obj.btf.enum('event')", "obj.maps['m']"]
    names += ["obj.sections['.bs']", "obj.programs['p']", "obj.btf.struct(input())"]
    use = "\n".join(["from app.live_bpf import obj", *names, "obj.btf.struct('event')().z\n"])
    off = '# mypy: disable-error-code="btf-name, btf-unresolved"\n'
    live.write("program.py", off + use)
    assert _errors(live, "program.py") == [
        'program.py:9: error: "event" has no attribute "z"  [attr-defined]'
    ]
    live.write("program.py", use)
    assert [line.rpartition(" ")[2] for line in _errors(live, "program.py")] == [
        *["[btf-name]"] * 5,
        "[attr-defined]",
    ]


def test_mypy_without_the_plugin_finds_no_names_in_a_generated_module(live: Workspace) -> None:
    live.write("mypy.ini", "[mypy]\n")
    live.write("program.py", _USE)
    assert _errors(live, "program.py", "app/live_bpf.py") == _NO_NAMES


def test_a_generated_module_of_split_btf_has_its_base(workspace: Workspace) -> None:
    workspace.write("base.btf", cases._BASE)
    workspace.write("app/module.o", cases._MODULE)
    workspace.stub("app/module.o", selection=Selection(live=True), to="app", base="base.btf")
    program = "from app.module_bpf import obj\nreveal_type(obj.btf.struct('module_event')().pid)\n"
    workspace.write("program.py", program)
    output = workspace.mypy("program.py").text
    assert "Success: " in output, output
    instead = 'run "btf-stubs app/module.o --base-btf base.btf -o app --live"'
    assert instead in workspace.mypy("app/module_bpf.py").text


def test_a_type_that_the_stub_leaves_out_is_named_with_the_cure(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    stats = load(workspace.root / "prog.bpf.o").btf.type("stats").id
    workspace.stub("prog.bpf.o", selection=Selection(exclude=("st*", "kind")))
    program = f"""\
from btf_typing import load

obj = load("prog.bpf.o")
obj.btf.struct("stats")
obj.btf.struct({stats})
"""
    workspace.write("program.py", program)
    left_out = 'error: stub "stubs/prog_bpf.pyi" leaves out struct'
    command = 'run "btf-stubs prog.bpf.o -o stubs --exclude=kind"  [btf-stub]'
    assert workspace.mypy("program.py").text.splitlines()[:-1] == [
        f'program.py:4: {left_out} "stats"; {command}',
        f"program.py:5: {left_out} with id {stats}; {command}",
    ]


def test_a_type_of_the_base_that_the_stub_leaves_out_is_named(workspace: Workspace) -> None:
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    base.struct("other", 4, [("id", u32, 0)])
    split = BtfBuilder(base=base)
    split.struct("own", 4, [("pid", u32, 0)])
    workspace.write("base.btf", base.build())
    workspace.write("module.btf", split.build())
    workspace.stub("module.btf", base="base.btf")
    program = (
        'from btf_typing import load\nload("module.btf", base="base.btf").btf.struct("other")\n'
    )
    workspace.write("program.py", program)
    assert (
        'stub "stubs/module_btf.pyi" leaves out struct "other", which is in the base BTF;'
        " look it up in the base  [btf-stub]"
    ) in workspace.mypy("program.py").text


def test_the_base_in_a_live_module_may_change(workspace: Workspace) -> None:
    base = BtfBuilder()
    base.int("int", 4)
    own = BtfBuilder(base=base)
    own.struct("own", 4, [("x", 1, 0)])
    for name in ("one.btf", "two.btf"):
        workspace.write(name, base.build())
    workspace.write("prog.o", own.build())
    workspace.write("program.py", "from prog_bpf import obj\n\nreveal_type(obj.btf)\n")
    for name in ("one.btf", "two.btf", "one.btf"):
        arguments = ["prog.o", "-o", "stubs", "--live", "--base-btf", name, "-q"]
        command = [sys.executable, "-m", "btf_typing", *arguments]
        subprocess.run(command, cwd=workspace.root, check=True)
        warm = workspace.mypy("program.py").text
        assert f"""Literal['prog.o, base {name}']""" in warm
