"""Reads the fields of a ctypes class: where ctypes placed them, and which types they have."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from btf_typing._layout.shape import (
    OTHER_ORDER,
    Aggregate,
    ArrayOf,
    CType,
    Scalar,
    Wide,
    byteorder_of,
    integer,
    is_hidden_name,
)

from .descriptor_probe import beside, described, is_descriptor, probed
from .instances import own_origin

_INTEGERS = "bBhHiIlLqQ"
"""The codes of integers in ``_type_``; lower case is signed."""

_OTHERS = {
    "c": ("c_char", "bytes", False),
    "?": ("c_bool", "bool", False),
    "f": ("c_float", "float", True),
    "d": ("c_double", "float", True),
    "P": ("c_void_p", "int | None", False),
}
"""Maps the other codes in ``_type_`` to three attributes of `Scalar`: ``ctype``, ``python`` and
``signed``. A float is signed, as in layouts."""


class ClassField(NamedTuple):
    """A field of a hand-written class, or of a generated base class.

    Attributes:
        name: name in the class.
        position: index of its entry in ``_fields_``; for a generated base class, index in the
            fields of its layout. Base classes count first. A field of an anonymous struct has the
            index of that struct's entry. If the struct is in another anonymous struct, the entry of
            the outermost struct counts. None if the field is a descriptor that is not in
            ``_fields_``.
        bit_offset: offset in bits from the start of the class, in the target's order of bits.
        bit_size: size of the value in bits.
        bitfield: whether it is a bitfield. A ``c_bool`` with a width does not count, because ctypes
            ignores the width.
        cls: its ctypes class; None for a field of a generated class.
        ctype: its shape, for a field of a generated class; else None.
        instead: usually empty. A program can replace the descriptor of the field ``pid``, as with
            ``cls.pid = 5``, or delete the descriptor. Then this is ``"5"`` or ``"nothing"``. The
            offset and size of the field are then 0, because its place is unknown.
    """

    name: str
    position: int | None
    bit_offset: int
    bit_size: int
    bitfield: bool
    cls: Any
    ctype: CType | None
    instead: str = ""

    def __str__(self) -> str:
        if self.instead:
            return f"{self.instead} instead of the field"
        text = text_of(self.ctype) if self.ctype else class_text(self.cls)
        return field_text(text, self.bit_offset, self.bit_size, bitfield=self.bitfield)


_WITHOUT_FIELDS = frozenset(
    base
    for cls in (
        ctypes.BigEndianStructure,
        ctypes.BigEndianUnion,
        ctypes.LittleEndianStructure,
        ctypes.LittleEndianUnion,
    )
    for base in cls.__mro__
)
"""The classes of ctypes itself. Nearly every hand-written class derives from some of them."""


def class_fields(cls: type, layout: Aggregate) -> Iterator[ClassField]:
    """The fields of *cls*: first those of its bases, then its own.

    Fields of anonymous members count as fields of *cls*.

    Args:
        cls: a structure or union.
        layout: the layout to compare with. It gives the byte order of the target.
    """
    start = 0
    known = set[int]()
    for base in reversed(cls.__mro__):
        if base in _WITHOUT_FIELDS:
            continue
        origin = own_origin(base)
        if origin is not None:
            for position, f in enumerate(origin.layout.fields, start):
                bitfield = f.bitfield_size is not None
                yield ClassField(
                    f.name, position, f.bit_offset, f.bit_size, bitfield, cls=None, ctype=f.ctype
                )
        else:
            yield from _own_fields(base, start, _entries(base), known, layout)
        start += own_field_count(base)
        known.update(map(id, vars(base).values()))


def own_field_count(cls: type) -> int:
    """How many values of `ClassField.position` the class *cls* itself adds to those of its bases.

    A generated class adds the fields of its layout, and a hand-written one its ``_fields_``.
    """
    origin = own_origin(cls)
    return len(_entries(cls) if origin is None else origin.layout.fields)


def _entries(cls: type) -> Sequence[tuple[Any, ...]]:
    """The ``_fields_`` of the class *cls* itself."""
    entries = vars(cls).get("_fields_", ())
    return entries if isinstance(entries, list | tuple) else ()


def _own_fields(
    owner: Any, start: int, entries: Sequence[tuple[Any, ...]], known: set[int], layout: Aggregate
) -> Iterator[ClassField]:
    """The fields that *owner* itself declares: in its ``_fields_``, or as descriptors beside them.

    Args:
        owner: the class.
        start: the position of the first entry.
        entries: the ``_fields_`` of *owner*.
        known: ``id()`` of each attribute of the base classes of *owner*.
        layout: see `class_fields`.
    """
    names = {name for name, *_ in entries}
    for position, entry in enumerate(entries, start):
        for field in _entry_fields(owner, position, entry, layout):
            names.add(field.name)
            yield field
    for name, descriptor in beside(owner, names, known):
        # ctypes copies every entry of an anonymous struct to *owner*. A hidden one, such as
        # ``<padding 4>``, is not a field.
        if not is_hidden_name(name):
            cls, bitfield = described(owner, descriptor)
            yield _class_field(owner, None, (name, cls, bitfield), descriptor, layout)


def _entry_fields(
    owner: Any, position: int, entry: tuple[Any, ...], layout: Aggregate
) -> Iterator[ClassField]:
    """The fields of one entry of ``_fields_``.

    An entry in ``_anonymous_`` has several fields. An entry with a hidden name, such as
    ``<padding 4>``, has none: it only reserves bytes. Fields in these bytes have descriptors that
    are not in ``_fields_``.
    """
    name, cls, *width = entry
    descriptor = vars(owner).get(name)
    if not is_descriptor(descriptor):
        # The program has replaced the descriptor, as with "cls.pid = 5", or has deleted it. The
        # field is still in memory.
        instead = repr(descriptor) if name in vars(owner) else "nothing"
        yield ClassField(name, position, 0, 0, bitfield=False, cls=cls, ctype=None, instead=instead)
    elif name in vars(owner).get("_anonymous_", ()):
        for inner in class_fields(cls, layout):
            bit_offset = inner.bit_offset + 8 * descriptor.offset
            outermost = None if inner.position is None else position
            yield inner._replace(position=outermost, bit_offset=bit_offset)
    elif not is_hidden_name(name):
        # ctypes reads and writes a c_bool bitfield as the whole byte, whatever its width.
        bitfield = bool(width) and not is_bool(cls)
        yield _class_field(owner, position, (name, cls, bitfield), descriptor, layout)


def _class_field(
    owner: Any,
    position: int | None,
    field: tuple[str, Any, bool],
    descriptor: Any,
    layout: Aggregate,
) -> ClassField:
    """The `ClassField` for the field that *descriptor* reads and writes.

    Args:
        owner: the class that declares the field.
        position: see `ClassField`.
        field: its name, its class, and whether it is a bitfield.
        descriptor: its descriptor.
        layout: see `class_fields`.
    """
    name, cls, bitfield = field
    bit_offset, bit_size = 8 * descriptor.offset, 8 * ctypes.sizeof(cls)
    if bitfield:
        bit_offset, bit_size = probed(owner, descriptor, big_endian=byteorder_of(layout) == "big")
    return ClassField(name, position, bit_offset, bit_size, bitfield, cls, ctype=None)


def alignment_of(cls: Any) -> int:
    """The alignment of *cls* in bytes. ctypes says 0 for a structure without ``_fields_``."""
    return max(ctypes.alignment(cls), 1)


def is_over_aligned(cls: Any) -> bool:
    """Whether *cls*, a structure or union, has a greater alignment than all its fields."""
    entries = [entry for base in cls.__mro__ for entry in vars(base).get("_fields_", ())]
    return alignment_of(cls) > max((alignment_of(entry[1]) for entry in entries), default=1)


def is_array(cls: Any) -> bool:
    """Whether *cls* is an array."""
    return cls is not None and issubclass(cls, ctypes.Array)


def is_struct_or_union(cls: Any) -> bool:
    """Whether *cls* is a structure or union."""
    return isinstance(cls, type) and issubclass(cls, ctypes.Structure | ctypes.Union)


def is_bool(cls: Any) -> bool:
    """Whether *cls* is ``c_bool``. For a bitfield of this class, ctypes ignores the width."""
    return cls is not None and issubclass(cls, ctypes.c_bool)


def is_pointer(cls: Any) -> bool:
    """Whether *cls* is a typed pointer, such as ``POINTER(c_int)``, or a function pointer."""
    return issubclass(cls, ctypes._Pointer | ctypes._CFuncPtr)  # type: ignore[attr-defined]  # noqa: SLF001


def scalar_of(cls: Any) -> Scalar | None:
    """The shape of a simple ctypes class or a pointer; None for any other class."""
    size = ctypes.sizeof(cls)
    if is_pointer(cls):
        return Scalar("c_void_p", "int | None", size, signed=False, swapped=False)
    if not issubclass(cls, ctypes._SimpleCData):  # noqa: SLF001
        return None
    code = cls._type_
    swapped = size > 1 and getattr(cls, OTHER_ORDER, None) is cls
    if code in _INTEGERS:
        return integer(size, signed=code.islower(), swapped=swapped)
    name, python, signed = _OTHERS.get(code, (cls.__name__, "bytes", False))
    return Scalar(name, python, size, signed, swapped)


def class_text(cls: Any) -> str:
    """*cls* as you would write it; integers have their size in the name, such as ``c_uint32``."""
    if is_array(cls):
        return f"{class_text(cls._type_)} * {cls._length_}"
    scalar = scalar_of(cls)
    return str(cls.__name__) if scalar is None or is_pointer(cls) else text_of(scalar)


def text_of(ctype: CType) -> str:
    """*ctype* as you would write it in ``_fields_``; a struct or union by its C name."""
    match ctype:
        case Scalar():
            return ctype.expression
        case Wide():
            return f"c_uint8 * {ctype.size}"
        case ArrayOf():
            return f"{text_of(ctype.element)} * {ctype.length}"
        case Aggregate():
            return (
                f"{ctype.keyword} {ctype.name}" if ctype.name else f"an anonymous {ctype.keyword}"
            )


def field_text(type_text: str, bit_offset: int, bit_size: int, *, bitfield: bool) -> str:
    """A field by its type and place: ``c_uint32 at offset 4``."""
    offset, bit = divmod(bit_offset, 8)
    if not bitfield:
        return f"{type_text} at offset {offset}"
    last = bit + bit_size - 1
    bits = "no bits" if not bit_size else f"bits {bit}-{last}" if last > bit else f"bit {bit}"
    return f"{type_text} at offset {offset}, {bits}"
