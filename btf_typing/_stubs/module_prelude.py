"""The beginning of every module that ``btf-stubs --runtime`` writes, after its imports.

Those modules contain what follows ``# --- copied from here ---`` in
`btf_typing._classes.record_methods`, in this module and in `btf_typing._classes.descriptors`, in
this order. These texts are Python modules of this package, so they are linted, typed and tested.
"""

from __future__ import annotations

import builtins
import ctypes
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

from btf_typing._classes.record_methods import _KINDS, _NAMES, _assign, _Record

# --- copied from here ---
_AnyClass = TypeVar("_AnyClass", bound=type)
_StructType: Any = type(ctypes.Structure)


def _target(byteorder: str) -> None:
    """Refuse to run on a machine with another byte order."""
    if sys.byteorder != byteorder:
        raise ImportError(f"for {byteorder}-endian machines only; run btf-stubs here")


def _sized(size: int, *names: str) -> Callable[[_AnyClass], _AnyClass]:
    """Decorate a class that must have *size* bytes, as in the BPF object.

    The *names* are its fields in C's order, if ``_fields_`` does not list all of them.
    """

    def check(cls: _AnyClass) -> _AnyClass:
        found = ctypes.sizeof(cls)
        if found != size:
            raise ImportError(f"{cls.__name__} has {found} bytes, expected {size}")
        setattr(cls, _NAMES, names or _listed(cls))
        return cls

    return check


def _kinds(cls: type, kinds: dict[str, Any]) -> None:
    """Set the kinds (see `_KINDS`) of fields that are enums or wide integers, or arrays of them."""
    setattr(cls, _KINDS, kinds)


def _listed(cls: Any) -> list[str]:
    """The fields in the ``_fields_`` of a class, with those of anonymous members."""
    anonymous = builtins.getattr(cls, "_anonymous_", ())
    names: list[str] = []
    for name, type_ in cls._fields_:
        if name in anonymous:
            names += builtins.getattr(type_, _NAMES)
        elif not name.startswith("_<"):
            names.append(name)
    return names


class _FieldsByName(_Record):
    """The constructor of structs and unions, which takes the fields by name.

    It sets arrays from lists and tuples, and arrays of bytes also from bytes.
    """

    __slots__ = ()

    def __init__(self, /, **fields: object) -> None:
        for name, value in fields.items():
            _assign(self, name, value)


class _Struct(_FieldsByName, ctypes.Structure):
    """A struct."""

    __slots__ = ()


class _Union(_FieldsByName, ctypes.Union):
    """A union."""

    __slots__ = ()


_VALUES = "_<values>"  # the attribute of a section that holds its initial values


class _Section(_FieldsByName, ctypes.Structure):
    """The globals in a section. A new instance has their initial values."""

    __slots__ = ()

    def __init__(self, /, **fields: object) -> None:
        start = ctypes.addressof(self)
        for offset, values in builtins.getattr(self, _VALUES).items():
            ctypes.memmove(start + offset, values, builtins.len(values))
        _FieldsByName.__init__(self, **fields)


def _unreadable(why: str) -> Any:
    """Make a descriptor of a member that the BTF does not describe: using it raises an error."""

    def read(_self: object) -> None:
        raise builtins.AttributeError(why)

    def write(_self: object, _value: object) -> None:
        raise builtins.AttributeError(why)

    return builtins.property(read, write)


def _initial(cls: Any, values: dict[int, str]) -> None:
    """Set the initial *values* of a section: bytes in hexadecimal, by offset; others are zero."""
    found = {offset: bytes.fromhex(digits) for offset, digits in values.items()}
    setattr(cls, _VALUES, found)


def _enum(name: str, members: dict[str, int]) -> Any:
    """Create an enum with members such as __x, a name that a class body would change."""
    create: Any = IntEnum
    return create(name, members, module=__name__)
