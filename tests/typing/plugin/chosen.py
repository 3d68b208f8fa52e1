"""Paths that the user of a program may replace; the default counts."""

import os
from pathlib import Path

from btf_typing import load

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
