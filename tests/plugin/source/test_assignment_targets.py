"""Every target is found, whatever expression or pattern it is nested in."""

import importlib

from tests.plugin.parsing import parsed

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
syntax_tree = importlib.import_module("btf_typing_mypy.source.syntax_tree")
targets = importlib.import_module("btf_typing_mypy.source.assignment_targets")

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
    tree = parsed(_EVERYWHERE, with_errors=True)
    found = {
        target.name
        for scope in syntax_tree.scopes(tree.defs)
        for node in syntax_tree.nodes_in(scope, targets.NESTED_KINDS)
        for target, _ in targets.nested_targets(node)
    }
    walruses = {f"w{number}" for number in range(_EVERYWHERE.count(":="))}
    captured = {f"captured{number}" for number in (1, 2, 3, 4)}
    assert walruses | captured | {"x", "_"} == found  # for x in, for _ in
