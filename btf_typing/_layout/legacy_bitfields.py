"""Members as they are, whichever way the compiler told of their bits."""

from __future__ import annotations

from btf_typing import model
from btf_typing._wire.table import TypeTable
from btf_typing.errors import LayoutError
from btf_typing.model import Member


def told_plainly(table: TypeTable, member: Member) -> Member:
    """*member* with the bits that the member itself or, as was once the way, its type tells."""
    if member.bitfield_size is not None:
        return member
    try:
        type_ = table.skip_modifiers(member.type_id)
    except LayoutError:
        return member
    if not isinstance(type_, model.Int) or not type_.is_bitfield:
        return member
    bit_offset = member.bit_offset + type_.bit_offset
    return Member(member.name, member.type_id, bit_offset, type_.bits or None)
