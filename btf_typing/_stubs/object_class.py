"""The classes at the end of a stub. They describe the object and the names that it contains.

    @type_check_only
    class _Btf(_NamedBtf[_TypeName, _RecordName]):
        @overload
        def struct(self, name: Literal["exec_event"]) -> _Class[exec_event]: ...
        @overload
        def struct(self, name: int) -> _Class[Any]: ...

    class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...

So every type checker knows that ``obj.btf.struct("exec_event")`` returns the class ``exec_event``,
and reports an error for ``obj.btf.struct("exec_evnt")``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, LayoutError
from btf_typing.maps import MapDefinition
from btf_typing.model import COMPOSITES, KEYWORDS

from .annotations import Speller
from .lines import WIDTH, assignment, class_header, quoted, width, wrapped
from .names import Names
from .selected_types import Contents

_MOST_OVERLOADS = 100
"""Largest number of overloads of one method, without the general one at the end.

mypy's time grows with the square of this number: 0.2 s for 100, 1.4 s for 300.
"""

_MOST_NAMES = 300
"""Largest number of names in a list of literals.

A long list does not slow mypy down, but mypy's messages repeat all of its names.
"""

_LONGEST_NAME = 128
"""Largest number of characters in a name of these lists. The lists leave longer names out."""

_TITLE = "# The object itself.\n"
"""The comment above the classes."""

_EVERY_NAME = ("str", "str | int")
"""A method whose argument has one of these types accepts every name that the base class accepts."""

_FEWER_NAMES = "  # type: ignore[override]"
"""The comment on methods that accept fewer names than the base class.

One ``# mypy:`` comment for the whole file is not enough: the daemon of mypy 2.4 forgets it when a
checked program begins to import the stub.
"""

_KEYWORDS = ("struct", "union", "enum")
_KEYWORD_OF_KIND = {"STRUCT": "struct", "UNION": "union", "ENUM": "enum", "ENUM64": "enum"}


class ObjectClassWriter:
    """Writes the class of the object in one stub.

    Args:
        obj: the object.
        names: the names of its types.
        contents: the types that have classes in the stub.
        speller: spells the ctypes classes of maps.
        used: receives the names that the stub has to import.
    """

    def __init__(
        self,
        obj: BpfObject[Any],
        names: Names,
        contents: Contents,
        speller: Speller,
        used: set[str],
    ) -> None:
        self._obj = obj
        self._table = obj.btf.table
        self._layouts = contents.layouts
        self._names = names
        self._speller = speller
        self._used = used
        self._classes = contents.class_names()
        self._literals: list[str] = []

    def write(self, *, live: bool) -> str:
        """The text of all classes that describe the object.

        *live* says whether the stub is for a module that also has the object, not only its types.
        """
        parts = [
            self._btf(),
            self._maps(),
            self._programs(),
            self._sections(),
            self._object(live=live),
        ]
        return _TITLE + "\n".join(["".join(self._literals), *parts])

    def _btf(self) -> str:
        """The class of ``obj.btf``."""
        ids = self._ids_by_c_name()
        of_records = [*ids["struct"], *ids["union"]]
        type_names = self._literal("_TypeName", self._type_names())
        record_names = self._literal("_RecordName", self._listed(of_records))
        base = f"{self._use('_NamedBtf')}[{type_names}, {record_names}]"
        lines = [self._lookup(keyword, ids[keyword]) for keyword in _KEYWORDS]
        return self._class("_Btf", base, "".join(lines))

    def _ids_by_c_name(self) -> dict[str, dict[str, int]]:
        """The C names that ``struct()``, ``union()`` and ``enum()`` accept, with type ids.

        A name stands for the first type that has it as a tag. If no type has it as a tag, the name
        stands for the target of the first typedef with this name.
        """
        tags: dict[str, dict[str, int]] = {keyword: {} for keyword in _KEYWORDS}
        typedefs: dict[str, dict[str, int]] = {keyword: {} for keyword in _KEYWORDS}
        for head in self._names.heads:
            if not head.name or not _is_short(head.name):
                continue
            if head.kind != "TYPEDEF":
                tags[_KEYWORD_OF_KIND[head.kind]].setdefault(head.name, head.id)
                continue
            try:
                target = self._table.skip_modifiers(head.id)
            except LayoutError:
                continue
            if type(target) in KEYWORDS:
                typedefs[KEYWORDS[type(target)]].setdefault(head.name, target.id)
        return {keyword: typedefs[keyword] | tags[keyword] for keyword in _KEYWORDS}

    def _lookup(self, keyword: str, ids: Mapping[str, int]) -> str:
        """The method *keyword* of ``obj.btf``: one overload for each class."""
        if not ids:
            return ""
        by_class: dict[str, list[str]] = {}
        # The names of base BTF are too many to list, so the last overload accepts any name.
        others = "str | int" if self._table.base else "int"
        for c_name, type_id in ids.items():
            if type_id in self._classes:
                by_class.setdefault(self._classes[type_id], []).append(c_name)
                if len(by_class) > _MOST_OVERLOADS:
                    others, by_class = "str | int", {}
                    break
        signatures = [
            (self._literal_of(sorted(names)), class_name)
            for class_name, names in sorted(by_class.items())
        ]
        signatures.append((others, self._use("Any")))
        class_of = self._use("_Class")
        return self._overloads(
            keyword, [(name, f"{class_of}[{returned}]") for name, returned in signatures]
        )

    def _type_names(self) -> list[str] | None:
        """The names that ``obj.btf.type()`` accepts; None if they are too many."""
        return self._listed(type_.name for type_ in self._table if type_.name)

    def _maps(self) -> str:
        """The class of ``obj.maps``."""
        names = self._literal("_MapName", self._listed(self._obj.maps))
        signatures = list(self._map_types())
        if len(self._obj.maps) > 1:  # obj.maps[name], where name can be any of them
            signatures.append((names, f"{self._use('BpfMap')}[{self._use('Any')}, Any]"))
        lines = self._overloads("__getitem__", signatures)
        return self._class("_Maps", f"{self._use('_NamedMaps')}[{names}]", lines)

    def _map_types(self) -> Iterator[tuple[str, str]]:
        """For each usable map, the type of its name and the type of the map."""
        for name in sorted(filter(_is_short, self._obj.maps)):
            try:
                definition = self._obj.maps.details(name)
                yield self._literal_of([name]), self._map_type(definition)
            except BtfError:
                continue  # at run time, this map causes an error too

    def _map_type(self, definition: MapDefinition) -> str:
        parts = [self._class_of(id_) for id_ in (definition.key_id, definition.value_id)]
        if definition.inner:
            parts.append(self._map_type(definition.inner))
        name = self._use("_MapOfMaps" if definition.inner else "BpfMap")
        return f"{name}[{', '.join(parts)}]"

    def _class_of(self, type_id: int | None) -> str:
        """The type of ``BpfMap.key`` or ``BpfMap.value``."""
        if type_id is None:
            return "None"
        element = self._table.skip_arrays(type_id)
        if isinstance(element, COMPOSITES) and element.id not in self._classes:
            return self._use("Any")  # the stub has no class for this type
        return f"{self._use('_Class')}[{self._speller.ctype(self._layouts.ctype(type_id))}]"

    def _programs(self) -> str:
        """The class of ``obj.programs``."""
        try:
            found = list(self._obj.programs)
        except BtfError:
            found = []  # at run time, this is an error too
        names = self._literal("_ProgramName", self._listed(found))
        return self._class("_Programs", f"{self._use('_NamedPrograms')}[{names}]", "")

    def _sections(self) -> str:
        """The class of ``obj.sections``."""
        names = self._literal("_SectionName", self._listed(self._obj.sections))
        signatures = [
            (self._literal_of([name]), self._classes[type_id])
            for name in sorted(filter(_is_short, self._obj.sections))
            if (type_id := self._obj.sections.type_id(name)) in self._classes
        ]
        if len(self._obj.sections) > 1:  # obj.sections[name], where name can be any of them
            signatures.append((names, self._use("Any")))
        lines = self._overloads("__getitem__", signatures)
        return self._class("_Sections", f"{self._use('_NamedSections')}[{names}]", lines)

    def _listed(self, names: Iterable[str]) -> list[str] | None:
        """*names*, sorted; None if they are too many.

        For split BTF, the result is always None. The names of types include those of the base,
        which are too many.
        """
        if self._table.base:
            return None
        found: set[str] = set()
        for name in filter(_is_short, names):
            found.add(name)
            if len(found) > _MOST_NAMES:
                return None
        return sorted(found)

    def _object(self, *, live: bool) -> str:
        """The class of the object. If *live*, ``obj`` and ``load`` follow."""
        mark = "" if live else f"@{self._use('type_check_only')}\n"
        class_ = f"class Object({self._use('_Object')}[_Btf, _Maps, _Programs, _Sections]): ...\n"
        if not live:
            return mark + class_
        self._used.update(("_Base", "_Path"))
        load = "def load(path: _Path | None = None, *, base: _Base = None) -> Object: ...\n"
        return f"{class_}\nobj: Object\n\n{load}"

    def _use(self, name: str) -> str:
        """Add *name* to the imports of the stub and return it."""
        self._used.add(name)
        return name

    def _literal_of(self, names: Iterable[str]) -> str:
        return f"{self._use('Literal')}[{', '.join(map(quoted, names))}]"

    def _literal(self, alias: str, names: Sequence[str] | None) -> str:
        """The type of a name in *names*: an alias of literals, or ``str`` if *names* is None."""
        if names is None:
            return "str"
        if not names:
            return self._use("_NoName")
        start = f"{alias}: {self._use('TypeAlias')} = "
        line = f"{start}{self._literal_of(names)}\n"
        if width(line) > WIDTH + 1:
            comma = "," if len(names) > 1 else ""
            lines = [f"    {quoted(name)}{comma}\n" for name in names]
            line = "".join([f"{start}Literal[\n", *lines, "]\n"])
        self._literals.append(line)
        return alias

    def _class(self, name: str, base: str, lines: str) -> str:
        """A class that only type checkers know; an alias of *base* if it has no *lines*."""
        if not lines:
            return assignment(f"{name}: {self._use('TypeAlias')} =", base)
        return f"@{self._use('type_check_only')}\n{class_header(name, base)}{lines}"

    def _overloads(self, method: str, signatures: Sequence[tuple[str, str]]) -> str:
        """The overloads of *method*. A signature holds the types of the argument and the result."""
        if not 0 < len(signatures) <= _MOST_OVERLOADS + 1:
            return ""
        accepted, _ = signatures[-1]
        # If a method accepts fewer names than the method of the base class, mypy reports an error.
        pragma = "" if accepted in _EVERY_NAME else _FEWER_NAMES
        if len(signatures) == 1:
            return _signature(method, *signatures[0], pragma)
        mark = f"    @{self._use('overload')}"
        lines = [f"{mark}\n{_signature(method, *one)}" for one in signatures]
        return "".join(lines).replace(mark, mark + pragma, 1)


def _is_short(name: str) -> bool:
    """Whether *name* can be listed. A BTF may hold names of thousands of characters."""
    return len(name) <= _LONGEST_NAME and name.isprintable()


def _signature(method: str, name: str, returned: str, pragma: str = "") -> str:
    line = f"    def {method}(self, name: {name}) -> {returned}: ...{pragma}\n"
    if width(line) <= WIDTH + 1:
        return line
    parameters = f"        self,\n        name: {name},\n"
    end = wrapped("    ) -> ", returned, ": ...", "    ")
    return f"    def {method}({pragma}\n{parameters}{end}\n"
