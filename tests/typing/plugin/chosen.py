"""Paths that the user of a program may replace; the default counts."""

import os
from pathlib import Path
from typing import Literal

from btf_typing import BpfObject, load

reveal_type(load(os.environ.get("PROG", "prog.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(os.getenv("PROG", "prog.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"


def main(given: str | None, path: str = "prog.bpf.o", *, other: Path = Path("prog.bpf.o")) -> None:
    reveal_type(load(given or "prog.bpf.o").btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
    reveal_type(load(path).btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
    reveal_type(load(other).btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"


class Tool:
    PATH = "prog.bpf.o"

    def __init__(self) -> None:
        self.mine = "build/other.bpf.o"
        self.obj = load(self.PATH)
        reveal_type(self.obj.btf)  # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
        reveal_type(load(self.mine).btf)
        # N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"


class First:
    NAME = ""

    def open(self) -> None:
        load(self.NAME)  # a class that derives from this one says which


class Second(First):
    NAME = "prog.bpf.o"


if os.path.exists("/new"):  # noqa: PTH110
    obj = load("prog.bpf.o")
else:
    obj = load("build/other.bpf.o")
reveal_type(obj.btf.struct("event"))
# N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
obj.btf.struct("evnt")
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
# E: no struct "evnt" in "build/other.bpf.o"; did you mean "event" or "event_t"?  [btf-name]


def by_kernel(new: bool) -> None:
    if new:
        inside = load("prog.bpf.o")
    else:
        inside = load("build/other.bpf.o")
    reveal_type(inside.btf.struct("event"))
    # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
    inside.btf.struct("evnt")
    # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
    # E: no struct "evnt" in "build/other.bpf.o"; did you mean "event" or "event_t"?  [btf-name]


class Chooser:
    def __init__(self, new: bool) -> None:
        if new:
            self.obj = load("prog.bpf.o")
        else:
            self.obj = load("build/other.bpf.o")
        self.Event = self.obj.btf.struct("event")

    def use(self) -> None:
        reveal_type(self.obj.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
        self.obj.btf.union("valeu")
        # E: no union "valeu" in "prog.bpf.o"; did you mean "value"?  [btf-name]
        # E: no union "valeu" in "build/other.bpf.o"; did you mean "value"?  [btf-name]
        self.Event().pid
        # E: Item "other_bpf.event" of "prog_bpf.event | other_bpf.event" has no attribute
        #    "pid"  [union-attr]


class ChooserInMethods:
    def __init__(self) -> None:
        self.obj = load("prog.bpf.o")
        self.btf = load("prog.bpf.o").btf
        self.one = load("prog.bpf.o")

    def reopen(self) -> None:
        self.obj = load("build/other.bpf.o")
        self.btf = load("build/other.bpf.o").btf

    def use(self) -> None:
        reveal_type(self.obj.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
        reveal_type(self.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
        reveal_type(self.one.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


declared: BpfObject[Literal["prog.bpf.o"]]
declared = load("prog.bpf.o")
declared = load("build/other.bpf.o")
# E: Incompatible types in assignment (expression has type
#    "BpfObject[Literal['build/other.bpf.o']]", variable has type
#    "BpfObject[Literal['prog.bpf.o']]")  [assignment]


class Declared:
    obj: BpfObject[Literal["prog.bpf.o"]]

    def open(self) -> None:
        self.obj = load("prog.bpf.o")
        self.obj = load("build/other.bpf.o")
        # E: Incompatible types in assignment (expression has type
        #    "BpfObject[Literal['build/other.bpf.o']]", variable has type
        #    "BpfObject[Literal['prog.bpf.o']]")  [assignment]
