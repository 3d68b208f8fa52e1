"""Paths that the user of a program may replace; the default counts."""

import os
from pathlib import Path
from typing import Literal

from app.classes import Opener
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


class ChooserWithoutAnnotations:
    def __init__(self) -> None:
        self.path = "build/other.bpf.o"
        self.obj = load("prog.bpf.o")

    def reopen(self, again):  # E: Function is missing a type annotation  [no-untyped-def]
        self.obj = load(self.path)

        def inside() -> None:
            self.obj = load("app/inside.bpf.o")

        inside()

    def use(self) -> None:
        reveal_type(self.obj.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event] | type[inside_bpf.event]"


class SeveralTargets:
    def __init__(self) -> None:
        first = self.obj = load("prog.bpf.o")
        self.left, self.right = load("prog.bpf.o"), load("prog.bpf.o")
        reveal_type(first.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"

    def reopen(self) -> None:
        self.obj = load("build/other.bpf.o")
        self.left = load("build/other.bpf.o")

    def use(self) -> None:
        reveal_type(self.obj.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
        reveal_type(self.left.btf.struct("event"))
        # N: Revealed type is "type[prog_bpf.event] | type[other_bpf.event]"
        reveal_type(self.right.btf.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"


class Derived(Opener):
    """Another module defines the attribute, with the first object."""

    def one(self) -> None:
        self.opened = load("prog.bpf.o")

    def two(self) -> None:
        self.opened = load("build/other.bpf.o")
        # E: Incompatible types in assignment (expression has type
        #    "BpfObject[Literal['build/other.bpf.o']]", variable has type
        #    "BpfObject[Literal['prog.bpf.o']]")  [assignment]


class Swapped:
    def __init__(self) -> None:
        self.obj = load("prog.bpf.o")
        self.spare = load("prog.bpf.o")

    def swap(self) -> None:
        self.obj, self.spare = self.spare, self.obj

    def swap_back(self) -> None:
        self.obj, self.spare = self.spare, self.obj

    def use(self) -> None:
        find = self.obj.btf.struct
        find("event")
        # E: not checked: "find" does not say which object it belongs to; call struct() on the BTF
        #    of the object, as in obj.btf.struct("event")  [btf-unresolved]


Left, Right = load("prog.bpf.o").btf.struct("event"), load("prog.bpf.o").btf.struct("event")
Left, Right = Right, Left
Left, Right = Right, Left


def of_swapped(event: Left) -> None:
    # E: Variable "chosen.Left" is not valid as a type  [valid-type]
    # N: The plugin cannot determine which class "Left" is; import the class from the stub or the
    #    generated module, as in "from prog_bpf import event as Left"
    pass


class ChainOfPaths:
    def __init__(self) -> None:
        self.a = "prog"
        self.b = self.a
        self.c = self.b
        self.d = self.c
        self.e = self.d
        self.f = self.e
        reveal_type(load(f"{self.f}.bpf.o").btf)
        # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"


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
