"""One aggregate put together: which members become ctypes fields, and the padding between them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from operator import mod

from btf_typing._typing import TYPE_CHECKING
from btf_typing.model import Member, maker

from . import identifiers
from .shape import (
    BYTE,
    INTEGER_SIZES,
    Aggregate,
    Bits,
    CType,
    Field,
    Hidden,
    Scalar,
    Slot,
    Wide,
    array_of,
    integer,
    is_boolean,
    is_signed,
)

if TYPE_CHECKING:
    from typing import TypeAlias

    from .shape import BitsValue


Placed: TypeAlias = tuple[Member, CType, int, int, int | None, bool]
"""A member with what the layout needs of it: its type and its true bits.

- the member as BTF has it
- what it is
- where it begins, in bits from the start of the aggregate
- the size of its value in bits
- the size in bits if it is a bitfield; else None
- whether it fills whole bytes, all those of its type: all but true bitfields do

No named tuple: a kernel has 70,000 of them, and none is kept.
"""

_field = maker(Field)


class Assembly:
    """The slots and fields of one struct or union.

    Args:
        placed: its members.
        size: in bytes.
        union: whether it is one.
        level: see `Aggregate`.
        swapped: see `Aggregate`.
    """

    def __init__(
        self, placed: Sequence[Placed], size: int, union: bool, level: int, swapped: bool
    ) -> None:
        self._fields: list[Field] = []  # every name that it has
        self._slots: list[Slot] = []
        self._placed = placed
        self._size = size
        self._union = union
        self._level = level
        self._swapped = swapped
        self._taken: set[str] = set()
        self._starts: list[int] = []
        self._limits: list[int] = []
        self._end = 0
        self._alignment = 1
        self._simple = self._assemble()

    def _assemble(self) -> bool:
        """Go through the members; nearly all of them are simply fields of ctypes.

        Returns:
            Whether all are, and ctypes by itself puts each where it belongs.
        """
        fields, slots, starts, taken = self._fields, self._slots, self._starts, self._taken
        union, simple, alignment, end = self._union, True, 1, 0
        for index, part in enumerate(self._placed):
            (c_name, type_id, _, _), ctype, bit_offset, bit_size, bitfield_size, whole = part
            start = bit_offset >> 3
            taken_bytes = start > 0 if union else start < end
            if not whole or taken_bytes or not c_name or isinstance(ctype, Wide):
                self._end = end
                self._add(index, part)
                simple, end = False, self._end
                continue
            name = identifiers.member_identifier(c_name)
            if name in taken:
                name = identifiers.field_name(c_name, taken)
            taken.add(name)
            field = _field(
                (name, c_name, bit_offset, bit_size, bitfield_size, type_id, ctype, None, False)
            )
            fields.append(field)
            slots.append(field)
            starts.append(start)
            own = ctype.alignment
            alignment = max(alignment, own)
            if not union and start != end + -end % own:
                simple = False
            after = start + ctype.size
            end = max(end, after)
        self._end, self._alignment = end, alignment
        return simple

    def _add(self, index: int, part: Placed) -> None:
        """A member that ctypes cannot read, or that is another's place, or has no name."""
        (c_name, type_id, _, _), ctype, bit_offset, bit_size, bitfield_size, whole = part
        if not c_name:
            self._add_anonymous(index, part)
            return
        bits = None
        if not whole or isinstance(ctype, Wide):
            self._store(index, part)
            bits = self._bits(bit_offset, bit_size, ctype)
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
                lent=bits is None,
            )
        )

    def _add_anonymous(self, index: int, part: Placed) -> None:
        """A member without a name: its members' names are the aggregate's too."""
        _, ctype, start, _, _, _ = part
        if not isinstance(ctype, Aggregate):
            self._store(index, part)
            return
        names = [self._name(inner.c_name) for inner in ctype.fields]
        # ctypes flattens an anonymous member by its own names, so only where all of them are free.
        flattens = names == [inner.name for inner in ctype.fields]
        native = self._store(index, part, flattens) and flattens
        for name, inner in zip(names, ctype.fields, strict=True):
            bit_offset = start + inner.bit_offset
            bits = inner.bits and self._bits(bit_offset, inner.bit_size, inner.ctype)
            # ctypes flattens its own fields and no others.
            lent = not bits and (inner.lent or not native)
            self._fields.append(
                inner._replace(name=name, bit_offset=bit_offset, bits=bits, lent=lent)
            )

    def _name(self, c_name: str) -> str:
        name = identifiers.field_name(c_name, self._taken)
        self._taken.add(name)
        return name

    def _store(self, index: int, part: Placed, anonymous: bool = False) -> bool:
        """Have a hidden slot where *part* lies; whether there was room for one.

        A bitfield's has the type that it declares, so that the class is aligned as in C; bytes
        left over are padded later.
        """
        _, ctype, bit_offset, _, _, whole = part
        start, limit = bit_offset >> 3, self._size
        if not whole:
            if not isinstance(ctype, Scalar):
                return False
            limit = self._limit(index)
            start -= start % ctype.size
            ctype = integer(ctype.size, signed=False, swapped=ctype.swapped)
        end = start + ctype.size
        if end > limit or (start > 0 if self._union else start < self._end):
            return False
        # ctypes gives a class the hidden names of its anonymous members too. The level keeps them
        # apart from the class's own, which must stay what they are until all are flattened.
        bits = not whole or isinstance(ctype, Wide)
        name = f"<{'bits' if bits else 'anonymous'} {self._level}.{index}>"
        self._slots.append(Hidden(name, ctype, start, anonymous))
        self._starts.append(start)
        self._end = end
        return True

    def _limit(self, index: int) -> int:
        """Where the storage of a bitfield must end: where a later member other than one begins."""
        if self._union:
            return self._size
        if not self._limits:
            limit = self._size
            for _, _, bit_offset, _, _, whole in reversed(self._placed):
                self._limits.append(limit)
                if whole:
                    limit = min(limit, bit_offset >> 3)
            self._limits.reverse()
        return self._limits[index]

    def _bits(self, bit_offset: int, width: int, ctype: CType) -> Bits:
        """How to reach *width* bits at *bit_offset*.

        The integer read is the smallest native one that holds them and stays inside.
        """
        first, last = bit_offset // 8, -(-(bit_offset + width) // 8)
        fitting = (n for n in INTEGER_SIZES if last - first <= n <= self._size)
        size = next(fitting, last - first)
        offset = min(first, self._size - size)
        if self._swapped == (sys.byteorder == "big"):  # a little-endian target
            shift = bit_offset - 8 * offset
        else:
            shift = 8 * (offset + size) - bit_offset - width
        signed, boolean = is_signed(ctype), is_boolean(ctype)
        value: BitsValue = "bool" if boolean else "int" if signed else "unsigned"
        if size not in INTEGER_SIZES:
            return Bits("_wide", offset, Wide(size, signed, self._swapped), shift, width, value)
        storage = integer(size, signed=signed, swapped=self._swapped)
        return Bits("_flag" if boolean else "_bits", offset, storage, shift, width, value)

    def arranged(self) -> tuple[tuple[Slot, ...], tuple[Field, ...], int, bool]:
        """The slots with the padding that puts each where it belongs, and the fields.

        Returns:
            Both, the alignment of a class of them in bytes, and whether it must be packed.
        """
        slots, starts, size = self._slots, self._starts, self._size
        fields = tuple(self._fields)
        if self._simple and size == self._end + -self._end % self._alignment:
            return fields, fields, self._alignment, False
        alignments = [slot.ctype.alignment for slot in slots]
        natural = max(alignments, default=1)
        packed = size % natural > 0 or any(map(mod, starts, alignments))
        if packed:
            natural, alignments = 1, [1] * len(slots)
        padded = self._padded_union(natural) if self._union else self._padded(alignments, natural)
        return tuple(padded), fields, natural, packed

    def _padded(self, alignments: list[int], alignment: int) -> Iterator[Slot]:
        """A struct's slots, with bytes between where ctypes would put the next too early."""
        end = 0
        for slot, start, own in zip(self._slots, self._starts, alignments, strict=True):
            if start > end + -end % own:
                yield _padding(end, start - end)
            yield slot
            end = start + slot.ctype.size
        if self._size > end + -end % alignment:
            yield _padding(end, self._size - end)

    def _padded_union(self, alignment: int) -> Iterator[Slot]:
        """A union's slots, and bytes for the size where no member has it."""
        yield from self._slots
        end = max([slot.ctype.size for slot in self._slots], default=0)
        if self._size > end + -end % alignment:
            yield _padding(0, self._size)


def _padding(offset: int, size: int) -> Hidden:
    return Hidden(f"<padding {offset}>", array_of(BYTE, size), offset, anonymous=False)
