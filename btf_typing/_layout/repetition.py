"""A limit on repeated members in the types of one file.

A struct also has the members of the nameless structs inside it. Here, ``outer`` has ``a`` and
``b``:

    struct outer { struct { int a, b; }; };

Many structs can share one nameless struct, and many members can share one long name in the string
table. A file of a few kilobytes can therefore describe structs with millions of members. Code that
describes all types of a file asks `RepetitionLimit` first. For each struct, `RepetitionLimit`
counts the members of inner structs as repetitions, and it refuses structs past a limit. The running
time and the output of that code are then proportional to the size of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from btf_typing import model
from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import LayoutError
from btf_typing.model import (
    ANY_ENUM,
    COMPOSITES,
    AnyEnum,
    Composite,
    Datasec,
    Member,
    Var,
    reference,
)

from .layout import MAX_DEPTH

_SPARE = 1 << 16
"""Repetitions that even the smallest BTF may have."""

_FACTOR = 16
"""Every 12 bytes of BTF, the size of one member, allow this many further repetitions.

A kernel needs less than one repetition for every 12 bytes.
"""

_COPY = 4
"""Cost, in repetitions, of each member that a nameless struct adds to the outer struct.

Such a member adds a line of text. Every member inside an inner struct, at any depth, also costs 1,
even if it adds no text.
"""

_SHORT = 64
"""A name costs extra for each full group of this many characters.

The names of a member and of its type count together, as one name.
"""

_HALF_SHORT = _SHORT // 2
"""If the names of a member and of its type are each shorter than this, they cost nothing."""

_LARGEST = 1 << 24
"""No number in `_Size` gets larger than this. ``parts`` would double at each step of such a chain:

    struct b { struct a x, y; };
    struct c { struct b x, y; };
"""


class _Size(NamedTuple):
    """The size of a struct or union, in members instead of bytes.

    Attributes:
        fields: number of its members, including those of nameless members. Long names count as
            several.
        parts: 1, plus the number of its members and of their members, at every depth. Arrays add
            nothing.
    """

    fields: int
    parts: int


_NO_SIZE = _Size(0, 1)


class RepetitionLimit:
    """Counts the repetitions in the structs, unions and enums of one file.

    A type without long names costs nothing if it contains no other struct or union. Each type is
    counted once, when a caller first asks for it. The type is refused if too few repetitions are
    left for it.

    Args:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        self._sizes: dict[int, _Size | None] = {}
        self._inners: dict[int, model.Type] = {}  # results of _inner
        # Members of these types cost nothing if they have short names.
        self._plain: set[int] = set()
        words, base = len(table.raw.words), table.base
        while base:
            words, base = words + len(base.raw.words), base.base
        self._limit = self._room = _SPARE + _FACTOR * (words // 3)

    def require(self, type_id: int) -> None:
        """Count *type_id* and the types inside it.

        Raises:
            LayoutError: they exceed the limit.
        """
        if self._sizes.get(type_id):
            return  # already counted, by itself or inside another type
        type_ = self._table.skip_arrays(type_id)
        if isinstance(type_, COMPOSITES):
            fits = self._size(type_, MAX_DEPTH) is not None
        else:
            fits = not isinstance(type_, ANY_ENUM) or self._enum_fits(type_)
        if not fits:
            raise self._left_out(type_)

    def require_section(self, section: Datasec) -> None:
        """Count the types of the variables in *section*.

        Raises:
            LayoutError: they exceed the limit.
        """
        variables = [self._table.by_id(variable.type_id) for variable in section.variables]
        members = [
            Member(var.name, var.type_id, 0, None) for var in variables if isinstance(var, Var)
        ]
        if self._sum(section.name, members, MAX_DEPTH) is None:
            raise self._left_out(section)

    def _left_out(self, type_: model.Type) -> LayoutError:
        return LayoutError(
            "is left out: the types of this file repeat members of other types more than"
            f" {self._limit} times; choose fewer types",
            subject=reference(type_),
        )

    def _size(self, type_: Composite, depth: int) -> _Size | None:
        """The size of *type_*; None if there is no room for it.

        Types with too many nested levels have no layout, so they need no room.
        """
        if type_.id in self._sizes:
            return self._sizes[type_.id]
        if not depth:
            return _NO_SIZE
        # Malformed BTF can put a struct inside itself. This entry ends the recursion.
        self._sizes[type_.id] = _NO_SIZE
        found = self._sizes[type_.id] = self._sum(type_.name, type_.members, depth)
        return found

    def _sum(self, name: str, members: Sequence[Member], depth: int) -> _Size | None:
        """The size of a struct called *name* with these *members*; None if there is no room."""
        own, plain, inners, sizes = len(members), self._plain, self._inners, self._sizes
        fields, parts, long_names = own, own + 1, len(name) // _SHORT
        for member_name, type_id, _, _ in members:
            if type_id in plain and len(member_name) < _HALF_SHORT:
                continue  # most members
            inner = inners.get(type_id) or self._inner(type_id)
            long_names += (len(member_name) + len(inner.name)) // _SHORT
            if not isinstance(inner, COMPOSITES):
                continue
            found = sizes.get(inner.id) or self._size(inner, depth - 1)
            if found is None:
                return None
            # Only a nameless member adds its own members to the outer type.
            fields += 0 if member_name else found.fields - 1
            parts += found.parts - 1
        fields, parts = min(fields + long_names, _LARGEST), min(parts, _LARGEST)
        cost = _COPY * max(fields - own, 0) + parts - own - 1
        return _Size(fields, parts) if self._has_room(cost) else None

    def _inner(self, type_id: int) -> model.Type:
        """The type behind typedefs and arrays; ``void`` if they form a cycle or are too many."""
        try:
            inner = self._table.skip_arrays(type_id)
        except LayoutError:
            inner = self._table.by_id(0)
        self._inners[type_id] = inner
        if not isinstance(inner, COMPOSITES) and len(inner.name) < _HALF_SHORT:
            self._plain.add(type_id)
        return inner

    def _enum_fits(self, enum: AnyEnum) -> bool:
        if enum.id not in self._sizes:
            cost = sum([len(name) // _SHORT for name, _ in enum.enumerators])
            self._sizes[enum.id] = _NO_SIZE if self._has_room(cost) else None
        return self._sizes[enum.id] is not None

    def _has_room(self, cost: int) -> bool:
        """Count *cost* if there is room for it."""
        if cost > self._room:
            return False
        self._room -= cost
        return True
