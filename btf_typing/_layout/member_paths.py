"""Finds members by path, such as ``se.vruntime`` in a ``task_struct``, or ``points[1].x``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from btf_typing import model
from btf_typing._typing_stand_ins import TYPE_CHECKING
from btf_typing._wire.type_search import closest
from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import LayoutError, TypeNotFoundError
from btf_typing.model import Member, describe

from .normalized_members import normalised

if TYPE_CHECKING:
    from typing_extensions import TypeIs

_STEP = re.compile(r"(?:^|\.)(?P<name>[^.\[\]]+)|\[(?P<index>[0-9]{1,10})\]")
"""A step of a path: the name at the start, a dot and another name, or an index in brackets."""

_MAX_ANONYMOUS = 64
"""Largest number of levels of nested anonymous structs and unions to search.

Layouts have the same limit. `_names` searches at most this many structs and unions in all.
"""

_MOST_SUGGESTED = 5_000
"""Largest number of members to compare for suggestions."""


def member_at(table: TypeTable, type_id: int, path: str) -> Member:
    """The member at *path* in the type *type_id*. The result has the whole path as its name.

    Args:
        table: the types.
        type_id: a struct, union or array, or a typedef of one.
        path: names of members with dots between them, and indices of arrays in brackets.

    Returns:
        The member's declared type, its offset in bits from the start of *type_id*, and its width in
        bits if it is a bitfield.

    Raises:
        TypeNotFoundError: a struct or union has no such member; ``suggestions`` has similar names.
        LayoutError: the path leads through a pointer, a bitfield or a number, or past the end of an
            array.
        ValueError: *path* is not a valid path.
    """
    member = Member(path, type_id, 0, None)
    at = 0
    for step in _steps(path):
        before = path[:at]
        at = step.end()
        if step["index"]:
            inner = _element(table, member, int(step["index"]), before)
        else:
            inner = _named(table, member, step["name"], before)
        offset = member.bit_offset + inner.bit_offset
        member = Member(path, inner.type_id, offset, inner.bitfield_size)
    return member


def _steps(path: str) -> Iterator[re.Match[str]]:
    """The steps of *path*.

    Raises:
        ValueError: *path* is empty, or has a part that is not a step.
    """
    at = 0
    while at < len(path) or not at:
        step = _STEP.match(path, at)
        if not step or path.startswith("."):
            raise ValueError(
                f"{path!r} is not a path to a member; expected names and indices, such as"
                " 'se.vruntime' or 'points[1].x'"
            )
        at = step.end()
        yield step


def _shown(path: str) -> str:
    """The subject of a message about the member at *path*; the type itself if *path* is empty."""
    return repr(path) if path else "this type"


def _element(table: TypeTable, member: Member, index: int, before: str) -> Member:
    """Element number *index* of the array *member*. Messages show *before*, the array's path."""
    array = table.skip_modifiers(member.type_id)
    if not isinstance(array, model.Array):
        raise LayoutError(
            f"{_shown(before)} has no [{index}]: it is {describe(array)}, not an array"
        )
    # An array without a length can have any number of elements.
    if array.length and index >= array.length:
        raise LayoutError(f"{_shown(before)} has {array.length} elements, so it has no [{index}]")
    bits = 8 * table.size_of(array.type_id)
    return Member("", array.type_id, index * bits, None)


def _named(table: TypeTable, member: Member, name: str, before: str) -> Member:
    """The member *name* of the struct or union *member*. Messages show *before*, its path."""
    type_ = table.skip_modifiers(member.type_id)
    if isinstance(type_, model.Ptr):
        target = table.skip_modifiers(type_.type_id)
        raise LayoutError(
            f"{_shown(before)} is a pointer, so {name!r} lies elsewhere in memory; look it up in"
            f" the type that it points to: {describe(target)}"
        )
    if not isinstance(type_, model.Struct | model.Union):
        raise LayoutError(f"{_shown(before)} has no member {name!r}: it is {describe(type_)}")
    found = _found(table, type_, name, _MAX_ANONYMOUS, set())
    if found is None:
        keyword = model.KEYWORDS[type(type_)]
        unnamed = f"the {keyword} {before!r}" if before else f"this {keyword}"
        where = f"{keyword} {type_.name!r}" if type_.name else unnamed
        close = closest(name, islice(_names(table, type_, set()), _MOST_SUGGESTED))
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        what = f"no member {name!r} in {where}{hint}"
        raise TypeNotFoundError(what, kind="member", name=name, suggestions=close)
    return found


def _found(
    table: TypeTable, owner: model.Composite, name: str, depth: int, seen: set[int]
) -> Member | None:
    """The member *name* of *owner* or of its anonymous members; None if there is none.

    Args:
        table: the types.
        owner: a struct or union.
        name: the name.
        depth: number of nested levels of anonymous members to search.
        seen: ids of the structs and unions that were already searched.
    """
    seen.add(owner.id)
    for raw in owner.members:
        member = normalised(table, raw)
        if member.name == name:
            return member
        inner = table.skip_modifiers(member.type_id) if not member.name and depth else None
        if _is_new(inner, seen):
            found = _found(table, inner, name, depth - 1, seen)
            if found:
                offset = member.bit_offset + found.bit_offset
                return found._replace(bit_offset=offset)
    return None


def _names(table: TypeTable, owner: model.Composite, seen: set[int]) -> Iterator[str]:
    """The names of the members of *owner*, and of its anonymous members.

    Args:
        table: the types.
        owner: a struct or union.
        seen: ids of the structs and unions that were already visited.
    """
    seen.add(owner.id)
    for member in owner.members:
        inner = None if member.name else table.skip_modifiers(member.type_id)
        if member.name:
            yield member.name
        elif _is_new(inner, seen) and len(seen) < _MAX_ANONYMOUS:
            yield from _names(table, inner, seen)


def _is_new(type_: model.Type | None, seen: set[int]) -> TypeIs[model.Composite]:
    """Whether *type_* is a struct or union whose id is not in *seen*."""
    return isinstance(type_, model.Struct | model.Union) and type_.id not in seen
