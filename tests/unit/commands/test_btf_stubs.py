"""``btf-stubs``: files, messages and exit codes."""

import os
import pty
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from btf_typing import BpfObject, __version__, load
from btf_typing._commands import btf_stubs, output
from btf_typing._commands.btf_stubs import main
from btf_typing._stubs import header, render
from btf_typing._stubs.selection import Selection
from tests.builder import BtfBuilder
from tests.paths import ROOT
from tests.stub_reader import Stub

EXECSNOOP = Path(__file__).parents[3] / "examples/execsnoop/execsnoop.bpf.o"

_KERNEL = Path("/sys/kernel/btf/vmlinux")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, which has a ``prog.bpf.o``."""
    shutil.copy(EXECSNOOP, tmp_path / "prog.bpf.o")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _names(directory: Path) -> list[str]:
    """Content of each file in a directory."""
    return sorted(path.name for path in directory.iterdir())


def _is_current(stub: str, obj: BpfObject) -> bool:
    return render.Rendering(obj, header.selection_of(stub)).is_current(stub)


def _struct(path: Path, *tags: str) -> None:
    """A raw BTF file with one struct for each tag."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    for tag in tags:
        b.struct(tag, 4, [("x", u32, 0)])
    path.write_bytes(b.build())


def test_a_stub_is_written_named_and_left_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prog.bpf.o", "-o", "stubs"]) == 0
    stub = project / "stubs/prog_bpf.pyi"
    assert capsys.readouterr() == ("stubs/prog_bpf.pyi: written\n", "")
    first, _, rest = stub.read_text().partition("\n")
    digests = ", ".join(f"{name} sha256 [0-9a-f]{{16}}" for name in ("BTF", "file", "stub"))
    assert re.fullmatch(rf"# \.\./prog\.bpf\.o, {digests}; made by btf-stubs, do not edit", first)
    assert "class exec_event(Struct, _HasEnums[_exec_event_values]):" in rest
    before = stub.stat()
    assert main(["prog.bpf.o", "-o", "stubs"]) == 0
    assert capsys.readouterr().out == "stubs/prog_bpf.pyi: unchanged\n"
    assert (stub.stat().st_ino, stub.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    stub.write_text(f"{first}\nold")
    assert main(["prog.bpf.o", "-o", "stubs"]) == 0
    assert capsys.readouterr().out == "stubs/prog_bpf.pyi: updated\n"
    assert _names(project / "stubs") == ["prog_bpf.pyi"]


def test_check_tells_missing_outdated_and_current(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check = ["prog.bpf.o", "-o", "my stubs", "--check"]
    mend = "run \"btf-stubs prog.bpf.o -o 'my stubs'\"\n"
    assert main(check) == 1
    assert capsys.readouterr() == (
        "",
        f"btf-stubs: my stubs/prog_bpf.pyi: missing (is it committed?); {mend}",
    )
    assert not (project / "my stubs").exists()
    main(check[:-1])
    capsys.readouterr()
    assert main(check) == 0
    assert capsys.readouterr() == ("", "")
    stub = project / "my stubs/prog_bpf.pyi"
    stub.write_text(stub.read_text().replace("pid:", "pit:"))
    assert main(check) == 1
    assert capsys.readouterr().err == f"btf-stubs: my stubs/prog_bpf.pyi: out of date; {mend}"


def test_check_looks_at_the_module_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["prog.bpf.o", "-o", "out", "--runtime", "-q"])
    assert _names(project / "out") == ["prog_bpf.py", "prog_bpf.pyi"]
    assert capsys.readouterr() == ("", "")
    assert main(["prog.bpf.o", "-o", "out", "--runtime", "--check"]) == 0
    (project / "out/prog_bpf.py").unlink()
    assert main(["prog.bpf.o", "-o", "out", "--runtime", "--check"]) == 1
    assert capsys.readouterr().err == (
        "btf-stubs: out/prog_bpf.py: missing (is it committed?);"
        ' run "btf-stubs prog.bpf.o -o out --runtime"\n'
    )


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["gone.bpf.o", "gone.bpf.c"])
def test_a_missing_input_has_one_message(capsys: pytest.CaptureFixture[str], name: str) -> None:
    for check in ([], ["--check"]):
        assert main([name, "-o", "app", *check]) == 1
        assert capsys.readouterr().err == f"btf-stubs: {name}: no such file\n"
    assert main(["prog.bpf.o", "-o", "app", "--check", "--base-btf", "gone"]) == 1
    assert capsys.readouterr().err == "btf-stubs: prog.bpf.o: gone: no such file\n"


def test_only_the_types_count_not_the_lines_of_the_program(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    b = BtfBuilder()
    b.struct("s", 4, [("x", b.int("u32", 4), 0)])
    (project / "a.btf").write_bytes(b.build())
    main(["a.btf", "-o", "."])
    b.string("another line of the program")
    (project / "a.btf").write_bytes(b.build())
    assert main(["a.btf", "-o", ".", "--check"]) == 0
    b.struct("t", 0)
    (project / "a.btf").write_bytes(b.build())
    assert main(["a.btf", "-o", ".", "--check"]) == 1
    assert "a_btf.pyi: out of date" in capsys.readouterr().err


def test_a_stub_knows_whether_it_is_current() -> None:
    obj: BpfObject = load(EXECSNOOP)
    selection = Selection(("exec_*", "it's # not: \\ there"), ("é",))
    stub = render.stub_text(obj, object_path_as_shown="a\n#: é/x.o", selection=selection)
    assert header.selection_of(stub) == selection
    assert _is_current(stub, obj)
    assert not _is_current(stub.replace("pid", "pit"), obj)
    assert not _is_current("", obj)
    assert not _is_current("# options: 'open", obj)
    other = re.sub(r"(?<=sha256 )[0-9a-f]{16}", "0" * 16, stub)
    assert other != stub
    assert _is_current(other, obj)


def test_the_mending_command_repeats_every_option(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _struct(project / "base.btf", "in_base")
    split = ["--base-btf", "base.btf"]
    base = BtfBuilder()
    base.struct("in_base", 4, [("x", base.int("u32", 4), 0)])
    own = BtfBuilder(base=base)
    own.struct("own", 4)
    (project / "m.ko").write_bytes(own.build())
    options = ["--type", "o*", "--exclude", "x", "--module", "other", *split, "--runtime"]
    assert main(["m.ko", "-o", "out", *options, "--check"]) == 1
    (line, _) = capsys.readouterr().err.splitlines()
    assert line == (
        'btf-stubs: out/other.pyi: missing (is it committed?); run "btf-stubs m.ko -o out'
        " --type 'o*'"
        ' --exclude x --module other --base-btf base.btf --runtime"'
    )
    assert main(["m.ko", "-o", "out", *options, "-q"]) == 0
    assert main(["m.ko", "-o", "out", *options, "--check"]) == 0


def test_a_dash_prints(project: Path) -> None:
    code = "import sys; from btf_typing._commands.btf_stubs import main; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-c", code, "prog.bpf.o", "-o", "-", "--type", "creds"],
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    lines = run.stdout.decode().splitlines()
    assert lines[0].startswith("# prog.bpf.o, BTF sha256 ")
    assert lines[1] == "# options: --type creds"
    assert "class creds(Struct):" in lines
    assert _names(project) == ["prog.bpf.o"]


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_paths_of_any_bytes_are_printed(project: Path, encoding: str) -> None:
    (project / "prog.bpf.o").rename(project / "pro\udcff\u20ac.o")
    code = "import sys; from btf_typing._commands.btf_stubs import main; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-c", code, "pro\udcff\u20ac.o", "-o", "\u20ac\udcfe"],
        env=os.environ | {"PYTHONIOENCODING": f"{encoding}:strict", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    euro = "\\u20ac" if encoding == "ascii" else "\u20ac"
    expected = f"{euro}\\udcfe/pro___bpf.pyi: written\n".encode()
    assert (run.returncode, run.stdout, run.stderr) == (0, expected, b"")


def test_a_reader_that_has_enough_is_no_error(project: Path) -> None:
    assert (project / "prog.bpf.o").exists()
    code = "import sys; from btf_typing._commands.btf_stubs import main; sys.exit(main())"
    command = f"{sys.executable} -c '{code}' prog.bpf.o -o - | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],  # noqa: S607  # the user's shell
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.o", None, "no such file"),
        (
            "text.o",
            b"hello\0",
            "neither an ELF object nor raw BTF: the file begins with 0x68656c6c",
        ),
        ("empty.o", b"", "neither an ELF object nor raw BTF: the file is empty"),
        (
            "cut.o",
            b"\x9f\xeb\x01",
            "BTF header cut short: 3 bytes, expected at least 24, at byte 0x0",
        ),
        (
            "li\nne.o",
            b"hello\0",
            "neither an ELF object nor raw BTF: the file begins with 0x68656c6c",
        ),
    ],
)
def test_errors_are_one_line_each_and_the_others_go_on(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    message: str,
) -> None:
    if content is not None:
        (project / name).write_bytes(content)
    assert main([name, "prog.bpf.o", "-o", "stubs"]) == 1
    out, err = capsys.readouterr()
    assert err == f"btf-stubs: {name.replace(chr(10), ' ')}: {message}\n"
    assert out == "stubs/prog_bpf.pyi: written\n"


def test_a_selected_type_is_written_although_another_object_cannot_be_read(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gone.o", "prog.bpf.o", "-o", "stubs", "--type", "creds"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("stubs/prog_bpf.pyi: written\n", "btf-stubs: gone.o: no such file\n")
    assert [*Stub((project / "stubs/prog_bpf.pyi").read_text()).classes] == ["creds"]

    assert main(["gone.o", "prog.bpf.o", "-o", "other", "--type", "cred"]) == 1
    assert "prog.bpf.o: no type 'cred'" in capsys.readouterr().err
    assert not (project / "other").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prog.bpf.o"], "the following arguments are required: -o"),
        (["-o", "x"], "the following arguments are required: OBJ"),
        (["prog.bpf.o", "prog.o", "-o", "-"], "-o - prints one stub"),
        (["prog.bpf.o", "-o", "-", "--check"], "-o - prints one stub"),
        (["prog.bpf.o", "-o", "-", "--runtime"], "-o - prints one stub"),
        (["a.o", "b.o", "-o", "x", "--module", "m"], "--module needs a single OBJ"),
        (["a.o", "-o", "x", "--module", "class"], "--module 'class': not a name"),
        (["a.o", "-o", "x", "--module", "a.b"], "--module 'a.b': not a name"),
        (["a/p.bpf.o", "b/p-bpf.o", "-o", "x"], "a/p.bpf.o and b/p-bpf.o would both be p_bpf.pyi"),
        (["a.o", "-o", "x", "-q", "-v"], "not allowed with argument"),
        (["a.o", "-o", "x", "--runt"], "unrecognized arguments: --runt"),
        (["prog.bpf.o", "-o", ""], "-o needs a folder; for the current folder, use -o ."),
        (["prog.bpf.o", "-o", str(EXECSNOOP)], ".bpf.o: not a folder; -o needs the folder to"),
        (["prog.bpf.o", "-o", "/dev/null"], "-o /dev/null: not a folder"),
        (["prog.bpf.o", "-o", "x", "--color", "red"], "invalid choice: 'red'"),
    ],
)
def test_wrong_usage(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("exec_evnt", "no type 'exec_evnt'; did you mean 'exec_event'"),
        ("on_execve", "'on_execve' is a FUNC, which has no layout"),
        ("x*", "no type matches 'x*'"),
        ("exec_evnt*", "no type matches 'exec_evnt*'; did you mean 'exec_event'"),
    ],
)
def test_a_type_that_is_nowhere_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, message: str
) -> None:
    assert main(["prog.bpf.o", "-o", "stubs", "--type", name]) == 1
    assert capsys.readouterr().err.startswith(f"btf-stubs: prog.bpf.o: {message}")
    assert not (project / "stubs").exists()


def test_a_type_may_be_in_one_of_several_objects(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _struct(project / "a.o", "in_a")
    _struct(project / "b.o", "in_b")
    assert main(["a.o", "b.o", "-o", ".", "--type", "in_a", "--type", "in_b", "-v"]) == 0
    assert (
        capsys.readouterr().out == "./a_bpf.pyi: written, 1 class\n./b_bpf.pyi: written, 1 class\n"
    )
    assert "class in_a" in (project / "a_bpf.pyi").read_text()
    assert "class in_b" not in (project / "a_bpf.pyi").read_text()


@pytest.mark.parametrize(
    ("glob", "message"),
    [
        ("exec_evnt", "'exec_evnt'; did you mean 'exec_event' or 'exec_count'?"),
        ("exec_evn*", "'exec_evn*'; did you mean 'exec_event' or 'exec_kind'?"),
        ("x*", "'x*'"),
    ],
)
def test_an_exclude_that_matches_nothing_is_a_warning(
    project: Path, capsys: pytest.CaptureFixture[str], glob: str, message: str
) -> None:
    assert main(["prog.bpf.o", "-o", "stubs", "--exclude", glob]) == 0
    assert capsys.readouterr().err == (
        f"btf-stubs: prog.bpf.o: warning: --exclude: no type matches {message}\n"
    )
    assert main(["prog.bpf.o", "-o", "stubs", "--exclude", glob, "-q"]) == 0
    assert main(["prog.bpf.o", "-o", "stubs", "--exclude", "exec_*"]) == 0
    _struct(project / "other.o", "other")
    assert main(["prog.bpf.o", "other.o", "-o", "stubs", "--exclude", "other"]) == 0
    colors = BtfBuilder()
    colors.enum("", {"RED": 0})
    (project / "enums.o").write_bytes(colors.build())
    assert main(["enums.o", "-o", "stubs", "--exclude", "enum_RED"]) == 0
    assert capsys.readouterr().err == ""


def test_counts_are_printed_for_the_stub_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    b = BtfBuilder()
    b.struct("fine", 4, [("x", b.int("u32", 4), 0)])
    b.struct("broken", 4, [("gone", b.fwd("gone"), 0)])
    (project / "a.o").write_bytes(b.build())
    assert main(["a.o", "-o", ".", "-v", "--runtime"]) == 0
    assert capsys.readouterr().out == (
        "./a_bpf.pyi: written, 1 class, 1 type without a class\n./a_bpf.py: written\n"
    )


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"btf-stubs {__version__}\n"


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out

    assert "exit codes: 0 done, 1 failed or out of date, 2 wrong usage" in text
    examples = [line.strip() for line in text.splitlines() if line.startswith("  btf-stubs ")]
    assert len(examples) == 6
    for example in examples:
        command, _, _ = example.partition("   ")
        parsed = btf_stubs._parsed(shlex.split(command)[1:])
        assert all(name in command for name in parsed.objects)


def test_the_package_runs_as_the_command(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "btf_typing", "prog.bpf.o", "-o", "stubs"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "stubs/prog_bpf.pyi: written\n")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        subprocess.run(
            [sys.executable, "-m", "btf_typing", "missing.o", "-o", "stubs"],
            cwd=project,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        )
    assert caught.value.returncode == 1


def test_an_object_far_away_is_named_in_full(project: Path) -> None:
    _struct(project / "x.btf", "s")
    assert main([str(project / "x.btf"), "-o", str(project / "deep/er"), "-q"]) == 0
    assert (project / "deep/er/x_btf.pyi").read_text().startswith("# ../../x.btf, BTF")


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_the_kernel_is_named_in_full(project: Path) -> None:
    assert main([str(_KERNEL), "-o", ".", "--type", "list_head", "-q"]) == 0
    text = (project / "vmlinux.pyi").read_text()
    assert text.startswith("# /sys/kernel/btf/vmlinux, BTF sha256 ")
    assert text.count("(Struct):\n") == 1


def test_files_are_replaced_whole_and_keep_mode_and_link(project: Path) -> None:
    target = project / "real.txt"
    target.write_text("old")
    target.chmod(0o640)
    (project / "link.txt").symlink_to("real.txt")
    with target.open() as reader:
        output.replace("link.txt", "new")
        assert reader.read() == "old"
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert (project / "link.txt").is_symlink()


def test_a_failed_write_leaves_nothing_behind(project: Path) -> None:
    (project / "real.txt").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        output.replace("real.txt", "\ud800")
    assert (project / "real.txt").read_text() == "old"
    assert _names(project) == ["prog.bpf.o", "real.txt"]


def test_progress_is_shown_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "_PATIENCE", -1)
    quiet = output.Progress("x\ny")
    quiet(1, 2)
    quiet.end()
    assert capsys.readouterr().err == ""
    controller, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        shown = output.Progress("x\ny")
        shown(1, 2)
        shown.end()
    text = b""
    while not text.endswith(b"\x1b[K"):  # a terminal returns the text that it has
        text += os.read(controller, 100)
    assert text == b"\rx y: 1 of 2 types\r\x1b[K"
    os.close(controller)


def test_the_committed_stubs_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    objects = sorted(path.relative_to(ROOT) for path in ROOT.glob("examples/*/*.bpf.o"))
    assert len(objects) >= 6
    for path in objects:
        # An example that uses load() and the plugin has no module of its own, but a stub.
        has_module = path.with_name(f"{path.parent.name}_bpf.py").exists()
        where = [str(path.parent), "--live"] if has_module else ["stubs"]
        assert main([str(path), "--check", "-o", *where]) == 0


def test_live_writes_and_checks_the_stub_and_the_module(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prog.bpf.o", "-o", "app", "--live"]) == 0
    written = "app/prog_bpf.pyi: written\napp/prog_bpf.py: written\n"
    assert capsys.readouterr() == (written, "")
    assert (project / "app/prog_bpf.py").read_text() == (
        "# ../prog.bpf.o; made by btf-stubs, do not edit\n"
        "# This module reads the object when you first use one of its names."
        " The stub beside it lists them.\n"
        "# If a type checker finds no names here, pass it the folder or the stub"
        " instead of this file.\n"
        "from btf_typing.live import module as _module\n\n"
        '_module(globals(), "../prog.bpf.o")\n'
    )
    stub = (project / "app/prog_bpf.pyi").read_text()
    assert stub.splitlines()[1] == "# options: --live"
    assert "\nobj: Object\n" in stub
    assert _is_current(stub, load(EXECSNOOP))

    assert main(["prog.bpf.o", "-o", "app", "--live", "--check"]) == 0
    (project / "app/prog_bpf.py").unlink()
    assert main(["prog.bpf.o", "-o", "app", "--live", "--check"]) == 1
    assert capsys.readouterr().err == (
        "btf-stubs: app/prog_bpf.py: missing (is it committed?);"
        ' run "btf-stubs prog.bpf.o -o app --live"\n'
    )


def test_a_stub_without_live_has_the_class_of_the_object_alone(project: Path) -> None:
    assert main(["prog.bpf.o", "-o", ".", "-q"]) == 0
    stub = (project / "prog_bpf.pyi").read_text()
    assert "\n@type_check_only\nclass Object(" in stub
    assert "\nobj" not in stub
    assert "def load(" not in stub
    assert main(["prog.bpf.o", "-o", ".", "--live", "--check"]) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "app", "--live", "--runtime"], "--live and --runtime would write two modules"),
        (["-o", "-", "--live"], "-o - prints one stub"),
    ],
)
def test_live_excludes(
    project: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["prog.bpf.o", *options])
    assert raised.value.code == 2
    assert message in capsys.readouterr().err
    assert _names(project) == ["prog.bpf.o"]


def test_live_leaves_a_module_of_others_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "prog_bpf.py").write_text("mine = 1\n")
    assert main(["prog.bpf.o", "-o", ".", "--live"]) == 1
    assert (
        "prog_bpf.py: btf-stubs did not write this file and does not replace it"
        in capsys.readouterr().err
    )
    assert _names(project) == ["prog.bpf.o", "prog_bpf.py"]


def test_long_options_of_a_live_module_are_broken_as_formatters_do(project: Path) -> None:
    globs = [f"exec_*{'?' * 20}", f"*{'?' * 40}", "exec_event"]
    words = [word for glob in globs for word in ("--exclude", glob)]
    assert main(["prog.bpf.o", "-o", ".", "--live", "-q", "--type", "exec_*", *words]) == 0
    lines = (project / "prog_bpf.py").read_text().splitlines()
    assert lines[5:] == [
        "_module(",
        "    globals(),",
        '    "prog.bpf.o",',
        '    types=["exec_*"],',
        "    exclude=[",
        *[f'        "{glob}",' for glob in globs],
        "    ],",
        ")",
    ]


@pytest.mark.parametrize("utf8", ["0", "1"])
@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_names_are_the_same_in_every_locale(project: Path, locale: str, utf8: str) -> None:
    for name in ("größe.bpf.o", "プログ.bpf.o"):
        shutil.copy(project / "prog.bpf.o", name)
    main(["größe.bpf.o", "プログ.bpf.o", "-o", "here", "--live"])
    code = "import sys; from btf_typing._commands.btf_stubs import main; sys.exit(main())"
    variables = {"LC_ALL": locale, "PYTHONUTF8": utf8, "PYTHONCOERCECLOCALE": "0"}
    environment = os.environ | variables | {"PYTHONPATH": f"{ROOT}:there"}
    words = ["größe.bpf.o", "プログ.bpf.o", "-o", "there", "--live"]

    subprocess.run([sys.executable, "-c", code, *words], env=environment, check=True)

    written = {path.name: path.read_bytes() for path in Path("there").iterdir()}
    assert written == {path.name: path.read_bytes() for path in Path("here").iterdir()}
    assert "gr__e_bpf.py" in written
    for module in ("gr__e_bpf", "____bpf"):
        code = f"from {module} import creds, obj; print(creds.uid.offset, len(obj.maps))"
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True
        )
        assert done.stdout == b"0 2\n"
