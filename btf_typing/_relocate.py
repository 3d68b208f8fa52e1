"""Split BTF that was made over a distilled base, moved to a full one.

A distilled base holds only what the split BTF refers to: integers, floats, forward declarations,
and structs and enums without their members. Each is found again in the full base by kind, name
and size; then every id and string offset in the split BTF is shifted to the full base.

Source: libbpf ``btf__relocate``.
"""

from __future__ import annotations

from array import array

from . import model
from ._format import KINDS, RawBtf, kind_number_of, vlen_of
from ._table import TypeTable
from .errors import BtfFormatError
from .model import Kind, Type, describe

_TYPE_AT = 2
_FIRST = 3

_REFERS = frozenset(
    {
        Kind.PTR,
        Kind.TYPEDEF,
        Kind.VOLATILE,
        Kind.CONST,
        Kind.RESTRICT,
        Kind.FUNC,
        Kind.FUNC_PROTO,
        Kind.VAR,
        Kind.DECL_TAG,
        Kind.TYPE_TAG,
    }
)

# Of a record's elements: words in each, which one is a name, which one a type id.
_ELEMENTS: dict[Kind, tuple[int, int | None, int | None]] = {
    Kind.STRUCT: (3, 0, 1),
    Kind.UNION: (3, 0, 1),
    Kind.ENUM: (2, 0, None),
    Kind.ENUM64: (3, 0, None),
    Kind.FUNC_PROTO: (2, 0, 1),
    Kind.DATASEC: (3, None, 0),
}


def relocated(raw: RawBtf, distilled: TypeTable, base: TypeTable) -> RawBtf:
    """*raw*, split BTF over *distilled*, as split BTF over *base*.

    Raises:
        BtfFormatError: *base* lacks a type that *distilled* has: it is another kernel's.
    """
    ids = [0, *(_counterpart(type_, base) for type_ in distilled)]
    shift = len(base) - len(distilled)
    names_end = distilled.strings_end
    # The distilled strings go behind the split ones.
    name_shift, distilled_shift = base.strings_end - names_end, base.strings_end + len(raw.strings)
    words = array("I", raw.words)
    for at in raw.positions:
        name_words, id_words = _references(words, at)
        for word in name_words:
            old = words[word]
            if old:
                words[word] = old + (name_shift if old >= names_end else distilled_shift)
        for word in id_words:
            old = words[word]
            words[word] = ids[old] if old < len(ids) else old + shift
    return raw._replace(words=words, strings=raw.strings + distilled.raw.strings)


def _references(words: array[int], at: int) -> tuple[list[int], list[int]]:
    """Which words of the record at *at* are offsets of strings, and which are ids of types."""
    number = kind_number_of(words[at + 1])
    kind = KINDS[number] if number < len(KINDS) else Kind.UNKNOWN
    names, ids = [at], []
    if kind in _REFERS:
        ids.append(at + _TYPE_AT)
    elif kind is Kind.ARRAY:
        ids += [at + _FIRST, at + _FIRST + 1]
    if kind in _ELEMENTS:
        step, name, type_id = _ELEMENTS[kind]
        elements = range(at + _FIRST, at + _FIRST + step * vlen_of(words[at + 1]), step)
        names += [word + name for word in elements if name is not None]
        ids += [word + type_id for word in elements if type_id is not None]
    return names, ids


def _counterpart(type_: Type, base: TypeTable) -> int:
    """The id in *base* of what *type_* of a distilled base stands for."""
    for type_id in base.ids_by_name(type_.name):
        if _same(type_, base.by_id(type_id)):
            return type_id
    if isinstance(type_, model.Struct | model.Union | model.Enum | model.Enum64 | model.Fwd):
        what = "a full base with it"
    else:
        what = "the base of the kernel it was built for"
    raise BtfFormatError(f"{describe(type_)} of .BTF.base is not in base=; {what} expected")


def _same(distilled: Type, full: Type) -> bool:
    """Whether *full* is what *distilled* was made from. Size 0 stands for "any"."""
    match distilled, full:
        case (model.Fwd(), model.Fwd()):
            return distilled.union == full.union
        case (model.Fwd(), model.Struct() | model.Union()):
            return distilled.union == isinstance(full, model.Union)
        case (model.Int(), model.Int()):
            return (distilled.size, distilled.signed) == (full.size, full.signed)
        case (model.Enum() | model.Enum64(), model.Enum() | model.Enum64()):
            return distilled.size == full.size
        case (model.Struct(size=own), model.Struct(size=size)) | (
            model.Union(size=own),
            model.Union(size=size),
        ):
            return own in (0, size)
        case (model.Float(), model.Float()):
            return distilled.size == full.size
        case _:
            return False
