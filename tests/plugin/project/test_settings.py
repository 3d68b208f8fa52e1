import importlib
from pathlib import Path

import pytest

from tests.plugin import objects
from tests.plugin.workspace import CONFIG, Workspace

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
config = importlib.import_module("btf_typing_mypy.project.settings")

_TOML = """\
[tool.mypy]
plugins = ["btf_typing_mypy"]
mypy_path = "$MYPY_CONFIG_FILE_DIR/stubs"

[tool.btf-typing]
object-path = ["build"]
"""
_PROGRAM = """\
from btf_typing import load

reveal_type(load("prog.bpf.o").btf.struct("event"))
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "mypy.ini",
            (
                "[mypy]\n\n[btf-typing]\nsync = yes\nobject-path = a, b\n  c\nstubs = s\n"
                "unresolved = off\n"
            ),
        ),
        (
            "setup.cfg",
            (
                "[DEFAULT]\nname = x\nsync = True\n[btf-typing]\n"
                "object_path =\n  a\n  b\n  c\nstubs = s\n"
                "unresolved = Off\n"
            ),
        ),
        (
            "pyproject.toml",
            (
                '[tool.btf-typing]\nsync = true\nobject-path = ["a", "b", "c"]\nstubs = "s"\n'
                'unresolved = "off"\n'
            ),
        ),
    ],
)
def test_the_same_settings_in_each_kind_of_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert config.read(str(tmp_path / name)) == (("a", "b", "c"), True, "s", "off")


@pytest.mark.parametrize(
    ("text", "directories"),
    [
        ("my dir", ("my dir",)),
        ("my dir, b:c", ("my dir", "b", "c")),
        ("a,\n  b c\n  d:", ("a", "b c", "d")),
        (" ,:", ()),
    ],
)
def test_directories_are_separated_as_in_mypy_path(
    tmp_path: Path, text: str, directories: tuple[str, ...]
) -> None:
    (tmp_path / "mypy.ini").write_text(f"[btf-typing]\nobject-path = {text}\n")
    assert config.read(str(tmp_path / "mypy.ini")).object_path == directories


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "mypy.ini",
            "[btf-typing]\nsnyc = 1\n",
            ':2: error: [btf-typing] unknown setting "snyc"; did',
        ),
        ("mypy.ini", "[btf-typing]\nx = 1\n", "the settings are object-path, sync, stubs"),
        (
            "mypy.ini",
            "[a]\nsync = 1\n[btf-typing]\n\nsync = maybe\n",
            ":5: error: [btf-typing] sync is 'maybe', expected true or false",
        ),
        (
            "mypy.ini",
            "[btf-typing]\n\nsync: maybe\n",
            ":3: error: [btf-typing] sync is 'maybe', expected true or false",
        ),
        (
            "mypy.ini",
            "[mypy]\n[btf-typing]  # ours\nSync = maybe\n",
            ":3: error: [btf-typing] sync is 'maybe', expected true or false",
        ),
        (
            "pyproject.toml",
            "[tool.mypy]\n[tool.btf-typing]\nSync = 1\n",
            ':3: error: [tool.btf-typing] unknown setting "Sync"; did you mean "sync"?',
        ),
        (
            "pyproject.toml",
            "[tool.btf-typing]\nobject-path = [1]\n",
            ":2: error: [tool.btf-typing] object-path is [1], expected a list of directories",
        ),
        (
            "pyproject.toml",
            "[tool.btf-typing]\nstubs = 1\n",
            ":2: error: [tool.btf-typing] stubs is 1, expected a string",
        ),
        (
            "pyproject.toml",
            "[tool]\nbtf-typing = 1\n",
            "pyproject.toml:1: error: tool.btf-typing is 1, expected a table",
        ),
        (
            "pyproject.toml",
            "[tool.x]\n[tool.btf_typing]\nsync = 1\n",
            ":2: error: unknown section [tool.btf_typing]; rename it to [tool.btf-typing], with a",
        ),
        (
            "setup.cfg",
            "[btf_typing]\nsync = 1\n",
            "unknown section [btf_typing]; rename it to [btf-typing], with a hyphen",
        ),
    ],
)
def test_wrong_settings_are_named_with_their_line(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(config.ConfigError) as caught:
        config.read(str(tmp_path / name))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", f"{CONFIG}\n[btf-typing]\nobject-path = build\n"),
        ("pyproject.toml", _TOML),
    ],
)
def test_mypy_reads_the_settings_of_each_kind_of_file(
    workspace: Workspace, name: str, text: str
) -> None:
    (workspace.root / "mypy.ini").unlink()
    workspace.write(name, text)
    workspace.write("build/prog.bpf.o", objects.compiled())
    workspace.stub("build/prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    lines = workspace.mypy("program.py").text.splitlines()
    assert lines[0] == 'program.py:3: note: Revealed type is "type[prog_bpf.event]"'


def test_a_tool_that_is_no_table_has_no_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = 1\n")
    assert config.read(str(tmp_path / "pyproject.toml")) == config.Settings()


@pytest.mark.parametrize("found", ["build/prog.bpf.o", "below/prog.bpf.o"])
def test_an_object_may_appear_wherever_it_is_looked_for(workspace: Workspace, found: str) -> None:
    workspace.write("mypy.ini", f"{CONFIG}\n[btf-typing]\nobject-path = build\n")
    workspace.write("below/program.py", _PROGRAM)
    for _ in range(2):
        output = workspace.mypy("below/program.py")
        assert 'cannot read "prog.bpf.o": no such file' in output.text

    workspace.write(found, objects.compiled())
    assert f'no stub for "{found}"' in workspace.mypy("below/program.py").text


_HEAD = "[mypy]\nplugins = btf_typing_mypy\n"


@pytest.mark.parametrize(
    ("mypy_path", "setting", "directory", "lacking"),
    [
        ("", "", "stubs", "$MYPY_CONFIG_FILE_DIR/stubs"),
        ("stubs", "stubs = other", "other", "$MYPY_CONFIG_FILE_DIR/other"),
        ("", "stubs = ./", ".", "$MYPY_CONFIG_FILE_DIR"),
        ("", "stubs = /nowhere/at/all", "/nowhere/at/all", "/nowhere/at/all"),
    ],
)
def test_a_directory_that_mypy_path_lacks_is_named(
    workspace: Workspace, mypy_path: str, setting: str, directory: str, lacking: str
) -> None:
    settings = f"[btf-typing]\n{setting}\n"
    workspace.write("mypy.ini", f"{_HEAD}mypy_path = {mypy_path}\n{settings}")
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.write("program.py", _PROGRAM)
    run = f'run "btf-stubs prog.bpf.o -o {directory}"'
    said = f'no stub for "prog.bpf.o"; {run} and add "{lacking}" to mypy_path  [btf-stub]'
    assert f"program.py:3: error: {said}" in workspace.mypy("program.py").text.splitlines()
    if setting.startswith("stubs = /"):
        return

    workspace.stub("prog.bpf.o", to=directory)
    workspace.write("mypy.ini", f"{_HEAD}mypy_path = {mypy_path}:{lacking}\n{settings}")
    assert workspace.mypy("program.py").status == 0


def test_mypy_stops_at_a_wrong_setting(workspace: Workspace) -> None:
    workspace.write("mypy.ini", f"{CONFIG}\n[btf-typing]\nsnyc = true\n")
    workspace.write("program.py", "")
    output = workspace.mypy("program.py")
    assert output.status == 2
    said = 'mypy.ini:7: error: [btf-typing] unknown setting "snyc"; did you mean "sync"?'
    assert said in output.text.splitlines()


def test_sync_writes_stubs_that_are_missing_or_out_of_date(workspace: Workspace) -> None:
    workspace.write("mypy.ini", f"{CONFIG}\n[btf-typing]\nsync = true\n")
    workspace.write("prog.bpf.o", objects.compiled({"event": [("x", "u32")]}))
    workspace.write("program.py", _PROGRAM)
    stub = workspace.root / "stubs/prog_bpf.pyi"

    assert "no stub" in workspace.mypy("program.py").text  # the object is still unknown
    assert workspace.mypy("program.py").status == 0
    assert "    x: _CField" in stub.read_text()

    workspace.write("prog.bpf.o", objects.compiled({"event": [("renamed", "u32")]}))
    assert workspace.mypy("program.py").status == 0
    assert "    renamed: _CField" in stub.read_text()
