"""Which members become ctypes fields, and the padding between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from .model import Member
from .shape import BYTE, CType, Scalar, Slot, Wide, alignment_of, array_of


class Placed(NamedTuple):
    """A member with what the layout needs of it: its type and its true bits."""

    member: Member
    ctype: CType
    bit_offset: int
    bit_size: int
    bitfield_size: int | None

    @property
    def start(self) -> int:
        return self.bit_offset // 8

    @property
    def whole(self) -> bool:
        """Whether it fills whole bytes, all those of its type: any member but a true bitfield."""
        return self.bit_offset % 8 == 0 and self.bit_size == 8 * self.ctype.size


class Native(NamedTuple):
    """A ctypes field to be: a member, by its index, or storage for the bits that it is."""

    member: int
    offset: int
    ctype: CType
    role: Literal["member", "anonymous", "bits"]


def natives(placed: list[Placed], size: int, union: bool) -> Iterator[Native]:
    """The members that are ctypes fields of their own, and storage for the others.

    Storage has the type that the bitfield declares where there is room for it, so that the class
    is aligned as in C; bytes left over are padded later.
    """
    end = 0
    limits = _next_starts(placed, size)
    for index, part in enumerate(placed):
        fits = part.start == 0 if union else part.start >= end
        if part.whole and fits:
            yield Native(index, part.start, part.ctype, _role(part))
            stop = part.start + part.ctype.size
        elif not part.whole and isinstance(part.ctype, Scalar):
            unit = part.ctype.size
            start = part.start // unit * unit
            stop = start + unit
            if not (end <= start and stop <= (size if union else limits[index])):
                continue
            if not union or start == 0:
                yield Native(index, start, _storage(part.ctype), "bits")
        else:
            continue
        end = 0 if union else stop


def _role(part: Placed) -> Literal["member", "anonymous", "bits"]:
    if isinstance(part.ctype, Wide):
        return "bits"
    return "member" if part.member.name else "anonymous"


def _next_starts(placed: list[Placed], size: int) -> list[int]:
    """For each member the first byte that a later member other than a bitfield begins at."""
    limits = []
    limit = size
    for part in reversed(placed):
        limits.append(limit)
        if part.whole:
            limit = min(limit, part.start)
    return limits[::-1]


def _storage(ctype: Scalar) -> Scalar:
    """The unsigned integer of the size of *ctype*, which any bits fit."""
    name = f"c_uint{8 * ctype.size}"
    return Scalar(name, "int", ctype.size, signed=False, swapped=ctype.swapped)


def slot_of(native: Native, names: list[str], level: int, *, own: bool) -> Slot:
    """*native* as an entry of ``_fields_``; *own*: ctypes is to set its *names*.

    ctypes gives a class the hidden names of its anonymous members too. The level keeps them
    apart from the class's own, which must stay what they are until all are flattened.
    """
    if native.role == "member":
        return Slot(names[0], native.ctype, native.offset, hidden=False, anonymous=False)
    name = f"<{native.role} {level}.{native.member}>"
    return Slot(name, native.ctype, native.offset, hidden=True, anonymous=own)


def _padding(offset: int, size: int) -> Slot:
    ctype = array_of(BYTE, size)
    return Slot(f"<padding {offset}>", ctype, offset, hidden=True, anonymous=False)


def arranged(slots: list[Slot], size: int, union: bool) -> tuple[tuple[Slot, ...], int, bool]:
    """*slots* with the padding that puts each where it belongs.

    Returns:
        The slots, the alignment of a class of them in bytes, and whether it must be packed.
    """
    natural = max([alignment_of(slot.ctype) for slot in slots], default=1)
    packed = size % natural > 0 or any(slot.offset % alignment_of(slot.ctype) for slot in slots)
    alignment = 1 if packed else natural
    pad = _padded_union if union else _padded
    return tuple(pad(slots, size, alignment)), alignment, packed


def _padded(slots: list[Slot], size: int, alignment: int) -> Iterator[Slot]:
    """A struct's *slots*, with bytes between them where ctypes would put the next too early."""
    end = 0
    for slot in slots:
        if slot.offset > _up(end, min(alignment, alignment_of(slot.ctype))):
            yield _padding(end, slot.offset - end)
        yield slot
        end = slot.offset + slot.ctype.size
    if size > _up(end, alignment):
        yield _padding(end, size - end)


def _padded_union(slots: list[Slot], size: int, alignment: int) -> Iterator[Slot]:
    """A union's *slots*, and bytes for the size where no member has it."""
    yield from slots
    if size > _up(max([slot.ctype.size for slot in slots], default=0), alignment):
        yield _padding(0, size)


def _up(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment
