"""Which types a generated module holds: those asked for, and those that these need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, TypeAlias

from btf_typing import sections
from btf_typing._layout.shape import Aggregate, ArrayOf, CType, Scalar
from btf_typing._layout.type_names import of_member
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, LayoutError
from btf_typing.maps import MapDefinition
from btf_typing.model import ANY_ENUM, COMPOSITES, AnyEnum, Type, kind_names

from .names import Names

Records: TypeAlias = list[tuple[str, Aggregate]]
"""Structs and unions with their names."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called now and then with how many types are done and how many there are."""

_PROGRESS_STEP = 256

_ENUM_KINDS = kind_names(ANY_ENUM)


class Selection(NamedTuple):
    """What to put into a module.

    Attributes:
        types: globs of C names; empty for every type.
        exclude: globs of C names that are left out unless another type needs them.

    A section of globals goes by its name, such as ``.rodata``; a type that is anonymous in C and
    a map's key or value by the name of its class.
    """

    types: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def has(self, c_name: str) -> bool:
        """Whether a type called *c_name* is asked for."""
        wanted = not self.types or any(fnmatchcase(c_name, glob) for glob in self.types)
        return wanted and not any(fnmatchcase(c_name, glob) for glob in self.exclude)


EVERYTHING = Selection()


class Refused(NamedTuple):
    """A struct, union or section that has no class, and why."""

    type_id: int
    reason: str


class Contents(NamedTuple):
    """What a module holds, each part in the order of its names.

    Attributes:
        enums: names and enums.
        records: names and layouts of structs and unions.
        sections: the same of sections of globals.
        aliases: names and the ids of the types that they stand for.
        refused: structs, unions and sections without a layout, in the order of ids.
    """

    enums: list[tuple[str, AnyEnum]]
    records: Records
    sections: Records
    aliases: list[tuple[str, int]]
    refused: list[Refused]


class Collector:
    """Finds what a module holds, and names what is anonymous in it.

    Args:
        obj: the types, and what else is made of them.
        names: their names; anonymous types and sections are added.
    """

    def __init__(self, obj: BpfObject[Any], names: Names) -> None:
        self._obj = obj
        self._table = obj.btf.table
        self._layouts = obj.btf.layouts
        self._names = names
        self._enums: dict[str, AnyEnum] = {}
        self._records: dict[str, Aggregate] = {}
        self._sections: dict[str, Aggregate] = {}
        self._aliases: dict[str, int] = {}
        self._refused: dict[int, str] = {}

    def collect(self, selection: Selection, progress: Progress | None = None) -> Contents:
        """What *selection* asks for. Of split BTF only its own types, or those that it names."""
        roots = sorted(self._roots(selection))
        for done, (_, type_id) in enumerate(roots):
            self._add_root(type_id)
            if progress and done % _PROGRESS_STEP == 0:
                progress(done, len(roots))
        for class_name, type_id in of_maps(self._obj):
            if selection.has(class_name):
                self._add_of_map(class_name, type_id)
        for section in self._obj.sections:
            if selection.has(section):
                self._add_section(section)
        if not selection.types:
            self._add_loose_enums(selection)
        return Contents(
            sorted(self._enums.items()),
            sorted(self._records.items()),
            sorted(self._sections.items()),
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
            if isinstance(target, COMPOSITES):
                self._add_record(self._layouts.aggregate(target.id))
            elif isinstance(target, ANY_ENUM):
                self._enums[self._names.of(target.id) or name] = target
            else:
                self._layouts.ctype(target.id)
        except LayoutError as error:
            if isinstance(target, COMPOSITES):
                self._refused[target.id] = error.message_without_ids
        else:
            if self._names.of(target.id) != name:
                self._aliases.setdefault(name, target.id)

    def _add_record(self, layout: Aggregate) -> None:
        """Add *layout*, which has a name, and whatever lies in it."""
        name = self._names.of(layout.type_id) or ""
        if name in self._records:
            return
        self._records[name] = layout
        self._add_inside(name, layout)

    def _add_inside(self, name: str, layout: Aggregate) -> None:
        """Add what lies in *layout*, called *name*."""
        for field in layout.fields:
            ctype = field.ctype
            if isinstance(ctype, ArrayOf):
                ctype = element_of(ctype)
            if ctype.enum if isinstance(ctype, Scalar) else isinstance(ctype, Aggregate):
                self._add_part(ctype, field.type_id, of_member(name, field.c_name))

    def _add_part(self, ctype: CType, type_id: int, c_name: str) -> None:
        """Add *ctype*, the struct, union or enum that *type_id* is one of, or an array of."""
        if isinstance(ctype, Aggregate):
            self._name_part(ctype.type_id, c_name)
            self._add_record(ctype)
        else:
            enum = self._table.skip_arrays(type_id)
            if isinstance(enum, ANY_ENUM):
                self._enums[self._name_part(enum.id, c_name)] = enum

    def _name_part(self, type_id: int, c_name: str) -> str:
        """The name of *type_id*, which is called after *c_name* if it is anonymous."""
        name = self._names.of(type_id)
        if name is not None and not self._names.is_anonymous(type_id):
            return name
        if name is None:
            return self._names.assign(type_id, c_name)
        self._aliases[self._names.take(c_name)] = type_id
        return name

    def _add_of_map(self, class_name: str, type_id: int) -> None:
        """Add the type of a map's keys or values; others are asked for by names of their own."""
        ctype = element_of(self._layouts.ctype(type_id))
        if self._names.is_anonymous(self._table.skip_arrays(type_id).id):
            self._add_part(ctype, type_id, class_name)

    def _add_section(self, section: str) -> None:
        """Add the class of a section of globals."""
        type_id = self._obj.sections.type_id(section)
        try:
            layout = self._obj.sections.layout(section)
        except BtfError as error:
            self._refused[type_id] = error.message_without_ids
        else:
            name = self._names.assign(type_id, sections.class_name(section))
            self._sections[name] = layout
            self._add_inside(name, layout)

    def _add_loose_enums(self, selection: Selection) -> None:
        """Add the anonymous enums that lie in no struct, which hold a header's constants."""
        for head in self._names.heads:
            own = head.id >= self._table.first_id
            if own and head.kind in _ENUM_KINDS and self._names.of(head.id) is None:
                enum = self._table.by_id(head.id)
                if isinstance(enum, ANY_ENUM) and enum.enumerators:
                    c_name = f"enum_{enum.enumerators[0].name}"
                    if selection.has(c_name):
                        self._enums[self._names.assign(enum.id, c_name)] = enum


def of_maps(obj: BpfObject[Any]) -> Iterator[tuple[str, int]]:
    """Names for the types of the keys and values of maps, if they have none, and their ids."""
    for name in obj.maps:
        try:
            details: MapDefinition | None = obj.maps.details(name)
        except BtfError:
            continue  # a map that cannot be used; the types are none the worse for it
        of = name
        while details is not None:
            if details.key_id is not None:
                yield f"{of}_key", details.key_id
            if details.value_id is not None:
                yield f"{of}_value", details.value_id
            of, details = f"{of}_inner", details.inner


def element_of(ctype: CType) -> CType:
    """What *ctype* is an array of, of however many dimensions, or itself."""
    while isinstance(ctype, ArrayOf):
        ctype = ctype.element
    return ctype


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
