"""What the commands share: opening objects, finding types, reporting errors."""

# ruff: noqa: PTH100, T201  # pathlib costs more to import than most objects to read; it prints

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from ._output import one_line
from .btf import Btf
from .errors import TypeNotFoundError
from .stub_names import Head, heads

_KERNEL_BTF = "/sys/kernel/btf"
_GLOB = frozenset("*?[")


def opened(path: str, base: str | None) -> Btf[Any]:
    """The BTF at *path*, over *base*; the kernel's modules continue the kernel's own BTF.

    Raises:
        BtfError: it cannot be read.
        FileNotFoundError: there is no such file.
    """
    directory, name = os.path.split(os.path.abspath(path))
    if base is None and directory == _KERNEL_BTF and name != "vmlinux":
        base = f"{_KERNEL_BTF}/vmlinux"
    return Btf.from_file(path, base)


def matching(btf: Btf[Any], glob: str) -> Iterator[Head]:
    """The structs, unions, enums and typedefs whose C names match *glob*."""
    return (head for head in heads(btf.table) if head.name and fnmatchcase(head.name, glob))


def why_none(btf: Btf[Any], glob: str) -> str:
    """Why nothing in *btf* is called *glob*."""
    if _GLOB & set(glob):
        return f"no type matches {glob!r}"
    try:
        found = btf.type(glob)
    except TypeNotFoundError as error:
        return str(error)
    return f"{glob!r} is a {found.kind}, which has no layout"


def report(command: str, path: str, error: Exception | str) -> None:
    """Tell on stderr, in one line, what is wrong with *path*."""
    if isinstance(error, OSError):
        of = f"{error.filename}: " if error.filename not in (None, path) else ""
        text = f"{of}{error.strerror or error}"
    else:
        text = str(error).removeprefix(f"{path}: ")
    print(one_line(f"{command}: {path}: {text}"), file=sys.stderr)


def silence() -> None:
    """Drop what is still to be printed: whoever read it has gone, as ``head`` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
