"""Converts members of BTF without kflag to the form of today's BTF.

In today's BTF, structs with bitfields have the kflag bit, and their members hold the widths. In
older BTF without kflag, the member ``int x : 3`` has an INT type of its own, with 3 bits and a bit
offset.
"""

from __future__ import annotations

from btf_typing import model
from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import LayoutError
from btf_typing.model import Member


def normalised(table: TypeTable, member: Member) -> Member:
    """Return *member*, or a changed copy if the member is a bitfield in BTF without kflag.

    In the copy, the bit offset is the sum of the bit offsets of the member and of its INT type. The
    width is the number of bits of the INT type.
    """
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
