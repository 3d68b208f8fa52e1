"""What each type in a generated module is called.

Python names follow C's by one rule:

* A struct, union or enum is called by its tag, a typedef by its name, as `_names.identifier`
  spells them. Names that the module itself needs (`RESERVED`) and dunder names get an underscore.
* Where several types share a name, structs come before unions, enums and typedefs, and within
  these the BTF's order holds, as in ``btf.struct()``. The first keeps the name, the others
  become ``name___2``, ``name___3`` as in ``bpftool btf dump format c``. A typedef that only
  repeats the tag that it stands for, or an earlier typedef, is no second type.
* An anonymous type is called by the first typedef of it; else ``parent_member`` after the
  struct and the member it lies in; an enum outside any struct ``enum_FIRST`` after its first
  enumerator. An anonymous type that lies in several structs has all of their names.
* The section ``.rodata`` is called ``section_rodata``, and what is anonymous in it as in a struct
  of that name. Anonymous types of the keys and values of a map are called ``map_key`` and
  ``map_value``.

No name depends on how many other types there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from btf_typing._layout import identifiers
from btf_typing._layout.type_names import TypeNames
from btf_typing._wire.format import kind_of_info
from btf_typing._wire.table import TypeTable
from btf_typing.errors import BtfFormatError, LayoutError
from btf_typing.model import kind_of, maker

RESERVED = frozenset(
    {
        *("bool", "bytes", "float", "int"),
        *("ctypes", "IntEnum", "TypeAlias", "Struct", "Union"),
        *("_Array", "_ArrayField", "_ArrayValue", "_NestedField"),
        *("_CField", "_PointerField", "_RecordField"),
        *("Any", "Callable", "ImportError", "Literal", "TypeVar", "operator", "setattr", "sys"),
        *("_AnyClass", "_Placed", "_Struct", "_StructType", "_Union"),
        *("_bits", "_enum", "_flag", "_lent", "_sized", "_target", "_wide"),
    }
)
"""What a stub or a run-time module refers to by a name of its own."""

if TYPE_CHECKING:
    from btf_typing._hints import KindName

_RANKS = {"STRUCT": 0, "UNION": 1, "ENUM": 2, "ENUM64": 2, "TYPEDEF": 3}
"""The kinds that a module has names for; of types that share a name, the lowest rank gets it."""


class Head(NamedTuple):
    """The beginning of a record, all that names need: the rest is not decoded.

    Attributes:
        id: of the type.
        kind: of the type.
        name: C's; empty for an anonymous type.
        word: the size in bytes, or the id of the type referred to.
    """

    id: int
    kind: KindName
    name: str
    word: int


_head = maker(Head)


def heads(table: TypeTable) -> Iterator[Head]:
    """The types of *table* that a module has names for, its base's first."""
    if table.base:
        yield from heads(table.base)
    first, words, positions = table.first_id, table.raw.words, table.raw.positions
    strings = table.strings
    kind_of_word = cache(kind_of_info)
    for type_id in table.ids_of(_RANKS):
        if type_id >= first:
            at = positions[type_id - first]
            try:
                name = strings[words[at]]
            except BtfFormatError:
                name = table.by_id(type_id).name  # which raises with the type that it was
            yield _head((type_id, kind_of_word(words[at + 1]), name, words[at + 2]))


class Names:
    """The Python names of the types of one BTF.

    Args:
        table: the types.

    Attributes:
        heads: of the types that have names here, or may get one.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        self.heads = list(heads(table))
        self._by_id: dict[int, str] = {}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._type_names = TypeNames(table)
        self._first_typedefs: dict[str, int] = {}
        named = [head for head in self.heads if head.name]
        named.sort(key=lambda head: _RANKS[head.kind])
        for head in named:
            if head.kind == "TYPEDEF":
                self._name_typedef(head)
            else:
                self._by_id[head.id] = self.take(head.name)
        self._in_c = frozenset(self._by_id)

    def of(self, type_id: int) -> str | None:
        """What *type_id*, a struct, union, enum or typedef, is called; None if it has no name."""
        return self._by_id.get(type_id)

    def is_anonymous(self, type_id: int) -> bool:
        """Whether *type_id* has no name in C, not even a typedef's."""
        return type_id not in self._in_c

    def typedef_of(self, type_id: int) -> str:
        """The C name of the typedef that the anonymous *type_id* is called by; empty if none."""
        return self._type_names.typedef_of(type_id)

    def _name_typedef(self, typedef: Head) -> None:
        target = self._table.by_id(self._type_names.behind_qualifiers(typedef.word))
        wanted = module_level(typedef.name)
        untagged = not target.name and kind_of(target) in _RANKS
        if untagged and self._type_names.first_typedef(target.id) == typedef.id:
            name = self._by_id[target.id] = self.take(typedef.name)
        elif wanted == self._by_id.get(target.id) or self._repeats(typedef, wanted):
            name = wanted
        else:
            name = self.take(typedef.name)
            self._first_typedefs[name] = typedef.id
        self._by_id[typedef.id] = name

    def _repeats(self, typedef: Head, name: str) -> bool:
        """Whether an earlier typedef called *name* stands for the same as *typedef*."""
        first = self._first_typedefs.get(name)
        if first is None:
            return False
        try:
            types = [self._table.skip_modifiers(type_id) for type_id in (first, typedef.id)]
        except LayoutError:
            return False
        if kind_of(types[0]) in _RANKS:
            return types[0].id == types[1].id
        return types[0][1:] == types[1][1:] and type(types[0]) is type(types[1])

    def take(self, c_name: str) -> str:
        """A Python name for *c_name* that no type has yet."""
        name = wanted = module_level(c_name)
        while name in self._taken:
            self._numbers[wanted] = number = self._numbers.get(wanted, 1) + 1
            name = f"{wanted}___{number}"
        self._taken.add(name)
        return name

    def assign(self, type_id: int, c_name: str) -> str:
        """Call the anonymous *type_id* after *c_name*."""
        name = self._by_id[type_id] = self.take(c_name)
        return name


def module_level(c_name: str) -> str:
    """The Python name of a C type called *c_name*, if no other type has it."""
    name = identifiers.identifier(c_name)
    return f"{name}_" if name in RESERVED or identifiers.is_dunder(name) else name
