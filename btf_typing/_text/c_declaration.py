"""Whole declarations in C, with the place of every member, as pahole prints them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from btf_typing import model
from btf_typing._layout.legacy_bitfields import told_plainly
from btf_typing._layout.shape import Aggregate
from btf_typing._wire.table import TypeTable
from btf_typing.errors import LayoutError
from btf_typing.model import KEYWORDS, Composite, Member, Type

from .c_names import CText, clean, printable

CACHE_LINE = 64
"""Bytes in a cache line of the machines that BPF mostly runs on."""

_INDENT = "    "
_COMMENT_AT = 52
_MAX_LINES = 1 << 16
_MAX_NESTING = 32


class Declarations:
    """Declares the types of one BTF.

    Args:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        self._ctext = CText(table)
        self._cache_line = 0

    def text(self, type_id: int) -> str:
        """The declaration of a type: of a struct with offsets, sizes, holes and padding in bytes.

        It ends early, with a line that says so, where it would go on for longer than anybody
        reads.
        """
        return _joined(self._lines(self._table.by_id(type_id)))

    def section(self, layout: Aggregate) -> str:
        """The same of a section of globals, which is laid out by the linker and not by BTF."""
        members = [
            Member(field.c_name, field.type_id, field.bit_offset, None) for field in layout.fields
        ]
        struct = model.Struct(layout.type_id, "", layout.size, tuple(members))
        return _joined(self._aggregate(struct, self._ctext.type_name(struct.id)))

    def _lines(self, type_: Type) -> Iterator[str]:
        match type_:
            case model.Struct() | model.Union():
                yield from self._aggregate(
                    type_, f"{KEYWORDS[type(type_)]} {clean(type_.name)}".rstrip()
                )
            case model.Enum() | model.Enum64():
                yield from _enum(type_, f"enum {clean(type_.name)}".rstrip(), "")
            case model.Typedef():
                yield from self._typedef(type_)
            case model.Fwd():
                yield f"{'union' if type_.union else 'struct'} {clean(type_.name)};"
            case model.Func():
                yield f"{self._ctext.declare(type_.type_id, clean(type_.name))};"
            case model.Var():
                name = clean(type_.name)
                yield with_comment(
                    f"{self._ctext.declare(type_.type_id, name)};", self._size(type_.id)
                )
            case model.Datasec():
                yield from self._datasec(type_)
            case model.DeclTag():
                yield f'/* decl_tag "{clean(type_.name)}" on type {type_.type_id} */'
            case _:
                yield with_comment(f"{self._ctext.type_name(type_.id)};", self._size(type_.id))

    def _size(self, type_id: int) -> str:
        """The size of a type as a comment's text; empty where it has none."""
        try:
            return f"size: {self._table.size_of(type_id)}"
        except LayoutError:
            return ""

    def _typedef(self, typedef: model.Typedef) -> Iterator[str]:
        name = clean(typedef.name)
        target = self._table.by_id(typedef.type_id)
        if isinstance(target, model.Struct | model.Union) and not target.name:
            yield from self._aggregate(target, f"typedef {KEYWORDS[type(target)]}", f" {name}")
        elif isinstance(target, model.Enum | model.Enum64) and not target.name:
            yield from _enum(target, "typedef enum", f" {name}")
        else:
            declared = self._ctext.declare(typedef.type_id, name)
            yield with_comment(f"typedef {declared};", self._size(typedef.id))

    def _datasec(self, section: model.Datasec) -> Iterator[str]:
        yield f"/* section {printable(section.name)} */"
        for variable in section.variables:
            var = self._table.by_id(variable.type_id)
            declared = f"{self._ctext.declare(var.id, '')};"
            if isinstance(var, model.Var):
                declared = f"{self._ctext.declare(var.type_id, clean(var.name))};"
            yield with_comment(declared, f"{variable.offset:5} {variable.size:5}")

    def _aggregate(self, type_: Composite, head: str, tail: str = "") -> Iterator[str]:
        self._cache_line = 0
        yield f"{head} {{"
        yield from self._members(type_, 0, 1)
        yield from self._summary(type_)
        yield f"}}{tail};"

    def _members(self, type_: Composite, start_bit: int, level: int) -> Iterator[str]:
        """The members of *type_*, which begins at *start_bit* of what is declared."""
        indent = _INDENT * level
        end = 0
        union = isinstance(type_, model.Union)
        for member in self._told(type_):
            bits = self._bits(member)
            hole = 0 if union else member.bit_offset - end
            if hole > 0:
                yield f"{indent}/* XXX {_amount(hole)} hole */"
            yield from self._boundary((start_bit + member.bit_offset) // 8, indent)
            yield from self._member(member, start_bit + member.bit_offset, level)
            end = 0 if union else max(end, member.bit_offset + bits)

    def _boundary(self, offset: int, indent: str) -> Iterator[str]:
        """A line where the member at *offset* is the first to begin in its cache line."""
        line, ago = divmod(offset, CACHE_LINE)
        if line <= self._cache_line:
            return
        self._cache_line = line
        was = f" was {_amount(8 * ago)} ago" if ago else ""
        yield f"{indent}/* --- cacheline {line} boundary ({offset - ago} bytes){was} --- */"

    def _member(self, member: Member, bit: int, level: int) -> Iterator[str]:
        indent = _INDENT * level
        size = self._bits(member._replace(bitfield_size=None)) // 8
        place = f"{bit // 8:5} {size:5}"
        declared = self._ctext.declare(member.type_id, clean(member.name))
        if member.bitfield_size is not None:
            declared += f":{member.bitfield_size}"
            place = f"{bit // 8:5}:{bit % 8} {size:3}"
        inner = self._anonymous(member.type_id)
        if inner is None or "{...}" not in declared or level > _MAX_NESTING:
            yield with_comment(f"{indent}{declared};", place)
            return
        head, _, tail = declared.partition("{...}")
        yield f"{indent}{head}{{"
        yield from self._members(inner, bit, level + 1)
        yield with_comment(f"{indent}}}{tail};", place)

    def _anonymous(self, type_id: int) -> Composite | None:
        """The struct or union without a tag that *type_id*, perhaps an array, is made of."""
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

    def _told(self, type_: Composite) -> Iterator[Member]:
        return (told_plainly(self._table, member) for member in type_.members)

    def _bits(self, member: Member) -> int:
        """Size of *member* in bits; 0 where it has none."""
        if member.bitfield_size is not None:
            return member.bitfield_size
        try:
            return 8 * self._table.size_of(member.type_id)
        except LayoutError:
            return 0

    def _summary(self, type_: Composite) -> Iterator[str]:
        """The comments at the end: size, cache lines, holes, padding."""
        lines = -(-type_.size // CACHE_LINE)
        yield (
            f"{_INDENT}/* size: {type_.size}, cachelines: {lines}, members: {len(type_.members)} */"
        )
        end = used = holes = 0
        for member in self._told(type_):
            bits = self._bits(member)
            if isinstance(type_, model.Struct):
                holes += member.bit_offset > end
                used += bits
            end = max(end, member.bit_offset + bits)
        padding = 8 * type_.size - end
        if holes:
            yield (
                f"{_INDENT}/* sum members: {_amount(used)}, holes: {holes},"
                f" sum holes: {_amount(max(end - used, 0))} */"
            )
        if padding > 0:
            yield f"{_INDENT}/* padding: {_amount(padding)} */"
        if type_.size % CACHE_LINE:
            yield f"{_INDENT}/* last cacheline: {_amount(8 * (type_.size % CACHE_LINE))} */"


def _joined(lines: Iterator[str]) -> str:
    text = "\n".join(islice(lines, _MAX_LINES))
    return text if next(lines, None) is None else f"{text}\n/* ... and more */"


def _enum(type_: model.Enum | model.Enum64, head: str, tail: str) -> Iterator[str]:
    yield f"{head} {{"
    for enumerator in type_.enumerators:
        yield f"{_INDENT}{clean(enumerator.name)} = {enumerator.value},"
    yield with_comment(f"}}{tail};", f"size: {type_.size}")


def with_comment(text: str, comment: str) -> str:
    """*text*, and *comment* at the column where comments stand."""
    return f"{text:<{_COMMENT_AT}}/* {comment} */" if comment else text


def _amount(bits: int) -> str:
    if bits % 8:
        return f"{bits} bit" if bits == 1 else f"{bits} bits"
    return f"{bits // 8} byte" if bits == 8 else f"{bits // 8} bytes"  # noqa: PLR2004
