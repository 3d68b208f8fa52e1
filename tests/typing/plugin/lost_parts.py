"""Uses of an object that an annotation loses: tests, views, validation, and where it is kept."""

import ctypes
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Literal, TypeVar

from btf_typing import BpfObject, load

Known = BpfObject[Literal["prog.bpf.o"]]
T = TypeVar("T")
obj: BpfObject = load("prog.bpf.o")


def in_a_parameter(obj: BpfObject) -> None:
    print("counts" in obj.maps)
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    if "event" not in obj.btf and input() not in obj.btf:
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        return
    # These may be for any object.
    for name, each in obj.maps.items():
        print(name, each)


in_a_parameter(load("prog.bpf.o"))
found = obj.maps.get("counts")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
for name, each in obj.maps.items():
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    print(name, each)
values = list(obj.sections.values())
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
print(list(obj.maps), len(obj.maps))


@obj.btf.validate("value")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
class Value(ctypes.Union):
    _fields_ = [("number", ctypes.c_uint32)]


obj.btf.validate_struct("value", Value)
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


class Tool:
    obj: BpfObject
    later: BpfObject | None = None
    unknown: BpfObject

    def __init__(self) -> None:
        self.obj = load("prog.bpf.o")
        self.unknown = load(input())

    def __enter__(self: T) -> T:
        return self

    def open(self) -> BpfObject:
        if self.later is None:
            self.later = load("prog.bpf.o")
        return self.later

    def use(self) -> None:
        self.obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        if self.later:
            self.later.btf.struct("event")
            # E: not checked: the annotation "BpfObject" does not say which object this is; write
            #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        self.open().btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        self.unknown.btf.struct("event")
        "event" in self.unknown.btf

    @cached_property
    def cached(self) -> Known:
        return load("prog.bpf.o")

    def use_cached(self) -> None:
        reveal_type(self.cached.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event]"


@cache
def opened() -> Known:
    return load("prog.bpf.o")


def fixture(function: T) -> T:
    """Stand in for ``pytest.fixture``."""
    return function


@fixture
def prog() -> Iterator[Known]:
    with load("prog.bpf.o") as found:
        yield found


def test_event(prog: Known) -> None:
    reveal_type(prog.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
    "event" in prog.btf


reveal_type(opened().btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


def open_two() -> None:
    with opened_bare() as one:
        one.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    with opened_bare() as one:
        one.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def opened_bare() -> BpfObject:
    return load("prog.bpf.o")
