"""What changed between two builds in the types that both have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from btf_typing import model
from btf_typing._layout.shape import Aggregate, ArrayOf, CType, Field, signature
from btf_typing._text.c_names import CText, clean
from btf_typing.btf import Btf
from btf_typing.errors import LayoutError
from btf_typing.model import Type

_Enum = model.Enum | model.Enum64


class Change(NamedTuple):
    """A type whose layout differs.

    Attributes:
        type_name: such as ``"struct exec_event"``.
        lines: what differs in it, one line each.
    """

    type_name: str
    lines: tuple[str, ...]


def changes(old: Btf[Any], new: Btf[Any], wanted: Callable[[str], bool]) -> Iterator[Change]:
    """The structs, unions and enums of both builds that differ, in the order of the old one.

    Members are compared by name, place and C type. A type that only one of them has is no change,
    and where several types share a name the first ones are compared, as look-ups by name give.

    Args:
        old: the earlier build.
        new: the later one.
        wanted: whether to compare the types of a name.
    """
    others = _named(new, wanted)
    for key, before in _named(old, wanted).items():
        after = others.get(key)
        if after is not None:
            lines = tuple(_compare(old, before, new, after))
            if lines:
                yield Change(f"{key[0]} {clean(key[1])}", lines)


def _named(btf: Btf[Any], wanted: Callable[[str], bool]) -> dict[tuple[str, str], Type]:
    """Types by keyword and name; an anonymous one by the typedef that is its only name."""
    found: dict[tuple[str, str], Type] = {}
    for type_ in btf.table:
        target = type_
        keyword = _keyword(type_)
        if isinstance(type_, model.Typedef):
            target = btf.table.by_id(type_.type_id)
            keyword = "" if target.name or not _keyword(target) else "typedef"
        if keyword and type_.name and wanted(type_.name):
            found.setdefault((keyword, type_.name), target)
    return found


def _keyword(type_: Type) -> str:
    match type_:
        case model.Struct():
            return "struct"
        case model.Union():
            return "union"
        case model.Enum() | model.Enum64():
            return "enum"
        case _:
            return ""


def _compare(old: Btf[Any], before: Type, new: Btf[Any], after: Type) -> Iterator[str]:
    if isinstance(before, _Enum) and isinstance(after, _Enum):
        yield from _compare_enums(before, after)
    elif _keyword(before) != _keyword(after):
        yield f"{_keyword(before) or 'a type'} became {_keyword(after) or 'another type'}"
    else:
        layouts = []
        for btf, type_ in ((old, before), (new, after)):
            try:
                layouts.append((btf, btf.layouts.aggregate(type_.id)))
            except LayoutError as error:
                yield f"cannot be compared: {error}"
                return
        yield from _compare_aggregates(*layouts[0], *layouts[1])


def _compare_enums(before: _Enum, after: _Enum) -> Iterator[str]:
    yield from _size(before.size, after.size)
    if before.signed != after.signed:
        yield f"{_sign(before.signed)} became {_sign(after.signed)}"
    old, new = dict(before.enumerators), dict(after.enumerators)
    yield from _rows({k: str(v) for k, v in old.items()}, {k: str(v) for k, v in new.items()})


def _compare_aggregates(
    old: Btf[Any], before: Aggregate, new: Btf[Any], after: Aggregate
) -> Iterator[str]:
    yield from _size(before.size, after.size)
    rows = [
        {field.c_name: f"{text.type_name(field.type_id)} at {_place(field)}" for field in fields}
        for text, fields in (
            (CText(old.table), before.fields),
            (CText(new.table), after.fields),
        )
    ]
    yield from _rows(rows[0], rows[1])
    others = {field.c_name: field for field in after.fields}
    for field in before.fields:
        other = others.get(field.c_name)
        # The C text is the same, and yet what it stands for is not: a typedef, or a struct within.
        same_text = rows[0][field.c_name] == rows[1].get(field.c_name)
        if other and same_text and _shape(field.ctype) != _shape(other.ctype):
            yield f"  {clean(field.c_name)}: changed inside"


def _rows(old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    """What differs between the members or enumerators of two types."""
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield f"- {clean(name)}: {before}"
        elif before != after:
            yield f"  {clean(name)}: {before} -> {after}"
    for name, after in new.items():
        if name not in old:
            yield f"+ {clean(name)}: {after}"


def _place(field: Field) -> str:
    if field.bitfield_size is not None:
        return f"bit {field.bit_offset}, {field.bit_size} wide"
    return f"{field.bit_offset // 8}"


def _shape(ctype: CType) -> str:
    """*ctype* without type ids, which differ between builds."""
    if isinstance(ctype, ArrayOf):
        return f"{_shape(ctype.element)}[{ctype.length}]"
    return signature(ctype) if isinstance(ctype, Aggregate) else repr(ctype)


def _size(before: int, after: int) -> Iterator[str]:
    if before != after:
        yield f"size: {before} -> {after} bytes"


def _sign(signed: bool) -> str:
    return "signed" if signed else "unsigned"
