"""What a ctypes class declares: its fields where ctypes has put them, in the terms of a layout."""

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
_NAMES = {"c": "c_char", "?": "c_bool", "f": "c_float", "d": "c_double", "P": "c_void_p"}


class Declared(NamedTuple):
    """A field of a class.

    Attributes:
        name: as the class spells it.
        position: of the outermost entry of ``_fields_`` that it comes from; None where it is beside
            them.
        bit_offset: from the start of the class, counted as the target counts.
        bit_size: of the value, in bits.
        bitfield: declared with a width, which ctypes heeds.
        cls: its ctypes class; None where it is a field of a generated class.
        ctype: its type there; else None.
        instead: what the class has of that name, where that is not the field: it hides where the
            field is, and no bits are told. Else empty.
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
        what = text_of(self.ctype) if self.ctype else class_text(self.cls)
        return placed_text(what, self.bit_offset, self.bit_size, bitfield=self.bitfield)


def declared(cls: type, layout: Aggregate) -> Iterator[Declared]:
    """The fields of *cls*, those of its bases first, anonymous ones flattened.

    Args:
        cls: a structure or union.
        layout: what it is to be compared with, for the byte order of the target.
    """
    start = 0
    known = set[int]()
    for base in reversed(cls.__mro__):
        entries = vars(base).get("_fields_", ())
        origin = own_origin(base)
        if origin is not None:
            fields = origin.layout.fields
            for position, f in enumerate(fields, start):
                bitfield = f.bitfield_size is not None
                yield Declared(
                    f.name, position, f.bit_offset, f.bit_size, bitfield, cls=None, ctype=f.ctype
                )
            start += len(fields)
        elif isinstance(entries, list | tuple):
            yield from _own(base, start, entries, known, layout)
            start += len(entries)
        known.update(map(id, vars(base).values()))


def _own(
    owner: Any, start: int, entries: Sequence[tuple[Any, ...]], known: set[int], layout: Aggregate
) -> Iterator[Declared]:
    """The fields of *owner* alone: of the *entries* of ``_fields_``, counted from *start*; others.

    *known* are ids of descriptors that its bases have.
    """
    names = {name for name, *_ in entries}
    for position, entry in enumerate(entries, start):
        for field in _entry(owner, position, entry, layout):
            names.add(field.name)
            yield field
    for name, descriptor in beside(owner, names, known):
        if not is_hidden_name(name):  # ctypes gives the class those of anonymous structs too
            cls, bitfield = described(owner, descriptor)
            yield _placed(owner, None, (name, cls, bitfield), descriptor, layout)


def _entry(
    owner: Any, position: int, entry: tuple[Any, ...], layout: Aggregate
) -> Iterator[Declared]:
    """One entry of ``_fields_``: itself, or the fields of an anonymous one; none of a hidden slot.

    What a hidden slot makes room for is beside ``_fields_``.
    """
    name, cls, *width = entry
    descriptor = vars(owner).get(name)
    if not is_descriptor(descriptor):
        instead = repr(descriptor) if name in vars(owner) else "nothing"
        yield Declared(name, position, 0, 0, bitfield=False, cls=cls, ctype=None, instead=instead)
    elif name in vars(owner).get("_anonymous_", ()):
        for inner in declared(cls, layout):
            bit_offset = inner.bit_offset + 8 * descriptor.offset
            outermost = None if inner.position is None else position
            yield inner._replace(position=outermost, bit_offset=bit_offset)
    elif not is_hidden_name(name):
        # ctypes reads and writes a c_bool bitfield as the whole byte, whatever its width.
        bitfield = bool(width) and not is_bool(cls)
        yield _placed(owner, position, (name, cls, bitfield), descriptor, layout)


def _placed(
    owner: Any,
    position: int | None,
    field: tuple[str, Any, bool],
    descriptor: Any,
    layout: Aggregate,
) -> Declared:
    """The *field*, of a name and a class, and a bitfield or none, where its *descriptor* is."""
    name, cls, bitfield = field
    bit_offset, bit_size = 8 * descriptor.offset, 8 * ctypes.sizeof(cls)
    if bitfield:
        bit_offset, bit_size = probed(owner, descriptor, big_endian=byteorder_of(layout) == "big")
    return Declared(name, position, bit_offset, bit_size, bitfield, cls, ctype=None)


def alignment_of(cls: Any) -> int:
    """The alignment of *cls* in bytes; ctypes says 0 of a structure to which none gave fields."""
    return max(ctypes.alignment(cls), 1)


def is_over_aligned(cls: Any) -> bool:
    """Whether *cls*, a structure or union, is aligned to more than any of its fields."""
    entries = [entry for base in cls.__mro__ for entry in vars(base).get("_fields_", ())]
    return alignment_of(cls) > max((alignment_of(entry[1]) for entry in entries), default=1)


def is_array(cls: Any) -> bool:
    """Whether *cls* is an array."""
    return cls is not None and issubclass(cls, ctypes.Array)


def is_record(cls: Any) -> bool:
    """Whether *cls* is a structure or union."""
    return isinstance(cls, type) and issubclass(cls, ctypes.Structure | ctypes.Union)


def is_bool(cls: Any) -> bool:
    """Whether *cls* is ``c_bool``."""
    return cls is not None and issubclass(cls, ctypes.c_bool)


def is_pointer(cls: Any) -> bool:
    """Whether *cls* is a pointer with a type: ``POINTER(...)``, or of a function."""
    return issubclass(cls, ctypes._Pointer | ctypes._CFuncPtr)  # type: ignore[attr-defined]  # noqa: SLF001


def scalar_of(cls: Any) -> Scalar | None:
    """A simple ctypes class or a pointer as a shape; None for any other."""
    size = ctypes.sizeof(cls)
    if is_pointer(cls):
        return Scalar("c_void_p", "int | None", size, signed=False, swapped=False)
    if not issubclass(cls, ctypes._SimpleCData):  # noqa: SLF001
        return None
    code = cls._type_
    swapped = size > 1 and getattr(cls, OTHER_ORDER, None) is cls
    if code in _INTEGERS:
        return integer(size, signed=code.islower(), swapped=swapped)
    return Scalar(_NAMES.get(code, cls.__name__), "bytes", size, signed=False, swapped=swapped)


def class_text(cls: Any) -> str:
    """*cls* as one writes it, by the name that tells its size."""
    if is_array(cls):
        return f"{class_text(cls._type_)} * {cls._length_}"
    scalar = scalar_of(cls)
    return str(cls.__name__) if scalar is None or is_pointer(cls) else text_of(scalar)


def text_of(ctype: CType) -> str:
    """*ctype* as one writes it in ``_fields_``, but a struct or union as C names it."""
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


def placed_text(what: str, bit_offset: int, bit_size: int, *, bitfield: bool) -> str:
    """*what*, and where it is."""
    offset, bit = divmod(bit_offset, 8)
    if not bitfield:
        return f"{what} at offset {offset}"
    last = bit + bit_size - 1
    bits = "no bits" if not bit_size else f"bits {bit}-{last}" if last > bit else f"bit {bit}"
    return f"{what} at offset {offset}, {bits}"
