"""Class patterns that name classes of another module, which the plugin does not always see."""

import time

import pytest
from mypy.version import __version__

from tests.paths import ROOT
from tests.plugin.workspace import CONFIG, Workspace

_HANDLES = """\
from btf_typing import load

obj = load("tool.bpf.o")
Event = obj.btf.struct("exec_event")
Creds = obj.btf.struct("creds")


def read() -> Event | Creds:
    return Event()
"""
_USE = """\
from typing_extensions import assert_never

from handles import read
{imports}

def show() -> int:
    x{annotation} = read()
    match x:
        case Event():
            return x.pid
        case Creds():
            return x.uid
        case _:
            assert_never(x)
"""
_VARIABLES = "from handles import Creds, Event\n"
_CLASSES = "from tool_bpf import creds as Creds, exec_event as Event\n"

_NEVER = (
    '15: error: Argument 1 to "assert_never" has incompatible type "exec_event | creds";'
    ' expected "Never"  [arg-type]'
)
_CURE = (
    '15: note: mypy cannot exclude "{0}" after "case {1}():", because "{1}" is a variable of'
    ' another module; use "{1}" in an annotation of this module, or write "from tool_bpf import {0}'
    ' as {1}"'
)
_CURES = [_CURE.format("exec_event", "Event"), _CURE.format("creds", "Creds")]
_PATTERN = '{}: error: Expected type in class pattern; found "type[tool_bpf.{}]"  [misc]'
_ACCEPTS_VARIABLES = tuple(map(int, __version__.split(".")[:2])) >= (1, 20)
_BEFORE_1_20 = [_PATTERN.format(10, "exec_event"), _PATTERN.format(12, "creds")]


@pytest.mark.parametrize(
    ("imports", "annotation", "errors"),
    [
        (_VARIABLES, "", [*([] if _ACCEPTS_VARIABLES else _BEFORE_1_20), _NEVER, *_CURES]),
        (_VARIABLES, ": Event | Creds", []),
        (_CLASSES, "", []),
    ],
    ids=["no annotation names the classes", "an annotation does", "the classes are imported"],
)
def test_a_match_statement_in_another_module(
    workspace: Workspace, imports: str, annotation: str, errors: list[str]
) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("tool.bpf.o")
    workspace.write("handles.py", _HANDLES)
    use = _USE.format(imports=imports, annotation=annotation)
    for text in (use, f"{use}# edited\n"):
        workspace.write("use.py", text)
        said = workspace.mypy("use.py").text.splitlines()
        assert said[:-1] == [f"use.py:{error}" for error in errors]
        time.sleep(1.05)  # mypy compares whole seconds
