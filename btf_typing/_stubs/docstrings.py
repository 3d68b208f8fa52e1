"""Docstrings of generated classes: facts about the C declaration, such as its size."""

from __future__ import annotations

from btf_typing._layout.shape import Aggregate, HiddenSlot
from btf_typing._text.c_names import CText, clean, tagged
from btf_typing.model import AnyEnum

from .names import Names


class Docstrings:
    """Composes docstrings, such as ``struct exec_event, 64 bytes, packed``, without the quotes.

    Args:
        names: Python names of the types.
        c: C text of the types.
    """

    def __init__(self, names: Names, c: CText) -> None:
        self._names = names
        self._c = c

    def of_aggregate(self, layout: Aggregate) -> str:
        """C name, size and alignment of a struct, union or section of globals."""
        if layout.name:
            c_name = tagged(layout.keyword, layout.name)
        else:
            c_name = self._untagged_name(layout.type_id)
        facts = [c_name, _bytes(layout.size)]
        is_c_type = layout.type_id > 0  # else a section, whose layout the linker decides
        if layout.packed and is_c_type:
            facts.append("packed")
        alignment = is_c_type and _over_alignment(layout)
        if alignment:
            facts.append(f"aligned to {alignment} or more")
        return ", ".join(facts)

    def of_enum(self, enum: AnyEnum) -> str:
        """C name and size of an enum."""
        c_name = tagged("enum", enum.name) if enum.name else self._untagged_name(enum.id)
        return f"{c_name}, {_bytes(enum.size)}"

    def _untagged_name(self, type_id: int) -> str:
        """C name of a type without a tag, such as ``typedef struct {...} foo_t``."""
        c_name = self._c.type_name(type_id)
        typedef = self._names.typedef_of(type_id)
        return f"typedef {c_name} {clean(typedef)}" if typedef else c_name


def _bytes(size: int) -> str:
    return "1 byte" if size == 1 else f"{size} bytes"


def _over_alignment(layout: Aggregate) -> int:
    """The smallest alignment in bytes that explains the size of *layout*.

    For example, ``struct { int a; } __attribute__((aligned(64)))`` has 64 bytes, and the result is
    64. BTF does not record the attribute, so only the size shows it.

    The result is 0 if the members already explain the size, or if no alignment does.
    """
    slots, fields, unreadable = layout.contents
    if not slots or not isinstance(slots[-1], HiddenSlot):
        return 0  # there is no padding at the end
    if unreadable:
        return 0  # an unreadable member may be at the end
    end = max([-(-(field.bit_offset + field.bit_size) // 8) for field in fields], default=0)
    alignment = layout.alignment
    if not layout.packed:
        alignment = max([alignment, *(field.ctype.alignment for field in fields)])
    if not end or _up(end, alignment) >= layout.size:
        return 0
    while _up(end, alignment) < layout.size:
        alignment *= 2
    return alignment if _up(end, alignment) == layout.size else 0


def _up(offset: int, alignment: int) -> int:
    """*offset* rounded up to a multiple of *alignment*, both in bytes."""
    return -(-offset // alignment) * alignment
