"""The invariant of this package: a ``BtfError``, or a value that can be used completely."""

import ast
import contextlib
import copy
import ctypes
import json
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import btf_typing
from btf_typing import BpfObject, Btf, BtfError, BtfValidationError
from btf_typing._classes import dump_text
from btf_typing._commands import map_and_program_text, object_changes
from btf_typing._stubs import render

_SMALL = 4096
"""Largest size in bytes of an instance to create, read and write. Legal ones have up to 4 GiB."""

_FEW = 64
"""Number of fields to write in each class."""


class _Inner(ctypes.Structure):
    _fields_ = (("x", ctypes.c_uint32, 3), ("_gap", ctypes.c_uint32, 29), ("flag", ctypes.c_bool))


class _Struct(ctypes.Structure):
    """A hand-written class with names that also occur in damaged files."""

    _anonymous_ = ("_inner",)
    _fields_ = (
        *(("_inner", _Inner), ("name", ctypes.c_char * 16), ("next", ctypes.c_void_p)),
        *(("m", ctypes.c_uint32 * 3 * 2), ("a", _Inner * 2), ("_pad", ctypes.c_uint8 * 3)),
    )


class _Union(ctypes.Union):
    """The same for unions."""

    _fields_ = (("whole", ctypes.c_int64), ("x", ctypes.c_uint32), ("_pad", ctypes.c_uint8 * 32))


def walk(btf: Btf) -> int:
    """Use everything that a user can reach in *btf*. Each part may raise ``BtfError`` alone.

    Returns:
        Number of classes.
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
    """Use the maps, programs and globals of *obj* in the same way."""
    repr(obj)
    with contextlib.suppress(BtfError):
        for name in obj.maps:
            with contextlib.suppress(BtfError):
                repr(obj.maps[name])
    with contextlib.suppress(BtfError):
        assert all(map(repr, obj.programs.values()))
    with contextlib.suppress(BtfError):
        assert all(map_and_program_text.declarations(obj, "*"))
    with contextlib.suppress(BtfError):
        for name in obj.sections:
            with contextlib.suppress(BtfError):
                section = obj.sections[name]
                if ctypes.sizeof(section) <= _SMALL:
                    btf_typing.asdict(section)


def render_texts(obj: BpfObject) -> None:
    """Render the stub and the module of *obj*: both must be valid Python, whatever the names are.

    The module is also run. It raises an error of its own if a class has the wrong size.
    """
    with contextlib.suppress(BtfError):
        ast.parse(render.stub_text(obj, object_path_as_shown="prog.bpf.o"))
        text = render.module_text(obj, object_path_as_shown="prog.bpf.o")
        exec(compile(text, "prog_bpf.py", "exec"), {"__name__": "prog_bpf"})  # noqa: S102
    with contextlib.suppress(BtfError):
        assert not list(object_changes.changes(obj, obj, lambda _: True))


def _each(values: Iterator[object]) -> Iterator[object]:
    with contextlib.suppress(BtfError):
        yield from values


def _walk_type(btf: Btf, type_id: int) -> bool:
    """Use one type; return whether it has a class."""
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
            made = make(type_id)
            _use_class(made, make, type_id)
            _validate(btf, made, type_id)
            _describe(btf, made)
            return True
    return False


def _validate(btf: Btf, cls: type, type_id: int) -> None:
    """Validation accepts a generated class, and almost never the class above."""
    btf.validate_struct(type_id, cls)
    for other in (_Struct, _Union):
        with contextlib.suppress(BtfValidationError):
            btf.validate_struct(type_id, other)


def _describe(btf: Btf, cls: Any) -> None:
    """Use *cls* with numpy and, if pickle can find it again, with pickle."""
    with contextlib.suppress(BtfError):
        assert btf_typing.dtype(cls).itemsize == ctypes.sizeof(cls)
    if btf.path and ctypes.sizeof(cls) <= _SMALL:
        value = cls()
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own


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
        if field.name:
            with contextlib.suppress(BtfError, ValueError):  # a name such as "a.b" is no path
                type_.member(field.name)
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
    """Create, read, write and compare instances of *cls*."""
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
    json.dumps(btf_typing.asdict(ones, json=True), allow_nan=False)
    with contextlib.suppress(BtfError):  # enumerators that share a name
        btf_typing.asdict(ones, enums=True)
    text = dump_text.dump_text(ones, zeros=True, hexdump=True, colored=False)
    assert text.isprintable() or text.replace("\n", "").isprintable()
    for name in list(values)[:_FEW]:
        assert name.isidentifier()
        value = getattr(ones, name)
        setattr(zero, name, value)
        if not isinstance(value, ctypes.Array | ctypes.Structure | ctypes.Union | float):
            assert getattr(zero, name) == value, name
