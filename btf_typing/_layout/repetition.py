"""A limit on repeated members in the types of one file.

A struct also has the members of the nameless structs inside it. Here, ``outer`` has ``a`` and
``b``:

    struct outer { struct { int a, b; }; };

Many structs can share one nameless struct, so a file of a few kilobytes can describe structs with
millions of members. Many members can also share one long name in the string table, so the text of
these members can be much larger than the file. Code that describes all types of a file therefore
uses `Layouts` with a `RepetitionLimit`. The limit counts the members of inner structs and the long
names as repetitions, and refuses a type if too few repetitions are left. The running time and the
output of that code are then proportional to the size of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import LayoutError, TypeReference
from btf_typing.model import AnyEnum, Composite, Type, reference

from .shape import Aggregate, Nesting, element_of
from .slots import ResolvedMember

_SPARE = 1 << 16
"""Repetitions that even the smallest BTF may have."""

_FACTOR = 16
"""Every 12 bytes of BTF, the size of one member, allow this many further repetitions.

A kernel needs less than one repetition for every 12 bytes.
"""

_COPY = 4
"""Cost, in repetitions, of each member that a nameless struct adds to the outer struct.

Such a member adds a line of text. Each member of an inner struct, nameless or not, also costs 1, at
any depth.
"""

_SHORT = 64
"""Each full group of this many characters in a name costs `_COPY` repetitions.

In the name of an enumerator, such a group costs 1.
"""

_NAME = itemgetter(0)


class RepetitionLimit:
    """Counts the repetitions in the structs, unions and enums of one file.

    A type without long names costs nothing if it contains no other struct, union or array. A type
    is refused if too few repetitions are left for it.

    Args:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self._long_names: dict[int, int] = {}  # full groups by type id, if any
        self._long_tags = False
        words, base = len(table.raw.words), table.base
        while base:
            words, base = words + len(base.raw.words), base.base
        self._limit = self._room = _SPARE + _FACTOR * (words // 3)

    def count(
        self,
        type_: Composite,
        members: Sequence[ResolvedMember],
        inner: Sequence[Nesting],
        parts: int,
        section: TypeReference | None,
    ) -> None:
        """Count the struct, union or section of globals *type_*.

        Args:
            type_: the struct, union or section.
            members: its members that have a layout.
            inner: the types of the members that are structs, unions or arrays.
            parts: `Aggregate.parts` of *type_*.
            section: how messages refer to *type_* if it is a section; else None.

        Raises:
            LayoutError: there is no room for it.
        """
        names = [*map(_NAME, type_.members), type_.name]
        has_short_names = max(map(len, names)) < _SHORT
        if not inner and has_short_names:
            return  # it repeats nothing
        copies = 0
        if self._long_tags or not has_short_names:
            copies = self._add_long_names(type_, names, inner)
        if "" in names:
            for (name, _, _, _), ctype, _, _, _, _ in members:
                if not name and isinstance(ctype, Aggregate):
                    _, fields, unreadable = ctype.contents
                    copies += len(fields) + len(unreadable) - 1
                    copies += self._long_names.get(ctype.type_id, 0)
        self._spend(_COPY * max(copies, 0) + parts - len(names), type_, section)

    def _add_long_names(self, type_: Composite, names: list[str], inner: Sequence[Nesting]) -> int:
        """Store and return the number of full groups in *names* and in the tags of *inner*.

        Args:
            type_: the struct or union.
            names: its name, and those of its members.
            inner: the types of the members that are structs, unions or arrays.
        """
        if self._long_tags:
            tags = [ctype.name for ctype in map(element_of, inner) if isinstance(ctype, Aggregate)]
            names = names + tags
        groups = _groups(names)
        if groups:
            self._long_names[type_.id] = groups
            self._long_tags |= len(type_.name) >= _SHORT
        return groups

    def count_enum(self, enum: AnyEnum) -> None:
        """Count the names of the enumerators of *enum*.

        Raises:
            LayoutError: there is no room for them.
        """
        self._spend(_groups(list(map(_NAME, enum.enumerators))), enum)

    def _spend(self, cost: int, type_: Type, section: TypeReference | None = None) -> None:
        if cost > self._room:
            raise LayoutError(
                "is left out: the types of this file repeat members of other types more than"
                f" {self._limit} times; choose fewer types",
                subject=section or reference(type_),
            )
        self._room -= cost


def _groups(names: Sequence[str]) -> int:
    """The number of full groups of `_SHORT` characters in *names*."""
    if max(map(len, names), default=0) < _SHORT:
        return 0  # most structs
    return sum([len(name) // _SHORT for name in names])
