"""Every way of passing an object around."""

import contextlib
import os
import sys
from contextlib import ExitStack, closing
from typing import Any, Literal, Protocol

import btf_typing
import btf_typing as bt
from app.api import fetch, opened, reloaded
from app.resources import OBJ as INSIDE
from btf_typing import BpfObject, Btf, load
from btf_typing import load as read
from btf_typing.bpf_object import load as original

with load("prog.bpf.o") as entered:
    reveal_type(entered)
    # N: Revealed type is "btf_typing.bpf_object.BpfObject[Literal['prog.bpf.o']]"
reveal_type(btf_typing.load("prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(bt.load("prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(read("prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(original("prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(reloaded("prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(INSIDE.btf.struct("event"))
# N: Revealed type is "type[inside_bpf.event]"

with ExitStack() as stack:
    obj = stack.enter_context(load("prog.bpf.o"))
    reveal_type(obj.btf.struct("event"))
    # N: Revealed type is "type[prog_bpf.event]"
with contextlib.nullcontext(load("prog.bpf.o")) as obj2:
    reveal_type(obj2.btf.struct("event"))
    # N: Revealed type is "type[prog_bpf.event]"

one, two = load("prog.bpf.o"), load("build/other.bpf.o")
reveal_type(one.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
reveal_type(two.btf.struct("event"))  # N: Revealed type is "type[other_bpf.event]"
either = one if sys.argv else two
reveal_type(either.btf.struct("event"))
# N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
objects = {"one": one}
reveal_type(objects["one"].btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
if (walrus := load("prog.bpf.o")).path:
    reveal_type(walrus.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
btf = one.btf
reveal_type(btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


class Tool:
    def __init__(self) -> None:
        self.obj = load("prog.bpf.o")
        self.Event = self.obj.btf.struct("event")

    def use(self) -> None:
        reveal_type(self.obj.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
        reveal_type(self.Event().pid)  # N: Revealed type is "int"


def annotated(obj: BpfObject[Literal["prog.bpf.o"]]) -> None:
    reveal_type(obj.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


def annotated_btf(btf: Btf[Literal["prog.bpf.o"]]) -> None:
    reveal_type(btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


def either_object(obj: BpfObject[Literal["prog.bpf.o", "build/other.bpf.o"]]) -> None:
    reveal_type(obj.btf.struct("event"))
    # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"


def union(obj: BpfObject[Literal["prog.bpf.o"]] | BpfObject[Literal["build/other.bpf.o"]]) -> None:
    reveal_type(obj.btf.struct("event"))
    # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"


def optional(obj: BpfObject[Literal["prog.bpf.o"]] | None) -> None:
    if obj is not None:
        reveal_type(obj.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


annotated(one)
annotated(two)
# E: Argument 1 to "annotated" has incompatible type
#    "BpfObject[Literal['build/other.bpf.o']]"; expected
#    "BpfObject[Literal['prog.bpf.o']]"  [arg-type]
either_object(one)
reveal_type(fetch().btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
with opened() as from_generator:
    reveal_type(from_generator.btf.struct("event"))
    # N: Revealed type is "type[prog_bpf.event]"

hatch: BpfObject[Literal["prog.bpf.o"]] = load(os.environ["PROG"])
reveal_type(hatch.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


def hatch_in_a_call() -> None:
    annotated(load(os.environ["PROG"]))


def hatch_in_a_return() -> BpfObject[Literal["prog.bpf.o"]]:
    return load(os.environ["PROG"])


async def coroutine() -> None:
    obj = load("prog.bpf.o")

    async def inner() -> None:
        reveal_type(obj.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"

    await inner()


class HasBtf(Protocol):
    @property
    def btf(self) -> Btf[Literal["prog.bpf.o"]]: ...


def by_protocol(source: HasBtf) -> None:
    reveal_type(source.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


by_protocol(one)


class Named(BpfObject[Literal["prog.bpf.o"]]):
    """A subclass for one object."""


def by_subclass(obj: Named) -> None:
    reveal_type(obj.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


def bare(obj: BpfObject) -> Any:
    return obj.btf.struct("whatever")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


bare(one)
