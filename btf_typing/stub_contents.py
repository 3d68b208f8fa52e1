"""Which types a generated module holds: those asked for, and those that these need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeAlias

from . import model
from ._table import TypeTable
from .errors import LayoutError
from .layout import Layouts
from .model import Type
from .shape import Aggregate, ArrayOf, CType, Field, Scalar
from .stub_names import ENUMS, Names

EnumType: TypeAlias = model.Enum | model.Enum64

Records: TypeAlias = list[tuple[str, Aggregate]]
"""Structs and unions with their names."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called now and then with how many types are done and how many there are."""

_PROGRESS_STEP = 256


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
    records: Records
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
        self._refused: dict[int, str] = {}

    def collect(self, selection: Selection, progress: Progress | None = None) -> Contents:
        """What *selection* asks for. Of split BTF only its own types, or those that it names."""
        roots = sorted(self._roots(selection))
        for done, (_, type_id) in enumerate(roots):
            self._add_root(type_id)
            if progress and done % _PROGRESS_STEP == 0:
                progress(done, len(roots))
        if not selection.types:
            self._add_loose_enums()
        return Contents(
            sorted(self._enums.items()),
            sorted(self._records.items()),
            sorted(self._aliases.items()),
            sorted(Refused(*refused) for refused in self._refused.items()),
        )

    def _roots(self, selection: Selection) -> Iterator[tuple[str, int]]:
        """Names and ids of the types that *selection* asks for."""
        first = 1 if selection.types else self._table.first_id
        for head in self._names.heads:
            name = self._names.of(head.id)
            if head.id >= first and head.name and name and selection.has(head.name):
                yield name, head.id

    def _add_root(self, type_id: int) -> None:
        """Add *type_id*, which has a name, or what it is a typedef of."""
        name = self._names.of(type_id) or ""
        target: Type | None = None
        try:
            target = self._table.skip_modifiers(type_id)
            if isinstance(target, model.Struct | model.Union):
                self._add_record(self._layouts.aggregate(target.id))
            elif isinstance(target, model.Enum | model.Enum64):
                self._enums[self._names.of(target.id) or name] = target
            else:
                self._layouts.ctype(target.id)
        except LayoutError as error:
            if isinstance(target, model.Struct | model.Union):
                self._refused[target.id] = str(error)
        else:
            if self._names.of(target.id) != name:
                self._aliases.setdefault(name, target.id)

    def _add_record(self, layout: Aggregate) -> None:
        """Add *layout*, which has a name, and whatever lies in it."""
        name = self._names.of(layout.type_id) or ""
        if name in self._records:
            return
        self._records[name] = layout
        for field in layout.fields:
            ctype = element_of(field.ctype)
            if isinstance(ctype, Aggregate):
                self._name_nested(ctype.type_id, name, field)
                self._add_record(ctype)
            elif isinstance(ctype, Scalar) and ctype.enum:
                enum = element_type(self._table, field.type_id)
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

    def _add_loose_enums(self) -> None:
        """Add the anonymous enums that lie in no struct, which hold a header's constants."""
        for head in self._names.heads:
            own = head.id >= self._table.first_id
            if own and head.kind in ENUMS and self._names.of(head.id) is None:
                enum = self._table.by_id(head.id)
                if isinstance(enum, model.Enum | model.Enum64) and enum.enumerators:
                    name = self._names.assign(enum.id, f"enum_{enum.enumerators[0].name}")
                    self._enums[name] = enum


def element_of(ctype: CType) -> CType:
    """What *ctype* is an array of, of however many dimensions, or itself."""
    while isinstance(ctype, ArrayOf):
        ctype = ctype.element
    return ctype


def element_type(table: TypeTable, type_id: int) -> Type:
    """What *type_id* is an array of, of however many dimensions, or itself, typedefs followed."""
    type_ = table.skip_modifiers(type_id)
    while isinstance(type_, model.Array):
        type_ = table.skip_modifiers(type_.type_id)
    return type_


def inside(layout: Aggregate) -> Iterator[Aggregate]:
    """The structs and unions that fields of *layout* are of, or are arrays of."""
    for field in layout.fields:
        ctype = element_of(field.ctype)
        if isinstance(ctype, Aggregate):
            yield ctype


def in_dependency_order(records: Records) -> Records:
    """*records*, each after those of them that lie in it, otherwise in the same order."""
    names = {layout.type_id: name for name, layout in records}
    seen: set[int] = set()
    ordered: Records = []

    def add(layout: Aggregate) -> None:
        if layout.type_id in seen:
            return
        seen.add(layout.type_id)
        for inner in inside(layout):
            add(inner)
        if layout.type_id in names:
            ordered.append((names[layout.type_id], layout))

    for _, layout in records:
        add(layout)
    return ordered
