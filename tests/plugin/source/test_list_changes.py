"""Whether a module may change a list, whatever syntax the change has."""

import importlib

import pytest
from mypy.nodes import MypyFile

from tests.plugin.parsing import parsed

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
list_changes = importlib.import_module("btf_typing_mypy.source.list_changes")

_READS = [
    "print(len({0}), {0}.index(1), {0}.count(1), {0}[0], {0}[1:])",
    "tuple({0}), list({0}), dict(zip({0}, {0}))",
    "{0} + [1], [*{0}], [each for each in {0}], {{each: 1 for each in {0}}}",
    "for each in {0}: pass",
    "lambda: {0}[0]",
]
_CHANGES = [
    "{0}.append(1)",
    "{0}.sort()",
    "{0}[0] = 1",
    "del {0}[0]",
    "{0}[0] += 1",
    "{0} += [1]",
    "other = {0}",
    "other = [{0}]",
    "other = _fields_ = {0}",
    "use({0})",
    "use(other={0})",
    "(lambda: {0}.append(1))()",
    "def f() -> Any: return {0}",
    "def f(other: Any = {0}) -> None: ...",
    "{0} if use() else []",
]
_PROGRAM = """\
from typing import Any
def use(*_: Any, **__: Any) -> Any: ...
items: list[Any] = [1, 2]
unused: list[Any] = [1, 2]
class Holder:
    items: list[Any] = [1, 2]
    unused: list[Any] = [1, 2]
    _fields_: list[Any] = [1, 2]
{}
"""


def _with(line: str) -> MypyFile:
    return parsed(_PROGRAM.format(line))


@pytest.mark.parametrize("line", _READS)
def test_reads_do_not_count(line: str) -> None:
    tree = _with(f"{line.format('items')}\n{line.format('Holder.items')}")
    for name in ("items", "unused", "Holder.items", "Holder.unused"):
        assert list_changes.may_change(tree, _variable(tree, name)) is False


@pytest.mark.parametrize("line", _CHANGES)
def test_everything_else_may_change_a_list(line: str) -> None:
    tree = _with(line.format("items"))
    assert list_changes.may_change(tree, _variable(tree, "items")) is True
    assert list_changes.may_change(tree, _variable(tree, "unused")) is False
    assert list_changes.may_change(tree, _variable(tree, "Holder.items")) is False


def test_an_attribute_of_any_object_may_be_the_one_of_a_class() -> None:
    tree = _with("use().items.append(1)\nuse()._fields_.append(1)")
    assert list_changes.may_change(tree, _variable(tree, "Holder.items")) is True
    assert list_changes.may_change(tree, _variable(tree, "items")) is False
    # Code for all kinds of structures reads ``_fields_`` in many ways.
    assert list_changes.may_change(tree, _variable(tree, "Holder._fields_")) is False


def test_code_that_mypy_skips_leaves_it_open() -> None:
    tree = _with("MYPY = True\nif not MYPY: items.append(1)")
    assert list_changes.may_change(tree, _variable(tree, "items")) is None


def _variable(tree: MypyFile, name: str) -> object:
    class_, _, last = name.rpartition(".")
    names = getattr(tree.names[class_].node, "names") if class_ else tree.names  # noqa: B009
    return names[last].node
