"""Types that public signatures mention and that do nothing at run time.

This module imports `typing`, which takes as long as loading a kernel's BTF. Only code that
evaluates annotations imports it; see `btf_typing._lazy`.
"""

from __future__ import annotations

import ctypes
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar

__all__ = ["AnyClass", "AnyPointer", "IdKind", "IntEnum", "Readable"]

if TYPE_CHECKING:
    AnyPointer: TypeAlias = ctypes._Pointer[Any]  # noqa: SLF001
else:
    AnyPointer = ctypes._Pointer  # noqa: SLF001  # it takes no parameters at run time

IdKind: TypeAlias = Literal["btf", "program", "map"]
"""What the kernel gives ids to, and has BTF of."""

AnyClass = TypeVar("AnyClass", bound=type)
"""A class that a decorator returns unchanged."""


class Readable(Protocol):
    """A file that may be inside an archive, as ``importlib.resources.files()`` gives it."""

    def read_bytes(self) -> bytes:
        """Return the whole content."""
