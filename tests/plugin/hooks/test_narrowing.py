"""Class patterns that name classes of another module, which the plugin does not always see."""

import re

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
    ' another module; use "{1}" in an annotation of this module, or import "{0}" as "{1}" from the'
    ' module that "btf-stubs --live" writes'
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


_FORMS = """\
from typing_extensions import assert_never

import handles
from handles import Annotated, Creds, Event as E, read

def guards_and_parts() -> int:
    x = read()
    match x:
        case E() if x.pid:
            return 1
        case E(pid=1):
            return 2
        case Annotated():
            return 3
        case (handles.Creds(uid=_) as y) | (E(pid=_) as y):
            return 4
        case _ as rest:
            assert_never(rest)  # handles.Creds E

def other_matches(other: object) -> int:
    y = read()
    match y:
        case E():
            pass
    x = read()
    match (x, y):
        case (E(), Creds()):
            return 1
    match other:
        case E():
            print()
        case _:
            assert_never(x)
    match x:
        case Creds():
            return 2
        case (E(), Creds()):
            return 3
        case _:
            assert_never(x)  # Creds

def after() -> int:
    x = read()
    match x:
        case E():
            return 1
        case Creds():
            raise ValueError
    assert_never(x)  # E Creds

def falls_through() -> None:
    x = read()
    match x:
        case E():
            print()
        case Creds():
            return
    assert_never(x)

def in_its_own_case() -> None:
    x = read()
    match x:
        case Creds():
            return
        case E():
            print()
            assert_never(x)

def no_match(x: bool) -> None:
    y = read()
    if x:
        match y:
            case E():
                pass
    else:
        assert_never(y)
"""


def test_the_note_blames_only_patterns_that_matter(workspace: Workspace) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("tool.bpf.o")
    workspace.write(
        "handles.py",
        f"from tool_bpf import exec_event\n{_HANDLES}\nAnnotated: type[exec_event] = Event\n",
    )
    workspace.write("use.py", _FORMS)
    wanted = [
        (number, name)
        for number, line in enumerate(_FORMS.splitlines(), 1)
        if "assert_never(" in line
        for name in line.partition("# ")[2].split()
    ]
    note = r'use.py:(\d+): note: mypy cannot exclude .* "case (.*)\(\):"(.*)'
    notes = re.findall(note, workspace.mypy("use.py").text)
    assert sorted((int(line), name) for line, name, _ in notes) == sorted(wanted)
    assert {name for _, name, cure in notes if "--live" not in cure} == {"handles.Creds"}


def test_the_note_blames_no_variable_of_the_same_module(workspace: Workspace) -> None:
    workspace.write("tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("tool.bpf.o")
    workspace.write("handles.py", _HANDLES)
    use = _USE.format(
        imports="import handles\nCreds, Event = handles.Creds, handles.Event", annotation=""
    )
    workspace.write("use.py", use)
    said = workspace.mypy("use.py").text
    assert "assert_never" in said
    assert "mypy cannot exclude" not in said
