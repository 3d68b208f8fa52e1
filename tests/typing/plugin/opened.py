"""Loads the objects that ``bound_methods.py`` uses."""

from typing import Literal

from btf_typing import BpfObject, load

obj = load("prog.bpf.o")


class Named(BpfObject[Literal["prog.bpf.o"]]):
    """An object with an attribute that has the name of one of our methods."""

    type: str


def make() -> Named: ...


named = make()
