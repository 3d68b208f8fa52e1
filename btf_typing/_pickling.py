"""Pickling of generated classes and their instances.

A pickle holds a `Key`, which identifies the type, and the bytes of the instance. If this process
has loaded the BTF, unpickling uses the class of the loaded `Btf`. If not, unpickling loads the file
again. If a ``btf-stubs --live`` module has the class, the pickle also holds the name of the module,
and unpickling imports the module.

Existing pickles contain the names `Key` and `restored`, so these names cannot change.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary
from zlib import crc32

from ._classes.instances import Origin, origin_of
from ._layout.shape import signature
from .bpf_object import BpfObject, load
from .btf import LOADED, Btf
from .errors import BtfError, BtfFormatError, LayoutError, TypeNotFoundError


class Key(NamedTuple):
    """Identifies a generated class in another process.

    Attributes:
        path: Path of the BTF; empty if the BTF was not loaded from a path.
        base_path: Path of the base BTF for split BTF; else None.
        keyword: ``"struct"`` or ``"union"``.
        name: Tag; empty for an anonymous type.
        type_id: Type id; for a section of globals, the negated id of its DATASEC.
        crc: CRC-32 of the layout.
    """

    path: str
    base_path: str | None
    keyword: str
    name: str
    type_id: int
    crc: int


_CLASSES: dict[Key, type[Any]] = {}
"""Classes that this process pickled or unpickled. They may outlive their `Btf`."""

_CRCS: WeakKeyDictionary[type, int] = WeakKeyDictionary()
"""The CRC-32 of each class, computed once."""


def reduced(cls: type, data: bytes | None) -> tuple[Callable[..., object], tuple[object, ...]]:
    """The result of ``__reduce__`` for an instance of a generated class, or for the class itself.

    Args:
        cls: the class.
        data: the bytes of the instance; None for the class.

    Raises:
        TypeError: the BTF or its base was not loaded from a path, and no ``--live`` module has the
            class.
    """
    layout, source = _origin(cls)
    if source.path is None and source.module is None:
        raise TypeError(
            f"cannot pickle {cls.__name__}: its BTF or base BTF was loaded from memory or from an"
            " archive, so unpickling could not load it again; load it from a file, or take the"
            " class from a module that btf-stubs --live wrote"
        )
    name, type_id = layout.name, layout.type_id
    key = Key(source.path or "", source.base_path, layout.keyword, name, type_id, _crc(cls))
    _CLASSES[key] = cls
    return restored, (key, data, source.module) if source.module else (key, data)


def restored(key: Key, data: bytes | None, module: str | None = None) -> object:
    """The instance or class in a pickle.

    If this process already uses the class, the result is that class or an instance of it.

    Args:
        key: identifies the class.
        data: the bytes of the instance; None for the class.
        module: name of the ``--live`` module that has the class; None if there is none.

    Raises:
        BtfError: the file cannot be loaded, or the type now has another layout.
        FileNotFoundError: the file no longer exists.
    """
    cls = _class(key, _object_of(module))
    return cls if data is None else cls.from_buffer_copy(data)


def _object_of(module: str | None) -> BpfObject | None:
    """The object of the module *module*; None if it cannot be imported or has no object."""
    try:
        __import__(module or "")
    except (ImportError, ValueError):
        return None
    obj = getattr(sys.modules[module or ""], "obj", None)
    return obj if isinstance(obj, BpfObject) else None


def _crc(cls: type) -> int:
    """The CRC-32 of the layout of a generated class."""
    if cls not in _CRCS:
        _CRCS[cls] = crc32(signature(_origin(cls).layout).encode())
    return _CRCS[cls]


def _origin(cls: type) -> Origin:
    origin = origin_of(cls)
    assert origin is not None  # noqa: S101  # only generated classes come here
    return origin


def _class(key: Key, obj: BpfObject | None) -> type[Any]:
    """The class that *key* identifies.

    - If this process has loaded the BTF, the class comes from the loaded `Btf`. Unpickled instances
      then have the class that the program uses.
    - If not, the class comes from `_CLASSES`.
    - If `_CLASSES` lacks it, this function loads the file again.

    A section of globals belongs to an object, and a `Btf` in `LOADED` cannot return its class. So
    the search for such a class starts with `_CLASSES`.

    Args:
        key: the key in a pickle.
        obj: the object of the ``--live`` module that has the class; None if there is none.
    """
    btf = obj.btf if obj else LOADED.get((key.path, key.base_path))
    if btf is None or key.type_id < 0:
        known = _CLASSES.get(key)
        if known is not None:
            return known
    cls = _section_class(key, obj) if key.type_id < 0 else _record_class(key, btf)
    if cls is None:
        type_ = f"{key.keyword} {key.name!r}" if key.name else f"an anonymous {key.keyword}"
        raise BtfError(f"{type_} no longer has the layout that it was pickled with", path=key.path)
    _CLASSES[key] = cls
    return cls


def _record_class(key: Key, btf: Btf[Any] | None) -> type[Any] | None:
    """The class of a struct or union; None if no such type has the layout of *key*.

    If the file was compiled again, the type id may belong to another type, so this function tries
    the name, too.
    """
    btf = btf or Btf.from_file(key.path, key.base_path)
    for name in (key.type_id, key.name):
        try:
            cls = btf.union(name) if key.keyword == "union" else btf.struct(name)
        except (TypeNotFoundError, LayoutError):
            continue
        if _crc(cls) == key.crc:
            return cls
    return None


def _section_class(key: Key, obj: BpfObject | None) -> type[Any] | None:
    """The class of a section of globals; None if no section has the layout of *key*.

    The function first tries the section that has the type id. It skips a section whose class cannot
    be built, because that section may have nothing to do with the pickle.
    """
    sections = (obj or load(key.path, base=key.base_path)).sections
    for name in sorted(sections, key=lambda name: sections.type_id(name) != key.type_id):
        try:
            cls = type(sections[name])
        except (LayoutError, BtfFormatError):
            continue
        if _crc(cls) == key.crc:
            return cls
    return None
