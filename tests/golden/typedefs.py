# typedefs.o, BTF sha256 66fde55800b7ab31; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
import builtins
import ctypes
import operator
import sys
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, Literal, TypeVar

# The attribute of a class that lists its fields in C's order.
_NAMES = "_<names>"
# The attribute of a class that maps field names to kinds. A kind says how to read a number: it is
# the class of an enum, or the byte order and sign of an integer such as __int128.
_KINDS = "_<kinds>"
_RECORDS = (ctypes.Structure, ctypes.Union)
_SHOWN_ELEMENTS = 16
_OCTETS = (bytes, builtins.bytearray, builtins.memoryview)
_SEQUENCES = (builtins.list, builtins.tuple, *_OCTETS)


class _Record:
    """The special methods of structs and unions.

    A C field can have any name except those of these methods. So the helpers are functions, outside
    the class.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        parts = [f"{name}={_shown(value, kind)}" for name, value, kind in _items(self)]
        return f"{builtins.type(self).__name__}({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        """Compare the fields by value; padding does not count. Instances are not hashable."""
        same: bool = builtins.NotImplemented
        if builtins.type(self) is builtins.type(other):
            same = _raw(self) == _raw(other) or _plain(self) == _plain(other)
        return same

    def __reduce__(self) -> tuple[object, ...]:
        cls: Any = builtins.type(self)
        return cls.from_buffer_copy, (_raw(self),), builtins.object.__getstate__(self)

    def __setstate__(self, state: object) -> None:
        """Set the attributes that your subclass adds, from ``object.__getstate__``."""
        slots: dict[str, object] = {}
        if builtins.isinstance(state, builtins.tuple):
            state, slots = state
        if builtins.isinstance(state, builtins.dict):
            self.__dict__.update(state)
        for name, value in slots.items():
            builtins.setattr(self, name, value)


def _names(cls: Any) -> list[str]:
    """The fields of *cls*: those of the C type in C's order, then those that subclasses add."""
    names = [*builtins.getattr(cls, _NAMES)]
    if _NAMES not in cls.__dict__:
        for base in builtins.reversed(cls.__mro__):
            if _NAMES not in base.__dict__:
                names += [name for name, *_ in base.__dict__.get("_fields_", ())]
    return names


def _items(record: object) -> Iterator[tuple[str, Any, Any]]:
    """The name, value and kind of each field; the kind is None for most fields.

    The kind of an array is the kind of its elements.
    """
    kinds = builtins.getattr(record, _KINDS, {})
    for name in _names(builtins.type(record)):
        yield name, builtins.getattr(record, name), kinds.get(name)


def _raw(record: Any) -> bytes:
    """The bytes of a struct or union."""
    return bytes(record)


def _plain(value: Any) -> Any:
    """A value as plain Python: a dictionary for a struct or union, a list for an array."""
    if builtins.isinstance(value, _RECORDS) and builtins.hasattr(value, _NAMES):
        return {name: _plain(field) for name, field, _ in _items(value)}
    if builtins.isinstance(value, ctypes.Array):
        is_text = value._type_ is ctypes.c_char
        return value.value if is_text else [_plain(element) for element in value]
    return value


def _element(value: Any, kind: Any) -> Any:
    """A value as users read it: bytes of __int128 as an int, a value of an enum as its member."""
    if builtins.isinstance(kind, builtins.tuple):
        is_bytes = builtins.getattr(value, "_type_", None) is ctypes.c_uint8
        return int.from_bytes(value, kind[0], signed=kind[1]) if is_bytes else value
    if kind and builtins.isinstance(value, int):
        try:
            return kind(value)
        except builtins.ValueError:
            pass  # C stores any integer in an enum
    return value


def _shown(value: Any, kind: Any) -> str:
    """The repr of a value; of a long array, only the first elements."""
    value = _element(value, kind)
    if kind and builtins.hasattr(value, "name"):
        return f"{value.name}"
    if not builtins.isinstance(value, ctypes.Array):
        return f"{value!r}"
    if value._type_ is ctypes.c_char:
        return f"{value.value!r}"
    shown = [_shown(element, kind) for element in value[:_SHOWN_ELEMENTS]]
    if builtins.len(value) > _SHOWN_ELEMENTS:
        shown.append(f"... {builtins.len(value)} in all")
    return f"[{', '.join(shown)}]"


def _assign(record: object, name: str, value: object) -> None:
    """Set a field to a value. For an array, this can also be a list, a tuple or bytes."""
    try:
        builtins.setattr(record, name, value)
    except (builtins.TypeError, builtins.RuntimeError):
        # ctypes itself sets arrays from arrays and tuples only.
        is_sequence = builtins.isinstance(value, _SEQUENCES)
        array = builtins.getattr(record, name) if is_sequence else None
        if not builtins.isinstance(array, ctypes.Array):
            raise
        _fill(array, value, name)


def _fill(array: Any, values: Any, label: str) -> None:
    """Copy a sequence of values into an array, beginning at its first element."""
    length, count = builtins.len(array), builtins.len(values)
    if count > length:
        what = f"{label} has {length} elements, but got {count} values"
        raise builtins.ValueError(what)
    if builtins.isinstance(values, _OCTETS):
        if ctypes.sizeof(array) != length:
            what = f"the elements of {label} are not bytes; expected a list"
            raise builtins.TypeError(what)
        array[:count] = builtins.list(bytes(values))
        return
    for index, value in builtins.enumerate(values):
        element = array[index]
        is_array = builtins.isinstance(element, ctypes.Array)
        if not is_array or builtins.isinstance(value, ctypes.Array):
            array[index] = value
        elif element._type_ is ctypes.c_char:
            element.value = value
        else:
            _fill(element, value, f"{label}[{index}]")


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


_target("little")


@_sized(4)
class only_t(_Struct):
    """typedef struct {...} only_t, 4 bytes"""

    __slots__ = ()
    _fields_ = [
        ("value", ctypes.c_uint32),
    ]


@_sized(4)
class tagged(_Struct):
    """struct tagged, 4 bytes"""

    __slots__ = ()
    _fields_ = [
        ("x", ctypes.c_int32),
    ]


@_sized(4)
class union_t(_Union):
    """typedef union {...} union_t, 4 bytes"""

    __slots__ = ()
    _fields_ = [
        ("i", ctypes.c_int32),
    ]


@_sized(32)
class typedefs(_Struct):
    """struct typedefs, 32 bytes"""

    __slots__ = ()
    _fields_ = [
        ("pid", ctypes.c_uint32),
        ("mac", ctypes.c_uint8 * 6),
        ("only", only_t),
        ("second", only_t),
        ("a", tagged),
        ("b", tagged),
        ("c", union_t),
    ]


@_sized(8)
class section_bss(_Struct):
    """section .bss, 8 bytes"""

    __slots__ = ()
    _fields_ = [
        ("typedefs", ctypes.c_void_p),
    ]


mac_t = ctypes.c_uint8 * 6
pid_type = ctypes.c_uint32
second_t = only_t
tagged_t = tagged
u32 = ctypes.c_uint32
