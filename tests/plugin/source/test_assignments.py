"""Every assignment to a name is found, in whatever syntax."""

import importlib
from typing import Any

import pytest
from mypy import build
from mypy.modulefinder import BuildSource
from mypy.nodes import MypyFile, StrExpr
from mypy.options import Options

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
ambiguity = importlib.import_module("btf_typing_mypy.source.ambiguity")
assignments = importlib.import_module("btf_typing_mypy.source.assignments")
syntax_tree = importlib.import_module("btf_typing_mypy.source.syntax_tree")
targets = importlib.import_module("btf_typing_mypy.source.targets")

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


def _parsed(text: str, **flags: bool) -> MypyFile:
    options = Options()
    for flag, value in flags.items():
        setattr(options, flag, value)
    options.preserve_asts = True
    options.incremental = False
    result = build.build([BuildSource("m.py", "m", text)], options)
    assert result.errors == []
    return result.files["m"]


@pytest.fixture(scope="module")
def tree() -> MypyFile:
    return _parsed(_TEXT)


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
    assert len(_found(_parsed("\n".join(lines)), "name")) == 401


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
    tree = _parsed(text)
    assert _found(tree, "name", text) == _found(tree, "name") == values


def _used(text: str) -> tuple[MypyFile, Any]:
    """The tree of *text*, and the argument of the call in its last line."""
    tree = _parsed(text)
    called: Any = tree.defs[-1]
    return tree, called.expr.args[0]


def _only_value(text: str) -> object:
    """The only value of the name in the last line of *text*; None if it may have others."""
    found = assignments.only_value(*_used(text), lambda: text)
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
    assert assignments.only_value(*_used("name = 'here'\nprint(name)"), str) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from posixpath import sep\nprint(sep)", ""),
        ("if print():\n  from posixpath import sep\nprint(sep)", ""),
        (
            "if print():\n  from posixpath import sep\nelse:\n  from ntpath import sep\nprint(sep)",
            '"sep" may refer to more than one definition; define it once, without a condition',
        ),
        (
            "MYPY = True\nif MYPY:\n  name = 'here'\nelse:\n  name = 'there'\nprint(name)",
            (
                '"name" is defined differently for type checkers and at run time;'
                " define it once for both"
            ),
        ),
    ],
)
def test_the_text_does_not_change_the_reason(text: str, reason: str) -> None:
    tree, name = _used(text)
    assert ambiguity.why_ambiguous(tree, name) == reason
    assert ambiguity.why_ambiguous(tree, name, lambda: text) == reason


def test_redefinitions_that_mypy_tells_apart_are_not_followed() -> None:
    flag = "allow_redefinition_old"  # its name since mypy 2.0
    flag = flag if hasattr(Options(), flag) else "allow_redefinition"
    text = "name = 'one'\nprint(name)\nname = 'two'\nprint(name)\nother = 'one'\n"
    tree = _parsed(text, **{flag: True})
    assert {name for name in tree.names if name.startswith("name")} == {"name", "name'"}
    assert _found(tree, "name") == _found(tree, "name'") == [False]
    assert _found(tree, "other") == ["one"]


def test_names_that_the_text_rules_out_are_not_searched(tree: MypyFile) -> None:
    assert _found(tree, "plain", "plain = '...'") == ["one", "two"]
    assert _found(tree, "Holder.attribute", "attribute = '...'") == ["class", "method"]


_EVERYWHERE = """\
import contextlib
from typing import Any, AsyncIterator, Iterator, assert_type, cast

def do(*_: Any, **__: Any) -> Any:
    return None

async def coroutine() -> AsyncIterator[int]:
    await do(w0 := 1)
    async with do(w1 := 1) as entered:
        yield (w2 := 1)
    async for _ in do(w3 := 1):
        pass
    print([x async for x in do(w4 := 1)])

def generator() -> Iterator[int]:
    yield from (w5 := [1])
    return (w6 := None)

def raising() -> None:
    raise do(w7 := 1) from do(w8 := 1)

def body(argument: Any, other: Any = (w9 := 1), *, last: Any = (w10 := 1)) -> Any:
    do(w11 := 1)
    argument[(w12 := 1)] = (w13 := 1)
    argument[(w14 := 1)] += (w15 := 1)
    del argument[(w16 := 1)]
    if (w17 := 1):
        pass
    elif (w18 := 1):
        pass
    while (w19 := 1):
        for argument[(w20 := 1)] in (w21 := [1]):
            assert (w22 := 1), (w23 := "x")
    try:
        pass
    except do(w24 := 1):
        pass
    with do(w25 := 1) as argument[(w26 := 1)]:
        pass
    match (w27 := argument):
        case 1 if (w28 := 1):
            pass
        case [1, *captured1] | {"k": 1, **captured2}:
            pass
        case int(real=captured3, imag=(1 | 2) as captured4):
            pass
    do(w29 := 1, key=(w30 := 1), *(w31 := [1]), **(w32 := {}))
    (w33 := argument).attribute
    argument[(w34 := 1):(w35 := 2):(w36 := 3), (w37 := 4)]
    (w38 := 1) + -(w39 := 2) < (w40 := 3) and (w41 := 4)
    (w42 := 1) if (w43 := 1) else (w44 := 1)
    [(w45 := 1), *(w46 := [2])], ((w47 := 1),), {(w48 := 1)}
    {(w49 := 1): (w50 := 2), **(w51 := {})}
    [(w52 := 1) for _ in [1] if (w53 := 1)], {(w54 := 1) for _ in [1]}
    {(w55 := 1): (w56 := 2) for _ in [1] if (w57 := 1)}, list((w58 := 1) for _ in [1])
    lambda default=(w59 := 1): default
    cast(int, (w60 := 1)), assert_type((w61 := 1), int), reveal_type(w62 := 1)
    f"{(w63 := 1)!r:>{(w64 := 4)}}"

@do(w65 := 1)
def decorated() -> None: ...

@do(w66 := 1)
class Class(do(w67 := object), metaclass=do(w68 := 1), key=(w69 := 1)):
    attribute = (w70 := 1)
    @property
    @do(w71 := 1)
    def method(self) -> Any: ...
"""


def test_no_expression_is_overlooked() -> None:
    options = Options()
    options.preserve_asts = True
    options.incremental = False
    tree = build.build([BuildSource("m.py", "m", _EVERYWHERE)], options).files["m"]
    found = {
        target.name
        for scope in syntax_tree.scopes(tree.defs)
        for node in syntax_tree.nodes_in(scope, targets.NESTED_KINDS)
        for target, _ in targets.nested_targets(node)
    }
    walruses = {f"w{number}" for number in range(_EVERYWHERE.count(":="))}
    assert walruses | {f"captured{number}" for number in (1, 2, 3, 4)} == found
