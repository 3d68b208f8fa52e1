"""Inputs of the commands: objects, and globs of C names."""

from __future__ import annotations

from typing import Any

from btf_typing._wire import kernel
from btf_typing.bpf_object import BpfObject, load

_GLOB_CHARACTERS = frozenset("*?[")


def opened(path: str, base: str | None) -> BpfObject[Any]:
    """Load an object or raw BTF.

    Args:
        path: path of the file.
        base: path of the base BTF for split BTF. If it is None, the base of a kernel module is the
            kernel's BTF.

    Raises:
        BtfError: the file cannot be read.
        FileNotFoundError: there is no such file.
    """
    return load(path, base=base or kernel.base_path_of(path))


def is_glob(name: str) -> bool:
    """Whether *name* is a pattern that can match several names."""
    return not _GLOB_CHARACTERS.isdisjoint(name)
