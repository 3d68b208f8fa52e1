"""Inputs of the commands: objects, and globs of C names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from btf_typing._wire import kernel
from btf_typing._wire.type_search import closest
from btf_typing.bpf_object import BpfObject, load

_GLOB_CHARACTERS = frozenset("*?[")
_WITHOUT_GLOBS = str.maketrans("", "", "*?[]")


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


def no_match(name: str, names: Iterable[str]) -> str:
    """The message about a name or glob that matches none of *names*, with similar names."""
    close = " or ".join(map(repr, closest(name.translate(_WITHOUT_GLOBS), names)))
    return f"no type matches {name!r}" + (f"; did you mean {close}?" if close else "")
