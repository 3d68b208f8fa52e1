"""Functions and variables that refer to each other, or that mypy checks before their uses."""

from app import tool_bpf
from btf_typing import BpfObject, load


def opened(tries: int) -> BpfObject:
    if tries:
        return opened(tries - 1)
    return load("prog.bpf.o")


opened(3).btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def even(number: int) -> BpfObject:
    if number:
        return odd(number - 1)
    return load("prog.bpf.o")


def odd(number: int) -> BpfObject:
    return even(number - 1)


even(2).btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
odd(1).btf.struct("event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def endless() -> BpfObject:
    return endless()


endless().btf.struct("event")


class Tool:
    @property
    def obj(self) -> BpfObject:
        return self.same

    @property
    def same(self) -> BpfObject:
        return self.obj

    def use(self) -> None:
        self.obj.btf.struct("event")


def ping(obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    pong(obj)


def pong(obj: BpfObject) -> None:
    obj.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    ping(obj)


ping(load("prog.bpf.o"))


class Holder:
    def __init__(self) -> None:
        self.obj = load("prog.bpf.o")


def before(generated: BpfObject, held: BpfObject) -> None:
    generated.btf.struct("exec_event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    app.tool_bpf.Object  [btf-unresolved]
    held.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


def main(holder: Holder) -> None:
    generated, held = tool_bpf.load(), holder.obj
    before(generated, held)
    after(generated, held)


def after(generated: BpfObject, held: BpfObject) -> None:
    generated.btf.struct("exec_event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    app.tool_bpf.Object  [btf-unresolved]
    held.btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
