"""What the modules of ``btf-stubs --runtime`` begin with, after their imports: see the mark.

It is a module here so that it is linted, typed and tested like any other. `_descriptors` follows.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

# --- copied from here ---
_AnyClass = TypeVar("_AnyClass", bound=type)
_StructType: Any = type(ctypes.Structure)


def _target(byteorder: str) -> None:
    """Refuse a machine of the other byte order than the one this was written on."""
    if sys.byteorder != byteorder:
        raise ImportError(f"made for {byteorder}-endian machines; run btf-stubs here")


def _sized(size: int) -> Callable[[_AnyClass], _AnyClass]:
    """Refuse a class that is not as large as in the BPF object."""

    def check(cls: _AnyClass) -> _AnyClass:
        found = ctypes.sizeof(cls)
        if found != size:
            raise ImportError(f"{cls.__name__}: {found} bytes, {size} in the object")
        return cls

    return check


class _Struct(ctypes.Structure):
    """A struct, whose fields are set by name."""

    __slots__ = ()

    def __init__(self, /, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self, name, value)


class _Union(ctypes.Union):
    """A union, whose fields are set by name."""

    __slots__ = ()

    def __init__(self, /, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self, name, value)


def _enum(name: str, members: dict[str, int]) -> Any:
    """Make an enum of names that a class body would make private."""
    make: Any = IntEnum
    return make(name, members, module=__name__)
