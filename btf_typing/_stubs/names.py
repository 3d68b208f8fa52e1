"""The Python names of the types in a generated module.

* The name of a struct, union, enum or typedef is its C name. `btf_typing._layout.type_names` finds
  names for types without a tag. `identifiers.identifier` turns C names into Python names. If the
  generated module itself needs the name (`module_names.RESERVED`), or if the name begins and ends
  with two underscores, another underscore follows.
* If several types share a name, the first keeps it. The others become ``name___2``, ``name___3``,
  as in ``bpftool btf dump format c``. Structs come first, then unions, enums and typedefs. Types of
  one kind keep the order of the BTF, so the first is the one that ``btf.struct()`` returns. A
  typedef has no number if it only repeats the tag of its target, or repeats an earlier typedef.
* If several members have the same anonymous type, the first names it. The others name aliases.
* The name of the section ``.rodata`` is ``section_rodata``. Anonymous types in the section have the
  same names as in a struct with the name ``section_rodata``.

Names contain no type ids, so they stay the same when the BTF gets unrelated types.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from btf_typing._layout.type_names import TypeNames
from btf_typing._wire.btf_format import kind_of_info
from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import BtfFormatError, LayoutError
from btf_typing.model import kind_of, maker

from .module_names import RANKS, module_level

if TYPE_CHECKING:
    from btf_typing._api_types import KindName


class Head(NamedTuple):
    """The first words of a BTF record, which are enough to name the type.

    Attributes:
        id: type id.
        kind: kind of the type.
        name: C name; empty for an anonymous type.
        word: the third word: size in bytes, or the id of the type that this type refers to.
    """

    id: int
    kind: KindName
    name: str
    word: int


_head = maker(Head)


def heads(table: TypeTable) -> Iterator[Head]:
    """The types of *table* that can have names in a module. Those of the base BTF come first."""
    if table.base:
        yield from heads(table.base)
    first, words, positions = table.first_id, table.raw.words, table.raw.positions
    strings = table.strings
    kind_of_word = cache(kind_of_info)
    for type_id in table.ids_of(RANKS):
        if type_id >= first:
            at = positions[type_id - first]
            try:
                name = strings[words[at]]
            except BtfFormatError:
                name = table.by_id(type_id).name  # raises the same error, which names the type
            yield _head((type_id, kind_of_word(words[at + 1]), name, words[at + 2]))


class Names:
    """The Python names of the types of one BTF.

    Args:
        table: the types.

    Attributes:
        heads: heads of the types that have a name, or can get one with `assign`.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        table.strings.decode_all()  # a module needs most names
        self.heads = list(heads(table))
        self._by_id: dict[int, str] = {}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._type_names = TypeNames(table)
        self._naming_typedefs: dict[int, str] = {}
        self._first_typedefs: dict[str, int] = {}
        named = [head for head in self.heads if head.name]
        # If C already has a type "foo___2", the second type called "foo" needs another number.
        self._real_numbered = {module_level(head.name) for head in named if "___" in head.name}
        named.sort(key=lambda head: RANKS[head.kind])
        for head in named:
            if head.kind == "TYPEDEF":
                self._name_typedef(head)
            else:
                self._by_id[head.id] = self.reserve(head.name)
        self._in_c = frozenset(self._by_id)

    def of(self, type_id: int) -> str | None:
        """The name of *type_id*, a struct, union, enum or typedef; None if it has none yet."""
        return self._by_id.get(type_id)

    def class_name(self, type_id: int) -> str | None:
        """The name of the class for *type_id*, if it is a struct, union or enum with a C name.

        A generated module may lack this class. If the type has no name in C, or is of another kind,
        the result is None.

        Raises:
            BtfFormatError: the record of the type is malformed.
        """
        # The ids of sections of globals are negative, and the table has no such types.
        if type_id not in self._in_c or kind_of(self._table.by_id(type_id)) == "TYPEDEF":
            return None
        return self._by_id[type_id]

    def is_anonymous(self, type_id: int) -> bool:
        """Whether *type_id* has no name in C, neither a tag nor a typedef."""
        return type_id not in self._in_c

    def typedef_of(self, type_id: int) -> str:
        """The C name of the typedef that names *type_id*, a type without a tag; empty if none."""
        return self._naming_typedefs.get(type_id, "")

    def _name_typedef(self, typedef: Head) -> None:
        target = self._table.by_id(self._type_names.behind_qualifiers(typedef.word))
        wanted = module_level(typedef.name)
        untagged = not target.name and kind_of(target) in RANKS
        # We see the typedefs in the order of ids. If a target has several typedefs, the first that
        # we see is therefore the one that TypeNames.first_typedef() returns.
        if untagged and target.id not in self._naming_typedefs:
            name = self._by_id[target.id] = self.reserve(typedef.name)
            self._naming_typedefs[target.id] = typedef.name
        elif wanted == self._by_id.get(target.id) or self._repeats(typedef, wanted):
            name = wanted
        else:
            name = self.reserve(typedef.name)
            self._first_typedefs[name] = typedef.id
        self._by_id[typedef.id] = name

    def _repeats(self, typedef: Head, name: str) -> bool:
        """Whether an earlier typedef called *name* has the same target as *typedef*."""
        first = self._first_typedefs.get(name)
        if first is None:
            return False
        try:
            types = [self._table.skip_modifiers(type_id) for type_id in (first, typedef.id)]
        except LayoutError:
            return False
        if kind_of(types[0]) in RANKS:
            return types[0].id == types[1].id
        return types[0][1:] == types[1][1:] and type(types[0]) is type(types[1])

    def reserve(self, c_name: str) -> str:
        """A new Python name for *c_name*. No type has it, and no other type will get it."""
        name = wanted = module_level(c_name)
        while name in self._taken or (name != wanted and name in self._real_numbered):
            self._numbers[wanted] = number = self._numbers.get(wanted, 1) + 1
            name = f"{wanted}___{number}"
        self._taken.add(name)
        return name

    def assign(self, type_id: int, c_name: str) -> str:
        """Name the type *type_id*, which has no name in C. The Python name comes from *c_name*."""
        name = self._by_id[type_id] = self.reserve(c_name)
        return name
