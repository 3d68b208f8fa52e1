"""The shapes of types: the results of the layout, without BTF records and ctypes classes.

A shape describes a type in memory: its ctypes type, the offsets of its fields, and the way Python
accesses each field. Offsets and sizes are in bytes unless the name says ``bit``.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from functools import cache

from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple
from btf_typing._wire.btf_format import ByteOrder
from btf_typing.errors import LayoutError

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from .layout import Layouts

    CType: TypeAlias = "Scalar | Wide | ArrayOf | Aggregate"
    BitsValue: TypeAlias = Literal["int", "unsigned", "bool"]
else:
    CType = object

INTEGER_SIZES = (1, 2, 4, 8)
"""Sizes in bytes of the integers that ctypes has."""

OTHER_ORDER = "__ctype_be__" if sys.byteorder == "little" else "__ctype_le__"
"""Attribute of a simple ctypes class: the class for the byte order that this machine does not use.

On a little-endian machine, ``c_uint32.__ctype_be__`` is a big-endian ``c_uint32``.
"""


class Scalar(NamedTuple):
    """A simple ctypes type.

    Attributes:
        ctype: name in ctypes, such as ``c_uint32``.
        python: annotation of the value, such as ``int``.
        size: size in bytes.
        signed: whether an integer or enum is signed. For an enum, the C compiler decides. True for
            a float.
        swapped: whether the target's byte order is not this machine's. False for a type of one
            byte.
        enum: whether the C type is an enum.
    """

    ctype: str
    python: Literal["int", "bool", "bytes", "float", "int | None"]
    size: int
    signed: bool
    swapped: bool
    enum: bool = False

    @property
    def alignment(self) -> int:
        """Alignment on this machine, in bytes."""
        return _ALIGNMENTS[self.ctype]

    @property
    def expression(self) -> str:
        """The class as an attribute of ctypes: ``c_uint32``, or ``c_uint32.__ctype_be__``."""
        return f"{self.ctype}.{OTHER_ORDER}" if self.swapped else self.ctype


class Wide(NamedTuple):
    """An integer of a size that ctypes does not have, such as ``__int128``; stored as bytes."""

    size: int
    signed: bool
    swapped: bool

    @property
    def alignment(self) -> int:
        """Alignment in bytes. It is 1, because a class stores the integer as an array of bytes."""
        return 1


class ArrayOf(NamedTuple):
    """A C array of ``length`` elements. `Aggregate` documents the other attributes."""

    element: CType
    length: int
    size: int
    alignment: int
    depth: int
    values: int
    parts: int = 1


class Bits(NamedTuple):
    """Bits of an integer in memory, and the descriptor that reads and writes them.

    Example: in ``u8 other : 5; u8 flags : 3;`` on a little-endian target, ``flags`` is the upper 3
    bits of a ``c_uint8``. The function ``_bits`` makes its descriptor, with a width of 3 and a
    shift of 5.

    Attributes:
        maker: function of ``_classes/descriptors.py`` that makes the descriptor: ``_bits`` for an
            integer, ``_flag`` for a bool, ``_wide`` for any value in an integer of a size that
            ctypes does not have.
        offset: offset of the stored integer in bytes.
        storage: shape of the stored integer, in the byte order of the target. It is signed if the
            value is signed.
        shift: number of bits in the stored integer that are less significant than the value.
        width: number of bits to read.
        value: type of the value: a signed integer, an unsigned integer or a bool.
    """

    maker: Literal["_bits", "_flag", "_wide"]
    offset: int
    storage: Scalar | Wide
    shift: int
    width: int
    value: BitsValue


class Field(NamedTuple):
    """A field of a generated class: a member, or a member of an anonymous member.

    Attributes:
        name: Python name.
        c_name: C name.
        bit_offset: offset of the first bit, from the start of the struct or union.
        bit_size: size of the value in bits.
        bitfield_size: size in bits; None if the member is not a bitfield.
        type_id: id of the declared type of the member.
        ctype: shape of the value; for a bitfield, the shape of its declared type.
        bits: the bits to read, if the value is not a whole ctypes value; else None.
        native: whether ctypes creates this field from ``_fields_`` or ``_anonymous_``. If not, we
            add a descriptor. The descriptor reads the `bits`. If `bits` is None, the descriptor
            reads the whole value at byte ``bit_offset // 8``.
    """

    name: str
    c_name: str
    bit_offset: int
    bit_size: int
    bitfield_size: int | None
    type_id: int
    ctype: CType
    bits: Bits | None
    native: bool


class HiddenSlot(NamedTuple):
    """An entry of ``_fields_`` for padding, an anonymous member, bitfields or a `Wide` integer.

    Attributes:
        name: a name that no C program can contain.
        ctype: shape of the memory in the slot.
        offset: offset in bytes.
        anonymous: whether ``_anonymous_`` lists the slot. ctypes then adds the fields of the slot
            to the class.
    """

    name: str
    ctype: CType
    offset: int
    anonymous: bool


def is_hidden_name(name: str) -> bool:
    """Whether *name* is the name of a `HiddenSlot` in the ``_fields_`` of any generated class.

    In modules of ``btf-stubs --runtime``, such a name has an underscore in front.
    """
    return name.lstrip("_").startswith("<")


Slot: TypeAlias = Field | HiddenSlot
"""One entry of ``_fields_``."""


class Unreadable(NamedTuple):
    """A member that no field can read.

    In a struct or union, the BTF has void as the type of such a member. In a section of globals,
    the variable has no layout, or its place in the section is unknown.

    Attributes:
        name: Python name.
        c_name: C name.
        bit_offset: offset of the first bit, from the start of the struct or union.
        error: the error to raise when the member is read.
    """

    name: str
    c_name: str
    bit_offset: int
    error: LayoutError

    @property
    def reason(self) -> str:
        """The reason in the error, without type ids, which change with every compilation."""
        subject = self.error.subject
        return f"{subject.without_id()} {self.error.what}" if subject else self.error.what


Contents: TypeAlias = tuple[tuple[Slot, ...], tuple[Field, ...], tuple[Unreadable, ...]]
"""The slots, the fields and the unreadable members of an `Aggregate`."""


class Aggregate:
    """A struct or union, or a section of globals, which we treat as a struct.

    Its contents are the slots, the fields and the unreadable members. They use most of its memory,
    and few programs need them once the ctypes class exists. `release` drops them, and they are
    computed again when next used.

    Attributes:
        type_id: id of the STRUCT or UNION; for a section of globals, the negated id of its DATASEC.
            For a class of a ``--runtime`` module, an index from ``_classes/runtime_classes.py``.
        keyword: keyword in C; for a section of globals, ``struct``.
        name: tag; empty if it has none.
        size: size in bytes.
        alignment: alignment of the ctypes class, in bytes.
        packed: whether the class needs ``_pack_ = 1``.
        swapped: whether the target's byte order is not this machine's.
        depth: levels of nested structs, unions and arrays, including this one.
        values: number of values: the struct or union itself, its fields, their fields and array
            elements, and so on.
        parts: the same number, but with only one element of each array. `Layouts` limits it: ctypes
            describes each class in a string, whose length is proportional to the number of parts.
    """

    __slots__ = (
        "_contents",
        "_layouts",
        "alignment",
        "depth",
        "keyword",
        "name",
        "packed",
        "parts",
        "size",
        "swapped",
        "type_id",
        "values",
    )

    def __init__(
        self,
        type_id: int,
        keyword: Literal["struct", "union"],
        name: str,
        size: int,
        alignment: int,
        packed: bool,
        swapped: bool,
        nested: tuple[int, int, int],
        contents: Contents,
    ) -> None:
        self.type_id = type_id
        self.keyword: Literal["struct", "union"] = keyword
        self.name = name
        self.size = size
        self.alignment = alignment
        self.packed = packed
        self.swapped = swapped
        self.depth, self.values, self.parts = nested
        self._contents: Contents | None = contents
        self._layouts: Layouts | None = None

    @property
    def contents(self) -> Contents:
        """The slots, the fields and the unreadable members."""
        return self._contents or self._computed_again()

    def borrowed_contents(self) -> Contents:
        """The contents. If they have been dropped, they are computed again but not kept."""
        contents = self._contents
        if contents is None:
            assert self._layouts is not None  # noqa: S101  # `release` sets it
            contents = self._layouts.contents_of(self.type_id)
        return contents

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The entries of ``_fields_``."""
        return self.contents[0]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in C's order, including the members of anonymous members."""
        return (self._contents or self._computed_again())[1]

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """The members that have no field."""
        return self.contents[2]

    def release(self, layouts: Layouts) -> None:
        """Drop the contents. When they are next used, *layouts* computes them again."""
        self._layouts = layouts
        self._contents = None

    def _computed_again(self) -> Contents:
        contents = self._contents = self.borrowed_contents()
        return contents

    @property
    def anonymous(self) -> list[HiddenSlot]:
        """The slots that ``_anonymous_`` lists."""
        return [slot for slot in self.slots if isinstance(slot, HiddenSlot) and slot.anonymous]


Nesting: TypeAlias = Aggregate | ArrayOf
"""A shape that contains other shapes. `Aggregate` documents the attributes of both classes."""

NESTING = (Aggregate, ArrayOf)
"""The classes of `Nesting`, for ``isinstance``."""

BYTE = Scalar("c_uint8", "int", 1, signed=False, swapped=False)
POINTER = Scalar(
    "c_void_p", "int | None", ctypes.sizeof(ctypes.c_void_p), signed=False, swapped=False
)
"""A pointer of this machine."""


@cache
def integer(size: int, *, signed: bool, swapped: bool, enum: bool = False) -> Scalar:
    """An integer or enum of *size* bytes, shared by the many fields that have this shape."""
    name = f"c_{'' if signed else 'u'}int{8 * size}"
    return Scalar(name, "int", size, signed, swapped and size > 1, enum)


def byteorder_of(shape: Aggregate | Wide | Scalar) -> ByteOrder:
    """The byte order of the target that *shape* is for.

    A `Scalar` of one byte is the same for every target. The result is then this machine's order.
    """
    return "big" if shape.swapped ^ (sys.byteorder == "big") else "little"


_ALIGNMENTS = {
    name: ctypes.alignment(getattr(ctypes, name))
    for name in (
        *(f"c_{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
        *("c_bool", "c_char", "c_float", "c_double", "c_void_p"),
    )
}


def nesting(inner: Iterable[Nesting], scalars: int) -> tuple[int, int, int]:
    """The depth, values and parts of a type that holds *inner* and a number of *scalars*."""
    depth, values, parts = 0, 1 + scalars, 1 + scalars
    for ctype in inner:
        depth = max(depth, ctype.depth)
        values += ctype.values
        parts += ctype.parts
    return depth + 1, values, parts


def array_of(element: CType, length: int) -> ArrayOf:
    """An array with *length* elements of type *element*."""
    depth, values, parts = nesting([element], 0) if isinstance(element, NESTING) else nesting([], 1)
    size, values = length * element.size, 1 + length * (values - 1)
    return ArrayOf(element, length, size, element.alignment, depth, values, parts)


def element_of(ctype: CType) -> CType:
    """The element of an array of any number of dimensions; *ctype* itself if it is no array."""
    while isinstance(ctype, ArrayOf):
        ctype = ctype.element
    return ctype


def is_text(ctype: CType) -> bool:
    """Whether *ctype* is an array of ``char``, which ctypes reads as bytes up to the NUL."""
    return isinstance(ctype, ArrayOf) and is_char(ctype.element)


def is_char(ctype: CType) -> bool:
    """Whether *ctype* is a plain ``char``."""
    return isinstance(ctype, Scalar) and ctype.ctype == "c_char"


def is_signed(ctype: CType) -> bool:
    """Whether *ctype* is a signed integer or enum, a ``char`` that is signed, or a float."""
    return isinstance(ctype, Scalar | Wide) and ctype.signed


def is_boolean(ctype: CType) -> bool:
    """Whether *ctype* is ``_Bool``."""
    return isinstance(ctype, Scalar) and ctype.ctype == "c_bool"


def signature(layout: Aggregate) -> str:
    """A text that describes *layout* without type ids.

    If two layouts have the same text, they have the same size, and their members have the same C
    names, places and shapes.
    """
    seen: dict[int, int] = {}

    def of(ctype: CType) -> str:
        if isinstance(ctype, ArrayOf):
            return f"{of(ctype.element)}[{ctype.length}]"
        if not isinstance(ctype, Aggregate):
            return repr(ctype)
        # The text has only a number for a type that occurs again. Without the numbers, each struct
        # of the following kind would double the text:
        # struct b { struct a x, y; };  struct c { struct b x, y; };
        if ctype.type_id in seen:
            return f"#{seen[ctype.type_id]}"
        seen[ctype.type_id] = len(seen)
        fields = [f"{f.c_name}@{f.bit_offset}:{f.bit_size} {of(f.ctype)}" for f in ctype.fields]
        fields += [f"{member.c_name}@{member.bit_offset}" for member in ctype.unreadable]
        return f"{ctype.keyword} {ctype.size} {{{'; '.join(fields)}}}"

    return of(layout)
