"""Names that are given another value where it is easily overlooked: then nothing is certain."""

import sys
from collections.abc import Callable
from typing import overload

from btf_typing import load

# mypy: enable-error-code="btf-unresolved"


def other() -> str:
    return sys.argv[1]


def in_a_condition() -> None:
    path = "prog.bpf.o"
    while not (path := other()):
        pass
    load(path)
    # E: cannot tell which object this is: the path comes from a call that is not
    #    followed  [btf-unresolved]


def to_what_is_known() -> None:
    path = "prog.bpf.o"
    if (path := "build/other.bpf.o") == other():
        pass
    reveal_type(load(path).path)  # N: Revealed type is "str"
    reveal_type(load(path).btf.struct("event"))
    # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"


def deep_in_an_expression(values: list[str]) -> None:
    path = "prog.bpf.o"
    print(f"{values[0 : len(path := values[0])]}", *[-len(value) for value in values], sep=",")
    load(path)
    # E: cannot tell which object this is: the path comes from an index that is not
    #    followed  [btf-unresolved]


def in_a_comprehension(values: list[str]) -> None:
    path = "prog.bpf.o"
    print({value: 1 for value in values if (path := other()) == value})
    load(path)
    # E: cannot tell which object this is: the path comes from a call that is not
    #    followed  [btf-unresolved]


def in_a_default() -> None:
    path = "prog.bpf.o"

    def inner(count: int = len(path := other())) -> int:
        return count

    inner()
    load(path)
    # E: cannot tell which object this is: the path comes from a call that is not
    #    followed  [btf-unresolved]


def in_a_decorator(made: Callable[[str], Callable[[type], type]]) -> None:
    path = "prog.bpf.o"

    @made(path := other())
    class Inner:
        pass

    print(Inner)
    load(path)
    # E: cannot tell which object this is: the path comes from a call that is not
    #    followed  [btf-unresolved]


def by_a_pattern(value: object) -> None:
    path = "prog.bpf.o"
    match value:
        case str(path) | {"path": str(path)}:
            pass
        case _:
            pass
    load(path)
    # E: cannot tell which object this is: "path" is assigned in a way that is not
    #    followed  [btf-unresolved]


def in_an_inner_function() -> None:
    path = "prog.bpf.o"

    def change() -> bool:
        nonlocal path
        return bool(path := other())

    change()
    load(path)
    # E: cannot tell which object this is: the path comes from a call that is not
    #    followed  [btf-unresolved]


def not_in_a_scope_of_its_own(values: list[str]) -> None:
    path = "prog.bpf.o"
    print([path for path in values], lambda path: path, (path := "prog.bpf.o"))

    def inner() -> str:
        if path := other():
            return path
        return ""

    inner()
    reveal_type(load(path).btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


GLOBAL = "prog.bpf.o"
CHANGED = "prog.bpf.o"
OVERLOADED = "prog.bpf.o"
Event = load("prog.bpf.o").btf.struct("event")


def change() -> bool:
    global CHANGED
    return bool(CHANGED := other())


def local() -> bool:
    return bool(GLOBAL := other())


@overload
def changes(path: str) -> str: ...
@overload
def changes(path: int) -> int: ...
def changes(path: str | int) -> str | int:
    global OVERLOADED
    OVERLOADED = str(path)
    return path


reveal_type(load(GLOBAL).btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
load(CHANGED)
# E: cannot tell which object this is: the path comes from a call that is not
#    followed  [btf-unresolved]
load(OVERLOADED)
# E: cannot tell which object this is: the value of "path" is not known  [btf-unresolved]


def shown(event: Event) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"
