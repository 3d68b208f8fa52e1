"""Split BTF that was made over a distilled base, moved to a full one.

A distilled base holds only what the split BTF refers to: integers, floats, forward declarations,
and structs and enums without their members. Each is found again in the full base by kind, name
and size, but what the split BTF only points to may have another size by now. Then every id and
string offset in the split BTF is shifted to the full base.

Source: libbpf ``btf__relocate``.
"""

from __future__ import annotations

from array import array

from btf_typing import model
from btf_typing.errors import BtfFormatError, LayoutError
from btf_typing.model import KINDS, Type, describe

from .format import RawBtf, Words, kind_number_of, vlen_of
from .table import TypeTable

_MAX_DIMENSIONS = 64
_TYPE_AT = 2
_FIRST = 3

_REFERS = frozenset(
    {
        "PTR",
        "TYPEDEF",
        "VOLATILE",
        "CONST",
        "RESTRICT",
        "FUNC",
        "FUNC_PROTO",
        "VAR",
        "DECL_TAG",
        "TYPE_TAG",
    }
)

# Of a record's elements: words in each, which one is a name, which one a type id.
_ELEMENTS: dict[str, tuple[int, int | None, int | None]] = {
    "STRUCT": (3, 0, 1),
    "UNION": (3, 0, 1),
    "ENUM": (2, 0, None),
    "ENUM64": (3, 0, None),
    "FUNC_PROTO": (2, 0, 1),
    "DATASEC": (3, None, 0),
}


def relocated(raw: RawBtf, distilled: TypeTable, base: TypeTable) -> RawBtf:
    """*raw*, split BTF over *distilled*, as split BTF over *base*.

    Raises:
        BtfFormatError: *base* lacks a type that *distilled* has: it is another kernel's.
    """
    embedded = _embedded(TypeTable(raw, distilled), distilled)
    ids = [0, *(_counterpart(type_, base, type_.id in embedded) for type_ in distilled)]
    shift = len(base) - len(distilled)
    names_end = distilled.strings_end
    # The distilled strings go behind the split ones.
    name_shift, distilled_shift = base.strings_end - names_end, base.strings_end + len(raw.strings)
    words = array("I", raw.words.tobytes())
    for at in raw.positions:
        name_words, id_words = _references(words, at)
        for word in name_words:
            old = words[word]
            if old:
                words[word] = old + (name_shift if old >= names_end else distilled_shift)
        for word in id_words:
            old = words[word]
            words[word] = ids[old] if old < len(ids) else old + shift
    return raw._replace(words=memoryview(words), strings=raw.strings + distilled.raw.strings)


def _references(words: array[int] | Words, at: int) -> tuple[list[int], list[int]]:
    """Which words of the record at *at* are offsets of strings, and which are ids of types."""
    number = kind_number_of(words[at + 1])
    kind = KINDS[number] if number < len(KINDS) else "UNKNOWN"
    names, ids = [at], []
    if kind in _REFERS:
        ids.append(at + _TYPE_AT)
    elif kind == "ARRAY":
        ids += [at + _FIRST, at + _FIRST + 1]
    if kind in _ELEMENTS:
        step, name, type_id = _ELEMENTS[kind]
        elements = range(at + _FIRST, at + _FIRST + step * vlen_of(words[at + 1]), step)
        names += [word + name for word in elements if name is not None]
        ids += [word + type_id for word in elements if type_id is not None]
    return names, ids


def _embedded(split: TypeTable, distilled: TypeTable) -> set[int]:
    """The ids of types of *distilled* that members and variables of *split* are made of."""
    found: set[int] = set()
    for type_id in range(len(distilled), len(split)):
        type_ = split.by_id(type_id)
        if isinstance(type_, model.Struct | model.Union):
            found.update(_value_of(split, member.type_id) for member in type_.members)
        elif isinstance(type_, model.Var):
            found.add(_value_of(split, type_.type_id))
    return found


def _value_of(table: TypeTable, type_id: int) -> int:
    """What *type_id* is in the end, or an array of; 0 where it has no end."""
    try:
        for _ in range(_MAX_DIMENSIONS):
            type_ = table.skip_modifiers(type_id)
            if not isinstance(type_, model.Array):
                return type_.id
            type_id = type_.type_id
    except LayoutError:
        pass
    return 0


def _counterpart(type_: Type, base: TypeTable, embedded: bool) -> int:
    """The id in *base* of what *type_* of a distilled base stands for."""
    named = map(base.by_id, base.ids_by_name(type_.name))
    found = [candidate for candidate in named if _may_be(type_, candidate)]
    exact = [candidate for candidate in found if _has_size_of(type_, candidate)]
    if embedded and len(exact) > 1 and isinstance(type_, model.Struct | model.Union):
        ids = " and ".join(str(candidate.id) for candidate in exact)
        raise BtfFormatError(
            f"{describe(type_)} of .BTF.base may be any of the types {ids} of base=, of one size"
        )
    if not embedded and isinstance(type_, model.Struct | model.Union | model.Fwd):
        exact += sorted(found, key=lambda candidate: isinstance(candidate, model.Fwd))
    if exact:
        return exact[0].id
    raise BtfFormatError(
        f"{describe(type_)} of .BTF.base is not in base= as the split BTF needs it;"
        " the BTF of another kernel?"
    )


def _may_be(distilled: Type, full: Type) -> bool:
    """Whether *distilled* may have been made from *full*, its size apart."""
    match distilled, full:
        case (model.Fwd() | model.Struct() | model.Union(), model.Fwd()):
            return _is_union(distilled) == full.union
        case (model.Fwd() | model.Struct() | model.Union(), model.Struct() | model.Union()):
            return _is_union(distilled) == _is_union(full)
        case (model.Int(), model.Int()):
            return distilled.signed == full.signed
        case (model.Enum() | model.Enum64(), model.Enum() | model.Enum64()):
            return True
        case (model.Float(), model.Float()):
            return True
        case _:
            return False


def _is_union(type_: model.Struct | model.Union | model.Fwd) -> bool:
    return type_.union if isinstance(type_, model.Fwd) else isinstance(type_, model.Union)


def _has_size_of(distilled: Type, full: Type) -> bool:
    size = getattr(distilled, "size", None)
    return size is not None and size == getattr(full, "size", None)
