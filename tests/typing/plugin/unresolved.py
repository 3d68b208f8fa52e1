"""Objects and names that the plugin cannot resolve, with reasons. Off by default, on here."""

# mypy: enable-error-code="btf-unresolved"

import functools
import os
from pathlib import Path
from typing import Literal

import consts
from btf_typing import BpfObject, Btf, load

load(os.environ["PROG"])
# E: cannot determine which object this is: the plugin cannot evaluate this index, only
#    path.parents[number]; annotate the object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
load(consts.PATH)
# E: cannot determine which object this is: "consts.PATH" belongs to another module, and the plugin
#    knows only the Final strings of other modules; declare a Final string there, or build the path
#    or name in this module  [btf-unresolved]
load(str(input()))
# E: cannot determine which object this is: the plugin does not evaluate input(); annotate the
#    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
Btf.from_kernel()
# E: not checked: no stub for this kernel BTF is on mypy_path; write one with btf-stubs (--type
#    limits it to the types that you use)  [btf-unresolved]
Btf.from_bytes(b"").struct("event")
# E: not checked: its type does not say which object this is; annotate the object as
#    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
Btf.from_file(input())
# E: cannot determine which object this is: the plugin does not evaluate input(); annotate the
#    object as Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
Btf.from_libbpf(int(input()))
# E: cannot determine which object this is: the plugin does not evaluate int(); annotate the object
#    as Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
functools.partial(load)("prog.bpf.o").btf.struct("event")
# E: not checked: the plugin does not see calls through functools.partial(); call load() itself, or
#    write a lambda that calls it  [btf-unresolved]
# E: not checked: its type does not say which object this is; annotate the object as
#    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
load("prog.bpf.o").btf.struct(input())
# E: not checked: the name or id is unknown: the plugin does not evaluate input(); use a literal, a
#    Final string or a StrEnum  [btf-unresolved]


def parameter(path: Path, name: str, known: Literal["event", "stats"]) -> None:
    load(path)
    # E: cannot determine which object this is: "path" is a parameter or is not assigned; annotate
    #    the object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    load("prog.bpf.o").btf.struct(name)
    # E: not checked: the name or id is unknown: "name" is a parameter or is not assigned; use a
    #    literal, a Final string or a StrEnum  [btf-unresolved]
    load("prog.bpf.o").btf.struct(known)


def by_id(number: int) -> None:
    load("prog.bpf.o").btf.type(number)
    # E: not checked: the name or id is unknown: "number" is a parameter or is not assigned; use a
    #    literal, a Final string or a StrEnum  [btf-unresolved]


class Tool:
    def __init__(self, btf: Btf) -> None:
        self.btf = btf


def bare(obj: BpfObject, btf: Btf, tool: Tool) -> None:
    obj.btf.enum("whatever")
    # E: not checked: its type does not say which object this is; annotate the object as
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    obj.maps["whatever"]
    # E: not checked: its type does not say which object this is; annotate the object as
    #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
    btf.enum("whatever")
    # E: not checked: its type does not say which object this is; annotate the object as
    #    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
    "whatever" in btf
    # E: not checked: its type does not say which object this is; annotate the object as
    #    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
    tool.btf.enum("whatever")
    # E: not checked: its type does not say which object this is; annotate the object as
    #    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]


def loop() -> None:
    path = "prog.bpf.o"
    path += ".old"
    load(path)
    # E: cannot determine which object this is: one of the assignments to "path" has no value that
    #    the plugin can evaluate; use plain assignments such as path =
    #    "..."  [btf-unresolved]
