"""Every spelling of a path that identifies an object."""

import importlib.resources
import os
import os.path
import sys
from importlib.resources import files
from pathlib import Path, PurePath
from typing import Final, Literal

import app
import consts
from app import resources
from btf_typing import Btf, load

HERE = Path(__file__).parent
OBJECT = HERE / "prog.bpf.o"
NAME: Final = "prog.bpf.o"
DIRECTORY = os.path.dirname(os.path.abspath(__file__))
DEBUG = "--debug" in sys.argv
EITHER = Path("prog.bpf.o") if DEBUG else Path("build/other.bpf.o")
if DEBUG:
    BRANCH = HERE / "prog.bpf.o"
else:
    BRANCH = HERE / "build" / "other.bpf.o"

reveal_type(load("prog.bpf.o"))
# N: Revealed type is "btf_typing.bpf_object.BpfObject[Literal['prog.bpf.o']]"
reveal_type(load("./prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load("prog" + ".bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load("build/../prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(path="prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(Path("prog.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(Path("build") / "other.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(Path("build", "other.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load("build" / Path("other.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(Path(__file__).parent / "prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(Path(__file__).resolve().parent / "build/other.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(Path(__file__).parents[0] / "prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(Path(__file__).with_name("prog.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load((HERE / "prog.txt").with_suffix(".bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(HERE.joinpath("build", "other.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(str(OBJECT)).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(os.fspath(OBJECT)).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(OBJECT.as_posix()).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(os.path.join(DIRECTORY, "build", "other.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(f"{HERE}/prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(f"{DIRECTORY}/{NAME}").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(Path.cwd() / "prog.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(NAME).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
reveal_type(load(consts.OTHER).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(consts.Paths.OTHER).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"
reveal_type(load(importlib.resources.files("app") / "inside.bpf.o").btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['app/inside.bpf.o']]"
reveal_type(load(files(app).joinpath("inside.bpf.o")).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['app/inside.bpf.o']]"
reveal_type(resources.OBJ.btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['app/inside.bpf.o']]"
with importlib.resources.as_file(files("app") / "inside.bpf.o") as extracted:
    reveal_type(load(extracted).btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['app/inside.bpf.o']]"
reveal_type(Btf.from_file("prog.bpf.o"))
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"

reveal_type(load("prog.bpf.o" if DEBUG else consts.OTHER).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o'] | Literal['build/other.bpf.o']]"
reveal_type(load(EITHER).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o'] | Literal['build/other.bpf.o']]"
reveal_type(load(BRANCH).btf)
# N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o'] | Literal['build/other.bpf.o']]"


def local_names() -> None:
    here = Path(__file__).parent
    path = here / "build"
    reveal_type(load(path / "other.bpf.o").btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o']]"


def literal_argument(path: Literal["prog.bpf.o", "build/other.bpf.o"]) -> None:
    reveal_type(load(path).btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o'] | Literal['build/other.bpf.o']]"


class Holder:
    OBJECT = HERE / "prog.bpf.o"

    def use(self) -> None:
        reveal_type(load(Holder.OBJECT).btf)
        # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
