"""``btf-stubs`` replaces its own files and nobody else's."""

import os
from pathlib import Path

import pytest

from btf_typing._commands import generated_files
from btf_typing._commands.btf_stubs import main
from btf_typing.errors import BtfError
from tests.builder import BtfBuilder

_MINE = "print('my own program')\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    b = BtfBuilder()
    b.struct("event", 4, [("pid", b.int("u32", 4), 0)])
    (tmp_path / "tool.o").write_bytes(b.build())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["tool_bpf.py", "tool_bpf.pyi"])
@pytest.mark.parametrize("option", ["--quiet", "--check"])
def test_a_file_of_the_user_is_left_alone_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, option: str
) -> None:
    (project / name).write_text(_MINE)
    before = _files(project)

    assert main(["tool.o", "-o", ".", "--runtime", option]) == 1
    assert capsys.readouterr().err == (
        f"btf-stubs: ./{name}: btf-stubs did not write this file and does not replace it; move it,"
        " or use --module\n"
    )
    assert (project / name).read_text() == _MINE
    assert _files(project) == before


def test_one_foreign_file_keeps_the_files_of_every_object_from_being_written(project: Path) -> None:
    (project / "other.o").write_bytes((project / "tool.o").read_bytes())
    (project / "tool_bpf.pyi").write_text(_MINE)
    assert main(["other.o", "tool.o", "-o", "."]) == 1
    assert _files(project) == {"other.o", "tool.o", "tool_bpf.pyi"}


def test_our_own_files_are_replaced(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tool.o", "-o", ".", "--runtime"]) == 0
    b = BtfBuilder()
    b.struct("event", 8, [("pid", b.int("u64", 8), 0)])
    (project / "tool.o").write_bytes(b.build())
    assert main(["tool.o", "-o", ".", "--runtime"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "./tool_bpf.pyi: updated",
        "./tool_bpf.py: updated",
    ]
    assert "c_uint64" in (project / "tool_bpf.py").read_text()


def test_a_pipe_in_the_place_of_a_stub_is_not_read(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(project / "tool_bpf.pyi")
    assert main(["tool.o", "-o", "."]) == 1
    assert "not a regular file; remove it, or use --module" in capsys.readouterr().err


def test_a_module_that_a_stub_would_hide_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tool_bpf.py").write_text(_MINE)
    assert main(["tool.o", "-o", "."]) == 0
    assert capsys.readouterr().err == (
        "btf-stubs: ./tool_bpf.pyi: warning: hides ./tool_bpf.py from type checkers; use --module\n"
    )


def test_a_stub_under_the_name_of_earlier_versions_is_named_and_stays(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tool.o", "-o", ".", "--module", "tool", "-q"]) == 0
    assert main(["tool.o", "-o", "."]) == 0
    assert capsys.readouterr().err == (
        "btf-stubs: ./tool.pyi: warning: delete this old stub; its new name is tool_bpf.pyi\n"
    )
    assert (project / "tool.pyi").exists()


@pytest.mark.parametrize("path", ["x.pyi", "x.py"])
@pytest.mark.parametrize(
    "text",
    [
        "x: TypeAlias = ctypes.Array[]\n",
        "def f(:\n",
        "a = '\0'\n",
        "a = '\ud800'\n",
        "def f(x, x): ...\n",
        f"a = {'1+' * 100_000}1\n",
    ],
)
def test_text_that_is_not_python_is_refused(text: str, path: str) -> None:
    with pytest.raises(BtfError, match="the generated text is not Python"):
        generated_files.require_python(text, path)


def test_a_module_that_python_cannot_run_is_refused() -> None:
    with pytest.raises(BtfError, match="is not Python in line 2"):
        generated_files.require_python("\nreturn 1\n", "x.py")
