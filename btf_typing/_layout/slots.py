"""The layout of one struct or union: its ctypes fields, and the padding between them.

The examples are C. Some show the offset of each member in bytes: ``u8 a /* 0 */; u32 b /* 4 */``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from operator import mod

from btf_typing._typing_stand_ins import TYPE_CHECKING
from btf_typing.errors import LayoutError
from btf_typing.model import Member, maker

from . import identifiers
from .shape import (
    BYTE,
    INTEGER_SIZES,
    Aggregate,
    Bits,
    CType,
    Field,
    HiddenSlot,
    Scalar,
    Slot,
    Unreadable,
    Wide,
    array_of,
    integer,
    is_boolean,
    is_signed,
)

if TYPE_CHECKING:
    from typing import TypeAlias

    from .shape import BitsValue


ResolvedMember: TypeAlias = tuple[Member, CType, int, int, int | None, bool]
"""A member, the shape of its type, and the bits that it occupies. The items of the tuple are:

- the member as it is in the BTF
- shape of its type
- offset of its first bit, from the start of the struct or union
- size of its value in bits
- size in bits if it is a bitfield; else None
- whether it fills all the bytes of its type and begins at a whole byte; False for most bitfields

We use a plain tuple, because a kernel has 70,000 members and a named tuple takes longer to create.
"""

UnreadableMember: TypeAlias = tuple[Member, LayoutError]
"""A member that has no field, and the error to raise when it is read."""

_field = maker(Field)


class Assembly:
    """Chooses the slots and fields of one struct or union.

    A slot is an entry of ``_fields_`` in the ctypes class. A field is a member that a program can
    use. Most fields are slots themselves. For others, such as bitfields, a `HiddenSlot` reserves
    the memory, and a descriptor reads and writes it.

    Args:
        members: its members.
        size: its size in bytes.
        union: whether it is a union.
        level: 1 more than the highest level of the structs, unions and arrays in it; 1 if there are
            none.
        swapped: whether the target's byte order is not this machine's.
    """

    def __init__(
        self,
        members: Sequence[ResolvedMember],
        size: int,
        union: bool,
        level: int,
        swapped: bool,
    ) -> None:
        self._fields: list[Field] = []
        self._slots: list[Slot] = []
        self._members = members
        self._size = size
        self._union = union
        self._level = level
        self._swapped = swapped
        self._taken: set[str] = set()
        self._starts: list[int] = []
        self._limits: list[int] = []
        self._unreadable: list[tuple[str, int, LayoutError]] = []
        self._end = 0
        self._alignment = 1
        self._natural = self._assemble()

    def _assemble(self) -> bool:
        """Add all members.

        An ordinary member has a name and is a whole ctypes value. In a struct, it does not overlap
        an earlier member. In a union, it begins at offset 0. Most members are ordinary. The loop
        adds them itself, which saves a call of `_add` for each.

        Returns:
            Whether all members are ordinary, and ctypes places them correctly without ``_pack_``
            and without our padding between them.
        """
        fields, slots, starts, taken = self._fields, self._slots, self._starts, self._taken
        union, natural, alignment, end = self._union, True, 1, 0
        member_identifier = identifiers.member_identifier
        for index, part in enumerate(self._members):
            member, ctype, bit_offset, bit_size, bitfield_size, whole = part
            c_name, start = member.name, bit_offset >> 3
            overlaps = start > 0 if union else start < end
            if not whole or overlaps or not c_name or isinstance(ctype, Wide):
                self._end = end
                self._add(index, part)
                natural, end = False, self._end
                continue
            name = member_identifier(c_name)
            if name in taken:
                name = identifiers.field_name(c_name, taken)
            taken.add(name)
            type_id = member.type_id
            field = _field(
                (name, c_name, bit_offset, bit_size, bitfield_size, type_id, ctype, None, True)
            )
            fields.append(field)
            slots.append(field)
            starts.append(start)
            own = ctype.alignment
            # This loop runs for each member of a kernel, so it does not call max().
            if own > alignment:  # noqa: PLR1730  # see above
                alignment = own
            # ctypes would place the member elsewhere if the struct is packed, as in
            # "u8 a /* 0 */; u32 b /* 1 */", or over-aligned, as in "u8 a /* 0 */; u32 b /* 8 */".
            if not union and start != end + -end % own:
                natural = False
            after = start + ctype.size
            if after > end:  # noqa: PLR1730  # see above
                end = after
        self._end, self._alignment = end, alignment
        return natural

    def _add(self, index: int, part: ResolvedMember) -> None:
        """Add a member that is not ordinary; see `_assemble`."""
        (c_name, type_id, _, _), ctype, bit_offset, bit_size, bitfield_size, whole = part
        if not c_name:
            # For example "union { u32 saddr; u8 saddr_bytes[4]; };" or the gap "int : 3;".
            self._add_anonymous(index, part)
            return
        bits = None
        if not whole or isinstance(ctype, Wide):
            # For example "unsigned flags : 3;" or "__int128 counter;".
            self._store(index, part)
            bits = self._bits(bit_offset, bit_size, ctype)
        # If ``bits`` is still None, the member overlaps an earlier one, as b does in
        # "u32 a /* 0 */; u16 b /* 2 */", or lies in a union at another offset than 0. Compilers
        # emit no such members, but BTF can contain them.
        self._fields.append(
            Field(
                self._name(c_name),
                c_name,
                bit_offset,
                bit_size,
                bitfield_size,
                type_id,
                ctype,
                bits,
                native=False,
            )
        )

    def _add_anonymous(self, index: int, part: ResolvedMember) -> None:
        """Add a member without a name. As in C, its members count as members of the outer type."""
        _, ctype, start, _, _, _ = part
        if not isinstance(ctype, Aggregate):
            # The gap "int : 3;" needs no field, but it can align the struct. BTF can contain gaps.
            self._store(index, part)
            return
        _, fields, unreadables = ctype.borrowed_contents()
        for unreadable in unreadables:
            place = start + unreadable.bit_offset
            self._unreadable.append((unreadable.c_name, place, unreadable.error))
        names = [self._name(inner.c_name) for inner in fields]
        # ctypes flattens anonymous members: the outer class gets the names of the inner class. If
        # one of these names is taken, ctypes must not flatten the member, and we add descriptors
        # instead. C forbids "int x; struct { int x; };", but BTF can contain it.
        flattens = names == [inner.name for inner in fields]
        native = self._store(index, part, flattens) and flattens
        for name, inner in zip(names, fields, strict=True):
            bit_offset = start + inner.bit_offset
            # ctypes flattens only ctypes fields. Where the inner class has one of our descriptors,
            # the outer class needs one too, as for a in "struct { struct { unsigned a : 3; }; };".
            bits = inner.bits and self._bits(bit_offset, inner.bit_size, inner.ctype)
            self._fields.append(
                inner._replace(
                    name=name,
                    bit_offset=bit_offset,
                    bits=bits,
                    native=inner.native and native,
                )
            )

    def _name(self, c_name: str) -> str:
        name = identifiers.field_name(c_name, self._taken)
        self._taken.add(name)
        return name

    def _store(self, index: int, part: ResolvedMember, anonymous: bool = False) -> bool:
        """Add a hidden slot for *part*, so that the class has the right size and alignment.

        A bitfield gets a slot as large as its declared type: "struct { u32 a : 3; }" is then
        aligned to 4 bytes, as in C. Later, `finish` adds padding where no slot covers the bytes.

        Returns:
            Whether there is a new slot. There is none if another slot, another member or the end of
            the struct is in the way, as for ``b`` in "u8 a; u32 b : 3;". There is also none if the
            last slot already covers the bits, as for ``b`` in "u32 a : 3, b : 3;". And there is
            none for a bitfield of a type that ctypes does not have: "__int128 a : 100;".
        """
        _, ctype, bit_offset, _, _, whole = part
        start, limit = bit_offset >> 3, self._size
        if not whole:
            if not isinstance(ctype, Scalar):
                return False  # a bitfield of __int128
            limit = self._limit(index)
            start -= start % ctype.size
            ctype = integer(ctype.size, signed=False, swapped=ctype.swapped)
        end = start + ctype.size
        if end > limit or (start > 0 if self._union else start < self._end):
            return False
        # ctypes copies the hidden slots of an anonymous member into the outer class. The names that
        # we choose here contain the level of this class. An anonymous member has a lower level. So
        # the copied names differ from the names that we choose for the outer class.
        bits = not whole or isinstance(ctype, Wide)
        name = f"<{'bits' if bits else 'anonymous'} {self._level}.{index}>"
        self._slots.append(HiddenSlot(name, ctype, start, anonymous))
        self._starts.append(start)
        self._end = end
        return True

    def _limit(self, index: int) -> int:
        """The largest offset in bytes at which the slot of member *index*, a bitfield, may end.

        The slot must not overlap a later member that fills all the bytes of its type. In
        "u32 a : 8; u8 b /* 1 */;", the limit for ``a`` is 1, because a u32 would overlap ``b``.
        """
        if self._union:
            return self._size
        if not self._limits:
            limit = self._size
            for _, _, bit_offset, _, _, whole in reversed(self._members):
                self._limits.append(limit)
                if whole:
                    limit = min(limit, bit_offset >> 3)
            self._limits.reverse()
        return self._limits[index]

    def _bits(self, bit_offset: int, width: int, ctype: CType) -> Bits:
        """Describe *width* bits at *bit_offset*, for the descriptor that reads and writes them.

        The descriptor reads the smallest ctypes integer that holds the bits and lies inside the
        struct. In a struct of 6 bytes, it reads 20 bits at byte 3 from the 4 bytes at offset 2. If
        there is no such integer, it reads just the bytes that hold the bits, as a `Wide` integer.
        """
        first, last = bit_offset // 8, -(-(bit_offset + width) // 8)
        fitting = (n for n in INTEGER_SIZES if last - first <= n <= self._size)
        size = next(fitting, last - first)
        offset = min(first, self._size - size)
        if self._swapped == (sys.byteorder == "big"):
            # Little-endian: BTF counts bits from the least significant one.
            shift = bit_offset - 8 * offset
        else:
            # Big-endian: BTF counts bits from the most significant one.
            shift = 8 * (offset + size) - bit_offset - width
        signed, boolean = is_signed(ctype), is_boolean(ctype)
        value: BitsValue = "bool" if boolean else "int" if signed else "unsigned"
        if size not in INTEGER_SIZES:
            # No ctypes integer inside the struct holds the bits, as for __int128 or for 17 bits in
            # a struct of 3 bytes.
            return Bits("_wide", offset, Wide(size, signed, self._swapped), shift, width, value)
        storage = integer(size, signed=signed, swapped=self._swapped)
        return Bits("_flag" if boolean else "_bits", offset, storage, shift, width, value)

    def finish(self) -> tuple[tuple[Slot, ...], tuple[Field, ...], int, bool]:
        """Add padding, so that ctypes places each slot at its offset.

        Returns:
            The slots, the fields, the alignment of the class in bytes, and whether the class must
            be packed.
        """
        slots, starts, size = self._slots, self._starts, self._size
        fields = tuple(self._fields)
        if self._natural and size == self._end + -self._end % self._alignment:
            return fields, fields, self._alignment, False
        alignments = [slot.ctype.alignment for slot in slots]
        natural = max(alignments, default=1)
        # struct { u8 a; u32 b; } __attribute__((packed)): BTF has b at 1, ctypes would put it at 4.
        packed = size % natural > 0 or any(map(mod, starts, alignments))
        if packed:
            natural, alignments = 1, [1] * len(slots)
        padded = self._padded_union(natural) if self._union else self._padded(alignments, natural)
        return tuple(padded), fields, natural, packed

    def unreadable(self, own: Sequence[UnreadableMember]) -> tuple[Unreadable, ...]:
        """The members without a field: the struct's *own*, and those of its anonymous members.

        Members without a name are left out.
        """
        found = [(member.name, member.bit_offset, error) for member, error in own if member.name]
        found += self._unreadable
        return tuple(
            [
                Unreadable(self._name(c_name), c_name, bit_offset, error)
                for c_name, bit_offset, error in found
            ]
        )

    def _padded(self, alignments: list[int], alignment: int) -> Iterator[Slot]:
        """The slots of a struct, with padding before each slot that ctypes would place too early.

        "u32 a /* 0 */; u32 b __attribute__((aligned(8))) /* 8 */" needs 4 bytes of padding. If
        ctypes would make the struct too small, padding comes last.
        """
        end = 0
        for slot, start, own in zip(self._slots, self._starts, alignments, strict=True):
            if start > end + -end % own:
                yield _padding(end, start - end)
            yield slot
            end = start + slot.ctype.size
        # struct { u32 a; } __attribute__((aligned(64))) ends with 60 bytes of padding.
        if self._size > end + -end % alignment:
            yield _padding(end, self._size - end)

    def _padded_union(self, alignment: int) -> Iterator[Slot]:
        """The slots of a union.

        If ctypes would make the union too small, a slot of padding comes last. It is as large as
        the union. Without it, ctypes makes the union as large as its largest slot, rounded up to a
        multiple of the alignment.
        """
        yield from self._slots
        end = max([slot.ctype.size for slot in self._slots], default=0)
        if self._size > end + -end % alignment:
            yield _padding(0, self._size)


def _padding(offset: int, size: int) -> HiddenSlot:
    return HiddenSlot(f"<padding {offset}>", array_of(BYTE, size), offset, anonymous=False)
