"""Annotations that lose an object; reported by default where a name is a literal."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property, partial

from btf_typing import BpfObject, Btf, load


@cache
def opened() -> BpfObject:
    return load("prog.bpf.o")


@contextmanager
def entered() -> Iterator[BpfObject]:
    yield load("prog.bpf.o")


class Tool:
    def __init__(self) -> None:
        self.obj: BpfObject = load("prog.bpf.o")

    def run(self) -> None:
        self.obj.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        self.obj.btf.struct(input())

    @cached_property
    def cached(self) -> BpfObject:
        return load("prog.bpf.o")

    def use_cached(self) -> None:
        self.cached.btf.struct("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]

    def open(self) -> BpfObject:
        return load("prog.bpf.o")

    def use(self) -> None:
        self.open().btf.type("event")
        # E: not checked: the annotation "BpfObject" does not say which object this is; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


opened().maps["counts"]
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
obj = opened()
obj.btf.enum("kind")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
with entered() as inside:
    inside.sections[".rodata"]
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
btf: Btf = load("prog.bpf.o" if input() else "build/other.bpf.o").btf
btf.struct("event")
# E: not checked: the annotation "Btf" does not say which object this is; write
#    Btf[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]


def called(btf: Btf) -> None:
    btf.struct("event")
    # E: not checked: the annotation "Btf" does not say which object this is; write
    #    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]


def called_with_bytes(btf: Btf) -> None:
    btf.struct("event")


def from_memory() -> Btf:
    return Btf.from_bytes(b"")


def from_anywhere(path: str) -> BpfObject:
    return load(path)


called(load("prog.bpf.o").btf)
called_with_bytes(Btf.from_bytes(b""))
called_with_bytes(btf=from_memory())
from_memory().struct("event")
from_anywhere("prog.bpf.o").btf.struct("event")
load(input()).btf.struct("event")

known = load("prog.bpf.o")
partial(known.btf.struct, "event")
# E: not checked: the plugin does not see calls through functools.partial(); call struct() itself, or
#    write a lambda that calls it  [btf-unresolved]
partial(load, "prog.bpf.o")
# E: not checked: the plugin does not see calls through functools.partial(); call load() itself, or
#    write a lambda that calls it  [btf-unresolved]
partial(known.btf.struct, input())
partial(load, input())
reveal_type(partial(int, base=10)("5"))  # N: Revealed type is "int"
find = known.btf.struct
find("event")
# E: not checked: "find" does not say which object it belongs to; call struct() on the BTF of the
#    object, as in obj.btf.struct("event")  [btf-unresolved]
find(input())


async def awaited() -> BpfObject:
    return load("prog.bpf.o")


async def use_awaited() -> None:
    obj = await awaited()
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    (await awaited()).maps["counts"]
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


either: BpfObject = load("prog.bpf.o") if input() else known or (other := load("build/other.bpf.o"))
either.btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]

objects: list[BpfObject] = [known, load("build/other.bpf.o")]
by_name: dict[str, BpfObject] = {"known": known}
unknown: list[BpfObject] = [known, load(input())]
more: list[BpfObject] = [*objects]
objects[0].btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]
by_name["known"].maps["counts"]
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
unknown[0].btf.struct("event")
more[0].btf.struct("event")
for each in objects:
    each.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]
for value in by_name.values():
    value.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
for name, item in by_name.items():
    item.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]

inferred = {"known": known, "other": load("build/other.bpf.o")}
inferred["known"].btf.struct("event")
# E: not checked: "inferred" contains several objects, and its type does not say which of them this
#    is; assign each object to a variable of its own  [btf-unresolved]
for element in [known, load("build/other.bpf.o")]:
    element.btf.struct("event")


changed: list[BpfObject] = [known]
changed.append(load(input()))
changed[0].btf.struct("event")
filled = {"known": known, "other": load("build/other.bpf.o")}
filled[input()] = load(input())
filled["known"].btf.struct("event")
