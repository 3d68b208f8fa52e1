"""The maps that a BPF object defines.

A map is a variable of section ``.maps``, of a struct whose members say what it is: numbers are the
lengths of arrays (``__uint``) or the values of enums (``__ulong``) that nothing is ever stored in,
types are what pointers point to (``__type``).

Source: libbpf ``parse_btf_map_def``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from . import model
from ._lazy_mapping import Catalogue
from ._typing import Generic
from ._wire.search import closest
from .btf import Btf, S_co
from .errors import BtfFormatError, LayoutError
from .model import Member, Struct, describe

Key_co = TypeVar("Key_co", covariant=True)
Value_co = TypeVar("Value_co", covariant=True)

MAP_TYPES = (
    "BPF_MAP_TYPE_UNSPEC",
    "BPF_MAP_TYPE_HASH",
    "BPF_MAP_TYPE_ARRAY",
    "BPF_MAP_TYPE_PROG_ARRAY",
    "BPF_MAP_TYPE_PERF_EVENT_ARRAY",
    "BPF_MAP_TYPE_PERCPU_HASH",
    "BPF_MAP_TYPE_PERCPU_ARRAY",
    "BPF_MAP_TYPE_STACK_TRACE",
    "BPF_MAP_TYPE_CGROUP_ARRAY",
    "BPF_MAP_TYPE_LRU_HASH",
    "BPF_MAP_TYPE_LRU_PERCPU_HASH",
    "BPF_MAP_TYPE_LPM_TRIE",
    "BPF_MAP_TYPE_ARRAY_OF_MAPS",
    "BPF_MAP_TYPE_HASH_OF_MAPS",
    "BPF_MAP_TYPE_DEVMAP",
    "BPF_MAP_TYPE_SOCKMAP",
    "BPF_MAP_TYPE_CPUMAP",
    "BPF_MAP_TYPE_XSKMAP",
    "BPF_MAP_TYPE_SOCKHASH",
    "BPF_MAP_TYPE_CGROUP_STORAGE",
    "BPF_MAP_TYPE_REUSEPORT_SOCKARRAY",
    "BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE",
    "BPF_MAP_TYPE_QUEUE",
    "BPF_MAP_TYPE_STACK",
    "BPF_MAP_TYPE_SK_STORAGE",
    "BPF_MAP_TYPE_DEVMAP_HASH",
    "BPF_MAP_TYPE_STRUCT_OPS",
    "BPF_MAP_TYPE_RINGBUF",
    "BPF_MAP_TYPE_INODE_STORAGE",
    "BPF_MAP_TYPE_TASK_STORAGE",
    "BPF_MAP_TYPE_BLOOM_FILTER",
    "BPF_MAP_TYPE_USER_RINGBUF",
    "BPF_MAP_TYPE_CGRP_STORAGE",
    "BPF_MAP_TYPE_ARENA",
    "BPF_MAP_TYPE_INSN_ARRAY",
)
"""Names by number, of Linux include/uapi/linux/bpf.h."""

_BUFFERS = frozenset(
    {"BPF_MAP_TYPE_PERF_EVENT_ARRAY", "BPF_MAP_TYPE_RINGBUF", "BPF_MAP_TYPE_USER_RINGBUF"}
)
"""Maps that user space reads events from, and never keys or values."""

_OF_MAPS = frozenset({"BPF_MAP_TYPE_ARRAY_OF_MAPS", "BPF_MAP_TYPE_HASH_OF_MAPS"})
"""Maps whose values are maps."""

_FD_SIZE = 4
"""Bytes of a value of a map of maps or programs: a file descriptor, or an id."""

_NUMBERS = (
    "type",
    "max_entries",
    "map_flags",
    "key_size",
    "value_size",
    "numa_node",
    "pinning",
    "map_extra",
)
"""What a definition says in numbers."""

_LINKAGES = {
    0: "is static; libbpf refuses it: leave out 'static'",
    2: "is extern; link the object with the one that defines it (bpftool gen object)",
}
"""What is wrong with a variable that is not defined for all to see."""

_LEGACY = (
    "there are none: those of section 'maps' are of the old kind, without types,"
    " which libbpf 1.0 refuses; define them in '.maps'"
)


class BpfMap(Generic[Key_co, Value_co]):
    """A map as the object defines it.

    Attributes:
        name: of the variable.
        type: such as ``"BPF_MAP_TYPE_HASH"``.
        max_entries: 0 where the object leaves it to the loader.
        key_size: in bytes.
        value_size: in bytes; for a per-CPU map of one CPU's value.
        flags: ``map_flags``.
        key: the ctypes class of a key; None for perf and ring buffers, which have none, and where
            the object gives only a size.
        value: the ctypes class of a value, likewise.
        inner: what a map of maps holds; else None.
    """

    def __init__(
        self,
        name: str,
        numbers: dict[str, int],
        key: Key_co,
        value: Value_co,
        inner: BpfMap[Any, Any] | None,
    ) -> None:
        self.name = name
        self.type = type_name(numbers.get("type", 0))
        self.max_entries = numbers.get("max_entries", 0)
        self.key_size = numbers.get("key_size", 0)
        self.value_size = numbers.get("value_size", 0)
        self.flags = numbers.get("map_flags", 0)
        self.key = key
        self.value = value
        self.inner = inner

    def __repr__(self) -> str:
        return (
            f"<BpfMap {self.name!r}, {self.type}, key of {self.key_size} bytes,"
            f" value of {self.value_size}, {self.max_entries} entries at most>"
        )


class MapDefinition(NamedTuple):
    """A map's definition, for what renders it.

    Attributes:
        numbers: what the object says of it in numbers, ``key_size`` and ``value_size`` among them.
        key_id: type id of a key; None where there is none.
        value_id: type id of a value, likewise.
        inner: of the maps in a map of maps.
    """

    numbers: dict[str, int]
    key_id: int | None
    value_id: int | None
    inner: MapDefinition | None


class Maps(Catalogue[BpfMap[Any, Any], model.Var], Generic[S_co]):
    """Maps by name.

    Args:
        btf: of the object.
    """

    def __init__(self, btf: Btf[S_co]) -> None:
        self._btf = btf
        super().__init__("map", btf.path or "this object", dict(_variables(btf)))

    def _none(self) -> str:
        return _LEGACY if any(_datasecs(self._btf, "maps")) else super()._none()

    def details(self, name: str) -> MapDefinition:
        """The map *name*, for what renders it.

        Raises:
            TypeNotFoundError: there is no such map.
            BtfFormatError: its definition is one that libbpf refuses.
        """
        return self._details(name, self.definition(name))

    def _make(self, name: str, definition: model.Var) -> BpfMap[Any, Any]:
        return self._built(name, self._details(name, definition))

    def _built(self, name: str, details: MapDefinition) -> BpfMap[Any, Any]:
        inner = self._built(f"{name}.inner", details.inner) if details.inner else None
        of = name.replace(".", "_")
        key = self._class(details.key_id, f"{of}_key")
        value = self._class(details.value_id, f"{of}_value")
        return BpfMap(name, details.numbers, key, value, inner)

    def _class(self, type_id: int | None, name: str) -> Any:
        if type_id is None:
            return None
        return self._btf.classes.ctype(self._btf.layouts.ctype(type_id), name)

    def _details(self, name: str, var: model.Var) -> MapDefinition:
        if wrong := _LINKAGES.get(var.linkage):
            raise BtfFormatError(f"map {name!r} {wrong}", where=describe(var))
        struct = self._btf.table.skip_modifiers(var.type_id)
        if not isinstance(struct, Struct):
            raise BtfFormatError(f"map {name!r} is no struct", where=describe(struct))
        return _Definition(self._btf, name, struct).read()


class _Definition:
    """A map's definition while it is read.

    Args:
        btf: of the object.
        name: of the map, for messages.
        struct: the definition.
        nested: whether it is of the maps in a map.
    """

    def __init__(self, btf: Btf[Any], name: str, struct: Struct, *, nested: bool = False) -> None:
        self._table = btf.table
        self._btf = btf
        self._name = name
        self._struct = struct
        self._nested = nested
        self._numbers: dict[str, int] = {}
        self._types: dict[str, int] = {}
        self._inner: MapDefinition | None = None

    def read(self) -> MapDefinition:
        """All of it."""
        for member in self._struct.members:
            self._member(member)
        if not self._numbers.get("type"):
            raise self._refused("its type is not specified")
        types = {} if self._type in _BUFFERS else self._types
        return MapDefinition(self._numbers, types.get("key"), types.get("value"), self._inner)

    def _member(self, member: Member) -> None:
        name = member.name
        if name in ("key", "value"):
            self._types[name] = self._pointed_to(member)
            self._put(f"{name}_size", self._size_of(self._types[name], name))
        elif name == "values":
            self._values(member)
            self._put("value_size", _FD_SIZE)
        elif name in _NUMBERS:
            self._put(name, self._number(member))
        else:
            close = closest(name, ("key", "value", "values", *_NUMBERS))
            hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise self._refused(f"unknown member {name!r}{hint}")

    def _put(self, name: str, number: int) -> None:
        """Note a number, which may be said twice but must be the same."""
        found = self._numbers.setdefault(name, number)
        if found != number:
            raise self._refused(f"conflicting {name}: {found} and {number}")

    def _size_of(self, type_id: int, what: str) -> int:
        try:
            return self._table.size_of(type_id)
        except LayoutError as error:
            raise self._refused(f"its {what}: {error}") from error

    def _pointed_to(self, member: Member) -> int:
        pointer = self._table.skip_modifiers(member.type_id)
        if not isinstance(pointer, model.Ptr):
            raise self._refused(f"member {member.name!r} is no pointer")
        return pointer.type_id

    def _number(self, member: Member) -> int:
        type_ = self._table.skip_modifiers(member.type_id)
        if isinstance(type_, model.Ptr):
            type_ = self._table.skip_modifiers(type_.type_id)
        if isinstance(type_, model.Array):
            return type_.length
        if isinstance(type_, model.Enum | model.Enum64) and type_.enumerators:
            return type_.enumerators[0].value
        raise self._refused(f"member {member.name!r} is no pointer to an array")

    def _values(self, member: Member) -> None:
        """What a map of maps or of programs holds."""
        if self._nested:
            raise self._refused("maps of maps of maps are not supported")
        if self._type not in _OF_MAPS and self._type != "BPF_MAP_TYPE_PROG_ARRAY":
            raise self._refused(f"'values' are for maps of maps or programs, not {self._type}")
        array = self._table.skip_modifiers(member.type_id)
        element = array.type_id if isinstance(array, model.Array) else member.type_id
        pointer = self._table.skip_modifiers(element)
        target = (
            self._table.skip_modifiers(pointer.type_id) if isinstance(pointer, model.Ptr) else None
        )
        if self._type in _OF_MAPS:
            if not isinstance(target, Struct):
                raise self._refused("'values' is no array of pointers to a map's definition")
            name = f"{self._name}.inner"
            self._inner = _Definition(self._btf, name, target, nested=True).read()

    @property
    def _type(self) -> str:
        return type_name(self._numbers.get("type", 0))

    def _refused(self, why: str) -> BtfFormatError:
        return BtfFormatError(f"map {self._name!r}: {why}", where=describe(self._struct))


def type_name(number: int) -> str:
    """The name of a type of maps, such as ``"BPF_MAP_TYPE_HASH"``."""
    return MAP_TYPES[number] if 0 <= number < len(MAP_TYPES) else f"BPF_MAP_TYPE_{number}"


def _datasecs(btf: Btf[Any], name: str) -> Iterator[model.Datasec]:
    """The sections of that name."""
    for type_ in map(btf.table.by_id, btf.table.ids_by_name(name)):
        if isinstance(type_, model.Datasec):
            yield type_


def _variables(btf: Btf[Any]) -> Iterator[tuple[str, model.Var]]:
    """The variables in ``.maps``, by name."""
    for datasec in _datasecs(btf, ".maps"):
        for variable in datasec.variables:
            var = btf.table.by_id(variable.type_id)
            if isinstance(var, model.Var):
                yield var.name, var
