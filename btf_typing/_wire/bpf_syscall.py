"""Maps, programs and BTF in the running kernel.

This module reads the BTF of these objects, and the properties and entries of maps.

You can open an object by its id, by a file descriptor, or, if it is pinned, by its path in the BPF
file system. ``bpftool`` prints the ids.

Source: Linux include/uapi/linux/bpf.h, ``enum bpf_cmd``, ``union bpf_attr``, ``struct bpf_*_info``.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Literal, NamedTuple, Self, TypeVar

from btf_typing.errors import BtfError

from . import kernel
from .file_contents import FileContents

Of = Literal["btf", "program", "map"]

_GET_FD_BY_ID: dict[Of, int] = {"program": 13, "map": 14, "btf": 19}
"""The bpf(2) command that opens an object of the kernel by its id."""

_MAP_LOOKUP_ELEM, _MAP_GET_NEXT_KEY = 1, 4
"""The bpf(2) commands that read the entries of a map."""

_OBJ_GET_INFO_BY_FD = 15
"""The bpf(2) command that describes an open object of the kernel."""

_OBJ_GET = 7
"""The bpf(2) command that opens a pinned object by its path."""

_BTF_ID_OFFSET: dict[Of, int] = {"program": 128, "map": 64}
"""Offset of ``btf_id`` in ``struct bpf_prog_info`` and ``struct bpf_map_info``, in bytes."""

_KINDS: dict[str, Of] = {
    "anon_inode:bpf-prog": "program",
    "anon_inode:bpf-map": "map",
    "anon_inode:btf": "btf",
}
"""Kinds of objects. The keys are the targets that links in ``/proc/self/fd`` have."""

_INFO_SIZE = 256
"""Size of the buffer for ``struct bpf_*_info`` in bytes. The kernel never writes more bytes."""

_ARM = {4: 386, 8: 280}
_X86 = {4: 357, 8: 321}
_SYSCALLS = {
    "aarch64": _ARM,
    "arm64": _ARM,
    "armv6l": _ARM,
    "armv7l": _ARM,
    "armv8l": _ARM,
    "i386": _X86,
    "i586": _X86,
    "i686": _X86,
    "loongarch64": {8: 280},
    "ppc64le": {8: 361},
    "riscv64": {8: 280},
    "s390x": {8: 351},
    "x86_64": _X86,
}
"""System call numbers of bpf(2), by machine and by size of a pointer in bytes.

The machine alone does not determine the number. A 32-bit process on a 64-bit kernel uses the 32-bit
number, although ``platform.machine()`` is the machine of the kernel. Under ``setarch``, a 64-bit
process can see the name of a 32-bit machine.
"""

_LARGEST_MAP = (1 << 32) - 1
"""Largest ``max_entries`` of a map."""


class MapInfo(NamedTuple):
    """The properties of a map in the kernel.

    Attributes:
        type: number of its type.
        key_size: size of a key in bytes.
        value_size: size of a value in bytes.
        max_entries: largest number of entries.
        map_flags: its flags.
        name: its name; the kernel keeps 15 characters.
        btf_id: id of its BTF; 0 if the map was created without BTF.
        key_id: type id of a key in that BTF; 0 if the BTF does not describe the key.
        value_id: type id of a value in that BTF; 0 if the BTF does not describe the value.
    """

    type: int
    key_size: int
    value_size: int
    max_entries: int
    map_flags: int
    name: str
    btf_id: int
    key_id: int
    value_id: int


def by_id(number: int, of: Of) -> Handle:
    """Open the object with the id *number*. *of* is the kind of object, such as ``"map"``.

    Raises:
        BtfError: there is no such id, or the kernel denies access to it.
        ValueError: *of* is not the name of a kind of object.
    """
    if of not in _GET_FD_BY_ID:
        raise ValueError(f"of={of!r}, expected 'btf', 'program' or 'map'")
    label = f"{of} {number}"
    if not 0 <= number < 1 << 32:
        raise BtfError(f"{label}: expected a 32-bit id, 0 to {(1 << 32) - 1}")
    return Handle(_bpf(_GET_FD_BY_ID[of], _Attr(number), label), of, label)


def by_fd(fd: int) -> Handle:
    """Duplicate *fd* and return a handle for the duplicate. You still have to close *fd*.

    Raises:
        BtfError: *fd* is not open, or is not a BPF map, program or BTF.
    """
    label = f"file descriptor {fd}"
    try:
        duplicate = os.dup(fd)
    except OSError as error:
        raise BtfError(f"{label}: {error.strerror}") from None
    except OverflowError:  # the number does not fit into a C int
        raise BtfError(f"{label}: {os.strerror(errno.EBADF)}") from None
    return _checked(duplicate, label)


def by_path(path: str) -> Handle:
    """Open the object that is pinned at *path*.

    Raises:
        BtfError: no BPF map, program or BTF is pinned there, or the kernel denies access to it.
    """
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError as error:
        raise BtfError(f"{path!r}: {error}") from None
    if b"\0" in encoded:  # the kernel would open the path before the null byte
        raise BtfError(f"{path!r}: embedded null byte")
    name = ctypes.create_string_buffer(encoded)
    attr = _Attr.from_buffer_copy(bytes(ctypes.c_uint64(ctypes.addressof(name))).ljust(128, b"\0"))
    return _checked(_bpf(_OBJ_GET, attr, path), path)


def _checked(fd: int, label: str) -> Handle:
    """A handle for *fd*. Closes *fd* and raises `BtfError` if it is no BPF map, program or BTF."""
    link = f"/proc/self/fd/{fd}"
    try:
        target = os.readlink(link)  # noqa: PTH115  # pathlib is slow to import
    except OSError as error:
        os.close(fd)
        problem = f"cannot read the kind of the object from {link}: {error.strerror}"
        raise BtfError(f"{label}: {problem}; is /proc mounted?") from None
    if target not in _KINDS:
        os.close(fd)
        raise BtfError(f"{label}: expected a BPF map, program or BTF, found {target!r}")
    return Handle(fd, _KINDS[target], label)


def btf_of(handle: Handle) -> tuple[FileContents, bool]:
    """The BTF of an object.

    Returns:
        The BTF, and whether it belongs to a kernel module. If so, it is split BTF, and its base
        is the BTF of the kernel.

    Raises:
        BtfError: the object was loaded without BTF, or the kernel denies access to it.
    """
    if handle.of != "btf":
        number = _number(handle.info_bytes(), _BTF_ID_OFFSET[handle.of])
        if not number:
            raise BtfError(f"{handle.label} was loaded without BTF")
        with by_id(number, "btf") as opened:
            return btf_of(opened)
    size = handle.info(_BtfInfo()).btf_size
    data = ctypes.create_string_buffer(size)
    name = ctypes.create_string_buffer(64)
    info = handle.info(
        _BtfInfo(
            btf=ctypes.addressof(data),
            btf_size=size,
            name=ctypes.addressof(name),
            name_len=len(name),
        )
    )
    module = bool(info.kernel_btf) and name.value != kernel.KERNEL.encode()
    return FileContents(data.raw, None, ctypes.sizeof(ctypes.c_void_p)), module


def map_info_of(handle: Handle) -> MapInfo:
    """The properties of a map.

    Raises:
        BtfError: the object is not a map.
    """
    if handle.of != "map":
        raise BtfError(f"{handle.label}: expected a map, found a {handle.of}")
    data = handle.info_bytes()
    # the first six fields of struct bpf_map_info
    type_, _, key_size, value_size, max_entries, flags = (_number(data, 4 * n) for n in range(6))
    name = data[24:40].partition(b"\0")[0].decode(errors="replace")
    ids = (_number(data, offset) for offset in (64, 68, 72))
    return MapInfo(type_, key_size, value_size, max_entries, flags, name, *ids)


def _number(data: bytes, start: int) -> int:
    """The ``__u32`` at the byte *start*."""
    return int.from_bytes(data[start : start + 4], sys.byteorder)


class _BtfInfo(ctypes.Structure):
    """``struct bpf_btf_info``."""

    _fields_ = (
        ("btf", ctypes.c_uint64),
        ("btf_size", ctypes.c_uint32),
        ("id", ctypes.c_uint32),
        ("name", ctypes.c_uint64),
        ("name_len", ctypes.c_uint32),
        ("kernel_btf", ctypes.c_uint32),
    )


class _Attr(ctypes.Structure):
    """``union bpf_attr`` for commands that open or describe an object; *rest* is zero."""

    _fields_ = (
        ("id_or_fd", ctypes.c_uint32),
        ("info_len", ctypes.c_uint32),
        ("info", ctypes.c_uint64),
        ("rest", ctypes.c_uint8 * 112),
    )


class _ElementAttr(ctypes.Structure):
    """``union bpf_attr`` for commands that read the entries of a map; *rest* is zero."""

    _fields_ = (
        ("map_fd", ctypes.c_uint32),
        ("padding", ctypes.c_uint32),
        ("key", ctypes.c_uint64),
        ("value_or_next_key", ctypes.c_uint64),
        ("rest", ctypes.c_uint8 * 104),
    )


_Info = TypeVar("_Info", _BtfInfo, ctypes.Array[ctypes.c_uint8])


class Handle:
    """A file descriptor of an object in the kernel, and the context manager that closes it.

    Attributes:
        fd: the file descriptor.
        of: kind of the object.
        label: name of the object in messages, such as ``"map 12"``.
    """

    def __init__(self, fd: int, of: Of, label: str) -> None:
        self.fd = fd
        self.of = of
        self.label = label

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self.fd)

    def info(self, info: _Info) -> _Info:
        """Ask the kernel to fill in *info*; return *info*."""
        attr = _Attr(self.fd, ctypes.sizeof(info), ctypes.addressof(info))
        _bpf(_OBJ_GET_INFO_BY_FD, attr, self.label)
        return info

    def info_bytes(self) -> bytes:
        """The bytes of the ``struct bpf_prog_info`` or ``struct bpf_map_info`` of this object."""
        return bytes(self.info((ctypes.c_uint8 * _INFO_SIZE)()))


def items_of(handle: Handle, info: MapInfo, value_size: int) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a map.

    If another process adds or deletes entries during the iteration, some entries may be missing,
    and some may come twice.

    Args:
        handle: the map.
        info: from `map_info_of`.
        value_size: number of bytes that the kernel writes for a value. In a per-CPU map, it writes
            the values of all CPUs.

    Raises:
        BtfError: the kernel does not let programs read the entries of this type of map, or denies
            access to them.
    """
    key = ctypes.create_string_buffer(max(info.key_size, 1))
    value = ctypes.create_string_buffer(max(value_size, 1))
    before, keys, values = None, ctypes.addressof(key), ctypes.addressof(value)
    # If another process has deleted the entry that we read last, the kernel starts again with the
    # first entry. Without a limit, the loop might never end. The maps that store values in tasks,
    # sockets, inodes and cgroups have max_entries 0, so they get the largest limit.
    for _ in range(info.max_entries or _LARGEST_MAP):
        attr = _ElementAttr(handle.fd, 0, before or 0, keys)
        if not _found(_MAP_GET_NEXT_KEY, attr, handle.label):
            return
        before = keys
        attr = _ElementAttr(handle.fd, 0, keys, values)
        if _found(_MAP_LOOKUP_ELEM, attr, handle.label):
            yield key.raw[: info.key_size], value.raw[:value_size]


def _found(command: int, attr: _ElementAttr, label: str) -> bool:
    """Call bpf(2), and return whether the map has the entry.

    Raises:
        BtfError: the kernel returns an error other than ``ENOENT``.
    """
    error = _call(command, attr)[1]
    if error not in (0, errno.ENOENT):
        raise BtfError(f"{label}: cannot read its entries: {os.strerror(error)}")
    return not error


def possible_cpus() -> int:
    """Number of CPUs for which a per-CPU map has values.

    Source:
        Linux Documentation/admin-guide/cputopology.rst, ``/sys/devices/system/cpu/possible``.
    """
    with open("/sys/devices/system/cpu/possible", encoding="ascii") as file:  # noqa: PTH123
        ranges = file.read().strip().split(",")
    ends = [part.rpartition("-") for part in ranges]
    return sum([int(last) - int(first or last) + 1 for first, _, last in ends])


def _bpf(command: int, attr: _Attr, label: str) -> int:
    """Call bpf(2).

    Raises:
        BtfError: the kernel returns an error.
    """
    result, error = _call(command, attr)
    if result < 0:
        raise BtfError(f"{label}: {os.strerror(error)}")
    return result


def _call(command: int, attr: _Attr | _ElementAttr) -> tuple[int, int]:
    """Call bpf(2); return its result and the error number, which is 0 without an error.

    Raises:
        BtfError: this module does not know the system call number of bpf(2) on this machine.
    """
    pointer_size = ctypes.sizeof(ctypes.c_void_p)
    number = _SYSCALLS.get(platform.machine(), {}).get(pointer_size)
    if number is None:
        supported = ", ".join(sorted(_SYSCALLS))
        raise BtfError(
            f"cannot call bpf(2) from a {8 * pointer_size}-bit process on the machine "
            f"{platform.machine()!r}; supported machines: {supported}"
        )
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(number, command, ctypes.byref(attr), ctypes.sizeof(attr))
    return result, ctypes.get_errno() if result < 0 else 0
