"""BTF that is loaded in the kernel, found by the ids that ``bpftool`` prints.

Source: Linux include/uapi/linux/bpf.h, ``enum bpf_cmd``, ``union bpf_attr``, ``struct bpf_*_info``.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from types import TracebackType
from typing import Literal, Self, TypeVar

from btf_typing.errors import BtfError

from . import kernel
from .file_contents import FileContents

Of = Literal["btf", "program", "map"]

_GET_FD_BY_ID: dict[Of, int] = {"program": 13, "map": 14, "btf": 19}
"""The bpf(2) command that opens an object of the kernel by its id."""

_OBJ_GET_INFO_BY_FD = 15
"""The bpf(2) command that describes an open object of the kernel."""

_BTF_ID_OFFSET: dict[Of, int] = {"program": 128, "map": 64}
"""Offset of ``btf_id`` in ``struct bpf_prog_info`` and ``struct bpf_map_info``, in bytes."""

_INFO_SIZE = 256
"""Bytes for either struct. The kernel writes no more than it is offered."""

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
"""System call number of bpf(2), by machine."""


def btf_of_id(number: int, of: Of) -> tuple[FileContents, bool]:
    """The BTF with the id *number*, or the BTF of the program or map with that id.

    Returns:
        The BTF, and whether it is a kernel module's: split BTF over the kernel's.

    Raises:
        BtfError: there is no such id, or the kernel denies access to it.
        ValueError: *of* is no kind of object that has BTF.
    """
    if of not in ("btf", *_BTF_ID_OFFSET):
        raise ValueError(f"of={of!r}, expected 'btf', 'program' or 'map'")
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
    module = bool(info.kernel_btf) and name.value != kernel.KERNEL.encode()
    return FileContents(data.raw, None, ctypes.sizeof(ctypes.c_void_p)), module


def _btf_id(number: int, of: Of) -> int:
    """BTF id of the program or map *number*."""
    with _Handle(number, of) as handle:
        info = bytes(handle.info((ctypes.c_uint8 * _INFO_SIZE)()))
    start = _BTF_ID_OFFSET[of]
    btf_id = int.from_bytes(info[start : start + 4], sys.byteorder)
    if not btf_id:
        raise BtfError(f"{of} {number} was loaded without BTF")
    return btf_id


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
    """The start of ``union bpf_attr`` for both commands; its other bytes are zero."""

    _fields_ = (
        ("id_or_fd", ctypes.c_uint32),
        ("info_len", ctypes.c_uint32),
        ("info", ctypes.c_uint64),
        ("rest", ctypes.c_uint8 * 112),
    )


_Info = TypeVar("_Info", _BtfInfo, ctypes.Array[ctypes.c_uint8])


class _Handle:
    """A file descriptor of a program, map or BTF in the kernel; a context manager closes it.

    Raises:
        BtfError: there is no such id, or the kernel denies access to it.
    """

    def __init__(self, number: int, of: Of) -> None:
        self._label = f"{of} {number}"
        if not 0 <= number < 1 << 32:
            raise BtfError(f"{self._label}: expected a 32-bit id, 0 to {(1 << 32) - 1}")
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
        """Let the kernel fill in *info* and return it."""
        attr = _Attr(self._fd, ctypes.sizeof(info), ctypes.addressof(info))
        self._bpf(_OBJ_GET_INFO_BY_FD, attr)
        return info

    def _bpf(self, command: int, attr: _Attr) -> int:
        number = _SYSCALLS.get(platform.machine())
        if number is None:
            supported = ", ".join(sorted(_SYSCALLS))
            raise BtfError(
                f"cannot call bpf(2) on the machine {platform.machine()!r}; supported: {supported}"
            )
        libc = ctypes.CDLL(None, use_errno=True)
        result: int = libc.syscall(number, command, ctypes.byref(attr), ctypes.sizeof(attr))
        if result < 0:
            raise BtfError(f"{self._label}: {os.strerror(ctypes.get_errno())}")
        return result
