"""Paths that depend on more than the source of the program."""

import os
from enum import Enum, StrEnum
from os.path import abspath, dirname
from pathlib import Path
from typing import Any

from btf_typing import Btf, load

# mypy: enable-error-code="btf-unresolved"

HERE = Path(__file__).parent

reveal_type(load(Path.cwd() / "prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(Path("prog.bpf.o").absolute()).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(Path("build/deeper/../other.bpf.o").resolve()).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(HERE / "app" / Path("prog.bpf.o").resolve()).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(os.path.join("/opt", abspath("prog.bpf.o"))).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(f"{Path.cwd()}/{Path('app/prog.x').resolve().stem}.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
load(Path.cwd().parent / "prog.bpf.o")
# E: cannot determine which object this is: the path depends on where the current directory is; use
#    a relative path or Path(__file__)  [btf-unresolved]
load(Path("x").resolve().parent.parent / "prog.bpf.o")
# E: cannot determine which object this is: the path depends on where the current directory is; use
#    a relative path or Path(__file__)  [btf-unresolved]
load(os.path.join(dirname(dirname(abspath("x"))), "prog.bpf.o"))
# E: cannot determine which object this is: the path depends on where the current directory is; use
#    a relative path or Path(__file__)  [btf-unresolved]
load(f"{Path.cwd().name}.bpf.o")
# E: cannot determine which object this is: the path depends on where the current directory is; use
#    a relative path or Path(__file__)  [btf-unresolved]


class Name(StrEnum):
    event = "creds"


class File(str, Enum):
    A = "prog.bpf.o"


reveal_type(load("prog.bpf.o").btf.struct(Name.event))  # N: Revealed type is "type[prog_bpf.creds]"
reveal_type(load(File.A).btf)  # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
load(str(File.A))
# E: cannot determine which object this is: "A" is a member of an enum; use a StrEnum, a string
#    literal or a Final string  [btf-unresolved]


def of_another_file(__file__: str) -> None:
    load(Path(__file__).parent / "prog.bpf.o")
    # E: cannot determine which object this is: "__file__" is a parameter or is not assigned;
    #    annotate the object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]


path = "prog.bpf.o"
try:
    from app.api import SOMEWHERE as path
except ImportError:
    pass
load(path)
# E: cannot determine which object this is: one of the assignments to "path" has no value that the
#    plugin can evaluate; use plain assignments such as path = "..."  [btf-unresolved]

Creds: Any = load("prog.bpf.o").btf.struct("creds")
both = Btf.from_file(path="prog.bpf.o")
Event = both.struct(name="event")


def shown(event: Event) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"
