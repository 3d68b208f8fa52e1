"""A stand-in for tinybpf 0.3.0 (github.com/gregclermont/tinybpf), which is not on PyPI.

It has the signatures of what `btf_typing.tinybpf` uses, and keeps maps in memory. mypy checks
`btf_typing.tinybpf` against it. ``tests/live/test_tinybpf.py`` compares the signatures with the
real ones, where tinybpf is installed.
"""

# ruff: noqa: A002, ARG001, ARG002, PERF102, PYI034  # the signatures are tinybpf's

from __future__ import annotations

import ctypes
import errno as errno_
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, overload

from btf_typing import load as _types_of
from btf_typing.maps import MAP_TYPES
from btf_typing.model import Int

_KT = TypeVar("_KT")
_VT = TypeVar("_VT")
_KT2 = TypeVar("_KT2")
_VT2 = TypeVar("_VT2")
_T = TypeVar("_T")

BPF_ANY, BPF_NOEXIST, BPF_EXIST = 0, 1, 2
CPUS = 2
"""The number of CPUs that per-CPU maps have."""


def version() -> str:
    """Return the version of this package."""
    return "0.3.0"


def libbpf_version() -> str:
    """Return the version of libbpf."""
    return "v1.0"


def init(libbpf_path: str | Path | None = None) -> None:
    """Choose a libbpf."""


class BpfError(Exception):
    """Any error."""

    def __init__(self, message: str, errno: int = 0, libbpf_log: str | None = None) -> None:
        self.errno = errno
        self.libbpf_log = libbpf_log
        super().__init__(message)


class BtfValidationError(BpfError):
    """A Python type does not match."""

    def __init__(self, message: str, suggestions: list[str] | None = None) -> None:
        self.suggestions = suggestions or []
        super().__init__(message)


class BpfMapType(IntEnum):
    """Type of a map."""

    HASH = 1
    ARRAY = 2
    PERF_EVENT_ARRAY = 4
    PERCPU_HASH = 5
    PERCPU_ARRAY = 6
    LRU_PERCPU_HASH = 10
    RINGBUF = 27


class BpfProgType(IntEnum):
    """Type of a program."""

    UNSPEC = 0
    TRACEPOINT = 5


class BtfKind(IntEnum):
    """Kind of a type."""

    UNKN = 0
    INT = 1


@dataclass(frozen=True)
class MapInfo:
    """What is known about a map."""

    name: str
    type: int
    key_size: int
    value_size: int
    max_entries: int


@dataclass(frozen=True)
class ProgramInfo:
    """What is known about a program."""

    name: str
    section: str
    type: BpfProgType


@dataclass(frozen=True)
class RingBufferEvent(Generic[_T]):
    """An event and its map."""

    map_name: str
    data: _T


@dataclass(frozen=True)
class BtfField:
    """A field of a type."""

    name: str
    offset: int
    size: int


@dataclass(frozen=True)
class BtfType:
    """A type."""

    name: str
    kind: BtfKind
    size: int | None
    fields: tuple[BtfField, ...] | None = None


class BpfLink:
    """An attached program."""

    def __init__(self, link_ptr: Any, description: str = "") -> None:
        self.description = description

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.destroy()

    def destroy(self) -> None:
        """Detach the program."""


class BpfProgram:
    """A program."""

    def __init__(self, prog_ptr: Any, obj: BpfObject) -> None:
        self.name: str = prog_ptr

    def attach(self) -> BpfLink:
        """Attach it."""
        return BpfLink(None, self.name)


class BpfMap(Generic[_KT, _VT]):
    """A map in memory: bytes by bytes, or a list of bytes for each CPU."""

    def __init__(
        self,
        map_ptr: Any = None,
        obj: BpfObject | None = None,
        *,
        owned_fd: int | None = None,
        name: str | None = None,
        map_type: BpfMapType | None = None,
        key_size: int | None = None,
        value_size: int | None = None,
        max_entries: int | None = None,
        key_type: type[_KT] | None = None,
        value_type: type[_VT] | None = None,
    ) -> None:
        self.name = name or ""
        self.type = map_type or BpfMapType.HASH
        self.key_size = key_size or 0
        self.value_size = value_size or 0
        self.items_in_kernel: dict[bytes, list[bytes]] = {}
        self.events_in_kernel: list[bytes] = []
        self.ints: set[str] = set(map_ptr or ())

    @property
    def is_percpu(self) -> bool:
        """Whether it has a value for each CPU."""
        return "PERCPU" in self.type.name

    @overload
    def typed(
        self, *, key: type[_KT2], value: type[_VT2], validate_field_names: bool = ...
    ) -> BpfMap[_KT2, _VT2]: ...
    @overload
    def typed(
        self, *, key: type[_KT2], value: None = ..., validate_field_names: bool = ...
    ) -> BpfMap[_KT2, Any]: ...
    @overload
    def typed(
        self, *, key: None = ..., value: type[_VT2], validate_field_names: bool = ...
    ) -> BpfMap[Any, _VT2]: ...
    @overload
    def typed(
        self, *, key: None = ..., value: None = ..., validate_field_names: bool = ...
    ) -> BpfMap[Any, Any]: ...
    def typed(
        self,
        *,
        key: type[_KT2] | None = None,
        value: type[_VT2] | None = None,
        validate_field_names: bool = True,
    ) -> BpfMap[Any, Any]:
        """Return a view that converts to these types."""
        raise NotImplementedError

    def lookup(self, key: _KT) -> _VT | None:
        """Return a value."""
        if self.is_percpu:
            raise TypeError("lookup() is not supported for per-CPU maps")
        found = self.items_in_kernel.get(self._bytes(key, self.key_size))
        return None if found is None else self._item(found[0], "value")

    def lookup_percpu(self, key: _KT) -> list[_VT] | None:
        """Return the values of every CPU."""
        found = self.items_in_kernel.get(self._bytes(key, self.key_size))
        return None if found is None else [self._item(each, "value") for each in found]

    def lookup_percpu_sum(self, key: _KT) -> int | float | None:
        """Return the sum over every CPU."""
        values: Any = self.lookup_percpu(key)
        return None if values is None else sum(values)

    def items_percpu(self) -> Iterator[tuple[_KT, list[_VT]]]:
        """Iterate over the keys and the values of every CPU."""
        for key in self.keys():
            yield key, self.lookup_percpu(key) or []

    def update(self, key: _KT, value: _VT, flags: int = BPF_ANY) -> None:
        """Set a value."""
        data = self._bytes(key, self.key_size)
        if flags == BPF_NOEXIST and data in self.items_in_kernel:
            raise BpfError("update failed: File exists", errno=errno_.EEXIST)
        self.items_in_kernel[data] = [self._bytes(value, self.value_size)]

    def delete(self, key: _KT) -> bool:
        """Delete a key."""
        return self.items_in_kernel.pop(self._bytes(key, self.key_size), None) is not None

    def __getitem__(self, key: _KT) -> _VT:
        value = self.lookup(key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: _KT, value: _VT) -> None:
        self.update(key, value)

    def __delitem__(self, key: _KT) -> None:
        if not self.delete(key):
            raise KeyError(key)

    def __contains__(self, key: _KT) -> bool:
        return self.lookup(key) is not None

    def __iter__(self) -> Iterator[_KT]:
        return self.keys()

    def keys(self) -> Iterator[_KT]:
        """Iterate over the keys."""
        for data in list(self.items_in_kernel):
            yield self._item(data, "key")

    def values(self) -> Iterator[_VT]:
        """Iterate over the values."""
        for _, value in self.items():
            yield value

    def items(self) -> Iterator[tuple[_KT, _VT]]:
        """Iterate over keys and values."""
        for key in self.keys():
            yield key, self[key]

    def get(self, key: _KT, default: _VT | None = None) -> _VT | None:
        """Return a value, or *default*."""
        value = self.lookup(key)
        return value if value is not None else default

    def _bytes(self, item: Any, size: int) -> bytes:
        if isinstance(item, int):
            return item.to_bytes(size, "little", signed=item < 0)
        if not isinstance(item, bytes):
            raise TypeError(f"cannot convert {type(item).__name__} to bytes")
        if len(item) != size:
            raise ValueError(f"size mismatch: got {len(item)}, expected {size}")
        return item

    def _item(self, data: bytes, what: str) -> Any:
        """tinybpf returns a C integer as an int, and anything else as bytes."""
        return int.from_bytes(data, "little") if what in self.ints else data


class MapCollection(Mapping[str, BpfMap[Any, Any]]):
    """The maps of an object."""

    def __init__(self, maps: dict[str, BpfMap[Any, Any]]) -> None:
        self._maps = maps

    def __getitem__(self, name: str) -> BpfMap[Any, Any]:
        return self._maps[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._maps)

    def __len__(self) -> int:
        return len(self._maps)


class ProgramCollection(Mapping[str, BpfProgram]):
    """The programs of an object."""

    def __init__(self, progs: dict[str, BpfProgram]) -> None:
        self._progs = progs

    def __getitem__(self, name: str) -> BpfProgram:
        return self._progs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._progs)

    def __len__(self) -> int:
        return len(self._progs)


class BpfObject:
    """An object that has been loaded."""

    def __init__(self, obj_ptr: Any, path: Path) -> None:
        self.path = path
        self.closed = False
        self._maps = {name: _map(obj_ptr, name) for name in obj_ptr.maps}
        self._maps["prog.rodata"] = BpfMap(name="prog.rodata", map_type=BpfMapType(2))
        self._programs = {name: BpfProgram(name, self) for name in obj_ptr.programs}

    def __enter__(self) -> BpfObject:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The name of the object."""
        return self.path.stem

    @property
    def programs(self) -> ProgramCollection:
        """The programs."""
        return ProgramCollection(self._programs)

    @property
    def maps(self) -> MapCollection:
        """The maps."""
        return MapCollection(self._maps)

    def program(self, name: str) -> BpfProgram:
        """Return a program."""
        return self._programs[name]

    def map(self, name: str) -> BpfMap[Any, Any]:
        """Return a map."""
        return self._maps[name]

    @property
    def btf(self) -> Any | None:
        """A pointer of libbpf."""
        return None

    def register_type(
        self, btf_name: str, python_type: type, validate_field_names: bool = True
    ) -> None:
        """Register a class for a struct."""
        raise BtfValidationError(f"Size mismatch: {python_type.__name__}, {btf_name}")

    def close(self) -> None:
        """Unload the object."""
        self.closed = True


def _map(obj: Any, name: str) -> BpfMap[Any, Any]:
    definition = obj.maps[name]
    details = obj.maps.details(name)
    table = obj.btf.table
    ints = [
        what
        for what, type_id in (("key", details.key_id), ("value", details.value_id))
        if type_id is not None and isinstance(table.skip_modifiers(type_id), Int)
    ]
    return BpfMap(
        ints,
        name=name,
        map_type=BpfMapType(MAP_TYPES.index(definition.type)),
        key_size=definition.key_size,
        value_size=definition.value_size,
    )


def load(path: str | Path) -> BpfObject:
    """Load an object."""
    obj = _types_of(path)
    if "refused" in Path(path).name:
        raise BpfError(f"load '{path}' failed: Permission denied", errno=errno_.EACCES)
    return BpfObject(obj, Path(path))


def open_pinned_map(
    path: str, key_type: type[_KT] | None = None, value_type: type[_VT] | None = None
) -> BpfMap[_KT, _VT]:
    """Open a pinned map."""
    raise BpfError(f"open pinned map '{path}' failed", errno=errno_.ENOENT)


class _Buffer(Generic[_T]):
    """The common part of both buffers."""

    def __init__(self, map: BpfMap[Any, Any], event_type: type[Any]) -> None:
        self._map = map
        self._event_type = event_type

    def _events(self) -> Iterator[Any]:
        waiting = self._map.events_in_kernel
        while waiting:
            data = waiting.pop(0)
            if self._event_type is bytes:
                yield data
            else:
                if len(data) < ctypes.sizeof(self._event_type):
                    raise BpfError(f"Event size mismatch: received {len(data)} bytes")
                yield self._event_type.from_buffer_copy(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""


class BpfRingBuffer(_Buffer[_T]):
    """A ring buffer."""

    @overload
    def __init__(
        self,
        map: BpfMap[Any, Any] | None = None,
        callback: Callable[[bytes], int] | Callable[[memoryview], int] | None = None,
        as_memoryview: bool = False,
        *,
        validate_btf_struct: str | None = None,
        validate_field_names: bool = True,
    ) -> None: ...
    @overload
    def __init__(
        self,
        map: BpfMap[Any, Any] | None = None,
        callback: Callable[[_T], int] | None = None,
        as_memoryview: bool = False,
        *,
        event_type: type[_T],
        validate_btf_struct: str | None = None,
        validate_field_names: bool = True,
    ) -> None: ...
    def __init__(
        self,
        map: BpfMap[Any, Any] | None = None,
        callback: Callable[[Any], int] | None = None,
        as_memoryview: bool = False,
        *,
        event_type: type[Any] = bytes,
        validate_btf_struct: str | None = None,
        validate_field_names: bool = True,
    ) -> None:
        assert map is not None
        super().__init__(map, event_type)
        self._callback = callback

    def poll(self, timeout_ms: int = -1, ignore_eintr: bool = True) -> int:
        """Call the callback for each event."""
        events = list(self._events())
        for event in events:
            if self._callback:
                self._callback(event)
        return len(events)

    def __iter__(self) -> Iterator[_T]:
        return self._events()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.close()

    async def __aiter__(self) -> AsyncIterator[_T]:
        for event in self._events():
            yield event


class BpfPerfBuffer(_Buffer[_T]):
    """A perf buffer."""

    @overload
    def __init__(
        self,
        map: BpfMap[Any, Any],
        sample_callback: Callable[[int, bytes], None],
        lost_callback: Callable[[int, int], None] | None = None,
        page_count: int = 8,
        *,
        validate_btf_struct: str | None = None,
        validate_field_names: bool = True,
    ) -> None: ...
    @overload
    def __init__(
        self,
        map: BpfMap[Any, Any],
        sample_callback: Callable[[int, _T], None],
        lost_callback: Callable[[int, int], None] | None = None,
        page_count: int = 8,
        *,
        event_type: type[_T],
        validate_btf_struct: str | None = None,
        validate_field_names: bool = True,
    ) -> None: ...
    def __init__(
        self,
        map: BpfMap[Any, Any],
        sample_callback: Callable[[int, Any], None],
        lost_callback: Callable[[int, int], None] | None = None,
        page_count: int = 8,
        *,
        event_type: type[Any] = bytes,
        validate_btf_struct: str | None = None,
        validate_field_names: bool = True,
    ) -> None:
        super().__init__(map, event_type)
        self._callback = sample_callback

    def poll(self, timeout_ms: int = -1, ignore_eintr: bool = True) -> int:
        """Call the callback for each event."""
        events = list(self._events())
        for event in events:
            self._callback(0, event)
        return len(events)
