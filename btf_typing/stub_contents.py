"""Which types a generated module holds: those asked for, and those that these need."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeAlias

from . import model
from ._table import TypeTable
from .errors import LayoutError
from .layout import Layouts
from .model import Type
from .shape import Aggregate, ArrayOf, Field, Scalar
from .stub_names import Names

EnumType: TypeAlias = model.Enum | model.Enum64

_ROOTS = (model.Struct, model.Union, model.Enum, model.Enum64, model.Typedef)


class Selection(NamedTuple):
    """What to put into a module.

    Attributes:
        types: globs of C names; empty for every type.
        exclude: globs of C names that are left out unless another type needs them.
    """

    types: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def has(self, c_name: str) -> bool:
        """Whether a type called *c_name* is asked for."""
        wanted = not self.types or any(fnmatchcase(c_name, glob) for glob in self.types)
        return wanted and not any(fnmatchcase(c_name, glob) for glob in self.exclude)


EVERYTHING = Selection()


class Refused(NamedTuple):
    """A struct or union that has no class, and why."""

    type_id: int
    reason: str


class Contents(NamedTuple):
    """What a module holds, each part in the order of its names.

    Attributes:
        enums: names and enums.
        records: names and layouts of structs and unions.
        aliases: names and the ids of the types that they stand for.
        refused: structs and unions without a layout, in the order of ids.
    """

    enums: list[tuple[str, EnumType]]
    records: list[tuple[str, Aggregate]]
    aliases: list[tuple[str, int]]
    refused: list[Refused]


class Collector:
    """Finds what a module holds, and names what is anonymous in it.

    Args:
        table: the types.
        layouts: their layouts.
        names: their names; anonymous types are added.
    """

    def __init__(self, table: TypeTable, layouts: Layouts, names: Names) -> None:
        self._table = table
        self._layouts = layouts
        self._names = names
        self._enums: dict[str, EnumType] = {}
        self._records: dict[str, Aggregate] = {}
        self._aliases: dict[str, int] = {}
        self._refused: list[Refused] = []

    def collect(self, selection: Selection) -> Contents:
        """What *selection* asks for. Of split BTF only its own types, or those that it names."""
        roots = [
            (name, type_)
            for type_ in self._candidates(selection)
            if type(type_) in _ROOTS
            and (name := self._names.of(type_.id)) is not None
            and selection.has(type_.name)
        ]
        for name, type_ in sorted(roots, key=lambda root: root[0]):
            self._add_root(name, type_)
        if not selection.types:
            self._add_loose_enums()
        return Contents(
            sorted(self._enums.items()),
            sorted(self._records.items()),
            sorted(self._aliases.items()),
            sorted(self._refused),
        )

    def _candidates(self, selection: Selection) -> Iterable[Type]:
        """The types that a *selection* chooses from."""
        first = 1 if selection.types else self._table.first_id
        return map(self._table.by_id, range(first, len(self._table)))

    def _add_root(self, name: str, type_: Type) -> None:
        """Add the named *type_*, or what it is a typedef of."""
        target = type_
        if isinstance(type_, model.Typedef):
            try:
                target = self._table.skip_modifiers(type_.id)
                self._layouts.ctype(target.id)
            except LayoutError:
                return
            if self._names.of(target.id) != name:
                self._aliases[name] = target.id
        match target:
            case model.Struct() | model.Union():
                self._add_layout(target.id)
            case model.Enum() | model.Enum64():
                enum_name = self._names.of(target.id) or self._names.assign(target.id, name)
                self._enums[enum_name] = target
            case _:
                pass

    def _add_layout(self, type_id: int) -> None:
        try:
            layout = self._layouts.aggregate(type_id)
        except LayoutError as error:
            self._refused.append(Refused(type_id, str(error)))
        else:
            self._add_record(layout)

    def _add_record(self, layout: Aggregate) -> None:
        """Add *layout*, which has a name, and whatever lies in it."""
        name = self._names.of(layout.type_id)
        if name is None or name in self._records:
            return
        self._records[name] = layout
        for field in layout.fields:
            ctype = field.ctype
            while isinstance(ctype, ArrayOf):
                ctype = ctype.element
            if isinstance(ctype, Aggregate):
                self._name_nested(ctype.type_id, name, field)
                self._add_record(ctype)
            elif isinstance(ctype, Scalar) and ctype.enum:
                enum = self._element(field.type_id)
                if isinstance(enum, model.Enum | model.Enum64):
                    self._enums[self._name_nested(enum.id, name, field)] = enum

    def _name_nested(self, type_id: int, parent: str, field: Field) -> str:
        """The name of the type of *field* of *parent*; after these two if it is anonymous."""
        name = self._names.of(type_id)
        if name is not None and not self._names.is_anonymous(type_id):
            return name
        c_name = f"{parent}_{field.c_name}"
        if name is None:
            return self._names.assign(type_id, c_name)
        self._aliases[self._names.take(c_name)] = type_id
        return name

    def _element(self, type_id: int) -> Type:
        """What *type_id* is an array of, or itself."""
        type_ = self._table.skip_modifiers(type_id)
        while isinstance(type_, model.Array):
            type_ = self._table.skip_modifiers(type_.type_id)
        return type_

    def _add_loose_enums(self) -> None:
        """Add the anonymous enums that lie in no struct, which hold a header's constants."""
        for type_id in range(self._table.first_id, len(self._table)):
            type_ = self._table.by_id(type_id)
            if not isinstance(type_, model.Enum | model.Enum64) or not type_.enumerators:
                continue
            if self._names.of(type_id) is None:
                name = self._names.assign(type_id, f"enum_{type_.enumerators[0].name}")
                self._enums[name] = type_
