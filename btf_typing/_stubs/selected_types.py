"""The types in a generated module: the selected types, and the types that these need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from btf_typing import sections
from btf_typing._layout.identifiers import require_enum_members
from btf_typing._layout.layout import Layouts
from btf_typing._layout.repetition import RepetitionLimit
from btf_typing._layout.shape import Aggregate, ArrayOf, CType, Scalar, element_of
from btf_typing._layout.type_names import of_element, of_enumerator, of_map, of_member
from btf_typing._wire.type_table import TypeTable
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, LayoutError
from btf_typing.maps import MapDefinition
from btf_typing.model import ANY_ENUM, COMPOSITES, AnyEnum, Type, kind_names

from .names import Head, Names
from .selection import Selection

NamedLayouts: TypeAlias = list[tuple[str, Aggregate]]
"""The Python names of structs and unions, and their layouts."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called from time to time with the number of types done and the number of all types."""

_PROGRESS_STEP = 256

_LONGEST_REPEATED = 256
"""Longest struct or enum name, in characters, that the declarations of `EnumValues` repeat.

For each struct that contains enums, `EnumValues` writes a declaration into the stub. It shows the
types of the enum values that ``asdict(event, enums=True)`` returns. The declaration repeats the
name of each enum in the struct, and of each inner struct with enums. A struct or enum with a longer
name is left out.
"""

_ENUM_KINDS = kind_names(ANY_ENUM)


class Refused(NamedTuple):
    """A struct, union, enum or section that has no class, and the reason."""

    type_id: int
    reason: str


class Contents(NamedTuple):
    """The contents of a module. Each list with names is sorted by name.

    Attributes:
        enums: names and enums.
        aggregates: names and layouts of structs and unions.
        sections: names and layouts of sections of globals.
        aliases: names and the type ids of their targets.
        refused: structs, unions, enums and sections that have no class, in the order of ids.
        enum_types: ids of the structs, unions and sections that contain enums. Also the type ids of
            their fields that contain enums, such as an array of an enum. A struct or enum with a
            very long name is left out, because a stub repeats its name for each struct that
            contains it.
        layouts: computes the layouts of all these types.
    """

    enums: list[tuple[str, AnyEnum]]
    aggregates: NamedLayouts
    sections: NamedLayouts
    aliases: list[tuple[str, int]]
    refused: list[Refused]
    enum_types: set[int]
    layouts: Layouts

    def class_names(self) -> dict[int, str]:
        """Names of the classes of structs, unions, enums and sections of globals, by type id."""
        names = {layout.type_id: name for name, layout in (*self.aggregates, *self.sections)}
        names |= {enum.id: name for name, enum in self.enums}
        return names


class Collector:
    """Collects the contents of a module, and names the anonymous types in it.

    Args:
        obj: the object.
        names: the names of its types. The collector adds names for anonymous types and sections.
    """

    def __init__(self, obj: BpfObject[Any], names: Names) -> None:
        self._obj = obj
        self._table = obj.btf.table
        self._limit = RepetitionLimit(self._table)
        self._layouts = Layouts(self._table, self._limit)
        self._names = names
        self._enums: dict[str, AnyEnum] = {}
        self._aggregates: dict[str, Aggregate] = {}
        self._sections: dict[str, Aggregate] = {}
        self._aliases: dict[str, int] = {}
        self._refused: dict[int, str] = {}
        self._arrays: dict[str, int] = {}
        self._enum_ids: set[int] = set()  # the enums that can have a class
        self._enum_types: set[int] = set()

    def collect(self, selection: Selection, progress: Progress | None = None) -> Contents:
        """Collect the types of *selection*.

        For split BTF, a type of the base is selected only if it matches a glob in
        ``selection.types``.
        """
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
        self._add_elements()
        self._add_loose_enums(selection)
        return Contents(
            sorted(self._enums.items()),
            sorted(self._aggregates.items()),
            sorted(self._sections.items()),
            sorted(self._aliases.items()),
            sorted(Refused(*refused) for refused in self._refused.items()),
            self._enum_types,
            self._layouts,
        )

    def _roots(self, selection: Selection) -> Iterator[tuple[str, int]]:
        """The names and ids of the selected types."""
        first = 1 if selection.types else self._table.first_id
        for head in self._names.heads:
            name = self._names.of(head.id)
            if head.id >= first and head.name and name and selection.has(head.name):
                yield name, head.id

    def _add_root(self, type_id: int) -> None:
        """Add *type_id*, a type with a name. For a typedef, add its target."""
        name = self._names.of(type_id) or ""
        target: Type | None = None
        try:
            target = self._table.skip_modifiers(type_id)
            if isinstance(target, COMPOSITES):
                self._add_aggregate(self._layouts.aggregate(target.id))
            elif isinstance(target, ANY_ENUM):
                self._require_enum(target)
                self._enums[self._names.of(target.id) or name] = target
            else:
                ctype = self._layouts.ctype(target.id)
                if isinstance(element_of(ctype), Aggregate):
                    self._arrays[name] = target.id
        except LayoutError as error:
            if isinstance(target, (*COMPOSITES, *ANY_ENUM)):
                self._refused[target.id] = error.message_without_ids
        else:
            if self._names.of(target.id) != name:
                self._aliases.setdefault(name, target.id)

    def _require_enum(self, enum: AnyEnum) -> None:
        """Check that *enum* can have a class.

        Raises:
            LayoutError: too many enumerators have the same name, or the `RepetitionLimit` of the
                file has too little room left for their long names.
        """
        if enum.id not in self._enum_ids:
            require_enum_members(enum)
            self._limit.count_enum(enum)
            self._enum_ids.add(enum.id)

    def _has_class(self, enum: AnyEnum) -> bool:
        """Whether *enum* can have a class. If not, this method adds *enum* to the refused types."""
        try:
            self._require_enum(enum)
        except LayoutError as error:
            self._refused[enum.id] = error.message_without_ids
            return False
        return True

    def _add_elements(self) -> None:
        """Add the structs and unions that are the elements of array typedefs.

        For "typedef struct { int a; } arr_t[3];", this adds the class ``arr_t_element``. If the
        struct is also the type of a member, it already has the name that the member gives it.
        """
        for typedef, type_id in self._arrays.items():
            element = element_of(self._layouts.ctype(type_id))
            if isinstance(element, Aggregate):
                if self._names.of(element.type_id) is None:
                    self._names.assign(element.type_id, of_element(typedef))
                self._add_aggregate(element)

    def _add_aggregate(self, layout: Aggregate) -> None:
        """Add *layout*, which has a name, and the types of its members."""
        name = self._names.of(layout.type_id) or ""
        if name in self._aggregates:
            return
        self._aggregates[name] = layout
        self._add_inside(name, layout)

    def _add_inside(self, name: str, layout: Aggregate) -> None:
        """Add the types of the members of *layout*, which is called *name*."""
        for _, c_name, _, _, _, type_id, declared, _, _ in layout.fields:
            # Most fields are not arrays, so this test saves most calls of element_of().
            ctype = element_of(declared) if isinstance(declared, ArrayOf) else declared
            if ctype.enum if isinstance(ctype, Scalar) else isinstance(ctype, Aggregate):
                self._add_part(ctype, type_id, of_member(name, c_name))
                if type_id in self._enum_types and len(name) <= _LONGEST_REPEATED:
                    self._enum_types.add(layout.type_id)

    def _add_part(self, ctype: CType, type_id: int, c_name: str) -> None:
        """Add a struct, union or enum that is the type of a member.

        Args:
            ctype: the struct, union or enum.
            type_id: the type of the member, which may be an array of *ctype*.
            c_name: name for the struct, union or enum if it is anonymous.
        """
        if isinstance(ctype, Aggregate):
            self._name_part(ctype.type_id, c_name)
            self._add_aggregate(ctype)
            if ctype.type_id in self._enum_types:
                self._enum_types.add(type_id)
        else:
            enum = self._table.skip_arrays(type_id)
            if isinstance(enum, ANY_ENUM) and self._has_class(enum):
                name = self._name_part(enum.id, c_name)
                self._enums[name] = enum
                if len(name) <= _LONGEST_REPEATED:
                    self._enum_types.add(type_id)

    def _name_part(self, type_id: int, c_name: str) -> str:
        """The name of *type_id*. An anonymous type gets the name *c_name*.

        If several members have the same anonymous type, the first member names it. The names from
        the other members are aliases: in "struct s { struct { int x; } first, second; };", the type
        is ``s_first``, and ``s_second`` is an alias.
        """
        name = self._names.of(type_id)
        if name is not None and not self._names.is_anonymous(type_id):
            return name
        if name is None:
            return self._names.assign(type_id, c_name)
        self._aliases[self._names.reserve(c_name)] = type_id
        return name

    def _add_of_map(self, class_name: str, type_id: int) -> None:
        """Add the type of a map's keys or values if it is anonymous.

        A type with a name is already among the roots, or was not selected.
        """
        if not self._names.is_anonymous(self._table.skip_arrays(type_id).id):
            return
        try:
            ctype = self._layouts.ctype(type_id)
        except LayoutError as error:
            self._refused[type_id] = error.message_without_ids
        else:
            self._add_part(element_of(ctype), type_id, class_name)

    def _add_section(self, section: str) -> None:
        """Add the class of a section of globals."""
        type_id = self._obj.sections.type_id(section)
        try:
            layout = self._obj.sections.layout(section, self._layouts)
        except BtfError as error:
            self._refused[type_id] = error.message_without_ids
        else:
            name = self._names.assign(type_id, sections.class_name(section))
            self._sections[name] = layout
            self._add_inside(name, layout)

    def _add_loose_enums(self, selection: Selection) -> None:
        """Add the anonymous enums that no struct, map or typedef has named.

        Headers define constants with such enums.
        """
        for c_name, enum in anonymous_enums(self._table, self._names.heads):
            wanted = self._names.of(enum.id) is None and selection.has(c_name)
            if wanted and self._has_class(enum):
                self._enums[self._names.assign(enum.id, c_name)] = enum


def anonymous_enums(table: TypeTable, heads: Iterable[Head]) -> Iterator[tuple[str, AnyEnum]]:
    """The enums without a name, and the names that their first enumerators give them.

    For split BTF, the enums of the base are left out.
    """
    for head in heads:
        if head.id >= table.first_id and head.kind in _ENUM_KINDS and not head.name:
            enum = table.by_id(head.id)
            if isinstance(enum, ANY_ENUM) and enum.enumerators:
                yield of_enumerator(enum.enumerators[0].name), enum


def of_maps(obj: BpfObject[Any]) -> Iterator[tuple[str, int]]:
    """The types of the keys and values of maps: the names of their classes, and their ids."""
    for map_name in obj.maps:
        name = map_name
        try:
            details: MapDefinition | None = obj.maps.details(name)
        except BtfError:
            continue  # libbpf refuses this map, but the module is useful without it
        while details is not None:
            if details.key_id is not None:
                yield of_map(name, "key"), details.key_id
            if details.value_id is not None:
                yield of_map(name, "value"), details.value_id
            name, details = f"{name}.inner", details.inner


def inside(layout: Aggregate) -> Iterator[Aggregate]:
    """The structs and unions that *layout* has as fields, or as elements of array fields."""
    for field in layout.fields:
        ctype = element_of(field.ctype)
        if isinstance(ctype, Aggregate):
            yield ctype


def in_dependency_order(layouts: NamedLayouts) -> NamedLayouts:
    """*layouts* in the same order, except that each comes after the layouts inside it."""
    names = {layout.type_id: name for name, layout in layouts}
    seen: set[int] = set()
    ordered: NamedLayouts = []

    def add(layout: Aggregate) -> None:
        if layout.type_id in seen:
            return
        seen.add(layout.type_id)
        for inner in inside(layout):
            add(inner)
        if layout.type_id in names:
            ordered.append((names[layout.type_id], layout))

    for _, layout in layouts:
        add(layout)
    return ordered
