"""mypy as run by editors, by hooks and from other directories: all find the error."""

from collections.abc import Iterator

import pytest

from tests.plugin import objects
from tests.plugin.workspace import CONFIG, Workspace

_PROGRAM = """\
from btf_typing import load

obj = load("prog.bpf.o")
Event = obj.btf.struct("event")


def who(event: Event) -> None:
    print(event.pidd)
"""
_SAID = '"event" has no attribute "pidd"; maybe "pid"?  [attr-defined]'
_VS_CODE = (
    "--no-color-output --no-error-summary --show-absolute-path --show-column-numbers"
    " --show-error-codes --no-pretty --show-error-end"
)
_PYCHARM = "--show-column-numbers --follow-imports silent --show-absolute-path"
_PRE_COMMIT = "--ignore-missing-imports --scripts-are-modules --no-warn-unused-ignores"


@pytest.fixture
def project(workspace: Workspace) -> Workspace:
    """A project whose program has one error."""
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("tool/program.py", _PROGRAM)
    return workspace


@pytest.fixture
def daemon(project: Workspace) -> Iterator[Workspace]:
    """The same project, with a daemon that is stopped after the test."""
    yield project
    project.mypy("stop", command=("-m", "mypy.dmypy", "--status-file", "status"))


@pytest.mark.parametrize("options", [_VS_CODE, _PYCHARM], ids=["vs-code", "pycharm"])
def test_an_editor_finds_it_at_its_place(project: Workspace, options: str) -> None:
    path = project.root / "tool/program.py"
    output = project.mypy(*options.split(), str(path))
    (line,) = [line for line in output.text.splitlines() if " error: " in line]
    assert line.startswith(f"{path}:8:11")
    assert line.endswith(_SAID)


def test_vs_code_with_the_daemon_finds_it_and_that_it_is_mended(daemon: Workspace) -> None:
    path = daemon.root / "tool/program.py"
    command = ("-m", "mypy.dmypy", "--status-file", "status", "run", "--")
    output = daemon.mypy(*_VS_CODE.split(), str(path), command=command)
    assert f"{path}:8:11:8:20: error: {_SAID}" in output.text.splitlines()

    daemon.write("tool/program.py", _PROGRAM.replace("pidd", "pid"))
    assert daemon.mypy(*_VS_CODE.split(), str(path), command=command).status == 0


def test_the_hook_of_pre_commit_finds_it(project: Workspace) -> None:
    output = project.mypy(*_PRE_COMMIT.split(), "tool/program.py")
    assert f"tool/program.py:8: error: {_SAID}" in output.text.splitlines()


def test_a_run_in_another_directory_finds_it_and_shares_the_cache(project: Workspace) -> None:
    """The object has the same name, and is found, from any directory."""
    project.write("mypy.ini", f"{CONFIG}cache_dir = $MYPY_CONFIG_FILE_DIR/.mypy_cache\n")
    for cwd, path in (("", "tool/program.py"), ("tool", "program.py"), ("", "tool/program.py")):
        output = project.mypy("--config-file", str(project.root / "mypy.ini"), path, cwd=cwd)
        # With a cache, mypy 2 prints a path as the previous run did.
        (line,) = [line for line in output.text.splitlines() if " error: " in line]
        assert line.endswith(f"program.py:8: error: {_SAID}")
