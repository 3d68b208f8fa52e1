"""Values of variables, read from the source as for a module that mypy loads from its cache."""

import importlib
from pathlib import Path

import pytest
from mypy.nodes import (
    ARG_STAR,
    ARG_STAR2,
    CallExpr,
    EllipsisExpr,
    IndexExpr,
    MemberExpr,
    NameExpr,
    OpExpr,
    StrExpr,
    TupleExpr,
    Var,
)

from tests.plugin.parsing import parsed_modules

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
compat = importlib.import_module("btf_typing_mypy.compat")
references = importlib.import_module("btf_typing_mypy.source.references")
source_values = importlib.import_module("btf_typing_mypy.source.source_values")
read_trackers = importlib.import_module("btf_typing_mypy.project.read_tracker")

_SOURCE = """\
import os.path
from typing import Any

def call(*args: Any, **kwargs: Any) -> Any: ...
one = call("event")
two = one
(three, [four, five]), six = (two, [call(1), one]), None
if call():
    seven = one | None
else:
    seven = call(one, two)
    eight: Any = one.attribute[two, "text"]
print(nine := os.path.sep)
ten: Any
def function() -> None:
    global one
    one = 1
    two = 2

class Outer:
    one = call()
    copy = one
    other = two
    class Inner:
        one = Outer_one = two
    by_class = Inner.one
class Another:
    copy = 3
eleven = Outer.copy
twelve = call(*two, one, name=one + "/a" / two, **{})
thirteen, fourteen = call()
fifteen = "\\d"
"""


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("one", ["m.call('event')"]),
        ("two", ["m.one"]),
        ("three", ["m.two"]),
        ("four", ["m.call(...)"]),
        ("five", ["m.one"]),
        ("six", ["..."]),
        ("seven", ["m.one | ...", "m.call(m.one, m.two)"]),
        ("eight", ["m.one.attribute[m.two, 'text']"]),
        ("nine", ["posixpath.sep"]),
        ("ten", []),
        ("Outer.one", ["m.call()"]),
        ("Outer.copy", ["m.Outer.one"]),
        ("Outer.other", ["m.two"]),
        ("Outer.Inner.one", ["m.two"]),
        ("Outer.by_class", ["m.Outer.Inner.one"]),
        ("eleven", ["m.Outer.copy"]),
        ("twelve", ["m.call(*..., m.one, name=m.one + '/a' / m.two, **...)"]),
        ("thirteen", []),
        ("fifteen", [r"'\\d'"]),  # Python warns about this source
    ],
)
def test_values(name: str, values: list[str], tmp_path: Path) -> None:
    assert _values(name, tmp_path, _SOURCE) == values


@pytest.mark.parametrize("text", ["one = (", "\0", f"one = call{'.a' * 5000}"])
def test_source_that_python_cannot_parse(text: str, tmp_path: Path) -> None:
    assert _values("one", tmp_path, text) in ([], ["..."])


def test_source_that_is_missing(tmp_path: Path) -> None:
    assert _values("one", tmp_path, None) == []


def _values(name: str, directory: Path, text: str | None) -> list[str]:
    modules = parsed_modules(_SOURCE, with_errors=True)
    tree = modules["m"]
    file = directory / "m.py"
    if text is not None:
        file.write_text(text)
    tree.path = str(file)
    variable = compat.definition(tree, name.split("."))
    assert isinstance(variable, Var)
    tracker = read_trackers.ReadTracker(daemon=False)
    found = source_values.SourceValues(lambda: modules, tracker)
    values = [_text(value) for value in found.of(variable, tree)]
    file.write_text("one = two = 'newer'")
    assert [_text(value) for value in found.of(variable, tree)] == values
    tracker.clear_caches()
    newer = ["'newer'"] if name in ("one", "two") else []
    assert [_text(value) for value in found.of(variable, tree)] == newer
    return values


def _text(node: object) -> str:
    """*node* as Python, with full names."""
    match node:
        case NameExpr() | MemberExpr() if found := references.referenced_node(node):
            return str(found.fullname)
        case MemberExpr(expr=owner, name=name):
            return f"{_text(owner)}.{name}"
        case CallExpr(callee=callee, args=args):
            prefixes = {ARG_STAR: "*", ARG_STAR2: "**"}
            parts = [
                f"{f'{name}=' if name else ''}{prefixes.get(kind, '')}{_text(arg)}"
                for name, kind, arg in zip(node.arg_names, node.arg_kinds, args, strict=True)
            ]
            return f"{_text(callee)}({', '.join(parts)})"
        case IndexExpr(base=base, index=index):
            return f"{_text(base)}[{_text(index)}]"
        case OpExpr(op=op, left=left, right=right):
            return f"{_text(left)} {op} {_text(right)}"
        case TupleExpr(items=items):
            return ", ".join(map(_text, items))
        case StrExpr(value=value):
            return repr(value)
        case EllipsisExpr():
            return "..."
    raise AssertionError(node)
