"""Tuples whose annotation loses the objects in them, and values that may be None."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from btf_typing import BpfObject, Btf, load

obj = load("prog.bpf.o")


def opened() -> tuple[int, BpfObject]:
    return len("event"), load("prog.bpf.o")


def by_another() -> tuple[int, BpfObject]:
    result = opened()
    return result


number, first = opened()
first.btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
opened()[1].btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
_, second = by_another()
second.btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


@contextmanager
def entered() -> Iterator[tuple[Btf, str]]:
    yield load("build/other.bpf.o").btf, input()


with entered() as (btf, text):
    btf.struct("event")
    # E: not checked: the annotation "Btf" does not say which object this is; write
    #    Btf[Literal["build/other.bpf.o"]]  [btf-unresolved]


class Tool:
    obj: BpfObject

    def __init__(self) -> None:
        self.number, self.obj = opened()

    def show(self) -> None:
        self.obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


both: tuple[BpfObject, Btf] = obj, load("build/other.bpf.o").btf
both[0].btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
both[1].struct("event")
# E: not checked: the annotation "Btf" does not say which object this is; write
#    Btf[Literal["build/other.bpf.o"]]  [btf-unresolved]


def of_two() -> tuple[int, tuple[BpfObject, BpfObject]]:
    return 1, (obj, load("build/other.bpf.o"))


def of_one(known: int) -> tuple[BpfObject[Literal["prog.bpf.o"]], BpfObject]:
    return (obj, load("build/other.bpf.o")) if known else (obj, load("prog.bpf.o"))


_, (third, fourth) = of_two()
third.btf.struct("event")
fifth, sixth = of_one(1)
fifth.btf.struct("event")
sixth.btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["build/other.bpf.o", "prog.bpf.o"]]  [btf-unresolved]


of_one(1)[-1].btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["build/other.bpf.o", "prog.bpf.o"]]  [btf-unresolved]
number, seventh = opened() if number else by_another()
seventh.btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


class Tool2(BpfObject):
    """Its object is unknown."""


def mixed(tool: Tool2, at: int) -> None:
    pair: tuple[BpfObject, Tool2] = obj, tool
    pair[at].btf.struct("event")
    pair[-1].btf.struct("event")
    same: tuple[BpfObject, BpfObject] = obj, load("build/other.bpf.o")
    same[at].btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]


def rows() -> list[tuple[BpfObject, Btf]]:
    return [(obj, load("build/other.bpf.o").btf)]


rows()[0][1].struct("event")


def unannotated_btf():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "unannotated_btf" returns; write
    #    Btf[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]
    result = load("prog.bpf.o").btf if input() else load("build/other.bpf.o").btf
    return result


def show(obj: BpfObject) -> None:
    obj.btf.struct("event")


show(fifth)


def unannotated():  # E: Function is missing a return type annotation  [no-untyped-def]
    load("build/other.bpf.o")
    number, found = opened()
    return number


def unannotated_tuple():  # E: Function is missing a return type annotation  [no-untyped-def]
    load("build/other.bpf.o")
    return opened()


inferred = obj, 1
inferred[0].btf.struct("evnt")
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]


def of_unknown(path: str) -> tuple[BpfObject, int]:
    if path:
        return load(path), 1
    return obj, 2


def starred(rest: list[BpfObject]) -> tuple[BpfObject, ...]:
    return (obj, *rest)


of_unknown("")[0].btf.struct("event")
starred([])[0].btf.struct("event")
head, *tail = starred([])
head.btf.struct("event")


def without_callers(obj: BpfObject | None = None) -> None:
    found = obj if obj is not None else load("prog.bpf.o")
    found.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def with_callers(obj: BpfObject | None = None) -> None:
    found = obj or load("prog.bpf.o")
    found.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["build/other.bpf.o", "prog.bpf.o"]]  [btf-unresolved]


def recursive(obj: BpfObject | None, depth: int) -> None:
    found = obj or load("prog.bpf.o")
    found.btf.struct("event")
    if depth:
        recursive(obj, depth - 1)


def of_none(obj: BpfObject | None) -> None:
    if obj:
        obj.btf.struct("event")


class OnlyNone:
    obj: BpfObject | None = None

    def find(self) -> BpfObject | None:
        return None

    def show(self) -> None:
        (self.obj or load("prog.bpf.o")).btf.struct("event")
        (self.find() or load("prog.bpf.o")).btf.struct("event")


with_callers()
with_callers(load("build/other.bpf.o"))
of_none(None)
