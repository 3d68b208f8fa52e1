"""Names that mean one thing to mypy and may mean another when the program runs."""

import importlib
from typing import Any

import pytest

from tests.plugin.parsing import last_argument, parsed

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
ambiguity = importlib.import_module("btf_typing_mypy.source.ambiguity")

_SEVERAL = '"{}" may refer to more than one definition; define it once, without a condition'
_DIFFERENT = (
    '"{}" is defined differently for type checkers and at run time; define it once for both'
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from posixpath import sep\nprint(sep)", ""),
        ("if print():\n  from posixpath import sep\nprint(sep)", ""),
        (
            "if print():\n  from posixpath import sep\nelse:\n  from ntpath import sep\nprint(sep)",
            _SEVERAL.format("sep"),
        ),
        (
            "from posixpath import sep\ndef f() -> None:\n  from ntpath import sep\nprint(sep)",
            _SEVERAL.format("sep"),
        ),
        (
            "from posixpath import sep\ndef f() -> None:\n  from posixpath import sep\nprint(sep)",
            "",
        ),
        ("name = 'here'\nif print():\n  name = 'there'\nprint(name)", ""),
        (
            "class C: ...\ndef f() -> None:\n  global C\n  C = 1  # type: ignore\nprint(C)",
            _SEVERAL.format("C"),
        ),
        ("class C: ...\ndef f() -> None:\n  C = 1\nprint(C)", ""),
        (
            "MYPY = True\nif MYPY:\n  name = 'here'\nelse:\n  name = 'there'\nprint(name)",
            _DIFFERENT.format("name"),
        ),
        (
            "MYPY = True\nif MYPY:\n  import os\nelse:\n  import mine as os\nprint(os.path.sep)",
            _DIFFERENT.format("os"),
        ),
    ],
)
def test_the_text_does_not_change_the_reason(text: str, reason: str) -> None:
    tree, name = last_argument(text)
    assert ambiguity.why_ambiguous(tree, name) == reason
    assert ambiguity.why_ambiguous(tree, name, lambda: text) == reason


_CLASS = "class C: ...\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_CLASS, False),
        (f"{_CLASS}D = C", False),
        (f"{_CLASS}C = 1  # type: ignore", True),
        (f"{_CLASS}for C in (1, 2): pass  # type: ignore", True),
        (f"{_CLASS}from ast import alias as C  # type: ignore", True),
        (f"{_CLASS}def f() -> None:\n  C = 1", False),
        (f"{_CLASS}def f() -> None:\n  global C\n  C = 1  # type: ignore", True),
    ],
)
def test_a_class_is_redefined(text: str, expected: bool) -> None:
    tree = parsed(text)
    assert ambiguity.is_redefined(tree, tree.defs[0]) is expected


def test_what_only_the_run_time_sees_counts_in_the_class_that_has_it() -> None:
    tree: Any = parsed(
        "from typing import TYPE_CHECKING\n"
        "class Packed:\n"
        "  if not TYPE_CHECKING:\n"
        "    _pack_ = 1\n"
        "class Plain: ...\n"
    )
    _, packed, plain = tree.defs
    assert ambiguity.differs_at_run_time(tree, "_pack_", packed)
    assert not ambiguity.differs_at_run_time(tree, "_pack_", plain)
    assert ambiguity.differs_at_run_time(tree, "_pack_")
    assert not ambiguity.differs_at_run_time(tree, "_align_", packed)
