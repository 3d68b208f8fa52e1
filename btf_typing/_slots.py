"""Which members become ctypes fields, and the padding between them."""

from __future__ import annotations

from collections.abc import Iterator
from operator import mod
from typing import NamedTuple

from .model import Member
from .shape import BYTE, Aggregate, CType, Scalar, Slot, Wide, alignment_of, array_of, integer


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


def slots_of(
    placed: list[Placed], names: list[list[str]], level: int, size: int, union: bool
) -> tuple[list[Slot], set[int]]:
    """The members that are ctypes fields of their own, and storage for the others.

    Storage has the type that the bitfield declares where there is room for it, so that the class
    is aligned as in C; bytes left over are padded later.

    Args:
        placed: the members.
        names: that each of them gives the aggregate.
        level: of the aggregate, see `Aggregate`.
        size: of the aggregate, in bytes.
        union: whether it is one.

    Returns:
        The slots without padding, and the indexes of the members whose names ctypes itself sets.
    """
    slots: list[Slot] = []
    own: set[int] = set()
    limits: list[int] = []
    end = 0
    for index, (member, ctype, _, _, _, first, whole) in enumerate(placed):
        start, limit = first, size
        if not whole:
            if not isinstance(ctype, Scalar):
                continue
            limits = limits or _next_starts(placed, size)
            limit = size if union else limits[index]
            start -= start % ctype.size
        stop = start + ctype.size
        if stop > limit or (start > 0 if union else start < end):
            continue
        end = stop
        if whole and member.name and not isinstance(ctype, Wide):
            slot = Slot(names[index][0], ctype, start, hidden=False, anonymous=False)
        else:
            slot = _hidden(placed[index], names[index], start, f"{level}.{index}")
        slots.append(slot)
        if not slot.hidden or slot.anonymous:
            own.add(index)
    return slots, own


def _hidden(part: Placed, names: list[str], start: int, number: str) -> Slot:
    """The slot at *start* of a member that gives no name, or whose value ctypes cannot read.

    ctypes gives a class the hidden names of its anonymous members too. The level in the *number*
    keeps them apart from the class's own, which must stay what they are until all are flattened.
    """
    ctype = part.ctype
    if isinstance(ctype, Wide):
        return Slot(f"<bits {number}>", ctype, start, hidden=True, anonymous=False)
    if isinstance(ctype, Scalar) and not part.whole:
        storage = integer(ctype.size, signed=False, swapped=ctype.swapped)
        return Slot(f"<bits {number}>", storage, start, hidden=True, anonymous=False)
    # ctypes flattens an anonymous member by its own names, so only where all of them are free.
    free = isinstance(ctype, Aggregate) and names == [field.name for field in ctype.fields]
    return Slot(f"<anonymous {number}>", ctype, start, hidden=True, anonymous=free)


def _next_starts(placed: list[Placed], size: int) -> list[int]:
    """For each member the first byte that a later member other than a bitfield begins at."""
    limits = []
    limit = size
    for part in reversed(placed):
        limits.append(limit)
        if part.whole:
            limit = min(limit, part.start)
    return limits[::-1]


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
    packed = size % natural > 0 or any(map(mod, [slot.offset for slot in slots], alignments))
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
