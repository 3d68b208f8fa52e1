"""The maps that a BPF object defines.

C defines a map as a variable in the section ``.maps``. The members of its struct describe the map:

    struct {
        __uint(type, BPF_MAP_TYPE_HASH);    // int (*type)[1]: the number is the array's length
        __ulong(map_extra, 1 << 40);        // the number is the value of an enumerator
        __type(key, u32);                   // u32 *key: the type is the target of the pointer
    } counts SEC(".maps");

Source: libbpf ``parse_btf_map_def``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar, overload

from . import model
from ._layout.type_names import of_map
from ._lazy import LazyModule
from ._lazy_mapping import LazyMapping
from ._special_sections import datasecs, is_old_maps, meaning, section_of
from ._typing_stand_ins import TYPE_CHECKING, Generic
from ._wire.elf import is_data_section
from ._wire.type_search import closest
from .btf import Btf, S_co
from .errors import BtfFormatError, LayoutError
from .model import Member, Struct, describe

if TYPE_CHECKING:
    from ctypes import Array, Structure, Union, _SimpleCData, c_char

    from . import _api_types
    from ._classes import raw_items
    from ._wire import bpf_syscall
else:
    _api_types = LazyModule("btf_typing._api_types")
    raw_items = LazyModule("btf_typing._classes.raw_items")
    bpf_syscall = LazyModule("btf_typing._wire.bpf_syscall")

Key_co = TypeVar("Key_co", covariant=True)
Value_co = TypeVar("Value_co", covariant=True)
_T = TypeVar("_T")
# The parameters of ``encode_key`` and the other encoders use the two type variables below.
# With ``_T`` instead, a type checker would accept every argument. ``BpfMap`` is covariant, so the
# checker could replace ``_T`` by the union of the type in the map and the type of the argument.
_Number = TypeVar("_Number", int, float, bool, bytes, int | None)
_Compound = TypeVar("_Compound", bound="Structure | Union | Array[Any]")

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
"""Names of map types by number. Source: Linux include/uapi/linux/bpf.h."""

_BUFFERS = frozenset(
    {"BPF_MAP_TYPE_PERF_EVENT_ARRAY", "BPF_MAP_TYPE_RINGBUF", "BPF_MAP_TYPE_USER_RINGBUF"}
)
"""Map types that carry events and have neither keys nor values."""

_OF_MAPS = frozenset({"BPF_MAP_TYPE_ARRAY_OF_MAPS", "BPF_MAP_TYPE_HASH_OF_MAPS"})
"""Map types whose values are maps."""

_FD_SIZE = 4
"""Size in bytes of a value in a map of maps or programs: a file descriptor or an id."""

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
"""Members of a definition that are numbers."""

_LINKAGES = {
    0: "is static, which libbpf refuses; remove 'static'",
    2: "is extern; use 'bpftool gen object' to link this object with the one that defines the map",
}
"""Linkages that a map cannot have, and what to do about them."""


class BpfMap(Generic[Key_co, Value_co]):
    """A map that the object defines.

    Attributes:
        name: name of the C variable.
        type: its type, such as ``"BPF_MAP_TYPE_HASH"``.
        max_entries: the largest number of entries; 0 if the object leaves it to the loader.
        key_size: size of a key in bytes.
        value_size: size of a value in bytes; in a per-CPU map, the size for one CPU.
        flags: its ``map_flags``.
        key: ctypes class of a key; None if the object gives only a size. It is also None for perf
            and ring buffers, which have no keys.
        value: ctypes class of a value; None in the same cases as *key*. It is also None if the C
            struct has ``values`` instead of ``value``, as in a map of maps.
        inner: the definition of the maps in a map of maps; None for other maps, and for maps that
            come from the kernel.

    Examples:
        >>> counts = obj.maps["exec_counts"]
        >>> counts
        <BpfMap 'exec_counts', BPF_MAP_TYPE_HASH, key of 4 bytes, value of 40, 1024 entries at most>
        >>> counts.key, counts.value
        (<class 'ctypes.c_uint'>, <class 'execsnoop_bpf.exec_count'>)
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
        self.type: str = type_name(numbers.get("type", 0))
        self.max_entries: int = numbers.get("max_entries", 0)
        self.key_size: int = numbers.get("key_size", 0)
        self.value_size: int = numbers.get("value_size", 0)
        self.flags: int = numbers.get("map_flags", 0)
        self.key = key
        self.value = value
        self.inner = inner

    @classmethod
    def from_fd(cls, fd: int) -> BpfMap[Any, Any]:
        """The map behind a file descriptor.

        The classes of its key and value come from the map's BTF in the kernel.

        Args:
            fd: the file descriptor, which stays open.

        Raises:
            BtfError: *fd* is not a map, or you lack the privileges that bpf(2) requires.

        Examples:
            >>> from btf_typing import BpfMap
            >>> libbpf = ctypes.CDLL("libbpf.so.1")
            >>> fd = libbpf.bpf_obj_get(b"/sys/fs/bpf/exec_counts")
            >>> BpfMap.from_fd(fd).value_size
            40
        """
        with bpf_syscall.by_fd(fd) as handle:
            return _map_in_kernel(handle)

    @classmethod
    def from_id(cls, number: int) -> BpfMap[Any, Any]:
        """The map that has the id *number*.

        The classes of its key and value come from the map's BTF in the kernel.

        Args:
            number: the id, as ``bpftool map`` prints it.

        Raises:
            BtfError: there is no such map, or you lack the privileges that bpf(2) requires.

        Examples:
            >>> import json, subprocess
            >>> command = "bpftool -j map show pinned /sys/fs/bpf/exec_counts"
            >>> shown = json.loads(subprocess.check_output(command.split()))
            >>> BpfMap.from_id(shown["id"]).name
            'exec_counts'
        """
        with bpf_syscall.by_id(number, "map") as handle:
            return _map_in_kernel(handle)

    @classmethod
    def from_pinned(cls, path: str | os.PathLike[str]) -> BpfMap[Any, Any]:
        """The map that is pinned at *path*.

        The classes of its key and value come from the map's BTF in the kernel.

        Args:
            path: path of the pin, such as ``/sys/fs/bpf/counts``.

        Raises:
            BtfError: no map is pinned there, or you lack the privileges that bpf(2) requires.

        Examples:
            >>> BpfMap.from_pinned("/sys/fs/bpf/exec_counts").value
            <class 'btf_typing.btf.exec_count'>
        """
        with bpf_syscall.by_path(os.fspath(path)) as handle:
            return _map_in_kernel(handle)

    # The overloads of each method have this order: for a scalar; for an array of char; for a
    # struct, union or other array; for a key or value of which the object gives only the size.

    @overload
    def decode_key(self: BpfMap[type[_SimpleCData[_T]], Any], item: _api_types.Item) -> _T: ...
    @overload
    def decode_key(self: BpfMap[type[Array[c_char]], Any], item: _api_types.Item) -> bytes: ...
    @overload
    def decode_key(self: BpfMap[type[_T], Any], item: _api_types.Item) -> _T: ...
    @overload
    def decode_key(self: BpfMap[None, Any], item: _api_types.Item) -> bytes: ...
    def decode_key(self, item: _api_types.Item) -> Any:
        """Convert a key that a loader returned.

        Args:
            item: the bytes of the key, as ``bytes``, ``bytearray``, ``memoryview`` or a ctypes
                buffer; or the number that some loaders return for a key of 4 or 8 bytes.

        Returns:
            A copy of the key. A struct, a union or an array becomes an instance of *key*, but an
            array of ``char`` becomes the ``bytes`` up to the first NUL. A scalar becomes an
            ``int``, ``float``, ``bool`` or ``bytes``, but a pointer that is NULL becomes None. If
            the object gives only a size, the result is ``bytes``.

        Raises:
            BtfDataError: the key does not have ``key_size`` bytes, or the number does not fit.
            TypeError: *item* is neither a buffer nor a number.

        Examples:
            >>> counts.decode_key(bytes.fromhex("e8030000"))
            1000
        """
        return raw_items.decode(item, self.key, self.key_size, self._label("key"))

    @overload
    def decode_value(self: BpfMap[Any, type[_SimpleCData[_T]]], item: _api_types.Item) -> _T: ...
    @overload
    def decode_value(self: BpfMap[Any, type[Array[c_char]]], item: _api_types.Item) -> bytes: ...
    @overload
    def decode_value(self: BpfMap[Any, type[_T]], item: _api_types.Item) -> _T: ...
    @overload
    def decode_value(self: BpfMap[Any, None], item: _api_types.Item) -> bytes: ...
    def decode_value(self, item: _api_types.Item) -> Any:
        """Convert a value that a loader returned.

        Args:
            item: the bytes of the value, as ``bytes``, ``bytearray``, ``memoryview`` or a ctypes
                buffer; or the number that some loaders return for a value of 4 or 8 bytes.

        Returns:
            A copy of the value. A struct, a union or an array becomes an instance of *value*, but
            an array of ``char`` becomes the ``bytes`` up to the first NUL. A scalar becomes an
            ``int``, ``float``, ``bool`` or ``bytes``, but a pointer that is NULL becomes None. If
            the object gives only a size, the result is ``bytes``.

        Raises:
            BtfDataError: the value does not have ``value_size`` bytes, or the number does not fit.
            TypeError: *item* is neither a buffer nor a number.

        Examples:
            >>> raw = bytes.fromhex("0500000000000000 00d2496b00000000 42000000") + bytes(20)
            >>> value = counts.decode_value(raw)
            >>> value.execs, value.last_pid
            (5, 66)
        """
        return raw_items.decode(item, self.value, self.value_size, self._label("value"))

    @overload
    def encode_key(
        self: BpfMap[type[_SimpleCData[_Number]], Any], key: _Number | _api_types.Buffer
    ) -> bytes: ...
    @overload
    def encode_key(self: BpfMap[type[Array[c_char]], Any], key: _api_types.Buffer) -> bytes: ...
    @overload
    def encode_key(
        self: BpfMap[type[_Compound], Any], key: _Compound | _api_types.Buffer
    ) -> bytes: ...
    @overload
    def encode_key(self: BpfMap[None, Any], key: _api_types.Buffer) -> bytes: ...
    def encode_key(self, key: Any) -> bytes:
        """Convert a key to the bytes that a loader accepts; the inverse of `decode_key`.

        Args:
            key: a key as `decode_key` returns it, or a buffer with the bytes of a key. An array of
                ``char`` is padded with NULs.

        Raises:
            BtfDataError: the key does not have ``key_size`` bytes, or the number does not fit.
            TypeError: *key* has the wrong type.

        Examples:
            >>> counts.encode_key(1000).hex()
            'e8030000'
        """
        return raw_items.encode(key, self.key, self.key_size, self._label("key"))

    @overload
    def encode_value(
        self: BpfMap[Any, type[_SimpleCData[_Number]]], value: _Number | _api_types.Buffer
    ) -> bytes: ...
    @overload
    def encode_value(self: BpfMap[Any, type[Array[c_char]]], value: _api_types.Buffer) -> bytes: ...
    @overload
    def encode_value(
        self: BpfMap[Any, type[_Compound]], value: _Compound | _api_types.Buffer
    ) -> bytes: ...
    @overload
    def encode_value(self: BpfMap[Any, None], value: _api_types.Buffer) -> bytes: ...
    def encode_value(self, value: Any) -> bytes:
        """Convert a value to the bytes that a loader accepts; the inverse of `decode_value`.

        Args:
            value: a value as `decode_value` returns it, or a buffer with the bytes of a value. An
                array of ``char`` is padded with NULs.

        Raises:
            BtfDataError: the value does not have ``value_size`` bytes, or the number does not fit.
            TypeError: *value* has the wrong type.

        Examples:
            >>> raw = counts.encode_value(counts.value(execs=5, last_comm=b"bash"))
            >>> len(raw), raw[:8].hex()
            (40, '0500000000000000')
        """
        return raw_items.encode(value, self.value, self.value_size, self._label("value"))

    @overload
    def decode_values(
        self: BpfMap[Any, type[_SimpleCData[_T]]], items: _api_types.Items
    ) -> list[_T]: ...
    @overload
    def decode_values(
        self: BpfMap[Any, type[Array[c_char]]], items: _api_types.Items
    ) -> list[bytes]: ...
    @overload
    def decode_values(self: BpfMap[Any, type[_T]], items: _api_types.Items) -> list[_T]: ...
    @overload
    def decode_values(self: BpfMap[Any, None], items: _api_types.Items) -> list[bytes]: ...
    def decode_values(self, items: _api_types.Items) -> list[Any]:
        """Convert several values that a loader returned, such as those of a per-CPU map.

        Args:
            items: a list of values, or one buffer that holds them all. In the buffer of a per-CPU
                map, each value is padded to a multiple of 8 bytes, as the kernel returns it.

        Returns:
            The values, as `decode_value` returns them; for a per-CPU map, one for each CPU.

        Raises:
            BtfDataError: a value does not have ``value_size`` bytes, a number does not fit, or the
                size of the buffer is not a multiple of the size of a value.
            TypeError: *items* is neither a buffer nor a list of buffers or numbers.

        Examples:
            >>> opens = load("percpu.bpf.o").maps["opens"]
            >>> block = bytes(opens.value(opens=2)) + bytes(opens.value(opens=3))  # of two CPUs
            >>> [value.opens for value in opens.decode_values(block)]
            [2, 3]
        """
        label, per_cpu = self._label("value"), self.per_cpu
        return raw_items.decode_all(items, self.value, self.value_size, label, per_cpu=per_cpu)

    @overload
    def encode_values(
        self: BpfMap[Any, type[_SimpleCData[_Number]]],
        values: Iterable[_Number | _api_types.Buffer],
    ) -> bytes: ...
    @overload
    def encode_values(
        self: BpfMap[Any, type[Array[c_char]]], values: Iterable[_api_types.Buffer]
    ) -> bytes: ...
    @overload
    def encode_values(
        self: BpfMap[Any, type[_Compound]], values: Iterable[_Compound | _api_types.Buffer]
    ) -> bytes: ...
    @overload
    def encode_values(self: BpfMap[Any, None], values: Iterable[_api_types.Buffer]) -> bytes: ...
    def encode_values(self, values: Iterable[Any]) -> bytes:
        """Convert several values to one block of bytes; the inverse of `decode_values`.

        Args:
            values: the values, each as `encode_value` accepts it. A per-CPU map needs one value for
                each possible CPU.

        Raises:
            BtfDataError: a value does not have ``value_size`` bytes, or a number does not fit.
            TypeError: a value has the wrong type.

        Examples:
            >>> zeros = opens.encode_values([opens.value()] * 4)  # for four CPUs
            >>> len(zeros) == 4 * opens.value_size
            True
        """
        label, per_cpu = self._label("value"), self.per_cpu
        return raw_items.encode_all(values, self.value, self.value_size, label, per_cpu=per_cpu)

    def decode_event(
        self, cls: type[_T], data: _api_types.Buffer | int, size: int | None = None
    ) -> _T:
        """Convert an event that came out of this ring or perf buffer.

        Args:
            cls: class of the event, such as ``obj.btf.struct("exec_event")``.
            data: the bytes of the event; or their address, as libbpf passes it to a callback.
            size: the number of bytes at the address.

        Returns:
            An instance of *cls* with a copy of the bytes. Bytes after the end of *cls*, such as the
            padding of a perf buffer, are ignored.

        Raises:
            BtfDataError: there are fewer bytes than *cls* has.
            TypeError: *data* is neither a buffer nor an address with a size.

        Examples:
            >>> from pathlib import Path
            >>> data = Path("recorded_event.bin").read_bytes()
            >>> event = obj.maps["events"].decode_event(ExecEvent, data)
            >>> event.pid, event.comm
            (6044, b'python')
        """
        event: _T = raw_items.decode_event(data, cls, size, self._label("event"))
        return event

    @property
    def per_cpu(self) -> bool:
        """Whether the map has a value for each CPU.

        Examples:
            >>> load("percpu.bpf.o").maps["opens"].per_cpu
            True
        """
        return "PERCPU" in self.type

    def _label(self, what: str) -> str:
        return f"{what} of map {self.name!r}"

    def __repr__(self) -> str:
        return (
            f"<BpfMap {self.name!r}, {self.type}, key of {self.key_size} bytes,"
            f" value of {self.value_size}, {self.max_entries} entries at most>"
        )


class MapDefinition(NamedTuple):
    """The definition of a map, with type ids instead of classes.

    Attributes:
        numbers: the numbers in the definition, by name. If it gives the type of a key or value,
            ``key_size`` or ``value_size`` is the size of that type.
        key_id: type id of a key; None if the definition gives only a size. It is also None for
            perf and ring buffers, which have no keys.
        value_id: type id of a value; None in the same cases as *key_id*. It is also None if the
            definition has ``values`` instead of ``value``, as in a map of maps.
        inner: the definition of the maps in a map of maps; else None.
    """

    numbers: dict[str, int]
    key_id: int | None
    value_id: int | None
    inner: MapDefinition | None


class Maps(LazyMapping[BpfMap[Any, Any], model.Var], Generic[S_co]):
    """The maps of an object by name.

    Args:
        btf: the types of the object.

    Examples:
        >>> for name, each in obj.maps.items():
        ...     print(name, each.type)
        events BPF_MAP_TYPE_PERF_EVENT_ARRAY
        exec_counts BPF_MAP_TYPE_HASH
    """

    def __init__(self, btf: Btf[S_co]) -> None:
        self._btf = btf
        super().__init__("map", btf.path, dict(_variables(btf)))

    def _why_empty(self) -> str:
        old = (each.name for each in datasecs(self._btf) if is_old_maps(each.name))
        section = next(old, None)
        if section is None:
            return super()._why_empty()
        return f"there are none, but section {section!r} {meaning(section)}"

    def _why_missing(self, name: str) -> str:
        section = section_of(self._btf, name)
        if section is None or section == ".maps":
            return ""
        if is_data_section(section):
            return f"it is a global: see obj.sections[{section!r}]"
        return f"it is in section {section!r}, which {meaning(section)}"

    def details(self, name: str) -> MapDefinition:
        """The definition of the map *name*.

        Raises:
            TypeNotFoundError: there is no such map.
            BtfFormatError: libbpf refuses the definition.
        """
        return self._details(name, self.definition(name))

    def _make(self, name: str, definition: model.Var) -> BpfMap[Any, Any]:
        return self._built(name, self._details(name, definition))

    def _built(self, name: str, details: MapDefinition) -> BpfMap[Any, Any]:
        inner = self._built(f"{name}.inner", details.inner) if details.inner else None
        key = _class_of(self._btf, details.key_id, of_map(name, "key"))
        value = _class_of(self._btf, details.value_id, of_map(name, "value"))
        return BpfMap(name, details.numbers, key, value, inner)

    def _details(self, name: str, var: model.Var) -> MapDefinition:
        if wrong := _LINKAGES.get(var.linkage):
            raise BtfFormatError(f"map {name!r} {wrong}", where=describe(var))
        struct = self._btf.table.skip_modifiers(var.type_id)
        if not isinstance(struct, Struct):
            raise BtfFormatError(f"map {name!r} is not a struct", where=describe(struct))
        return _Definition(self._btf, name, struct).read()


class _Definition:
    """Reads the definition of one map.

    Args:
        btf: the types of the object.
        name: name of the map, for messages.
        struct: the struct that defines it.
        nested: whether the struct defines the maps in a map of maps.
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
        """Read every member."""
        for member in self._struct.members:
            self._member(member)
        if not self._numbers.get("type"):
            raise self._refused("the type is missing; add __uint(type, BPF_MAP_TYPE_...)")
        types = {} if self._type in _BUFFERS else self._types
        return MapDefinition(self._numbers, types.get("key"), types.get("value"), self._inner)

    def _member(self, member: Member) -> None:
        name = member.name
        if name in ("key", "value"):
            self._types[name] = self._pointed_to(member)
            self._set(f"{name}_size", self._size_of(self._types[name], name))
        elif name == "values":
            self._values(member)
            self._set("value_size", _FD_SIZE)
        elif name in _NUMBERS:
            self._set(name, self._number(member))
        else:
            close = closest(name, ("key", "value", "values", *_NUMBERS))
            hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise self._refused(f"unknown member {name!r}{hint}")

    def _set(self, name: str, number: int) -> None:
        """Store the number *name*.

        If a definition sets it twice, as with ``key`` and ``key_size``, both numbers must be equal.
        """
        found = self._numbers.setdefault(name, number)
        if found != number:
            raise self._refused(f"{name} has two values, {found} and {number}")

    def _size_of(self, type_id: int, what: str) -> int:
        try:
            return self._table.size_of(type_id)
        except LayoutError as error:
            raise self._refused(f"bad type of {what}: {error}") from error

    def _pointed_to(self, member: Member) -> int:
        pointer = self._table.skip_modifiers(member.type_id)
        if not isinstance(pointer, model.Ptr):
            raise self._refused(f"member {member.name!r} is not a pointer")
        return pointer.type_id

    def _number(self, member: Member) -> int:
        type_ = self._table.skip_modifiers(member.type_id)
        if isinstance(type_, model.Ptr):
            type_ = self._table.skip_modifiers(type_.type_id)
        if isinstance(type_, model.Array):
            return type_.length
        if isinstance(type_, model.Enum | model.Enum64) and type_.enumerators:
            return type_.enumerators[0].value
        raise self._refused(f"member {member.name!r} is not a pointer to an array")

    def _values(self, member: Member) -> None:
        """Read the member ``values``. In a map of maps, it defines the inner maps."""
        if self._nested:
            raise self._refused("maps of maps of maps are not supported")
        if self._type not in _OF_MAPS and self._type != "BPF_MAP_TYPE_PROG_ARRAY":
            raise self._refused(f"only maps of maps or programs have 'values', not {self._type}")
        array = self._table.skip_modifiers(member.type_id)
        element = array.type_id if isinstance(array, model.Array) else member.type_id
        pointer = self._table.skip_modifiers(element)
        target = (
            self._table.skip_modifiers(pointer.type_id) if isinstance(pointer, model.Ptr) else None
        )
        if self._type in _OF_MAPS:
            if not isinstance(target, Struct):
                raise self._refused("'values' is not an array of pointers to map definitions")
            name = f"{self._name}.inner"
            self._inner = _Definition(self._btf, name, target, nested=True).read()

    @property
    def _type(self) -> str:
        return type_name(self._numbers.get("type", 0))

    def _refused(self, why: str) -> BtfFormatError:
        return BtfFormatError(f"map {self._name!r}: {why}", where=describe(self._struct))


def type_name(number: int) -> str:
    """The name of a map type, such as ``"BPF_MAP_TYPE_HASH"``."""
    return MAP_TYPES[number] if 0 <= number < len(MAP_TYPES) else f"BPF_MAP_TYPE_{number}"


def _map_in_kernel(handle: bpf_syscall.Handle) -> BpfMap[Any, Any]:
    """A map in the kernel. If it has no BTF, its key and value have no classes."""
    info = bpf_syscall.map_info_of(handle)
    numbers = info._asdict()
    key = value = None
    if info.btf_id:
        btf = Btf.from_id(info.btf_id)
        key = _class_of(btf, info.key_id or None, of_map(info.name, "key"))
        value = _class_of(btf, info.value_id or None, of_map(info.name, "value"))
    return BpfMap(info.name, numbers, key, value, None)


def _class_of(btf: Btf[Any], type_id: int | None, name: str) -> Any:
    """The class of the type *type_id*; None if *type_id* is None.

    If the type is anonymous, its class is called *name*.
    """
    return None if type_id is None else btf.classes.ctype(btf.layouts.ctype(type_id), name)


def _variables(btf: Btf[Any]) -> Iterator[tuple[str, model.Var]]:
    """The variables in ``.maps``, by name."""
    for datasec in datasecs(btf):
        for variable in datasec.variables if datasec.name == ".maps" else ():
            var = btf.table.by_id(variable.type_id)
            if isinstance(var, model.Var):
                yield var.name, var
