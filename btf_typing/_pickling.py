"""Instances of generated classes through pickle: the path of the BTF, the type, the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary
from zlib import crc32

from ._classes.instances import Origin, origin_of
from ._layout.shape import signature
from .btf import OPEN, Btf
from .errors import BtfError, LayoutError, TypeNotFoundError


class Key(NamedTuple):
    """What tells a generated class in another process.

    Attributes:
        path: of the BTF.
        base_path: of the BTF that it continues, if any.
        keyword: C's.
        name: its tag; empty for an anonymous type.
        type_id: of the type; of a section of globals that of the DATASEC, negated.
        crc: of the layout.
    """

    path: str
    base_path: str | None
    keyword: str
    name: str
    type_id: int
    crc: int


_CLASSES: dict[Key, type[Any]] = {}
"""Classes of instances that were pickled or restored, whose BTF may be loaded no more."""

_CRCS: WeakKeyDictionary[type, int] = WeakKeyDictionary()


def reduced(cls: type, data: bytes) -> tuple[Callable[..., object], tuple[object, ...]]:
    """What ``__reduce__`` returns for an instance of the generated class *cls* with bytes *data*.

    Raises:
        TypeError: the BTF of *cls* was not loaded from a path.
    """
    layout, source = _origin(cls)
    if source.path is None:
        raise TypeError(f"cannot pickle {cls.__name__}: its BTF was not loaded from a path")
    name, type_id = layout.name, layout.type_id
    key = Key(source.path, source.base_path, layout.keyword, name, type_id, _crc(cls))
    _CLASSES[key] = cls
    return restored, (key, data)


def restored(key: Key, data: bytes) -> object:
    """The instance again, of the class that is in use here if the BTF is loaded.

    Raises:
        BtfError: the file has changed since, and with it the layout.
    """
    return _class(key).from_buffer_copy(data)


def _crc(cls: type) -> int:
    """A checksum of the layout of a generated class."""
    if cls not in _CRCS:
        _CRCS[cls] = crc32(signature(_origin(cls).layout).encode())
    return _CRCS[cls]


def _origin(cls: type) -> Origin:
    origin = origin_of(cls)
    assert origin is not None  # noqa: S101  # only generated classes come here
    return origin


def _class(key: Key) -> type[Any]:
    btf = OPEN.get((key.path, key.base_path))
    if btf is None or key.type_id < 0:
        known = _CLASSES.get(key)
        if known is not None:
            return known
    found = _section(key) if key.type_id < 0 else _record(key, btf)
    if found is None:
        what = f"{key.keyword} {key.name!r}" if key.name else f"an anonymous {key.keyword}"
        raise BtfError(f"{key.path}: {what} is no longer laid out as when it was pickled")
    _CLASSES[key] = found
    return found


def _record(key: Key, btf: Btf[Any] | None) -> type[Any] | None:
    """The struct or union; None where none has that layout. Its id may be another's now."""
    btf = btf or Btf.from_file(key.path, key.base_path)
    for name in (key.type_id, key.name):
        try:
            found = btf.union(name) if key.keyword == "union" else btf.struct(name)
        except (TypeNotFoundError, LayoutError):
            continue
        if _crc(found) == key.crc:
            return found
    return None


def _section(key: Key) -> type[Any] | None:
    """The class of a section of globals; None where none has that layout."""
    from .bpf_object import load  # noqa: PLC0415  # sections are rarely pickled

    obj = load(key.path, base=key.base_path)
    sections = obj.sections.values()
    return next((type(each) for each in sections if _crc(type(each)) == key.crc), None)
