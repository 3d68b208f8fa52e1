"""What the layout decides: the shape of a type in memory, free of BTF and of ctypes classes.

Offsets and sizes are in bytes unless the name says ``bit``.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from functools import cache

from btf_typing._typing import TYPE_CHECKING, NamedTuple
from btf_typing._wire.format import ByteOrder

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    CType: TypeAlias = "Scalar | Wide | ArrayOf | Aggregate"
    BitsValue: TypeAlias = Literal["int", "unsigned", "bool"]
else:
    CType = tuple  # which they are

INTEGER_SIZES = (1, 2, 4, 8)
"""Sizes in bytes of the integers that ctypes has."""

OTHER_ORDER = "__ctype_be__" if sys.byteorder == "little" else "__ctype_le__"
"""The attribute of a simple ctypes class that holds the class of the other byte order."""


class Scalar(NamedTuple):
    """A simple ctypes type.

    Attributes:
        ctype: its name in ctypes, such as ``c_uint32``.
        python: the annotation of its value, such as ``int``.
        size: in bytes.
        signed: of an integer.
        swapped: the other byte order than this machine's.
        enum: an enum, whose sign is the compiler's choice.
    """

    ctype: str
    python: Literal["int", "bool", "bytes", "float", "int | None"]
    size: int
    signed: bool
    swapped: bool
    enum: bool = False

    @property
    def alignment(self) -> int:
        """On this machine, in bytes."""
        return _ALIGNMENTS[self.ctype]

    @property
    def expression(self) -> str:
        """The class as an attribute of ctypes: ``c_uint32``, or ``c_uint32.__ctype_be__``."""
        return f"{self.ctype}.{OTHER_ORDER}" if self.swapped else self.ctype


class Wide(NamedTuple):
    """An integer that ctypes has no type for (``__int128``, 3 bytes), kept as bytes."""

    size: int
    signed: bool
    swapped: bool

    @property
    def alignment(self) -> int:
        """In bytes."""
        return 1


class ArrayOf(NamedTuple):
    """A C array of ``length`` elements; see `Aggregate` for the rest."""

    element: CType
    length: int
    size: int
    alignment: int
    depth: int
    values: int
    parts: int = 1


class Bits(NamedTuple):
    """Bits of an integer in memory, and the descriptor that reads and writes them.

    For ``unsigned flags : 3`` after 5 other bits, in little-endian memory: ``_bits``, 3 bits above
    the lowest 5 of a ``c_uint8``.

    Attributes:
        maker: the function of ``_classes/descriptors.py`` that makes the descriptor: ``_bits`` for
            an integer, ``_flag`` for a bool, ``_wide`` for bits of an integer that ctypes does not
            have.
        offset: offset of the stored integer in bytes.
        storage: the stored integer, with the sign of the value and the byte order of the target.
        shift: number of less significant bits in the stored integer.
        width: number of bits.
        value: how the bits are read.
    """

    maker: Literal["_bits", "_flag", "_wide"]
    offset: int
    storage: Scalar | Wide
    shift: int
    width: int
    value: BitsValue


class Field(NamedTuple):
    """A name that an instance has: a member, or a member of an anonymous member.

    Attributes:
        name: Python's.
        c_name: C's.
        bit_offset: from the start of the aggregate.
        bit_size: of the value, in bits.
        bitfield_size: in bits; None where it is no bitfield.
        type_id: as the member declares it.
        ctype: of the value; of a bitfield, its declared type.
        bits: how to reach it when it is not a whole ctypes value; else None.
        lent: a whole ctypes value that no slot holds, to be read at ``bit_offset // 8``.
    """

    name: str
    c_name: str
    bit_offset: int
    bit_size: int
    bitfield_size: int | None
    type_id: int
    ctype: CType
    bits: Bits | None
    lent: bool

    @property
    def hidden(self) -> bool:
        """Whether a slot is there for its place alone: no field is."""
        return False

    @property
    def anonymous(self) -> bool:
        """Whether ctypes flattens it: the field of an anonymous member, and so no field here."""
        return False


class Hidden(NamedTuple):
    """A slot that is no field: padding, storage of bitfields, an anonymous member.

    Attributes:
        name: one that no C program can contain.
        ctype: what lies there.
        offset: in bytes.
        anonymous: whether ctypes flattens it.
    """

    name: str
    ctype: CType
    offset: int
    anonymous: bool

    @property
    def c_name(self) -> str:
        """What stands for C's name, which it has none of."""
        return self.name

    @property
    def hidden(self) -> bool:
        """Whether a slot is there for its place alone: this is."""
        return True


def is_hidden_name(name: str) -> bool:
    """Whether an entry of ``_fields_`` called *name* is a `Hidden` slot, of whichever class."""
    return name.lstrip("_").startswith("<")


Slot: TypeAlias = Field | Hidden
"""One entry of ``_fields_``."""


class Aggregate(NamedTuple):
    """A struct or union.

    Attributes:
        type_id: of the STRUCT or UNION.
        keyword: C's.
        name: its tag; empty for an anonymous one.
        size: in bytes.
        alignment: of the ctypes class, in bytes.
        packed: whether the class needs ``_pack_ = 1``.
        swapped: the target's byte order is not this machine's.
        slots: the ``_fields_``.
        fields: every name, in C's order, anonymous members' names among them.
        depth: levels of aggregates and arrays, itself included.
        values: that a walk through all of it meets.
        parts: the same, but one element of each array: so long is ctypes' own description of it.
    """

    type_id: int
    keyword: Literal["struct", "union"]
    name: str
    size: int
    alignment: int
    packed: bool
    swapped: bool
    slots: tuple[Slot, ...]
    fields: tuple[Field, ...]
    depth: int
    values: int
    parts: int


Nesting: TypeAlias = Aggregate | ArrayOf
"""What holds other types: see `Aggregate` for what both tell of them."""

NESTING = (Aggregate, ArrayOf)
"""The same, to know it by."""

BYTE = Scalar("c_uint8", "int", 1, signed=False, swapped=False)
POINTER = Scalar(
    "c_void_p", "int | None", ctypes.sizeof(ctypes.c_void_p), signed=False, swapped=False
)
"""A pointer of this machine."""


@cache
def integer(size: int, *, signed: bool, swapped: bool, enum: bool = False) -> Scalar:
    """An integer of *size* bytes, or an enum. There are few, and very many fields of them."""
    name = f"c_{'' if signed else 'u'}int{8 * size}"
    return Scalar(name, "int", size, signed, swapped and size > 1, enum)


def byteorder_of(layout: Aggregate | Wide | Scalar) -> ByteOrder:
    """The byte order of the target that *layout* is for."""
    return "big" if layout.swapped ^ (sys.byteorder == "big") else "little"


_ALIGNMENTS = {
    name: ctypes.alignment(getattr(ctypes, name))
    for name in (
        *(f"c_{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
        *("c_bool", "c_char", "c_float", "c_double", "c_void_p"),
    )
}


def nesting(inner: Iterable[Nesting], scalars: int) -> tuple[int, int, int]:
    """Of a type that holds all of *inner* and *scalars*: its levels, values and parts."""
    depth, values, parts = 0, 1 + scalars, 1 + scalars
    for ctype in inner:
        depth = max(depth, ctype.depth)
        values += ctype.values
        parts += ctype.parts
    return depth + 1, values, parts


def array_of(element: CType, length: int) -> ArrayOf:
    """An array of *length* elements."""
    depth, values, parts = nesting([element], 0) if isinstance(element, NESTING) else nesting([], 1)
    size, values = length * element.size, 1 + length * (values - 1)
    return ArrayOf(element, length, size, element.alignment, depth, values, parts)


def is_text(ctype: CType) -> bool:
    """Whether *ctype* is an array of ``char``, which ctypes reads as bytes up to the NUL."""
    return isinstance(ctype, ArrayOf) and is_char(ctype.element)


def is_char(ctype: CType) -> bool:
    """Whether *ctype* is a plain ``char``."""
    return isinstance(ctype, Scalar) and ctype.ctype == "c_char"


def is_signed(ctype: CType) -> bool:
    """Whether *ctype* is a signed integer."""
    return isinstance(ctype, Scalar | Wide) and ctype.signed


def is_boolean(ctype: CType) -> bool:
    """Whether *ctype* is ``_Bool``."""
    return isinstance(ctype, Scalar) and ctype.ctype == "c_bool"


def signature(layout: Aggregate) -> str:
    """A text that two layouts share when they have the same names, places and types."""
    seen: dict[int, int] = {}

    def of(ctype: CType) -> str:
        if isinstance(ctype, ArrayOf):
            return f"{of(ctype.element)}[{ctype.length}]"
        if not isinstance(ctype, Aggregate):
            return repr(ctype)
        if ctype.type_id in seen:
            return f"#{seen[ctype.type_id]}"
        seen[ctype.type_id] = len(seen)
        fields = [f"{f.c_name}@{f.bit_offset}:{f.bit_size} {of(f.ctype)}" for f in ctype.fields]
        return f"{ctype.keyword} {ctype.size} {{{'; '.join(fields)}}}"

    return of(layout)
