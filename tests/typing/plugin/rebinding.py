"""Names that get another value in a place that is easy to overlook: nothing is certain then."""

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path
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
    # E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


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
    # E: cannot determine which object this is: the plugin cannot evaluate this index, only
    #    path.parents[number]; annotate the object as
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_a_comprehension(values: list[str]) -> None:
    path = "prog.bpf.o"
    print({value: 1 for value in values if (path := other()) == value})
    load(path)
    # E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_a_default() -> None:
    path = "prog.bpf.o"

    def inner(count: int = len(path := other())) -> int:
        return count

    inner()
    load(path)
    # E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def in_a_decorator(made: Callable[[str], Callable[[type], type]]) -> None:
    path = "prog.bpf.o"

    @made(path := other())
    class Inner:
        pass

    print(Inner)
    load(path)
    # E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def by_a_pattern(value: object) -> None:
    path = "prog.bpf.o"
    match value:
        case str(path) | {"path": str(path)}:
            pass
        case _:
            pass
    load(path)
    # E: cannot determine which object this is: one of the assignments to "path" has no value that
    #    the plugin can evaluate; use plain assignments such as path =
    #    "..."  [btf-unresolved]


def in_an_inner_function() -> None:
    path = "prog.bpf.o"

    def change() -> bool:
        nonlocal path
        return bool(path := other())

    change()
    load(path)
    # E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def not_in_a_scope_of_its_own(values: list[str]) -> None:
    path = "prog.bpf.o"
    print([path for path in values], lambda path: path, (path := "prog.bpf.o"))

    def inner() -> str:
        if path := other():
            return path
        return ""

    inner()
    reveal_type(load(path).btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


def a_parameter(path: str, flag: bool) -> None:
    if flag:
        path = "prog.bpf.o"
    load(path)
    # E: cannot determine which object this is: "path" is a parameter or is not assigned; annotate
    #    the object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def a_default(path: str = "prog.bpf.o") -> None:
    def inner() -> None:
        nonlocal path
        path = "prog.bpf.o"

    inner()
    reveal_type(load(path).btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"


def the_name_of_a_type(name: str, flag: bool) -> None:
    if flag:
        name = "event"
    load("prog.bpf.o").btf.struct(name)
    # E: not checked: the name or id is unknown: "name" is a parameter or is not assigned; use a
    #    literal, a Final string or a StrEnum  [btf-unresolved]


class PathError(Exception, os.PathLike[str]):
    def __fspath__(self) -> str:
        return other()


def by_an_exception() -> None:
    path: str | PathError = "prog.bpf.o"
    try:
        print(path)
    except PathError as path:
        load(path)
        # E: cannot determine which object this is: one of the assignments to "path" has no value
        #    that the plugin can evaluate; use plain assignments such as path =
        #    "..."  [btf-unresolved]


def at_home_but_hidden() -> None:
    if path := other():
        pass

    def inner() -> None:
        nonlocal path
        path = "prog.bpf.o"

    inner()
    load(path)
    # E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


class Holder:
    kept = "prog.bpf.o"
    by_class_method = "prog.bpf.o"
    by_another_name = "prog.bpf.o"
    by_comprehension = "prog.bpf.o"
    hidden = (walrus := other())

    def __init__(self) -> None:
        self.kept = other()  # of this instance

    @classmethod
    def change(cls) -> None:
        cls.by_class_method = other()


Another = Holder
Another.by_another_name = other()
Holder.walrus = "prog.bpf.o"
print([0 for Holder.by_comprehension in [other()]])

reveal_type(load(Holder.kept).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
load(Holder.by_class_method)
# E: cannot determine which object this is: one of the assignments to "by_class_method" has no value
#    that the plugin can evaluate; use plain assignments such as by_class_method =
#    "..."  [btf-unresolved]
load(Holder.by_another_name)
# E: cannot determine which object this is: one of the assignments to "by_another_name" has no value
#    that the plugin can evaluate; use plain assignments such as by_another_name =
#    "..."  [btf-unresolved]
load(Holder.by_comprehension)
# E: cannot determine which object this is: one of the assignments to "by_comprehension" has no
#    value that the plugin can evaluate; use plain assignments such as by_comprehension =
#    "..."  [btf-unresolved]
load(Holder.walrus)
# E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
#    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]

BY_CLASS = "prog.bpf.o"


class Declares:
    global BY_CLASS
    BY_CLASS = other()


load(BY_CLASS)
# E: cannot determine which object this is: one of the assignments to "BY_CLASS" has no value that
#    the plugin can evaluate; use plain assignments such as BY_CLASS =
#    "..."  [btf-unresolved]

try:
    from app.api import SOMEWHERE
except ImportError:
    SOMEWHERE = "prog.bpf.o"
load(SOMEWHERE)
# E: cannot determine which object this is: "SOMEWHERE" may refer to more than one definition;
#    define it once, without a condition  [btf-unresolved]

STARRED = ["prog", "bpf.o"]
load(Path(*STARRED))
# E: cannot determine which object this is: the plugin does not evaluate starred arguments; write
#    them one by one  [btf-unresolved]


class Added(ctypes.Structure):
    _fields_ = [("x", ctypes.c_uint32)]
    _fields_ += [("y", ctypes.c_uint32)]


load("prog.bpf.o").btf.validate_struct("event", Added)
# E: not checked: _fields_ is assigned in 2 places; assign it once  [btf-unresolved]

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
# E: cannot determine which object this is: the plugin does not evaluate other(); annotate the
#    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
load(OVERLOADED)
# E: cannot determine which object this is: "path" is a parameter or is not assigned; annotate the
#    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def shown(event: Event) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"
