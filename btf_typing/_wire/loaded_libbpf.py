"""BTF copied from a libbpf that this process has loaded."""

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
    """A copy of the raw BTF behind a ``struct btf *`` of *library*.

    Returns:
        The raw BTF, the address of the base's ``struct btf`` (None without a base), and the
        target's pointer size in bytes.

    Raises:
        BtfError: the pointer is NULL, or libbpf returns no raw data.

    Source:
        libbpf ``btf__raw_data``, ``btf__base_btf`` and ``btf__pointer_size``.
    """
    btf = ctypes.cast(pointer or 0, ctypes.c_void_p)
    if not btf:
        raise BtfError("the struct btf * is NULL; pass the result of bpf_object__btf()")
    # The caller may have set restype and argtypes on library.btf__raw_data and the other functions.
    # We therefore create function objects of our own.
    raw_data = _RAW_DATA(("btf__raw_data", library))
    base_btf = _BASE_BTF(("btf__base_btf", library))
    pointer_size = _POINTER_SIZE(("btf__pointer_size", library))
    size = ctypes.c_uint32()
    data = raw_data(btf, ctypes.byref(size))
    if not data:
        raise BtfError("btf__raw_data() of libbpf returned NULL for this struct btf *")
    base: int | None = base_btf(btf)
    return ctypes.string_at(data, size.value), base, pointer_size(btf)


def loaded_library() -> ctypes.CDLL:
    """The libbpf that this process has loaded.

    Raises:
        BtfError: no libbpf is loaded, or more than one.
    """
    with open("/proc/self/maps", errors="surrogateescape") as maps:  # noqa: PTH123  # pathlib is slow to import
        lines = [line.split(maxsplit=5) for line in maps]
    paths = {line[5].rstrip("\n") for line in lines if len(line) > 5}  # noqa: PLR2004
    # The file has a name such as libbpf.so.1, or libbpf-1a2b3c4d.so.1 in a wheel. pylibbpf.so does
    # not count: it contains a libbpf but does not export the functions of libbpf.
    names = ("libbpf.", "libbpf-")
    libraries = sorted(path for path in paths if path.rsplit("/", 1)[-1].startswith(names))
    if not libraries:
        raise BtfError(
            "this process has loaded no libbpf; pass library=ctypes.CDLL(path) for the libbpf that"
            " the struct btf * belongs to"
        )
    if len(libraries) > 1:
        raise BtfError(
            f"this process has loaded {len(libraries)} libbpf libraries: {', '.join(libraries)};"
            f" pass the one that the struct btf * belongs to, such as"
            f" library=ctypes.CDLL({libraries[0]!r})"
        )
    try:
        return ctypes.CDLL(libraries[0])
    except OSError as error:  # the file was replaced, so the path ends with " (deleted)"
        raise BtfError(
            f"cannot open the libbpf that this process has loaded: {error}; restart the process,"
            " or pass library="
        ) from error
