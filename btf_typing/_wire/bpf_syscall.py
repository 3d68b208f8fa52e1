"""BTF that the kernel has already loaded, by the ids that ``bpftool`` shows."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from types import TracebackType
from typing import Literal, Self, TypeVar

from btf_typing.errors import BtfError

from . import kernel
from .format import Contents

Of = Literal["btf", "program", "map"]

# bpf(2) commands and the word of the answer that holds the BTF id.
_GET_FD_BY_ID: dict[Of, int] = {"program": 13, "map": 14, "btf": 19}
_OBJ_GET_INFO_BY_FD = 15
_BTF_ID_AT: dict[Of, int] = {"program": 128, "map": 64}
_INFO_SIZE = 256

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


def btf_of_id(number: int, of: Of) -> tuple[Contents, bool]:
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
    module = bool(info.kernel_btf) and name.value != kernel.KERNEL.encode()
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
