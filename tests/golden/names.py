# names.o, BTF sha256 c75ab2b295f7c879; made by btf-stubs, do not edit
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


names_enum = _enum(
    "names_enum",
    {
        "None_": 0,
        "True_": 1,
        "name_": 2,
        "mro_": 3,
        "__private_one": 4,
    },
)


@_sized(24)
class class_(_Struct):
    """struct class, 24 bytes"""

    __slots__ = ()
    _fields_ = [
        ("def_", ctypes.c_int32),
        ("from_", ctypes.c_int32),
        ("self", ctypes.c_int32),
        ("__init___", ctypes.c_int32),
        ("_fields__", ctypes.c_int32),
        ("__private", ctypes.c_int32),
    ]


setattr(class_, "def", class_.def_)
setattr(class_, "from", class_.from_)


@_sized(4)
class int_(_Struct):
    """struct int_, 4 bytes"""

    __slots__ = ()
    _fields_ = [
        ("value", ctypes.c_int32),
    ]


@_sized(4)
class range(_Struct):
    """struct range, 4 bytes"""

    __slots__ = ()
    _fields_ = [
        ("start", ctypes.c_int32),
    ]


@_sized(80)
class names(_Struct):
    """struct names, 80 bytes"""

    __slots__ = ()
    _fields_ = [
        ("class_", class_),
        ("range", range),
        ("names_enum", ctypes.c_uint32),
        ("int_", ctypes.c_int32),
        ("bytes", ctypes.c_int32),
        ("ctypes", ctypes.c_int32),
        ("type", ctypes.c_char * 4),
        ("None_", ctypes.c_void_p),
        ("bool_", ctypes.c_bool),
        ("int__", int_),
        ("_CField", ctypes.c_int32),
        ("tuple", ctypes.c_int32 * 2),
    ]


setattr(names, "class", names.class_)
setattr(names, "None", names.None_)


@_sized(8)
class section_bss(_Struct):
    """section .bss, 8 bytes"""

    __slots__ = ()
    _fields_ = [
        ("names", ctypes.c_void_p),
    ]
