"""No code of the two packages reads the text of our own messages or C declarations.

Errors and declarations have their parts as attributes. Code that strips or searches their text
breaks when someone improves a sentence.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

_SOURCES = sorted(
    path
    for package in ("btf_typing", "mypy_plugin/btf_typing_mypy")
    for path in (ROOT / package).rglob("*.py")
)
_TEXT_ATTRIBUTES = {"args", "message", "message_without_ids", "what", "hint", "reason", "problem"}
"""Attributes that hold the text of a message."""

_TEXT_FUNCTIONS = {"str", "repr", "format"}
"""Functions that turn an error into text."""

_TEXT_METHODS = {"c_declaration", "declare", "declaration", "type_name", "stub_text", "module_text"}
"""Functions and properties of ours that return C or Python text."""

_READING = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition"),
    *("split", "rsplit", "splitlines", "strip", "lstrip", "rstrip", "find", "rfind", "index"),
    *("rindex", "count", "replace", "translate"),
}
"""Methods of ``str`` that look at the text, or take it apart."""


def _errors(function: ast.AST) -> set[str]:
    """The names of exceptions in *function*: of ``except ... as name``, and of parameters."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.arg) and node.annotation:
            annotation = ast.unparse(node.annotation)
            if "Error" in annotation or "Exception" in annotation:
                found.add(node.arg)
    return found


def _is_text(node: ast.AST, errors: set[str], texts: set[str]) -> bool:
    """Whether *node* is, or contains, the text of a message or a declaration."""
    match node:
        case ast.Name(id=name):
            return name in texts
        case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=argument)]):
            return name in _TEXT_METHODS or (name in _TEXT_FUNCTIONS and argument in errors)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _TEXT_METHODS:
            return True
        case ast.Attribute(value=value, attr="c_declaration"):
            return bool(value)
        case ast.Attribute(attr=attribute):
            return attribute in _TEXT_ATTRIBUTES
        case ast.Subscript(value=value):
            return _is_text(value, errors, texts)
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=name))]):
            return name in errors
    return False


def _readings(function: ast.AST) -> Iterator[ast.expr]:
    """The expressions in *function* that read the text of a message or declaration."""
    errors, texts = _errors(function), set[str]()
    nodes = list(ast.walk(function))
    for node in nodes:
        if isinstance(node, ast.Assign) and _is_text(node.value, errors, texts):
            texts |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.expr) and any(
            _is_text(each, errors, texts) for each in _read(node)
        ):
            yield node


def _read(node: ast.expr) -> list[ast.expr]:
    """The expressions whose text *node* reads, if they are text."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=args):
            return args
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _READING:
            return [value]
        case ast.Compare(comparators=[right], ops=[ast.In() | ast.NotIn()]):
            return [right]
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return [left, right]
    return []


def _found(source: str) -> set[str]:
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {ast.unparse(node) for function in functions for node in _readings(function)}


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_reads_the_text_of_our_messages(path: Path) -> None:
    assert _found(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "body",
    [
        "return str(error).removeprefix(f'{path}: ')",
        "text = str(error)\n    return text.removeprefix('no struct')",
        "return f'{error}'.split(': ')",
        "return error.message.partition(';')[0]",
        "return error.args[0].startswith('no struct')",
        "return re.sub(r'\\[\\d+\\] ', '', refused.reason)",
        "return 'did you mean' in error.message",
        "return known.problem == 'no such file'",
        "return obj.btf.type(name).c_declaration.splitlines()",
        "declared = c.declare(type_id, name)\n    return declared.partition('{...}')",
        "declared = c.declare(type_id, name)\n    return '{...}' in declared",
        "return c.type_name(type_id).startswith('enum {...}')",
        "stub = stub_text(obj)\n    return stub.count('class ')",
    ],
)
def test_reading_is_found(body: str) -> None:
    assert len(_found(f"def f(error: BtfError):\n    {body}\n")) == 1


@pytest.mark.parametrize(
    "body",
    [
        "return f'{path}: {error.message}'",
        "return error.suggestions.index(name)",
        "return name.startswith('_')",
        "return isinstance(error, LookupError)",
    ],
)
def test_other_uses_are_not_found(body: str) -> None:
    assert _found(f"def f(error: BtfError):\n    {body}\n") == set()
