# globals.o, BTF sha256 bb11f63d37c25812; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
import ctypes
import operator
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Any, Literal, TypeVar

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


class _Accessor(property):
    """A field that ctypes has no type for. Like ctypes' own descriptors, it knows its place."""

    offset: int
    size: int


def _field(name: str, offset: int, cls: Any, *bits: tuple[str, Any, int]) -> Any:
    """Take ctypes' own descriptor of a field at *offset* from a helper class, for any class."""
    before = [("<before>", ctypes.c_uint8 * offset)] if offset else []
    fields = [*before, *(bits or [(name, cls)])]
    body = {"_pack_": 1, "_layout_": "ms", "_fields_": fields}
    return _StructType("helper", (ctypes.Structure,), body).__dict__[name]


def _bits(name: str, offset: int, cls: Any, shift: int, width: int) -> Any:
    """Make a descriptor of *width* bits of the *cls* at *offset*, above *shift* others."""
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


_target("little")


class section_data_mode(IntEnum):
    """enum {...}, 4 bytes"""

    IDLE = 0
    BUSY = 2


@_sized(8)
class counts_key(_Struct):
    """struct {...}, 8 bytes"""

    __slots__ = ()
    _fields_ = [
        ("pid", ctypes.c_uint32),
        ("cpu", ctypes.c_uint32),
    ]


@_sized(16)
class counts_value_seen(_Struct):
    """struct {...}, 16 bytes"""

    __slots__ = ()
    _fields_ = [
        ("first", ctypes.c_uint64),
        ("last", ctypes.c_uint64),
    ]


@_sized(24)
class counts_value(_Struct):
    """struct {...}, 24 bytes"""

    __slots__ = ()
    _fields_ = [
        ("count", ctypes.c_uint64),
        ("seen", counts_value_seen),
    ]


@_sized(4)
class data(_Struct):
    """struct data, 4 bytes"""

    __slots__ = ()
    _fields_ = [
        ("x", ctypes.c_uint32),
    ]


@_sized(32)
class inner(_Struct):
    """struct inner, 32 bytes"""

    __slots__ = ()
    _fields_ = [
        ("type", ctypes.c_void_p),
        ("max_entries", ctypes.c_void_p),
        ("key", ctypes.c_void_p),
        ("value", ctypes.c_void_p),
    ]


@_sized(8)
class outer_inner_value(_Struct):
    """struct {...}, 8 bytes"""

    __slots__ = ()
    _fields_ = [
        ("depth", ctypes.c_uint64),
    ]


@_sized(8)
class section_bss_per_cpu(_Struct):
    """struct {...}, 8 bytes"""

    __slots__ = ()
    _fields_ = [
        ("sum", ctypes.c_uint64),
    ]


@_sized(8)
class section_rodata_config(_Struct):
    """struct {...}, 8 bytes"""

    __slots__ = ()
    _fields_ = [
        ("pid", ctypes.c_uint32),
        ("verbose", ctypes.c_bool),
    ]


@_sized(40)
class section_bss(_Struct):
    """section .bss, 40 bytes"""

    __slots__ = ()
    _fields_ = [
        ("total", ctypes.c_uint64),
        ("per_cpu", section_bss_per_cpu * 4),
    ]


@_sized(12)
class section_data(_Struct):
    """section .data, 12 bytes"""

    __slots__ = ()
    _fields_ = [
        ("mode", ctypes.c_uint32),
        ("items", data * 2),
    ]


@_sized(8)
class section_data_counters(_Struct):
    """section .data.counters, 8 bytes"""

    __slots__ = ()
    _fields_ = [
        ("hits", ctypes.c_uint64),
    ]


@_sized(16)
class section_rodata(_Struct):
    """section .rodata, 16 bytes"""

    __slots__ = ()
    _fields_ = [
        ("config", section_rodata_config),
        ("version", ctypes.c_char * 8),
    ]


u32 = ctypes.c_uint32
u64 = ctypes.c_uint64
