"""Every assignment to a name is found, in whatever syntax."""

import importlib
from typing import Any

import pytest
from mypy.nodes import MypyFile, StrExpr
from mypy.options import Options

from tests.plugin.parsing import last_argument, parsed

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
assignments = importlib.import_module("btf_typing_mypy.source.assignments")

_NEW_NAME = "allow_redefinition_old"  # since mypy 2.0
_REDEFINITION = {_NEW_NAME if hasattr(Options(), _NEW_NAME) else "allow_redefinition": True}

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
    return parsed(_TEXT)


def _found(tree: MypyFile, name: str, text: str = "") -> list[Any]:
    table = tree.names
    *outer, last = name.split(".")
    for part in outer:
        table = getattr(table[part].node, "names")  # noqa: B009
    node = table[last].node
    return [
        found.value.value if isinstance(found.value, StrExpr) else found.entered
        for found in assignments.assignments(tree, node, lambda: text)
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
    assert len(_found(parsed("\n".join(lines)), "name")) == 401


@pytest.mark.parametrize(
    ("inside", "values"),
    [
        ("name = 'local'", ["here"]),
        ("other.name = 'of another'", ["here"]),
        ("global name; name = 'global'", ["here", "global"]),
        ("m.name = 'attribute'", ["here", "attribute"]),
        ("m . \\\n \\\n name = 'attribute'", ["here", "attribute"]),
        ("(m.  # .\n # . #\n  name) = 'attribute'", ["here", "attribute"]),
        ("m.\N{MATHEMATICAL BOLD SMALL N}ame = 'attribute'", ["here", "attribute"]),
    ],
)
def test_the_text_of_a_module_tells_whether_its_functions_matter(
    inside: str, values: list[str]
) -> None:
    text = (
        f"import m\nfrom typing import Any\nname = 'here'\ndef f(other: Any) -> None:\n  {inside}\n"
    )
    tree = parsed(text)
    assert _found(tree, "name", text) == _found(tree, "name") == values


def test_a_value_of_an_attribute_is_found_once() -> None:
    text = """\
class Tool:
    def __init__(self) -> None:
        self.path = "one"
    def annotated(self) -> None:
        self.path = "two"
    def unannotated(self):
        self.path = "three"
        def inside():
            self.path = "four"
"""
    tree = parsed(text)
    variable = tree.names["Tool"].node.names["path"].node  # type: ignore[union-attr]
    found = assignments.assignments_and_to_self(tree, variable)
    assert sorted(each.value.value for each in found) == ["four", "one", "three", "two"]


def _only_value(text: str) -> object:
    """The only value of the name in the last line of *text*; None if it may have others."""
    found = assignments.only_value(*last_argument(text), lambda: text)
    return found.value if isinstance(found, StrExpr) else found


@pytest.mark.parametrize(
    "text",
    ["name = 'here'", "name = other = 'here'", "name: str = 'here'", "name = ('here')  # no other"],
)
def test_a_constant_that_is_used_once_has_one_value(text: str) -> None:
    assert _only_value(f"{text}\nprint(name)") == "here"


@pytest.mark.parametrize(
    "text",
    [
        "name, other = 'here', 1\nprint(name)",
        "name: str\nprint(name)",
        "if print():\n  name = 'here'\nprint(name)",
        "try:\n  name = 'here'\nfinally:\n  pass\nprint(name)",
        "for name in ('here', 'there'): pass\nprint(name)",
        "print(name := 'here')\nprint(name)",
        "from posixpath import sep\nprint(sep)",
        "sep = 'here'\nfrom posixpath import *\nprint(sep)",
        "name = 'here'\nprint(name)\nprint(name)",
        "name = 'here'\nname += 'there'\nprint(name)",
        "name = 'here'\ndef f() -> None:\n  global name\nprint(name)",
        "import m\nname = 'here'\ndef f() -> None:\n  m.name = 'there'\nprint(name)",
        "name = 'here'\n\N{MATHEMATICAL BOLD SMALL N}ame = 'there'\nprint(name)",
        "names = name = 'here'\nprint(name)",
    ],
)
def test_one_that_may_have_others_is_looked_into(text: str) -> None:
    assert _only_value(text) is None


def test_a_value_is_unknown_without_the_text() -> None:
    assert assignments.only_value(*last_argument("name = 'here'\nprint(name)"), str) is None


def test_redefinitions_that_mypy_tells_apart_are_not_followed() -> None:
    text = "name = 'one'\nprint(name)\nname = 'two'\nprint(name)\nother = 'one'\n"
    tree = parsed(text, **_REDEFINITION)
    assert {name for name in tree.names if name.startswith("name")} == {"name", "name'"}
    assert _found(tree, "name") == _found(tree, "name'") == [False]
    assert _found(tree, "other") == ["one"]


def test_variables_of_several_with_statements_are_followed() -> None:
    text = "with open('one') as name: print(name)\nwith open('two') as name: print(name)\n"
    tree = parsed(text)
    assert {name for name in tree.names if name.startswith("name")} == {"name", "name'"}
    assert _found(tree, "name") == _found(tree, "name'") == [True]
    tree = parsed(f"{text}name = 'three'\nprint(name)\n", **_REDEFINITION)
    assert _found(tree, "name") == _found(tree, "name'") == [False]
    inside = "".join(f"  {line}\n" for line in text.splitlines())
    text = "with open('zero') as name: pass\nprint(name)\ndef f() -> None:\n  global name\n"
    text += inside
    assert _found(parsed(text), "name", text) == [False]


def test_a_split_variable_of_a_function_is_no_other_variable_of_its_name() -> None:
    inside = "  with open('one') as name: print(name)\n  with open('two') as name: print(name)\n"
    text = f"name = 'here'\ndef f() -> None:\n{inside}"
    assert _found(parsed(text), "name") == ["here"]
    assert _found(parsed(f"{text}def g() -> None:\n  global name\n"), "name") == ["here"]
    tree = parsed(f"{text}def g() -> None:\n  global name\n{inside}", with_errors=True)
    assert _found(tree, "name") == [False]
    parameter = "def f(name: str) -> None:\n  print(name)\n  name = 'two'\n  print(name)\n"
    tree = parsed(parameter, **_REDEFINITION)
    function: Any = tree.names["f"].node
    found = assignments.assignments(tree, function.arguments[0].variable)
    assert [each.value for each in found] == [None]


def test_names_that_the_text_rules_out_are_not_searched(tree: MypyFile) -> None:
    assert _found(tree, "plain", "plain = '...'") == ["one", "two"]
    assert _found(tree, "Holder.attribute", "attribute = '...'") == ["class", "method"]
