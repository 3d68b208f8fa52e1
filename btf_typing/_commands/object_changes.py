"""Differences between two builds: the target, types, maps, globals and programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from btf_typing import model
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError
from btf_typing.maps import MapDefinition, type_name

from .changes import Change, Difference, compared_rows, whole
from .type_changes import Build, TypeComparison

_MAP_TYPES = {"key": "key_id", "value": "value_id"}


def changes(
    old: BpfObject[Any], new: BpfObject[Any], wanted: Callable[[str], bool]
) -> Iterator[Change]:
    """Yield all changes: of the target, then of types, maps, sections and programs.

    Each of these groups has the order of the old build; everything new comes last in its group.

    Args:
        old: the earlier build.
        new: the later build.
        wanted: decides by name which types, maps, sections and programs to compare.
    """
    yield from ObjectComparison(old, new).changes(wanted)


class ObjectComparison:
    """Compares two builds.

    Args:
        old: the earlier build.
        new: the later build.
    """

    def __init__(self, old: BpfObject[Any], new: BpfObject[Any]) -> None:
        self._old = old
        self._new = new
        self._builds = Build(old.btf), Build(new.btf)
        self._types = TypeComparison(*self._builds)

    def changes(self, wanted: Callable[[str], bool]) -> Iterator[Change]:
        """See the function `changes` in this module."""
        target = tuple(self._compare_targets())
        if target:
            yield Change("object", "", "changed", target)
        yield from self._types.changes(wanted)
        old, new = self._old, self._new
        yield from self._compare_each("map", old.maps, new.maps, wanted, self._compare_maps)
        yield from self._compare_each(
            "section", old.sections, new.sections, wanted, self._compare_sections
        )
        yield from self._compare_each(
            "program", _programs(old), _programs(new), wanted, self._compare_programs
        )

    def _compare_targets(self) -> Iterator[Difference]:
        old, new = self._old.btf.table, self._new.btf.table
        if old.byteorder != new.byteorder:
            yield whole("byte order", [f"{table.byteorder}-endian" for table in (old, new)])
        if old.pointer_size != new.pointer_size:
            yield whole("pointers", [old.pointer_size, new.pointer_size], " bytes")

    def _compare_each(
        self,
        kind: str,
        old: Iterable[str],
        new: Iterable[str],
        wanted: Callable[[str], bool],
        compare: Callable[[str], Iterator[Difference]],
    ) -> Iterator[Change]:
        """Compare the maps, sections or programs that both builds have; report all others."""
        names, others = filter(wanted, old), list(filter(wanted, new))
        before: set[str] = set()
        for name in names:
            before.add(name)
            if name not in others:
                yield Change(kind, name, "gone")
                continue
            differences = tuple(compare(name))
            if differences:
                # New variables in a section are harmless if they move no other variable. A moved
                # variable would be a difference whose status is not "new".
                only_new = kind == "section" and all(one.status == "new" for one in differences)
                yield Change(kind, name, "changed", differences, harmless=only_new)
        for name in others:
            if name not in before:
                yield Change(kind, name, "new", harmless=True)

    # Maps

    def _compare_maps(self, name: str) -> Iterator[Difference]:
        try:
            definitions = self._old.maps.details(name), self._new.maps.details(name)
        except BtfError as error:
            yield from self._compare_refused(name, error)
            return
        yield from self._compare_definitions(*definitions, "")

    def _compare_refused(self, name: str, error: BtfError) -> Iterator[Difference]:
        """Report a map that libbpf refuses in one build, or in both for different reasons."""
        reasons = [_why_refused(obj, name) for obj in (self._old, self._new)]
        if reasons[0] != reasons[1]:
            reason = f"cannot be compared: {error.message_without_ids}"
            yield Difference("definition", reason=reason, of_whole=True)

    def _compare_definitions(
        self, old: MapDefinition, new: MapDefinition, prefix: str
    ) -> Iterator[Difference]:
        yield from compared_rows(_numbers(old, prefix), _numbers(new, prefix))
        for part, attribute in _MAP_TYPES.items():
            before, after = getattr(old, attribute), getattr(new, attribute)
            if before is not None and after is not None:
                yield from self._types.compare_values(prefix + part, before, after)
            elif before is not None or after is not None:
                build_old, build_new = self._builds
                was, is_ = _text(build_old, before), _text(build_new, after)
                yield Difference(prefix + part, was, is_)
        if old.inner and new.inner:
            yield from self._compare_definitions(old.inner, new.inner, f"{prefix}inner ")
        elif old.inner or new.inner:
            was, is_ = ("a map" if one else None for one in (old.inner, new.inner))
            yield Difference(f"{prefix}inner", was, is_)

    # Globals

    def _compare_sections(self, name: str) -> Iterator[Difference]:
        try:
            layouts = self._old.sections.layout(name), self._new.sections.layout(name)
        except BtfError as error:
            variables = [_variables(obj, name) for obj in (self._old, self._new)]
            if variables[0] != variables[1]:
                reason = f"cannot be compared: {error.message_without_ids}"
                yield Difference("layout", reason=reason, of_whole=True)
            return
        yield from self._types.compare_members(*layouts)

    # Programs

    def _compare_programs(self, name: str) -> Iterator[Difference]:
        yield from compared_rows(*(_program(obj, name) for obj in (self._old, self._new)))


def _why_refused(obj: BpfObject[Any], name: str) -> str:
    """The reason why libbpf refuses a map; empty if it accepts the map."""
    try:
        obj.maps.details(name)
    except BtfError as error:
        return error.message_without_ids
    return ""


def _numbers(definition: MapDefinition, prefix: str) -> dict[str, str]:
    """The numbers in a definition, without sizes that follow from the types of key and value."""
    typed = {
        f"{part}_size"
        for part, attribute in _MAP_TYPES.items()
        if getattr(definition, attribute) is not None
    }
    return {
        prefix + name: type_name(number) if name == "type" else str(number)
        for name, number in definition.numbers.items()
        if name not in typed
    }


def _text(build: Build, type_id: int | None) -> str | None:
    return None if type_id is None else build.c.type_name(type_id)


def _variables(obj: BpfObject[Any], name: str) -> list[tuple[str, str, int, int]]:
    """The names, types, offsets and sizes of the variables in a section, from the BTF."""
    build = Build(obj.btf)
    found = []
    for variable in obj.sections.definition(name).variables:
        var = build.table.by_id(variable.type_id)
        type_id = var.type_id if isinstance(var, model.Var) else 0
        found.append((var.name, build.c.type_name(type_id), variable.offset, variable.size))
    return found


def _programs(obj: BpfObject[Any]) -> list[str]:
    try:
        return list(obj.programs)
    except BtfError:
        return []  # the file's symbols are corrupt, but its BTF can still be compared


def _program(obj: BpfObject[Any], name: str) -> dict[str, str]:
    program = obj.programs[name]
    rows = {"section": program.section, "type": program.type}
    rows["loaded by default"] = "yes" if program.autoload else "no"
    return rows | ({"attach type": program.attach_type} if program.attach_type else {})
