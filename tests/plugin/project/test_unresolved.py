"""The setting ``unresolved``, in every kind of file."""

import pytest

from tests.plugin import objects
from tests.plugin.workspace import Workspace

_PROGRAM = """\
from btf_typing import BpfObject, load

obj: BpfObject = load("prog.bpf.o")
obj.btf.struct("event")
load(input()).btf.struct("event")
"""
_LOST, _UNKNOWN = "prog.py:4: error: not checked: the annotation", "prog.py:5: error: "


@pytest.mark.parametrize(
    ("setting", "lost", "unknown"),
    [("", 1, 0), ("default", 1, 0), ("off", 0, 0), ("all", 1, 2)],
)
def test_the_setting_decides_what_is_reported(
    workspace: Workspace, setting: str, lost: int, unknown: int
) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("prog.py", _PROGRAM)
    settings = f"[btf-typing]\nunresolved = {setting}\n" if setting else ""
    workspace.write("mypy.ini", (workspace.root / "mypy.ini").read_text("utf-8") + settings)
    text = workspace.mypy("prog.py").text
    assert (text.count(_LOST), text.count(_UNKNOWN)) == (lost, unknown), text
    assert text.count("[btf-unresolved]") == lost + unknown


def test_a_wrong_value_is_an_error(workspace: Workspace) -> None:
    workspace.write("prog.py", "import btf_typing\n")
    workspace.write(
        "pyproject.toml",
        '[tool.btf-typing]\nunresolved = "some"\n[tool.mypy]\nplugins = ["btf_typing_mypy"]\n',
    )
    output = workspace.mypy("--config-file", "pyproject.toml", "prog.py")
    assert "unresolved is 'some', expected off, default or all" in output.text


@pytest.mark.parametrize(("setting", "count"), [("default", 0), ("all", 1)])
def test_a_view_of_the_maps_of_a_parameter(workspace: Workspace, setting: str, count: int) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write(
        "prog.py",
        "from btf_typing import BpfObject, load\n\ndef show(obj: BpfObject) -> None:\n"
        '    print(list(obj.maps.items()))\n\nshow(load("prog.bpf.o"))\n',
    )
    settings = f"[btf-typing]\nunresolved = {setting}\n"
    workspace.write("mypy.ini", (workspace.root / "mypy.ini").read_text("utf-8") + settings)
    assert workspace.mypy("prog.py").text.count("[btf-unresolved]") == count
