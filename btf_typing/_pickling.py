"""Instances of generated classes through pickle: the path of the BTF, the type, the bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zlib import crc32

from .btf import OPEN, Btf
from .errors import BtfError, LayoutError, TypeNotFoundError
from .instances import Origin, origin_of
from .shape import signature


def reduced(origin: Origin, data: bytes) -> tuple[Callable[..., object], tuple[object, ...]]:
    """What ``__reduce__`` returns for an instance of *origin* with the bytes *data*."""
    layout = origin.layout
    names = (layout.keyword, layout.name, layout.type_id)
    return restored, (origin.path, origin.base_path, *names, _crc(origin), data)


def restored(
    path: str, base_path: str | None, keyword: str, name: str, type_id: int, crc: int, data: bytes
) -> object:
    """The instance again.

    Raises:
        BtfError: the file has changed since, and with it the layout.
    """
    return _class(path, base_path, keyword, name, type_id, crc).from_buffer_copy(data)


def _crc(origin: Origin) -> int:
    return crc32(signature(origin.layout).encode())


@lru_cache(maxsize=256)
def _class(
    path: str, base_path: str | None, keyword: str, name: str, type_id: int, crc: int
) -> type[Any]:
    btf = OPEN.get((path, base_path)) or Btf.from_file(path, base_path)
    for key in (type_id, name):
        try:
            found = btf.union(key) if keyword == "union" else btf.struct(key)
        except (TypeNotFoundError, LayoutError):
            continue
        origin = origin_of(found)
        if origin and _crc(origin) == crc:
            return found
    raise BtfError(f"{path}: {keyword} {name!r} is no longer laid out as when it was pickled")
