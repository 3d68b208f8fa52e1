"""What the docstrings of generated classes say of the C declaration."""

from __future__ import annotations

from btf_typing._layout.shape import Aggregate
from btf_typing._text.c_names import CText, clean, tagged
from btf_typing.model import AnyEnum

from .names import Names


class Docstrings:
    """Writes docstrings, without quotes.

    Args:
        names: of the types.
        c: spells them in C.
    """

    def __init__(self, names: Names, c: CText) -> None:
        self._names = names
        self._c = c

    def of_record(self, layout: Aggregate) -> str:
        """What C says of a struct or union as a whole."""
        if layout.name:
            c_name = tagged(layout.keyword, layout.name)
        else:
            c_name = self._declared(layout.type_id)
        facts = [c_name, _bytes(layout.size)]
        declared = layout.type_id > 0  # in C, and no section, which the linker lays out
        if layout.packed and declared:
            facts.append("packed")
        alignment = declared and _over_alignment(layout)
        if alignment:
            facts.append(f"aligned to {alignment} or more")
        return ", ".join(facts)

    def of_enum(self, enum: AnyEnum) -> str:
        """The same of an enum."""
        c_name = tagged("enum", enum.name) if enum.name else self._declared(enum.id)
        return f"{c_name}, {_bytes(enum.size)}"

    def _declared(self, type_id: int) -> str:
        """A type without a tag in C, with its typedef, if any."""
        c_name = self._c.type_name(type_id)
        typedef = self._names.typedef_of(type_id)
        return f"typedef {c_name} {clean(typedef)}" if typedef else c_name


def _bytes(size: int) -> str:
    return "1 byte" if size == 1 else f"{size} bytes"


def _over_alignment(layout: Aggregate) -> int:
    """The least alignment in bytes that explains the size of *layout*; 0 where its members do."""
    if not layout.slots or not layout.slots[-1].hidden:
        return 0  # nothing is padded at the end
    end = max([-(-(field.bit_offset + field.bit_size) // 8) for field in layout.fields], default=0)
    alignment = layout.alignment
    if not layout.packed:
        alignment = max([alignment, *(field.ctype.alignment for field in layout.fields)])
    if not end or _up(end, alignment) >= layout.size:
        return 0
    while _up(end, alignment) < layout.size:
        alignment *= 2
    return alignment if _up(end, alignment) == layout.size else 0


def _up(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment
