"""Every place that gives a name a value is found, whatever syntax it hides in."""

import importlib
from typing import Any

import pytest
from mypy import build
from mypy.modulefinder import BuildSource
from mypy.nodes import MypyFile, StrExpr
from mypy.options import Options

# By its installed name: in this tree mypy knows it as mypy_plugin.btf_typing_mypy.
assignments = importlib.import_module("btf_typing_mypy.assignments")

_TEXT = """\
from typing import Any, Iterator
import contextlib

class Holder:
    attribute = "class"
    def method(self) -> None:
        Holder.attribute = "method"

def anything(*_: object) -> Any:
    return None

plain = "one"
plain = "two"
declared: str
unpacked, (deeper, *rest) = anything()
for looped in anything():
    pass
with anything() as entered, anything():
    pass
augmented = "one"
augmented += "two"
deleted = "one"
del deleted
walrus = "one"
try:
    if anything():
        pass
    elif [1 for _ in anything() if (walrus := "two")]:
        walrus = "three"
    else:
        lambda x=(walrus := "four"): (walrus := "not this one")
except Exception:
    walrus = "five"
finally:
    async def later() -> None:
        global walrus
        while await anything(walrus := "six"):
            return
starred: Any = ["one"]
mapping: Any = {"one": 1}
matched: Any = "one"
match anything():
    case [*starred]:
        pass
    case {"x": 1, **mapping}:
        pass
    case Holder(attribute=matched) | [matched] | (str() as matched):
        pass
    case "x" if (matched := "guard"):
        pass
@contextlib.contextmanager
def decorated() -> Iterator[str]:
    global plain
    plain = "three"
    yield (plain := "four")
"""


@pytest.fixture(scope="module")
def tree() -> MypyFile:
    options = Options()
    options.preserve_asts = True
    options.incremental = False
    result = build.build([BuildSource("m.py", "m", _TEXT)], options)
    assert result.errors == []
    return result.files["m"]


def _found(tree: MypyFile, name: str) -> list[Any]:
    table = tree.names
    *outer, last = name.split(".")
    for part in outer:
        table = getattr(table[part].node, "names")  # noqa: B009
    node = table[last].node
    return [
        found.value.value if isinstance(found.value, StrExpr) else found.entered
        for found in assignments.assignments(tree, node)
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("plain", ["one", "two", "three", "four"]),
        ("declared", []),
        ("unpacked", [False]),
        ("deeper", [False]),
        ("rest", [False]),
        ("looped", [False]),
        ("entered", [True]),
        ("augmented", ["one", False]),
        ("deleted", ["one", False]),
        ("walrus", ["one", "two", "three", "four", "five", "six"]),
        ("starred", [False, False]),
        ("mapping", [False, False]),
        ("matched", ["one", False, False, False, "guard"]),
        ("Holder.attribute", ["class", "method"]),
    ],
)
def test_every_value_is_found(tree: MypyFile, name: str, values: list[object]) -> None:
    assert sorted(map(str, _found(tree, name))) == sorted(map(str, values))


def test_a_long_chain_of_conditions_is_followed() -> None:
    lines = ["from builtins import bool as anything", "name = 'first'", "if anything(): pass"]
    lines += [f"elif anything(): name = '{number}'" for number in range(400)]
    options = Options()
    options.preserve_asts = True
    options.incremental = False
    result = build.build([BuildSource("m.py", "m", "\n".join(lines))], options)
    assert result.errors == []
    assert len(_found(result.files["m"], "name")) == 401
