"""Names of structs, unions and enums, for classes at run time and for stubs.

The name of a struct, union or enum is the first of these that it has:

1. its tag: ``struct event {...};`` is ``event``.
2. its first typedef: ``typedef struct {...} first_t, second_t;`` is ``first_t``. The first typedef
   is the one with the lowest type id. Only qualifiers may stand between the typedef and the type,
   so ``typedef first_t other_t;`` does not name the struct.
3. the struct and member that have the type: in ``struct outer { struct {...} part; };``, the type
   of ``part`` is ``outer_part``. If several members have the type, the first that we reach counts.
4. for the type of a map's keys or values, the map: ``counts_key`` and ``counts_value``.
5. for the elements of an array, the array's typedef: in ``typedef struct {...} arr_t[3];``, the
   struct is ``arr_t_element``.
6. for an enum outside structs, its first enumerator: ``enum { LIMIT = 5 };`` is ``enum_LIMIT``.

`identifiers.identifier` turns these names into Python identifiers. A stub holds all types in one
namespace, so it also numbers names that several types share: see ``_stubs/names.py``.
"""

from __future__ import annotations

from btf_typing._typing_stand_ins import TYPE_CHECKING
from btf_typing._wire.btf_format import kind_number_of
from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import BtfFormatError
from btf_typing.model import KINDS, QUALIFIERS, kind_names

if TYPE_CHECKING:
    from typing import Literal

_TYPEDEF = KINDS.index("TYPEDEF")
_QUALIFIERS = frozenset(map(KINDS.index, kind_names(QUALIFIERS)))

_MAX_QUALIFIERS = 256
"""Maximum number of qualifiers in a row. Real BTF has a handful, but corrupt BTF can have a cycle
of them."""

_STRETCH = 256
"""Number of records to search at a time."""


class TypeNames:
    """Finds the typedefs of structs, unions and enums without a tag.

    A search reads records in order until it finds the typedef. The next search continues there. A
    kernel has over 100,000 records, but the typedefs in ``struct task_struct`` are among the first
    500.

    Args:
        table: the types.

    Attributes:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self.table = table
        self._known: dict[int, str] = {}
        self._reached: set[int] = set()
        self._base = TypeNames(table.base) if table.base else None
        self._first_typedefs: dict[int, int] = {}
        self._searched = table.first_id

    def typedef_of(self, type_id: int) -> str:
        """The C name of the first typedef of *type_id*; empty if there is none.

        The search for a typedef that does not exist reads every record.
        """
        name = self._known.get(type_id)
        if name is None:
            typedef_id = self.first_typedef(type_id)
            name = "" if typedef_id is None else self.table.by_id(typedef_id).name
            self._known[type_id] = name
        return name

    def reach(self, type_id: int) -> None:
        """Remember that *type_id* has a typedef, so that `reached_typedef_of` searches for it."""
        self._reached.add(type_id)

    def reached_typedef_of(self, type_id: int) -> str:
        """The result of `typedef_of` if a typedef is known to exist; else empty, without a search.

        A member may have a type without a typedef. A search would then read every record.
        """
        known = type_id in self._reached or type_id in self._known
        return self.typedef_of(type_id) if known else ""

    def first_typedef(self, type_id: int) -> int | None:
        """The id of the first typedef of *type_id*; None if there is none."""
        if self._base and type_id < self.table.first_id:
            found = self._base.first_typedef(type_id)
            if found is not None:
                return found
        while type_id not in self._first_typedefs:
            if type_id <= 0 or not self._search_on():
                return None
        return self._first_typedefs[type_id]

    def behind_qualifiers(self, type_id: int) -> int:
        """The id of the type that *type_id* qualifies, or *type_id* itself."""
        for _ in range(_MAX_QUALIFIERS):
            table = self.table
            while table.base and type_id < table.first_id:
                table = table.base
            if not type_id or not table.has_id(type_id):
                break
            at = table.raw.records.scanned[type_id - table.first_id]
            if kind_number_of(table.raw.words[at + 1]) not in _QUALIFIERS:
                break
            type_id = table.raw.words[at + 2]
        return type_id

    def _search_on(self) -> bool:
        """Read the next stretch of records; False if there are no more.

        Several threads may read the same stretch at once. Each thread reads its records in order.
        `_searched` moves on only after a thread has read the whole stretch. Until then, no thread
        reads the next stretch. The first typedef of a type is therefore stored before all others.
        """
        table, start = self.table, self._searched
        if not table.has_id(start):
            return False
        index, words = start - table.first_id, table.raw.words
        stretch = table.raw.records.scanned[index : index + _STRETCH]
        for type_id, at in enumerate(stretch, start):
            # We decode nothing here, because decoding a struct also decodes all its members.
            # The next line runs for every record, so it does not call kind_number_of().
            if words[at + 1] >> 24 & 0x7F == _TYPEDEF and self._has_name(words[at]):
                target_id = self.behind_qualifiers(words[at + 2])
                self._first_typedefs.setdefault(target_id, type_id)
        self._searched = start + len(stretch)
        return True

    def _has_name(self, offset: int) -> bool:
        """Whether there is a name at *offset*."""
        try:
            return bool(offset and self.table.strings[offset])
        except BtfFormatError:
            return False


def of_element(typedef: str) -> str:
    """The name of the anonymous element type of the array type *typedef*."""
    return f"{typedef}_element"


def of_member(outer: str, member: str) -> str:
    """The name of the type of *member*.

    Args:
        outer: Python name of the struct or union that has the member.
        member: C name of the member.
    """
    return f"{outer}_{member}"


def of_map(map_name: str, part: Literal["key", "value"]) -> str:
    """The name of the type of the keys or values of a map.

    Args:
        map_name: name of the map; ``outer.inner`` for the maps in the map ``outer``.
        part: ``"key"`` for the type of the keys, or ``"value"`` for the type of the values.
    """
    return f"{map_name.replace('.', '_')}_{part}"


def of_enumerator(first: str) -> str:
    """The name of an enum outside structs whose first enumerator is *first*."""
    return f"enum_{first}"
