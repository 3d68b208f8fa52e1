"""The invariant of this package: a ``BtfError``, or a value that can be walked whole."""

import ast
import contextlib
import copy
import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import btf_typing
from btf_typing import BpfObject, Btf, BtfError, stubgen

_SMALL = 4096
"""Bytes of an instance that is made, read and written whole; legal ones have up to 4 GiB."""

_FEW = 64
"""Fields of a class that are written one by one."""


def walk(btf: Btf) -> int:
    """Use everything that a user can reach of *btf*; a part may raise ``BtfError``, and only that.

    Returns:
        How many classes were made.
    """
    repr(btf)
    names: list[str] = []
    with contextlib.suppress(BtfError):
        names = btf.names()
    for name in names[:_FEW]:
        assert name in btf
        for find in (btf.struct, btf.union, btf.enum, btf.type):
            with contextlib.suppress(BtfError):
                find(name)
    for missing in ("", "no such name", "\0", "exec_event_"):
        with contextlib.suppress(BtfError):
            btf.struct(missing)
    assert sum(1 for _ in _each(btf.types())) <= len(btf)
    return sum(_walk_type(btf, type_id) for type_id in range(len(btf)))


def walk_object(obj: BpfObject) -> None:
    """Use the maps and the globals of *obj*, within the same rules."""
    repr(obj)
    with contextlib.suppress(BtfError):
        for name in obj.maps:
            with contextlib.suppress(BtfError):
                repr(obj.maps[name])
    with contextlib.suppress(BtfError):
        for name in obj.sections:
            with contextlib.suppress(BtfError):
                section = obj.sections[name]
                if ctypes.sizeof(section) <= _SMALL:
                    btf_typing.asdict(section)


def render(obj: BpfObject) -> None:
    """Render the stub of *obj*: whatever names are in it, it must be Python."""
    with contextlib.suppress(BtfError):
        ast.parse(stubgen.render(obj, object_path_as_shown="prog.bpf.o"))


def _each(values: Iterator[object]) -> Iterator[object]:
    with contextlib.suppress(BtfError):
        yield from values


def _walk_type(btf: Btf, type_id: int) -> bool:
    """Use one type; whether it made a class."""
    for use in (_show, _declare, _list_fields, _list_enumerators):
        with contextlib.suppress(BtfError):
            use(btf.type(type_id))
    made: Any
    with contextlib.suppress(BtfError):
        made = btf.enum(type_id)
        for member in made:
            assert made(member.value) is member
    for make in (btf.struct, btf.union):
        with contextlib.suppress(BtfError):
            _use_class(make(type_id), make, type_id)
            return True
    return False


def _show(type_: btf_typing.BtfType) -> None:
    repr(type_)
    assert type_.name is not None
    assert type_.kind
    assert hash(type_) is not None
    assert type_.size >= 0


def _declare(type_: btf_typing.BtfType) -> None:
    assert isinstance(type_.c_declaration, str)


def _list_fields(type_: btf_typing.BtfType) -> None:
    for field in type_.fields:
        repr(field)
        assert field.offset == field.bit_offset // 8
        assert field.size >= 0
        assert field.bitfield_size is None or field.bitfield_size > 0
        repr(field.type)


def _list_enumerators(type_: btf_typing.BtfType) -> None:
    for enumerator in type_.enumerators:
        assert isinstance(enumerator.value, int)
    if type_.type is not None:
        repr(type_.type)


def _use_class(cls: Any, make: Callable[[int], Any], type_id: int) -> None:
    """Make, read, write and compare instances of *cls*."""
    assert make(type_id) is cls
    assert cls.__name__.isidentifier()
    if ctypes.sizeof(cls) > _SMALL:
        return
    zero, ones = cls(), cls.from_buffer_copy(b"\xff" * ctypes.sizeof(cls))
    for instance in (zero, ones):
        repr(instance)
        assert copy.copy(instance) == instance
    values = btf_typing.asdict(ones)
    btf_typing.asdict(zero, text=True)
    for name in list(values)[:_FEW]:
        assert name.isidentifier()
        value = getattr(ones, name)
        setattr(zero, name, value)
        if not isinstance(value, ctypes.Array | ctypes.Structure | ctypes.Union | float):
            assert getattr(zero, name) == value, name
