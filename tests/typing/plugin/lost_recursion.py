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


def in_turn():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "in_turn" returns; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    first = load("prog.bpf.o")
    second = first
    if input():
        first = second
    return first


def parts_in_turn():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "parts_in_turn" returns; write
    #    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
    first = load("prog.bpf.o").btf
    second = first
    if input():
        first = second
    return second


def doubled():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "doubled" returns; write
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    v0 = load("prog.bpf.o")
    v1 = v0 if input() else v0
    v2 = v1 if input() else v1
    v3 = v2 if input() else v2
    v4 = v3 if input() else v3
    v5 = v4 if input() else v4
    v6 = v5 if input() else v5
    v7 = v6 if input() else v6
    v8 = v7 if input() else v7
    v9 = v8 if input() else v8
    v10 = v9 if input() else v9
    v11 = v10 if input() else v10
    v12 = v11 if input() else v11
    v13 = v12 if input() else v12
    v14 = v13 if input() else v13
    v15 = v14 if input() else v14
    v16 = v15 if input() else v15
    v17 = v16 if input() else v16
    v18 = v17 if input() else v17
    v19 = v18 if input() else v18
    v20 = v19 if input() else v19
    v21 = v20 if input() else v20
    v22 = v21 if input() else v21
    v23 = v22 if input() else v22
    v24 = v23 if input() else v23
    v25 = v24 if input() else v24
    v26 = v25 if input() else v25
    v27 = v26 if input() else v26
    v28 = v27 if input() else v27
    v29 = v28 if input() else v28
    v30 = v29 if input() else v29
    v31 = v30 if input() else v30
    v32 = v31 if input() else v31
    v33 = v32 if input() else v32
    v34 = v33 if input() else v33
    v35 = v34 if input() else v34
    v36 = v35 if input() else v35
    v37 = v36 if input() else v36
    v38 = v37 if input() else v37
    v39 = v38 if input() else v38
    v40 = v39 if input() else v39
    return v40
