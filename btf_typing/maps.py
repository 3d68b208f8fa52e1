"""The maps that a BPF object defines.

A map is a variable of section ``.maps``, of a struct whose members say what it is: numbers are the
lengths of arrays (``__uint``) or the values of enums (``__ulong``) that nothing is ever stored in,
types are what pointers point to (``__type``).

Source: libbpf ``parse_btf_map_def``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from . import model
from ._catalogue import Catalogue
from .btf import Btf, S_co
from .errors import BtfFormatError
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


_FD_SIZE = 4
"""Bytes of a value of a map of maps or programs: a file descriptor, or an id."""


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


class Maps(Catalogue[BpfMap[Any, Any], int], Generic[S_co]):
    """Maps by name.

    Args:
        btf: of the object.
    """

    def __init__(self, btf: Btf[S_co]) -> None:
        self._btf = btf
        super().__init__("map", btf.path or "this object", dict(_variables(btf)))

    def details(self, name: str) -> MapDefinition:
        """The map *name*, for what renders it.

        Raises:
            TypeNotFoundError: there is no such map.
            BtfFormatError: its definition is not as libbpf's macros make them.
        """
        return self._details(self.definition(name), nested=False)

    def _make(self, name: str, definition: int) -> BpfMap[Any, Any]:
        return self._built(name, self._details(definition, nested=False))

    def _built(self, name: str, details: MapDefinition) -> BpfMap[Any, Any]:
        inner = self._built(f"{name}.inner", details.inner) if details.inner else None
        key = self._class(details.key_id, f"{name}_key")
        value = self._class(details.value_id, f"{name}_value")
        return BpfMap(name, details.numbers, key, value, inner)

    def _class(self, type_id: int | None, name: str) -> Any:
        if type_id is None:
            return None
        return self._btf.classes.ctype(self._btf.layouts.ctype(type_id), name)

    def _details(self, type_id: int, *, nested: bool) -> MapDefinition:
        struct = self._btf.table.skip_modifiers(type_id)
        if not isinstance(struct, Struct):
            raise BtfFormatError("a map's definition is no struct", where=describe(struct))
        numbers: dict[str, int] = {}
        types: dict[str, int] = {}
        inner = None
        for member in struct.members:
            if member.name in ("key", "value"):
                types[member.name] = self._pointed_to(struct, member)
            elif member.name == "values":
                inner = None if nested else self._inner(member)
                numbers["value_size"] = _FD_SIZE
            else:
                numbers[member.name] = self._number(struct, member)
        for name, target in types.items():
            numbers.setdefault(f"{name}_size", self._btf.table.size_of(target))
        if type_name(numbers.get("type", 0)) in _BUFFERS:
            types = {}
        return MapDefinition(numbers, types.get("key"), types.get("value"), inner)

    def _pointed_to(self, struct: Struct, member: Member) -> int:
        pointer = self._btf.table.skip_modifiers(member.type_id)
        if not isinstance(pointer, model.Ptr):
            raise _malformed(struct, member, "pointer")
        return pointer.type_id

    def _number(self, struct: Struct, member: Member) -> int:
        type_ = self._btf.table.skip_modifiers(member.type_id)
        if isinstance(type_, model.Ptr):
            type_ = self._btf.table.skip_modifiers(type_.type_id)
        if isinstance(type_, model.Array):
            return type_.length
        if isinstance(type_, model.Enum | model.Enum64) and type_.enumerators:
            return type_.enumerators[0].value
        raise _malformed(struct, member, "pointer to an array")

    def _inner(self, member: Member) -> MapDefinition | None:
        """What the maps in a map of maps are; None for an array of programs."""
        array = self._btf.table.skip_modifiers(member.type_id)
        if isinstance(array, model.Array):
            array = self._btf.table.skip_modifiers(array.type_id)
        if isinstance(array, model.Ptr):
            target = self._btf.table.skip_modifiers(array.type_id)
            if isinstance(target, Struct):
                return self._details(target.id, nested=True)
        return None


def type_name(number: int) -> str:
    """The name of a type of maps, such as ``"BPF_MAP_TYPE_HASH"``."""
    return MAP_TYPES[number] if 0 <= number < len(MAP_TYPES) else f"BPF_MAP_TYPE_{number}"


def _variables(btf: Btf[Any]) -> Iterator[tuple[str, int]]:
    """Names and type ids of the variables in ``.maps``."""
    for type_id in btf.table.ids_of({model.Kind.DATASEC}):
        datasec = btf.table.by_id(type_id)
        if isinstance(datasec, model.Datasec) and datasec.name == ".maps":
            for variable in datasec.variables:
                var = btf.table.by_id(variable.type_id)
                if isinstance(var, model.Var):
                    yield var.name, var.type_id


def _malformed(struct: Struct, member: Member, expected: str) -> BtfFormatError:
    return BtfFormatError(
        f"member {member.name!r} of a map's definition is no {expected}", where=describe(struct)
    )
