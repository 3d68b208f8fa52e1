"""What each type in a generated module is called.

Python names follow C's by one rule:

* A struct, union or enum is called by its tag, a typedef by its name, as `_names.identifier`
  spells them. Names that the module itself needs (`RESERVED`) and dunder names get an underscore.
* Where several types share a name, structs come before unions, enums and typedefs, and within
  these the BTF's order holds, as in ``btf.struct()``. The first keeps the name, the others
  become ``name___2``, ``name___3`` as in ``bpftool btf dump format c``. A typedef of the struct
  that has its name is the same name.
* An anonymous type is called by the first typedef of it; else ``parent_member`` after the
  struct and the member it lies in; an enum outside any struct ``enum_FIRST`` after its first
  enumerator. An anonymous type that lies in several structs has all of their names.

No name depends on how many types there are elsewhere.
"""

from __future__ import annotations

from . import _names, model
from ._table import TypeTable
from .model import Type

RESERVED = frozenset(
    {
        *("bool", "bytes", "float", "int", "tuple"),
        *("ctypes", "IntEnum", "TypeAlias", "Struct", "Union"),
        *("_CField", "_ArrayField", "_ArrayValue", "_PointerField", "_RecordField"),
    }
)
"""What a stub or a generated module refers to by a name of its own."""

_RANKS: dict[type[Type], int] = {
    model.Struct: 0,
    model.Union: 1,
    model.Enum: 2,
    model.Enum64: 2,
    model.Typedef: 3,
}

_QUALIFIERS = (model.Const, model.Volatile, model.Restrict, model.TypeTag)
_MAX_QUALIFIERS = 256


class Names:
    """The Python names of the types of one BTF.

    Args:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        self._by_id: dict[int, str] = {}
        self._taken: set[str] = set()
        self._anonymous: set[int] = set()
        self._typedefs: dict[int, str] = {}
        named = [type_ for type_ in table if type_.name and type(type_) in _RANKS]
        named.sort(key=lambda type_: _RANKS[type(type_)])
        for type_ in named:
            self._assign(type_)

    def of(self, type_id: int) -> str | None:
        """What *type_id*, a struct, union, enum or typedef, is called; None if it has no name."""
        return self._by_id.get(type_id)

    def typedef_of(self, type_id: int) -> str:
        """The C name of the typedef that the anonymous *type_id* is called by; empty if none."""
        return self._typedefs.get(type_id, "")

    def _assign(self, type_: Type) -> None:
        if not isinstance(type_, model.Typedef):
            self._by_id[type_.id] = self.take(type_.name)
            return
        target = self._direct_target(type_)
        existing = self._by_id.get(target.id)
        if existing is None and not target.name and type(target) in _RANKS:
            self._by_id[type_.id] = self._by_id[target.id] = self.take(type_.name)
            self._typedefs[target.id] = type_.name
        elif existing is not None and existing == module_level(type_.name):
            self._by_id[type_.id] = existing
        else:
            self._by_id[type_.id] = self.take(type_.name)

    def _direct_target(self, typedef: model.Typedef) -> Type:
        """What *typedef* stands for, qualifiers skipped and other typedefs not."""
        type_ = self._table.by_id(typedef.type_id)
        for _ in range(_MAX_QUALIFIERS):
            if not isinstance(type_, _QUALIFIERS):
                break
            type_ = self._table.by_id(type_.type_id)
        return type_

    def take(self, c_name: str) -> str:
        """A Python name for *c_name* that no type has yet."""
        name = wanted = module_level(c_name)
        number = 1
        while name in self._taken:
            number += 1
            name = f"{wanted}___{number}"
        self._taken.add(name)
        return name

    def assign(self, type_id: int, c_name: str) -> str:
        """Call the anonymous *type_id* after *c_name*."""
        name = self._by_id[type_id] = self.take(c_name)
        self._anonymous.add(type_id)
        return name

    def is_anonymous(self, type_id: int) -> bool:
        """Whether *type_id* has no name in C, not even a typedef's."""
        return type_id in self._anonymous or type_id not in self._by_id


def module_level(c_name: str) -> str:
    """The Python name of a C type called *c_name*, if no other type has it."""
    name = _names.identifier(c_name)
    return f"{name}_" if name in RESERVED or _names.is_dunder(name) else name
