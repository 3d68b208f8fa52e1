"""BTF that a libbpf of this process has parsed."""

from __future__ import annotations

import ctypes
from typing import Any

from btf_typing.errors import BtfError

_RAW_DATA = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_BASE_BTF = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
_POINTER_SIZE = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p)


def copied_btf(
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


def loaded_library() -> ctypes.CDLL:
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
