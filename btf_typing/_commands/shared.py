"""What the commands share: opening objects, finding types, reporting errors."""

# ruff: noqa: T201  # pathlib costs more to import than most objects to read; it prints

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any

from btf_typing._stubs.contents import of_maps
from btf_typing._stubs.names import heads
from btf_typing._wire import kernel
from btf_typing.bpf_object import BpfObject, load
from btf_typing.errors import BtfError, TypeNotFoundError

from .output import one_line

_GLOB = frozenset("*?[")


def opened(path: str, base: str | None) -> BpfObject[Any]:
    """The object or raw BTF at *path*, over *base*; the kernel's modules continue the kernel's own.

    Raises:
        BtfError: it cannot be read.
        FileNotFoundError: there is no such file.
    """
    return load(path, base=base or kernel.base_path_of(path))


def matching(obj: BpfObject[Any], glob: str) -> Iterator[str]:
    """The names of what can be asked for in *obj*, as far as they match *glob*."""
    names = chain(
        (head.name for head in heads(obj.btf.table) if head.name),
        obj.sections,
        (name for name, _ in of_maps(obj)),
    )
    return (name for name in names if fnmatchcase(name, glob))


def is_glob(name: str) -> bool:
    """Whether *name* may stand for several."""
    return not _GLOB.isdisjoint(name)


def why_none(obj: BpfObject[Any], glob: str) -> str:
    """Why nothing in *obj* is called *glob*."""
    if is_glob(glob):
        return f"no type matches {glob!r}"
    try:
        found = obj.btf.type(glob)
    except TypeNotFoundError as error:
        return error.message
    return f"{glob!r} is a {found.kind}, which has no layout"


def report(command: str, path: str, error: BtfError | OSError | str) -> None:
    """Tell on stderr, in one line, what is wrong with *path*."""
    if isinstance(error, OSError):
        of = f"{error.filename}: " if error.filename not in (None, path) else ""
        text = f"{of}{error.strerror or error}"
    elif isinstance(error, BtfError):
        text = error.message if error.path in (None, path) else str(error)
    else:
        text = error
    print(one_line(f"{command}: {path}: {text}"), file=sys.stderr)


def print_anything() -> None:
    """Have stdout take what its encoding has not: a path may be any bytes, and a name too."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def silence() -> None:
    """Drop what is still to be printed: whoever read it has gone, as ``head`` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
