"""Descriptors of fields that ctypes cannot place itself.

The modules that ``btf-stubs --runtime`` writes contain a copy of everything below the mark, so they
work without btf_typing.
"""

from __future__ import annotations

import ctypes
import operator

from btf_typing._typing_stand_ins import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Literal

_StructType: Any = type(ctypes.Structure)


# --- copied from here ---
class _Accessor(property):
    """A field that ctypes has no type for. Like ctypes' own descriptors, it knows its place."""

    offset: int
    size: int


def _field(name: str, offset: int, cls: Any, *bits: tuple[str, Any, int]) -> Any:
    """Make a helper class with a field at *offset*; return its descriptor, for use in any class."""
    before = [("<before>", ctypes.c_uint8 * offset)] if offset else []
    fields = [*before, *(bits or [(name, cls)])]
    body = {"_pack_": 1, "_layout_": "ms", "_fields_": fields}
    return _StructType("helper", (ctypes.Structure,), body).__dict__[name]


def _bits(name: str, offset: int, cls: Any, shift: int, width: int) -> Any:
    """Make a descriptor of *width* bits of the *cls* at *offset*, after its first *shift* bits."""
    gap = [("<gap>", cls, shift)] if shift else []
    return _field(name, offset, cls, *gap, (name, cls, width))


def _flag(name: str, offset: int, cls: Any, shift: int, width: int) -> _Accessor:
    """Make a bool of such bits: ctypes' own c_bool ignores the width."""
    bits = _bits(name, offset, cls, shift, width)
    get, put = bits.__get__, bits.__set__

    def read(self: object) -> bool:
        return bool(get(self))

    def write(self: object, value: object) -> None:
        put(self, 1 if value else 0)

    accessor = _Accessor(read, write)
    accessor.offset, accessor.size = offset, ctypes.sizeof(cls)
    return accessor


def _wide(
    name: str,
    offset: int,
    size: int,
    shift: int,
    width: int,
    kind: Literal["int", "unsigned", "bool"],
    order: Literal["little", "big"],
) -> _Accessor:
    """Make a descriptor of bits of an integer of *size* bytes, which ctypes has no type for."""
    get = _field(name, offset, ctypes.c_uint8 * size).__get__
    mask = (1 << width) - 1
    sign = 1 << (width - 1) if kind == "int" else 0

    def read(self: object) -> int:
        value = int.from_bytes(get(self), order) >> shift & mask
        return bool(value) if kind == "bool" else (value ^ sign) - sign

    def write(self: object, value: Any) -> None:
        memory = get(self)
        number = bool(value) if kind == "bool" else operator.index(value)
        rest = int.from_bytes(memory, order) & ~(mask << shift)
        memory[:] = (rest | (number & mask) << shift).to_bytes(size, order)

    accessor = _Accessor(read, write)
    accessor.offset, accessor.size = offset, size
    return accessor
