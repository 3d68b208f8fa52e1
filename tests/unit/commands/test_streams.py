"""The commands with closed or full streams, signals, odd paths and odd files."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from btf_typing._commands import output
from btf_typing._commands.btf_stubs import main
from tests.builder import BtfBuilder
from tests.paths import ROOT

EXECSNOOP = str(ROOT / "examples/execsnoop/execsnoop.bpf.o")
_STUBS = ["btf_stubs", EXECSNOOP, "-o", "-"]
_SHOW = ["btf_layout", "show", EXECSNOOP]
_DIFF = ["btf_layout", "diff", EXECSNOOP, EXECSNOOP]
_START = "import sys; from btf_typing._commands import start; {}; getattr(start, sys.argv.pop(1))()"


def _shell(arguments: list[str], redirections: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with *redirections*, such as ``>&-``."""
    command = [sys.executable, "-c", _START.format("pass"), *arguments]
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirections}', "sh", *command],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [_STUBS, _SHOW])
@pytest.mark.parametrize(
    ("redirection", "reason"), [(">&-", "closed"), (">/dev/full", "No space left on device")]
)
def test_output_that_cannot_be_written_is_one_line(
    arguments: list[str], redirection: str, reason: str, tmp_path: Path
) -> None:
    done = _shell(arguments, redirection, tmp_path)

    assert done.returncode == 1
    assert done.stderr.endswith(f"standard output: {reason}\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "<&- 2>&-"])
def test_errors_that_nobody_can_read_leave_the_exit_code(redirection: str, tmp_path: Path) -> None:
    done = _shell(["btf_layout", "show", "absent.o"], redirection, tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_files_are_written_without_any_stream(tmp_path: Path) -> None:
    done = _shell(["btf_stubs", EXECSNOOP, "-o", "out", "--live"], "<&- >&- 2>&-", tmp_path)

    assert done.returncode == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "execsnoop_bpf.py",
        "execsnoop_bpf.pyi",
    }
    assert (tmp_path / "out/execsnoop_bpf.pyi").read_text().startswith("# ")


def test_messages_of_the_compiler_go_into_no_file(tmp_path: Path) -> None:
    (tmp_path / "bad.bpf.c").write_text("int x = ;\n")

    done = _shell(["btf_stubs", "bad.bpf.c", "-o", "out"], "<&- >&- 2>&-", tmp_path)

    assert done.returncode == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["bad.bpf.c"]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_that_cannot_be_written_is_one_line(arguments: list[str], tmp_path: Path) -> None:
    done = _shell(["btf_stubs", *arguments], ">/dev/full", tmp_path)

    assert done.returncode == 1
    assert done.stderr == "btf-stubs: standard output: No space left on device\n"


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.04, 0.06, 0.09, 0.13, 0.2, 0.3])
def test_ctrl_c_prints_no_traceback_and_leaves_no_file(delay: float, tmp_path: Path) -> None:
    # The signal comes when our own code is in charge, not while Python itself starts.
    code = _START.format(
        "start._open_standard_streams = lambda: print('ready', file=sys.stderr, flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "btf_stubs", EXECSNOOP, "-o", "out", "--runtime"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert errors == ""
    assert process.returncode in (0, 130, -signal.SIGINT)
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1, 0.2])
@pytest.mark.parametrize(
    "arguments",
    [_SHOW, _DIFF, ["btf_layout", "decode", EXECSNOOP, "exec_event"]],
    ids=["show", "diff", "decode"],
)
def test_ctrl_c_prints_no_traceback_in_any_sub_command(
    arguments: list[str], delay: float, tmp_path: Path
) -> None:
    code = _START.format(
        "start._open_standard_streams = lambda: print('ready', file=sys.stderr, flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,  # decode waits for records
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)

    assert errors.strip() in ("", "btf-layout: standard input has no record after 0 bytes")
    assert process.returncode in (0, 1, 130, -signal.SIGINT)


# Control characters


def test_no_control_character_of_a_path_or_an_argument_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    odd = "no\x1b[31m\nsuch\x9b\x07"
    commands = [
        ["btf_layout", "show", odd],
        ["btf_layout", "show", EXECSNOOP, odd],
        ["btf_layout", "diff", odd, odd],
        ["btf_layout", odd],
        ["btf_layout", "show", EXECSNOOP, "--color", odd],
        ["btf_stubs", odd, "-o", "out"],
        ["btf_stubs", EXECSNOOP, "-o", odd],
        ["btf_stubs", EXECSNOOP, "-o", odd, "--check", "--type", odd],
        ["btf_stubs", EXECSNOOP, "-o", "out", f"--{odd}"],
        ["btf_stubs", EXECSNOOP, "-o", "out", "--module", odd],
        ["btf_stubs", EXECSNOOP, "-o", "out", "--type", odd],
        ["btf_stubs", EXECSNOOP, "-o", "out", "--base-btf", odd],
        ["btf_stubs", f"{odd}.c", "-o", "out"],
    ]
    for command in commands:
        done = _shell(command, "", tmp_path)
        text = done.stdout + done.stderr
        assert not [c for c in text if not c.isprintable() and c != "\n"], command
        assert "Traceback" not in text


# Files


def test_a_full_disk_names_the_output_and_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file.pyi"
    path.write_text("old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    code = (
        "import sys; from btf_typing._commands import output\n"
        "try: output.replace(sys.argv[1], b'x' * 100_000)\n"
        "except OSError as error: print(error.filename, error.strerror)"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        preexec_fn=limit,
    )

    assert done.stdout == f"{path} File too large\n"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 16 KiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a file system here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607  # in a system folder


@pytest.mark.parametrize("options", [[], ["--live"], ["--runtime"]])
def test_a_file_system_without_space_names_the_output(
    options: list[str], tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with suppress(OSError), (tiny / "full").open("wb", buffering=0) as full:
        while True:
            full.write(bytes(1024))

    assert main([EXECSNOOP, "-o", str(tiny), *options]) == 1

    assert capsys.readouterr() == (
        "",
        f"btf-stubs: {EXECSNOOP}: {tiny}/execsnoop_bpf.pyi: No space left on device\n",
    )
    assert [path.name for path in tiny.iterdir()] == ["full"]


def test_a_folder_that_cannot_be_written_to_names_the_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([EXECSNOOP, "-o", "/sys/kernel", "-q"]) == 1
    assert capsys.readouterr().err == (
        f"btf-stubs: {EXECSNOOP}: /sys/kernel/execsnoop_bpf.pyi: Permission denied\n"
    )


def test_the_temporary_file_of_another_process_is_neither_used_nor_deleted(tmp_path: Path) -> None:
    path = tmp_path / "file.pyi"
    names = [f"file.pyi.{os.getpid()}.tmp", f".file.pyi.{os.getpid()}.tmp"]
    for name in names:
        (tmp_path / name).write_text("of somebody else")

    output.replace(str(path), "new")

    assert path.read_text() == "new"
    assert {(tmp_path / name).read_text() for name in names} == {"of somebody else"}
    assert len(list(tmp_path.iterdir())) == 3


def test_names_as_long_as_a_name_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    b = BtfBuilder()
    b.struct("event", 4, [("pid", b.int("u32", 4), 0)])
    name = f"{'n' * 244}.bpf.o"
    Path(name).write_bytes(b.build())

    assert len(name) == 250
    assert main([name, "-o", "out", "--runtime"]) == 0
    assert main([name, "-o", "out", "--runtime", "--check"]) == 0
    assert len(list(Path("out").iterdir())) == 2


@pytest.mark.parametrize("name", ["execsnoop_bpf.py", "execsnoop_bpf.pyi"])
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/full", "pipe"])
def test_a_link_to_a_device_or_a_pipe_is_not_read_and_not_replaced(
    name: str, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / name).symlink_to(target)

    assert main([EXECSNOOP, "-o", str(tmp_path), "--runtime"]) == 1

    assert "not a regular file; remove it, or use --module" in capsys.readouterr().err
    assert (tmp_path / name).readlink() == Path(target)
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", name}


def test_rules_for_make_do_not_replace_a_device(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file") as raised:
        output.replace(str(tmp_path / "pipe"), "rules")

    assert raised.value.filename == str(tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()
    assert capsys.readouterr().out == ""
