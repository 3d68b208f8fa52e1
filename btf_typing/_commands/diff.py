"""Differences between the layouts of two builds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from btf_typing import model
from btf_typing._layout.shape import Aggregate, ArrayOf, CType, Field, signature
from btf_typing._text.c_names import CText, clean
from btf_typing.btf import Btf
from btf_typing.errors import LayoutError
from btf_typing.model import ANY_ENUM, KEYWORDS, AnyEnum, Type


class Difference(NamedTuple):
    """One difference between two builds of a type.

    Attributes:
        text: what differs, such as ``pid: u32 at 0 -> u64 at 0``.
        mark: ``-`` for a member or enumerator that is gone, ``+`` for a new one, a space for a
            changed one; empty if the type as a whole differs.
    """

    text: str
    mark: Literal["-", "+", " ", ""] = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.text}" if self.mark else self.text


class Change(NamedTuple):
    """A type whose layout differs.

    Attributes:
        type_name: its name in C, such as ``"struct exec_event"``.
        differences: every difference.
    """

    type_name: str
    differences: tuple[Difference, ...]


def changes(old: Btf[Any], new: Btf[Any], wanted: Callable[[str], bool]) -> Iterator[Change]:
    """Compare the structs, unions and enums that both builds have, in the order of the old one.

    Members are compared by name, offset and C type. A type that only one build has is not a
    change. If several types share a name, the first ones are compared, as in look-ups by name.

    Args:
        old: the earlier build.
        new: the later build.
        wanted: whether to compare the types of a name.
    """
    others = _by_name(new, wanted)
    for key, before in _by_name(old, wanted).items():
        after = others.get(key)
        if after is not None:
            differences = tuple(_compare(old, before, new, after))
            if differences:
                yield Change(f"{key[0]} {clean(key[1])}", differences)


def _by_name(btf: Btf[Any], wanted: Callable[[str], bool]) -> dict[tuple[str, str], Type]:
    """Types by keyword and name; an anonymous type by the typedef that names it."""
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
    return KEYWORDS.get(type(type_), "")


def _compare(old: Btf[Any], before: Type, new: Btf[Any], after: Type) -> Iterator[Difference]:
    if isinstance(before, ANY_ENUM) and isinstance(after, ANY_ENUM):
        yield from _compare_enums(before, after)
    elif _keyword(before) != _keyword(after):
        was, is_ = _keyword(before) or "a type", _keyword(after) or "another type"
        yield Difference(f"{was} became {is_}")
    else:
        layouts = []
        for btf, type_ in ((old, before), (new, after)):
            try:
                layouts.append((btf, btf.layouts.aggregate(type_.id)))
            except LayoutError as error:
                yield Difference(f"cannot be compared: {error}")
                return
        yield from _compare_aggregates(*layouts[0], *layouts[1])


def _compare_enums(before: AnyEnum, after: AnyEnum) -> Iterator[Difference]:
    yield from _compare_sizes(before.size, after.size)
    if before.signed != after.signed:
        yield Difference(f"{_sign(before.signed)} became {_sign(after.signed)}")
    old, new = dict(before.enumerators), dict(after.enumerators)
    yield from _compare_rows(
        {name: str(value) for name, value in old.items()},
        {name: str(value) for name, value in new.items()},
    )


def _compare_aggregates(
    old: Btf[Any], before: Aggregate, new: Btf[Any], after: Aggregate
) -> Iterator[Difference]:
    yield from _compare_sizes(before.size, after.size)
    old_rows, new_rows = _rows(old, before), _rows(new, after)
    yield from _compare_rows(old_rows, new_rows)
    others = {field.c_name: field for field in after.fields}
    for field in before.fields:
        other = others.get(field.c_name)
        # The same C text can stand for another layout: a typedef, or a struct inside, has changed.
        same_text = old_rows[field.c_name] == new_rows.get(field.c_name)
        if other and same_text and _shape(field.ctype) != _shape(other.ctype):
            yield Difference(f"{clean(field.c_name)}: changed inside", " ")


def _rows(btf: Btf[Any], layout: Aggregate) -> dict[str, str]:
    """The C type and the place of each field, by name."""
    c = CText(btf.table)
    return {f.c_name: f"{c.type_name(f.type_id)} at {_place(f)}" for f in layout.fields}


def _compare_rows(old: dict[str, str], new: dict[str, str]) -> Iterator[Difference]:
    """Compare the members or enumerators of two types, each described by a text."""
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield Difference(f"{clean(name)}: {before}", "-")
        elif before != after:
            yield Difference(f"{clean(name)}: {before} -> {after}", " ")
    for name, after in new.items():
        if name not in old:
            yield Difference(f"{clean(name)}: {after}", "+")


def _place(field: Field) -> str:
    if field.bitfield_size is not None:
        return f"bit {field.bit_offset}, {field.bit_size} wide"
    return f"{field.bit_offset // 8}"


def _shape(ctype: CType) -> str:
    """*ctype* without type ids, which differ between builds."""
    if isinstance(ctype, ArrayOf):
        return f"{_shape(ctype.element)}[{ctype.length}]"
    return signature(ctype) if isinstance(ctype, Aggregate) else repr(ctype)


def _compare_sizes(before: int, after: int) -> Iterator[Difference]:
    if before != after:
        yield Difference(f"size: {before} -> {after} bytes")


def _sign(signed: bool) -> str:
    return "signed" if signed else "unsigned"
