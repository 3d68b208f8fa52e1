"""Functions that return objects to other modules."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from btf_typing import BpfObject, load
from btf_typing import load as reloaded

SOMEWHERE = "prog.bpf.o"

__all__ = ["SOMEWHERE", "fetch", "opened", "reloaded"]


def fetch() -> BpfObject[Literal["prog.bpf.o"]]:
    """One object."""
    return load("prog.bpf.o")


@contextmanager
def opened() -> Iterator[BpfObject[Literal["prog.bpf.o"]]]:
    """The same object, as a context manager."""
    yield load("prog.bpf.o")
