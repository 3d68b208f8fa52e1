"""The beginning of every module that ``btf-stubs --runtime`` writes, after its imports.

Those modules contain a copy of the text below the mark, and then one of
`btf_typing._classes.descriptors`. Both are modules here so that they are linted, typed and tested.
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
    """Refuse to run on a machine with another byte order."""
    if sys.byteorder != byteorder:
        raise ImportError(f"for {byteorder}-endian machines only; run btf-stubs here")


def _sized(size: int) -> Callable[[_AnyClass], _AnyClass]:
    """Decorate a class that must have *size* bytes, as in the BPF object."""

    def check(cls: _AnyClass) -> _AnyClass:
        found = ctypes.sizeof(cls)
        if found != size:
            raise ImportError(f"{cls.__name__} has {found} bytes, expected {size}")
        return cls

    return check


class _Struct(ctypes.Structure):
    """A struct; its constructor takes the fields by name."""

    __slots__ = ()

    def __init__(self, /, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self, name, value)


class _Union(ctypes.Union):
    """A union; its constructor takes the fields by name."""

    __slots__ = ()

    def __init__(self, /, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self, name, value)


def _enum(name: str, members: dict[str, int]) -> Any:
    """Create an enum with members such as __x, a name that a class body would change."""
    create: Any = IntEnum
    return create(name, members, module=__name__)
