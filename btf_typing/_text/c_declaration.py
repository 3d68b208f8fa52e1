"""Whole declarations in C, with the offset and size of every member, as pahole prints them.

struct exec_count {
    u32 count;                                      /*     0     4 */
    /* XXX 4 bytes hole */
    u64 last;                                       /*     8     8 */
    /* size: 16, cachelines: 1, members: 2 */
    /* sum members: 12 bytes, holes: 1, sum holes: 4 bytes */
    /* last cacheline: 16 bytes */
};
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from btf_typing import model
from btf_typing._layout.layout import Layouts
from btf_typing._layout.normalized_members import normalised
from btf_typing._layout.repetition import RepetitionLimit
from btf_typing._layout.shape import Aggregate
from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import BtfError, LayoutError
from btf_typing.model import KEYWORDS, AnyEnum, Composite, Member, Type

from .c_names import CText, clean, printable

CACHE_LINE = 64
"""Bytes in a cache line of most machines that run BPF."""

_INDENT = "    "
_COMMENT_COLUMN = 52
_MAX_LINES = 1 << 16
_MAX_NESTING = 32

_SPARE_REPEATS = 1 << 12
"""Number of repeated members that we write even for the smallest BTF.

If many structs contain the same struct without a tag, each of them repeats the members of that
struct. Every 12 bytes of records, the size of one member, allow one more repeated member. Past the
limit, we write ``{...}`` instead of the members.
"""

_WORDS_OF_MEMBER = 3


class Line(NamedTuple):
    """A line of a declaration.

    Attributes:
        text: the line, without its end.
        kind: ``"code"``; ``"comment"``; or ``"gap"``, a comment about a hole or padding.
    """

    text: str
    kind: Literal["code", "comment", "gap"]


class Declarations:
    """Declares the types of one BTF.

    Args:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        self._ctext = CText(table, tags=True)
        self._layouts = Layouts(table, RepetitionLimit(table))
        self._cache_line = 0
        self._written: set[int] = set()
        self._repeats_left = _SPARE_REPEATS + len(table.raw.words) // _WORDS_OF_MEMBER

    def text(self, type_id: int) -> str:
        """The lines of a type's declaration, joined."""
        return "\n".join(line.text for line in self.lines(type_id))

    def lines(self, type_id: int) -> Iterator[Line]:
        """The declaration of a type.

        A struct or union is shown with offsets, sizes, holes and padding. A declaration that is too
        long to read ends early, with a line that says so.
        """
        return _shortened(self._lines(self._table.by_id(type_id)))

    def section_lines(self, layout: Aggregate) -> Iterator[Line]:
        """A section of globals, declared like a struct of its variables."""
        members = [
            Member(field.c_name, field.type_id, field.bit_offset, None) for field in layout.fields
        ]
        struct = model.Struct(layout.type_id, "", layout.size, tuple(members))
        return _shortened(self.composite(struct, self._ctext.type_name(struct.id)))

    def _lines(self, type_: Type) -> Iterator[Line]:
        match type_:
            case model.Struct() | model.Union():
                yield from self.composite(
                    type_, f"{KEYWORDS[type(type_)]} {clean(type_.name)}".rstrip()
                )
            case model.Enum() | model.Enum64():
                yield from _enum(type_, f"enum {clean(type_.name)}".rstrip())
            case model.Typedef():
                yield from self._typedef(type_)
            case model.Fwd():
                yield code(f"{'union' if type_.union else 'struct'} {clean(type_.name)};")
            case model.Func():
                yield code(f"{self._ctext.declare(type_.type_id, clean(type_.name))};")
            case model.Var():
                declared = self._ctext.declare(type_.type_id, clean(type_.name))
                yield code(f"{declared};", self._size_comment(type_.id))
            case model.Datasec():
                yield from self._datasec(type_)
            case model.DeclTag():
                yield comment(f'decl_tag "{clean(type_.name)}" on type {type_.type_id}')
            case _:
                yield code(f"{self._ctext.type_name(type_.id)};", self._size_comment(type_.id))

    def _size_comment(self, type_id: int) -> str:
        """The comment on a type's size; empty if the type has no size."""
        try:
            return f"size: {self._table.size_of(type_id)}"
        except LayoutError:
            return ""

    def _typedef(self, typedef: model.Typedef) -> Iterator[Line]:
        name = clean(typedef.name)
        target = self._table.by_id(typedef.type_id)
        if isinstance(target, model.Struct | model.Union) and not target.name:
            yield from self.composite(target, f"typedef {KEYWORDS[type(target)]}", f" {name}")
        elif isinstance(target, model.Enum | model.Enum64) and not target.name:
            yield from _enum(target, "typedef enum", f" {name}")
        else:
            declared = self._ctext.declare(typedef.type_id, name)
            yield code(f"typedef {declared};", self._size_comment(typedef.id))

    def _datasec(self, section: model.Datasec) -> Iterator[Line]:
        yield comment(f"section {printable(section.name)}")
        for variable in section.variables:
            var = self._table.by_id(variable.type_id)
            declared = self._ctext.declare(var.id)
            if isinstance(var, model.Var):
                declared = self._ctext.declare(var.type_id, clean(var.name))
            yield code(f"{declared};", f"{variable.offset:5} {variable.size:5}")

    def composite(
        self, type_: Composite, start: str, end: str = "", note: str = "", level: int = 0
    ) -> Iterator[Line]:
        """The members of a struct or union, between braces.

        Args:
            type_: the struct or union.
            start: text before ``{``, such as ``typedef struct``.
            end: text between ``}`` and ``;``.
            note: a comment at the end of the last line.
            level: how deep to indent.
        """
        indent = _INDENT * level
        self._cache_line = 0
        yield code(f"{indent}{start} {{")
        yield from self._members(type_, 0, level + 1)
        yield from self._summary(type_, indent + _INDENT)
        yield code(f"{indent}}}{self._packed(type_)}{end};", note)

    def _packed(self, type_: Composite) -> str:
        """The attribute of a packed struct or union; empty for others and for sections."""
        if type_.id <= 0:
            return ""
        try:
            packed = self._layouts.aggregate(type_.id).packed
        except BtfError:
            return ""  # it has no layout, or the layout would take too long
        return " __attribute__((packed))" if packed else ""

    def _members(self, type_: Composite, start_bit: int, level: int) -> Iterator[Line]:
        """The members of *type_*, which begins at *start_bit* of the whole declaration."""
        indent = _INDENT * level
        end = 0
        union = isinstance(type_, model.Union)
        for member in self._normalised(type_):
            bits = self._bits(member)
            hole = 0 if union else member.bit_offset - end
            if hole > 0:
                yield _gap(f"XXX {_amount(hole)} hole", indent)
            yield from self._boundary((start_bit + member.bit_offset) // 8, indent)
            yield from self._member(member, start_bit + member.bit_offset, level)
            end = 0 if union else max(end, member.bit_offset + bits)

    def _boundary(self, offset: int, indent: str) -> Iterator[Line]:
        """A comment, if the member at *offset* is the first in its cache line."""
        line, ago = divmod(offset, CACHE_LINE)
        if line <= self._cache_line:
            return
        self._cache_line = line
        was = f" was {_amount(8 * ago)} ago" if ago else ""
        yield comment(f"--- cacheline {line} boundary ({offset - ago} bytes){was} ---", indent)

    def _member(self, member: Member, bit: int, level: int) -> Iterator[Line]:
        indent = _INDENT * level
        size = self._bits(member._replace(bitfield_size=None)) // 8
        place, width = f"{bit // 8:5} {size:5}", ""
        if member.bitfield_size is not None:
            place, width = f"{bit // 8:5}:{bit % 8} {size:3}", f":{member.bitfield_size}"
        declared = self._ctext.declaration(member.type_id, clean(member.name))
        inner = self._anonymous(member.type_id)
        if inner is None or level > _MAX_NESTING or not self._is_worth_writing(inner):
            yield code(f"{indent}{declared}{width};", place)
            return
        yield code(f"{indent}{declared.specifier} {{")
        yield from self._members(inner, bit, level + 1)
        packed = self._packed(inner)
        yield code(f"{indent}}}{packed}{declared.declarator}{width};", place)

    def _is_worth_writing(self, inner: Composite) -> bool:
        """Whether to write the members of *inner*.

        We always write them the first time. If other types contain *inner* too, we write them again
        only while repeats are left.
        """
        if inner.id not in self._written:
            self._written.add(inner.id)
            return True
        self._repeats_left -= len(inner.members)
        return self._repeats_left >= 0

    def _anonymous(self, type_id: int) -> Composite | None:
        """The struct or union without a tag in the type of a member.

        *type_id* is the type of the member: the struct or union itself, or an array of it.
        ``const`` and ``volatile`` make no difference. The result is None for all other types.
        """
        type_ = self._table.by_id(type_id)
        for _ in range(_MAX_NESTING):
            match type_:
                case model.Array() | model.Const() | model.Volatile():
                    type_ = self._table.by_id(type_.type_id)
                case model.Struct() | model.Union() if not type_.name:
                    return type_
                case _:
                    return None
        return None

    def _normalised(self, type_: Composite) -> Iterator[Member]:
        """The members, with the bitfields of older compilers in today's form."""
        return (normalised(self._table, member) for member in type_.members)

    def _bits(self, member: Member) -> int:
        """Size of *member* in bits; 0 if it has none."""
        if member.bitfield_size is not None:
            return member.bitfield_size
        try:
            return 8 * self._table.size_of(member.type_id)
        except LayoutError:
            return 0

    def _summary(self, type_: Composite, indent: str) -> Iterator[Line]:
        """The comments after the last member: size, cache lines, holes, padding."""
        lines = -(-type_.size // CACHE_LINE)
        members = len(type_.members)
        yield comment(f"size: {type_.size}, cachelines: {lines}, members: {members}", indent)
        end = used = holes = 0
        for member in self._normalised(type_):
            bits = self._bits(member)
            if isinstance(type_, model.Struct):
                holes += member.bit_offset > end
                used += bits
            end = max(end, member.bit_offset + bits)
        padding = 8 * type_.size - end
        if holes:
            sums = f"holes: {holes}, sum holes: {_amount(max(end - used, 0))}"
            yield comment(f"sum members: {_amount(used)}, {sums}", indent)
        if padding > 0:
            yield _gap(f"padding: {_amount(padding)}", indent)
        if type_.size % CACHE_LINE:
            yield comment(f"last cacheline: {_amount(8 * (type_.size % CACHE_LINE))}", indent)


def _shortened(lines: Iterator[Line]) -> Iterator[Line]:
    """The first `_MAX_LINES` of *lines*, then a comment if there are more."""
    yield from islice(lines, _MAX_LINES)
    if next(lines, None) is not None:
        yield comment("... and more")


def _enum(type_: AnyEnum, start: str, end: str = "") -> Iterator[Line]:
    """An enum, between the texts *start* and *end*."""
    yield code(f"{start} {{")
    for enumerator in type_.enumerators:
        yield code(f"{_INDENT}{clean(enumerator.name)} = {enumerator.value},")
    yield code(f"}}{end};", f"size: {type_.size}")


def code(text: str, comment: str = "") -> Line:
    """A line of code, with *comment* in its own column."""
    return Line(f"{text:<{_COMMENT_COLUMN}}/* {comment} */" if comment else text, "code")


def comment(text: str, indent: str = "") -> Line:
    return Line(f"{indent}/* {text} */", "comment")


def _gap(text: str, indent: str) -> Line:
    return Line(f"{indent}/* {text} */", "gap")


def _amount(bits: int) -> str:
    """*bits* as text, in bytes if possible: ``3 bits``, ``1 byte``."""
    if bits % 8:
        return f"{bits} bit" if bits == 1 else f"{bits} bits"
    return f"{bits // 8} byte" if bits == 8 else f"{bits // 8} bytes"  # noqa: PLR2004
