"""Which members become ctypes fields, and the padding between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from .model import Member
from .shape import BYTE, CType, Scalar, Slot, Wide, alignment_of, array_of, integer


class Placed(NamedTuple):
    """A member with what the layout needs of it: its type and its true bits.

    Attributes:
        member: as BTF has it.
        ctype: what it is.
        bit_offset: from the start of the aggregate.
        bit_size: of the value, in bits.
        bitfield_size: in bits; None where it is no bitfield.
        start: its first byte.
        whole: whether it fills whole bytes, all those of its type: all but true bitfields do.
    """

    member: Member
    ctype: CType
    bit_offset: int
    bit_size: int
    bitfield_size: int | None
    start: int
    whole: bool


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
    limits: list[int] = []
    for index, (member, ctype, _, _, _, start, whole) in enumerate(placed):
        if whole:
            native = Native(index, start, ctype, _role(member, ctype))
            limit = size
        elif isinstance(ctype, Scalar):
            limits = limits or _next_starts(placed, size)
            unit = ctype.size
            storage = integer(unit, signed=False, swapped=ctype.swapped)
            native = Native(index, start // unit * unit, storage, "bits")
            limit = size if union else limits[index]
        else:
            continue
        stop = native.offset + ctype.size
        if stop <= limit and (native.offset == 0 if union else native.offset >= end):
            yield native
            end = stop


def _role(member: Member, ctype: CType) -> Literal["member", "anonymous", "bits"]:
    if isinstance(ctype, Wide):
        return "bits"
    return "member" if member.name else "anonymous"


def _next_starts(placed: list[Placed], size: int) -> list[int]:
    """For each member the first byte that a later member other than a bitfield begins at."""
    limits = []
    limit = size
    for part in reversed(placed):
        limits.append(limit)
        if part.whole:
            limit = min(limit, part.start)
    return limits[::-1]


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
    alignments = [alignment_of(slot.ctype) for slot in slots]
    natural = max(alignments, default=1)
    packed = size % natural > 0 or any(
        slot.offset % alignment for slot, alignment in zip(slots, alignments, strict=True)
    )
    if packed:
        natural, alignments = 1, [1] * len(slots)
    if union:
        padded = _padded_union(slots, size, natural)
    else:
        padded = _padded(slots, alignments, size, natural)
    return tuple(padded), natural, packed


def _padded(slots: list[Slot], alignments: list[int], size: int, alignment: int) -> Iterator[Slot]:
    """A struct's *slots*, with bytes between them where ctypes would put the next too early."""
    end = 0
    for slot, own in zip(slots, alignments, strict=True):
        if slot.offset > _up(end, own):
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
