"""tinybpf with the types of this package. You change one import of your program.

    from btf_typing import tinybpf

    with tinybpf.load("program.bpf.o") as obj:
        ExecEvent = obj.btf.struct("exec_event")
        for key, value in obj.maps["counts"].items():
            ...

`load` loads the object into the kernel, as tinybpf does. ``obj.btf`` is a `btf_typing.Btf` with
the types of the object. The keys and values in ``obj.maps`` are instances of the classes in
``obj.btf``, ctypes arrays, or an ``int``, ``float``, ``bool`` or ``bytes``. Everything else in the
object, its maps and this module works as in tinybpf.

An error of `load` or of the types is a ``BpfError`` of tinybpf and a `btf_typing.BtfError` at the
same time. You can catch it as either. A missing file raises only ``FileNotFoundError``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from . import bpf_object
from . import btf as btf_
from . import maps as maps_

try:
    import tinybpf as _tinybpf
except ModuleNotFoundError as missing:
    if missing.name != "tinybpf":
        raise
    raise ModuleNotFoundError(
        "btf_typing.tinybpf needs tinybpf, which is not on PyPI; its releases have wheels:"
        " pip install tinybpf --extra-index-url https://gregclermont.github.io/tinybpf",
        name="tinybpf",
    ) from None

from ._tinybpf_errors import LoadError, of_both

__all__ = [
    "BPF_ANY",
    "BPF_EXIST",
    "BPF_NOEXIST",
    "BpfError",
    "BpfLink",
    "BpfMap",
    "BpfMapType",
    "BpfObject",
    "BpfPerfBuffer",
    "BpfProgType",
    "BpfProgram",
    "BpfRingBuffer",
    "BtfField",
    "BtfKind",
    "BtfType",
    "BtfValidationError",
    "MapInfo",
    "Maps",
    "ProgramCollection",
    "ProgramInfo",
    "RingBufferEvent",
    "init",
    "libbpf_version",
    "load",
    "open_pinned_map",
    "version",
]

Key = TypeVar("Key")
Value = TypeVar("Value")

if TYPE_CHECKING:
    from tinybpf import (
        BPF_ANY,
        BPF_EXIST,
        BPF_NOEXIST,
        BpfError,
        BpfLink,
        BpfMapType,
        BpfPerfBuffer,
        BpfProgram,
        BpfProgType,
        BpfRingBuffer,
        BtfField,
        BtfKind,
        BtfType,
        BtfValidationError,
        MapInfo,
        ProgramCollection,
        ProgramInfo,
        RingBufferEvent,
        init,
        libbpf_version,
        open_pinned_map,
        version,
    )
    from typing_extensions import TypeVar as _TypeVar

    # At run time, our classes wrap tinybpf's objects and do not derive from tinybpf's classes. The
    # methods of tinybpf's classes use tinybpf's ``obj.btf``. In a derived class, our ``obj.btf``
    # would replace it. Type checkers see subclasses, so you can pass our objects where tinybpf
    # expects its own.
    _ObjectBase = _tinybpf.BpfObject
    _MapsBase = _tinybpf.MapCollection
    _MapBase = _tinybpf.BpfMap
    S_co = _TypeVar("S_co", bound=str, default=str, covariant=True)
else:
    from collections.abc import Mapping as _MapsBase

    _ObjectBase = type("_ObjectBase", (), {})
    _MapBase = Generic
    S_co = TypeVar("S_co", bound=str, covariant=True)

    def __getattr__(name: str) -> object:
        return getattr(_tinybpf, name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *dir(_tinybpf)})


class _Btf(btf_.Btf[S_co]):
    """The types of an object. The errors of the methods below are also tinybpf's ``BpfError``."""

    struct = of_both(btf_.Btf.struct)
    union = of_both(btf_.Btf.union)
    enum = of_both(btf_.Btf.enum)
    type = of_both(btf_.Btf.type)
    validate_struct = of_both(btf_.Btf.validate_struct)


class BpfObject(_ObjectBase, Generic[S_co]):
    """An object that tinybpf has loaded into the kernel, with its types.

    It also has all other attributes and methods of tinybpf's object.

    Examples:
        >>> with tinybpf.load("execsnoop.bpf.o") as snoop:
        ...     with snoop.program("on_execve").attach():
        ...         print(list(snoop.programs))
        ['on_execve']
    """

    def __init__(self, loaded: _tinybpf.BpfObject, types: bpf_object.BpfObject[S_co]) -> None:
        self._loaded = loaded
        self._types = types
        self._typed_maps = Maps[S_co](loaded, types)

    @property
    def btf(self) -> btf_.Btf[S_co]:
        """The types of the object, as `btf_typing.load` reads them.

        Examples:
            >>> bpf.btf.struct("exec_event").pid.offset
            12
        """
        return self._types.btf

    @property
    def maps(self) -> Maps[S_co]:
        """The maps of the object by name, with the classes of their keys and values.

        Examples:
            >>> bpf.maps["exec_counts"].definition.value
            <class 'execsnoop_bpf.exec_count'>
        """
        return self._typed_maps

    def map(self, name: str) -> BpfMap[Any, Any]:
        """The map *name*.

        Raises:
            TypeNotFoundError: there is no such map. As in tinybpf, this is also a ``KeyError``.

        Examples:
            >>> bpf.map("exec_counts") is bpf.maps["exec_counts"]
            True
        """
        return self._typed_maps[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._loaded.close()

    def __repr__(self) -> str:
        return repr(self._loaded)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            return getattr(object.__getattribute__(self, "_loaded"), name)


class Maps(_MapsBase, Generic[S_co]):
    """The maps of an object by name.

    As in tinybpf, each section of globals is a map, too, such as ``prog.rodata``. The keys and
    values of such a map are the same as in tinybpf.

    Examples:
        >>> "exec_counts" in bpf.maps, "exec_count" in bpf.maps
        (True, False)
    """

    def __init__(self, loaded: _tinybpf.BpfObject, types: bpf_object.BpfObject[S_co]) -> None:
        self._loaded = loaded
        self._types = types
        self._made: dict[str, BpfMap[Any, Any]] = {}

    def __getitem__(self, name: str) -> BpfMap[Any, Any]:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded.maps)

    def __len__(self) -> int:
        return len(self._loaded.maps)

    def __repr__(self) -> str:
        return repr(self._loaded.maps)

    @of_both
    def _make(self, name: str) -> Any:
        if name in self._loaded.maps and name not in self._types.maps:
            return self._loaded.maps[name]
        definition = self._types.maps[name]
        return BpfMap[Any, Any](self._loaded.maps[name], definition)


class BpfMap(_MapBase[Key, Value]):
    """A map that tinybpf has created, with the classes of its keys and values.

    It also has all other attributes and methods of tinybpf's map.

    Attributes:
        definition: The map as the object defines it.

    Examples:
        >>> execs = bpf.maps["exec_counts"]
        >>> ExecCount = bpf.btf.struct("exec_count")
        >>> execs[1000] = ExecCount(execs=5, last_comm=b"bash")
        >>> execs[1000].last_comm, 1001 in execs
        (b'bash', False)
    """

    def __init__(
        self, loaded: _tinybpf.BpfMap[Any, Any], definition: maps_.BpfMap[Any, Any]
    ) -> None:
        self._loaded = loaded
        self.definition = definition
        self._encode_key: Callable[[Key], bytes] = of_both(definition.encode_key)
        self._encode_value: Callable[[Value], bytes] = of_both(definition.encode_value)
        self._decode_key: Callable[[Any], Key] = of_both(definition.decode_key)
        self._decode_value: Callable[[Any], Value] = of_both(definition.decode_value)
        self._decode_values: Callable[[Any], list[Value]] = of_both(definition.decode_values)

    def lookup(self, key: Key) -> Value | None:
        """The value of *key*; None if there is none.

        Examples:
            >>> execs.lookup(1000).execs
            5
            >>> execs.lookup(1001) is None
            True
        """
        value = self._loaded.lookup(self._encode_key(key))
        return None if value is None else self._decode_value(value)

    def lookup_percpu(self, key: Key) -> list[Value] | None:
        """The values of *key* on every CPU; None if there are none.

        Examples:
            >>> import os
            >>> opens = tinybpf.load("percpu.bpf.o").maps["opens"]
            >>> values = opens.lookup_percpu(os.getpid()) or []
            >>> sum(value.opens for value in values)  # no program is attached yet
            0
        """
        values = self._loaded.lookup_percpu(self._encode_key(key))
        return None if values is None else self._decode_values(values)

    def lookup_percpu_sum(self, key: Key) -> int | float | None:
        """The sum of the values of *key* on every CPU; None if there are none.

        Examples:
            >>> calls = tinybpf.load("loaders.o").maps["per_cpu"]  # its values are numbers
            >>> calls.lookup_percpu_sum(os.getpid()) or 0
            0
        """
        return self._loaded.lookup_percpu_sum(self._encode_key(key))

    def update(self, key: Key, value: Value, flags: int = _tinybpf.BPF_ANY) -> None:
        """Set the value of *key*.

        Examples:
            >>> execs.update(1001, ExecCount(execs=1), tinybpf.BPF_NOEXIST)
            >>> execs[1001].execs
            1
        """
        self._loaded.update(self._encode_key(key), self._encode_value(value), flags)

    def delete(self, key: Key) -> bool:
        """Delete *key*; False if it is not there.

        Examples:
            >>> execs.delete(1001), execs.delete(1001)
            (True, False)
        """
        return self._loaded.delete(self._encode_key(key))

    def get(self, key: Key, default: Value | None = None) -> Value | None:
        """The value of *key*, or *default*.

        Examples:
            >>> execs.get(1001, ExecCount()).execs
            0
        """
        # `self.lookup` also returns None for a key whose value is a NULL pointer. This does not
        # mean that the key is missing, so `get` asks tinybpf.
        value = self._loaded.lookup(self._encode_key(key))
        return default if value is None else self._decode_value(value)

    def keys(self) -> Iterator[Key]:
        """The keys.

        Examples:
            >>> list(execs.keys())
            [1000]
        """
        return map(self._decode_key, self._loaded.keys())

    def values(self) -> Iterator[Value]:
        """The values.

        Examples:
            >>> sum(value.execs for value in execs.values())
            5
        """
        return map(self._decode_value, self._loaded.values())

    def items(self) -> Iterator[tuple[Key, Value]]:
        """The keys and their values.

        Examples:
            >>> for uid, value in execs.items():
            ...     print(uid, value.execs, value.last_comm)
            1000 5 b'bash'
        """
        return (
            (self._decode_key(key), self._decode_value(value))
            for key, value in self._loaded.items()
        )

    def items_percpu(self) -> Iterator[tuple[Key, list[Value]]]:
        """The keys and their values on every CPU.

        Examples:
            >>> for pid, values in opens.items_percpu():
            ...     print(pid, sum(value.opens for value in values))
        """
        items = self._loaded.items_percpu()
        return ((self._decode_key(key), self._decode_values(values)) for key, values in items)

    def __getitem__(self, key: Key) -> Value:
        value = self._loaded.lookup(self._encode_key(key))
        if value is None:
            raise KeyError(key)
        return self._decode_value(value)

    def __setitem__(self, key: Key, value: Value) -> None:
        self.update(key, value)

    def __delitem__(self, key: Key) -> None:
        if not self.delete(key):
            raise KeyError(key)

    def __contains__(self, key: Key) -> bool:
        return self._loaded.lookup(self._encode_key(key)) is not None

    def __iter__(self) -> Iterator[Key]:
        return self.keys()

    def __repr__(self) -> str:
        return repr(self._loaded)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            return getattr(object.__getattribute__(self, "_loaded"), name)


def load(path: str | os.PathLike[str]) -> BpfObject:
    """Load an object into the kernel, and read its types.

    Args:
        path: path of the object.

    Raises:
        BtfError: the kernel or libbpf refuses the object. You can catch this error and
            `BtfFormatError` as tinybpf's ``BpfError``, too.
        BtfFormatError: the file holds no BTF, or is malformed.
        FileNotFoundError: there is no such file.

    Examples:
        >>> from btf_typing import tinybpf
        >>> bpf = tinybpf.load("execsnoop.bpf.o")
        >>> bpf.btf
        <Btf 'execsnoop.bpf.o', 61 types>
    """
    types = of_both(bpf_object.load)(path)
    types.btf.__class__ = _Btf
    try:
        loaded = _tinybpf.load(Path(path))
    except _tinybpf.BpfError as error:
        error.__class__ = LoadError
        raise
    return BpfObject(loaded, types)
