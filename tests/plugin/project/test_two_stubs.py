"""Objects with a stub on mypy_path and another in a package."""

from btf_typing._stubs.selection import Selection
from tests.plugin import objects
from tests.plugin.workspace import Workspace

_IMPORTER = """\
from btf_typing import load

from .prog_bpf import event


def show(event: event) -> None: ...


show(load("app/prog.bpf.o").btf.struct("event")())
"""
_OTHER = """\
from btf_typing import load

load("app/prog.bpf.o").btf.struct("event")
"""


def test_a_module_that_imports_the_unused_stub_is_reported(workspace: Workspace) -> None:
    workspace.write("app/__init__.py", "")
    workspace.write("app/importer.py", _IMPORTER)
    workspace.write("app/other.py", _OTHER)
    workspace.write("app/prog.bpf.o", objects.compiled())
    workspace.stub("app/prog.bpf.o", selection=Selection(live=True), to="app")
    on_path = workspace.stub("app/prog.bpf.o")

    lines = workspace.mypy("app").text.splitlines()
    expected = (
        'app/importer.py:9: error: "app/prog.bpf.o" has two stubs: look-ups use '
        '"stubs/prog_bpf.pyi", but this module imports "app/prog_bpf.pyi"; delete one of them'
        "  [btf-stub]"
    )
    assert expected in lines
    assert not [line for line in lines if line.startswith("app/other.py")]

    # mypy takes both stubs from its cache, and checks only the changed module.
    workspace.write("app/importer.py", f"{_IMPORTER}\nEDIT = 1\n")
    assert expected in workspace.mypy("app").text.splitlines()

    # mypy checks other.py first, before it has analyzed the stub in the package.
    on_path.unlink()
    lines = workspace.mypy("app").text.splitlines()
    assert not [line for line in lines if line.startswith("app/importer.py")]


_ONLY_THE_STUB = """\
from second_bpf import Object


def show(obj: Object) -> None:
    obj.btf.struct("event")
"""


def test_a_stub_that_mypy_has_not_loaded_is_named_with_the_import(workspace: Workspace) -> None:
    workspace.write("first.bpf.o", objects.compiled())
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("first.bpf.o")
    workspace.stub("prog.bpf.o")
    workspace.stub("prog.bpf.o", "second_bpf")
    for _ in ("cold", "warm"):
        workspace.write("program.py", _ONLY_THE_STUB)
        two, unloaded, *_ = workspace.mypy("program.py").text.splitlines()
        assert 'program.py:1: error: "prog.bpf.o" has two stubs: ' in two
        assert unloaded == (
            'program.py:5: error: stub "prog_bpf" is not part of this run; add "import prog_bpf"'
            "  [btf-stub]"
        )
        workspace.write("program.py", f"import prog_bpf\n{_ONLY_THE_STUB}\nprint(prog_bpf)\n")
        assert "is not part of this run" not in workspace.mypy("program.py").text


def test_a_stub_in_a_package_depends_on_a_new_first_stub(workspace: Workspace) -> None:
    workspace.write("app/__init__.py", "")
    workspace.write("app/prog.bpf.o", objects.compiled())
    workspace.stub("app/prog.bpf.o", to="app")
    workspace.write("other.bpf.o", objects.compiled())
    workspace.stub("other.bpf.o", "b_bpf")
    # It does not import btf_typing, so only the stub in the package makes mypy load other stubs.
    workspace.write("program.py", _ONLY_THE_STUB.replace("second_bpf", "app.prog_bpf"))
    assert not workspace.mypy("program.py").status

    workspace.stub("app/prog.bpf.o", "a_bpf")
    warm = workspace.mypy("program.py").text
    assert warm == workspace.mypy("--cache-dir", ".cold", "program.py").text
    assert "has two stubs" in warm
    assert "is not part of this run" not in warm


_LOADS_FROM_PACKAGE = """\
from btf_typing import load

load("app/prog.bpf.o").btf.struct("event").pidd
"""


def test_a_stub_beside_the_object_is_not_written_twice(workspace: Workspace) -> None:
    workspace.write("app/__init__.py", "")
    workspace.write("app/prog.bpf.o", objects.compiled())
    workspace.write("program.py", _LOADS_FROM_PACKAGE)
    run = 'run "btf-stubs app/prog.bpf.o -o stubs"'
    missing = f'program.py:3: error: no stub for "app/prog.bpf.o"; {run}  [btf-stub]\n'
    for _ in ("cold", "warm", "with the object in the cache"):
        assert missing in workspace.mypy("program.py").text

    workspace.stub("app/prog.bpf.o", to="app")
    stub = (
        'mypy has not loaded the stub "app/prog_bpf.pyi" of "app/prog.bpf.o"; import it in this'
        ' module, or add "$MYPY_CONFIG_FILE_DIR/app" to mypy_path'
    )
    assert f"program.py:3: error: {stub}  [btf-stub]\n" in workspace.mypy("program.py").text

    workspace.write("program.py", f"{_LOADS_FROM_PACKAGE}\nimport app.prog_bpf\n")
    misspelt = 'program.py:3: error: "type[event]" has no attribute "pidd"  [attr-defined]'
    assert misspelt in workspace.mypy("program.py").text
