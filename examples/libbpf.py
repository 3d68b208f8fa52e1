"""The few functions of libbpf.so.1 that these examples call, through ctypes.

This module belongs to the examples, not to btf_typing. It moves bytes into and
out of the kernel; the classes from BTF say what the bytes mean. The library is
in Debian's package libbpf1 and in Fedora's libbpf.
"""

import ctypes
import functools
import mmap
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

Globals = TypeVar("Globals", bound=ctypes.Structure)
Value = TypeVar("Value", bound=ctypes.Structure | ctypes.Array[Any])
Key = TypeVar("Key", bound=ctypes.Structure | ctypes.c_uint32 | ctypes.c_uint64)

TRACEPOINTS = Path("/sys/kernel/tracing/events")

_CAP_SYS_ADMIN = 21
_SAMPLE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_POINTERS = (
    "bpf_object__open_file",
    "bpf_object__next_program",
    "bpf_object__find_map_by_name",
    "bpf_program__attach",
    "bpf_map__initial_value",
    "ring_buffer__new",
)


@functools.cache
def _libbpf() -> ctypes.CDLL:
    library = ctypes.CDLL("libbpf.so.1", use_errno=True)
    for name in _POINTERS:
        getattr(library, name).restype = ctypes.c_void_p
    return library


def refused() -> str | None:
    """Say why the kernel does not let this process load BPF; None if it does."""
    if os.geteuid() != 0:
        return "loading BPF needs root"
    status = Path("/proc/self/status").read_text().split()
    capabilities = int(status[status.index("CapEff:") + 1], 16)
    if not capabilities >> _CAP_SYS_ADMIN & 1:
        return "root lacks CAP_SYS_ADMIN here, as in most containers"
    return None


def why_not_live(*tracepoints: str) -> str | None:
    """Say why this machine cannot run a BPF program.

    Args:
        tracepoints: Tracepoints that the program attaches to, as ``group/name``.

    Returns:
        The reason, or None if everything seems to be there.
    """
    if reason := refused():
        return reason
    try:
        _libbpf()
    except OSError as error:
        return f"libbpf is not installed: {error}"
    for name in tracepoints:
        if not (TRACEPOINTS / name).exists():
            return f"no tracepoint {name} (mount -t tracefs tracefs /sys/kernel/tracing)"
    return None


def possible_cpus() -> int:
    """Number of values that a per-CPU map has for each key."""
    return int(_libbpf().libbpf_num_possible_cpus())


class Bpf:
    """A BPF object in the kernel. Closing it detaches its programs.

    Args:
        path: Path of the compiled object.

    Raises:
        OSError: libbpf refuses the object, and prints the reason on stderr.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._links: list[ctypes.c_void_p] = []
        self._object = self._pointer(_libbpf().bpf_object__open_file(os.fsencode(path), None))

    def load(self) -> None:
        """Load maps and programs into the kernel, which verifies the programs."""
        self._check(_libbpf().bpf_object__load(self._object))

    def attach(self) -> None:
        """Attach every program to the place that its section names."""
        lib = _libbpf()
        program = lib.bpf_object__next_program(self._object, None)
        while program:
            link = lib.bpf_program__attach(ctypes.c_void_p(program))
            self._links.append(self._pointer(link))
            program = lib.bpf_object__next_program(self._object, ctypes.c_void_p(program))

    def initial(self, section: str, cls: type[Globals]) -> Globals:
        """The initial values of a section's variables. Change them before load()."""
        size = ctypes.c_size_t()
        address = self._pointer(
            _libbpf().bpf_map__initial_value(self._map(section), ctypes.byref(size))
        )
        if size.value != ctypes.sizeof(cls):
            raise ValueError(f"{section} has {size.value} bytes, expected {ctypes.sizeof(cls)}")
        return cls.from_address(address.value or 0)

    def globals(self, section: str, cls: type[Globals]) -> Globals:
        """A section's variables after load(): the program's memory, not a copy.

        This works for .data and .bss. The kernel does not allow anybody to map .rodata for writing.
        """
        return cls.from_buffer(mmap.mmap(self.map_fd(section), ctypes.sizeof(cls)))

    def lookup(self, name: str, key: Key, value: Value) -> Value | None:
        """Read the value of *key* into *value*; return None if the map has no such key."""
        found = _libbpf().bpf_map_lookup_elem(
            self.map_fd(name), ctypes.byref(key), ctypes.byref(value)
        )
        return value if found == 0 else None

    def keys(self, name: str, cls: type[Key]) -> Iterator[Key]:
        """Iterate over the keys of a hash map."""
        previous, fd = None, self.map_fd(name)
        while True:
            key = cls()
            end = _libbpf().bpf_map_get_next_key(fd, previous, ctypes.byref(key))
            if end:
                return
            yield key
            previous = ctypes.byref(key)

    def pin(self, name: str, path: Path) -> None:
        """Pin a map, so that it outlives the program until the pin is unlinked."""
        self._check(_libbpf().bpf_map__pin(self._map(name), os.fsencode(path)))

    def ring_buffer(self, name: str, on_sample: Callable[[bytes], None]) -> "RingBuffer":
        """Open a ring-buffer map. *on_sample* is called with a copy of each sample."""
        return RingBuffer(self.map_fd(name), on_sample)

    def close(self) -> None:
        """Detach the programs and drop the object."""
        for link in self._links:
            _libbpf().bpf_link__destroy(link)
        self._links.clear()
        if self._object:
            _libbpf().bpf_object__close(self._object)
        self._object = ctypes.c_void_p()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def _map(self, name: str) -> ctypes.c_void_p:
        return self._pointer(_libbpf().bpf_object__find_map_by_name(self._object, name.encode()))

    def map_fd(self, name: str) -> int:
        """The file descriptor of a map."""
        return int(_libbpf().bpf_map__fd(self._map(name)))

    def _pointer(self, address: int | None) -> ctypes.c_void_p:
        if not address:
            self._check(-ctypes.get_errno())
        return ctypes.c_void_p(address)

    def _check(self, code: int) -> None:
        if code < 0:
            raise OSError(-code, os.strerror(-code), os.fspath(self._path))


class RingBuffer:
    """A reader of a ring buffer; `Bpf.ring_buffer` creates it."""

    def __init__(self, fd: int, on_sample: Callable[[bytes], None]) -> None:
        def sample(_context: int | None, data: int, size: int) -> int:
            on_sample(ctypes.string_at(data, size))
            return 0

        self._callback = _SAMPLE(sample)  # libbpf keeps the address, so keep the object alive
        address = _libbpf().ring_buffer__new(fd, self._callback, None, None)
        if not address:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        self._buffer = ctypes.c_void_p(address)

    def poll(self, timeout_ms: int) -> int:
        """Wait for samples and pass them on; return their number."""
        return int(_libbpf().ring_buffer__poll(self._buffer, timeout_ms))

    def close(self) -> None:
        """Stop reading."""
        _libbpf().ring_buffer__free(self._buffer)
        self._buffer = ctypes.c_void_p()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()
