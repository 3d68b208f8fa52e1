"""BTF that is already loaded: in the kernel, by id, or in a libbpf of this process."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from ._format import Contents
from .errors import BtfError

Of = Literal["btf", "program", "map"]

# bpf(2) commands and the word of the answer that holds the BTF id.
_GET_FD_BY_ID: dict[Of, int] = {"program": 13, "map": 14, "btf": 19}
_OBJ_GET_INFO_BY_FD = 15
_BTF_ID_AT: dict[Of, int] = {"program": 128, "map": 64}
_INFO_SIZE = 256

_RAW_DATA = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_BASE_BTF = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
_POINTER_SIZE = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p)

_SYSCALLS = {
    "aarch64": 280,
    "arm64": 280,
    "armv7l": 386,
    "i686": 357,
    "loongarch64": 280,
    "ppc64le": 361,
    "riscv64": 280,
    "s390x": 351,
    "x86_64": 321,
}
"""The number of bpf(2) by machine."""


def from_id(number: int, of: Of) -> tuple[Contents, bool]:
    """The BTF with the id *number*, or that of the program or map with that id.

    Returns:
        The BTF, and whether it is of a kernel module and so continues the kernel's.

    Raises:
        BtfError: there is none, or the kernel refuses to tell.
    """
    if of not in ("btf", *_BTF_ID_AT):
        raise ValueError(f"ids are of btf, {' or '.join(_BTF_ID_AT)}, not of {of!r}")
    if of != "btf":
        number = _btf_id(number, of)
    with _Handle(number, "btf") as handle:
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
    module = bool(info.kernel_btf) and name.value != b"vmlinux"
    return Contents(data.raw, None, ctypes.sizeof(ctypes.c_void_p), None), module


def _btf_id(number: int, of: Of) -> int:
    """The id of the BTF that a program or map was loaded with."""
    with _Handle(number, of) as handle:
        info = bytes(handle.info((ctypes.c_uint8 * _INFO_SIZE)()))
    at = _BTF_ID_AT[of]
    found = int.from_bytes(info[at : at + 4], sys.byteorder)
    if not found:
        raise BtfError(f"{of} {number} was loaded without BTF")
    return found


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
    """The start of ``union bpf_attr``, for both commands; the rest of it is zero."""

    _fields_ = (
        ("id_or_fd", ctypes.c_uint32),
        ("info_len", ctypes.c_uint32),
        ("info", ctypes.c_uint64),
        ("rest", ctypes.c_uint8 * 112),
    )


_Info = TypeVar("_Info", _BtfInfo, ctypes.Array[ctypes.c_uint8])


class _Handle:
    """A file descriptor of something in the kernel, closed when left."""

    def __init__(self, number: int, of: Of) -> None:
        self._what = f"{of} {number}"
        if not 0 <= number < 1 << 32:
            raise BtfError(f"{self._what}: ids are 32-bit numbers")
        self._fd = self._bpf(_GET_FD_BY_ID[of], _Attr(number))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._fd)

    def info(self, info: _Info) -> _Info:
        """*info*, filled in by the kernel."""
        attr = _Attr(self._fd, ctypes.sizeof(info), ctypes.addressof(info))
        self._bpf(_OBJ_GET_INFO_BY_FD, attr)
        return info

    def _bpf(self, command: int, attr: _Attr) -> int:
        number = _SYSCALLS.get(platform.machine())
        if number is None:
            raise BtfError(f"the number of bpf(2) on {platform.machine()} is not known")
        libc = ctypes.CDLL(None, use_errno=True)
        result: int = libc.syscall(number, command, ctypes.byref(attr), ctypes.sizeof(attr))
        if result < 0:
            raise BtfError(f"{self._what}: {os.strerror(ctypes.get_errno())}")
        return result


def from_libbpf(
    pointer: int | ctypes.c_void_p | ctypes._Pointer[Any] | None, library: ctypes.CDLL
) -> tuple[bytes, int | None, int]:
    """The raw BTF behind a ``struct btf *``, its base's address, and its pointers' size.

    Raises:
        BtfError: the pointer is NULL, or libbpf has no raw data for it.
    """
    btf = ctypes.cast(pointer or 0, ctypes.c_void_p)
    if not btf:
        raise BtfError("the struct btf * is NULL")
    # Functions of our own: those of *library* may have types that its user gave them.
    raw_data = _RAW_DATA(("btf__raw_data", library))
    base_btf = _BASE_BTF(("btf__base_btf", library))
    pointer_size = _POINTER_SIZE(("btf__pointer_size", library))
    size = ctypes.c_uint32()
    data = raw_data(btf, ctypes.byref(size))
    if not data:
        raise BtfError("libbpf has no raw data for that struct btf *")
    base: int | None = base_btf(btf)
    return ctypes.string_at(data, size.value), base, pointer_size(btf)


def loaded_libbpf() -> ctypes.CDLL:
    """The libbpf that this process has loaded.

    Raises:
        BtfError: there is none, or more than one.
    """
    with open("/proc/self/maps") as maps:  # noqa: PTH123  # pathlib is slow to import
        lines = [line.split(maxsplit=5) for line in maps]
    paths = {line[5].rstrip("\n") for line in lines if len(line) > 5}  # noqa: PLR2004
    # Not pylibbpf, which keeps its own to itself; wheels add a digest: libbpf-1a2b3c4d.so.1.
    found = sorted(path for path in paths if path.rsplit("/", 1)[-1].startswith("libbpf"))
    if len(found) != 1:
        raise BtfError(f"{len(found)} libbpf libraries are loaded; give library=ctypes.CDLL(...)")
    return ctypes.CDLL(found[0])
