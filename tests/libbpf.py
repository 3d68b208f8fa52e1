"""libbpf through ctypes: how it reads an object, to compare with our reading."""

import ctypes
from collections.abc import Iterator
from ctypes import (
    CFUNCTYPE,
    POINTER,
    byref,
    c_bool,
    c_char_p,
    c_int,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from pathlib import Path
from typing import Any, NamedTuple

import pytest

_LIBRARY = "libbpf.so.1"
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "libbpf_set_print": (c_void_p, [c_void_p]),
    "bpf_object__open": (c_void_p, [c_char_p]),
    "bpf_object__close": (None, [c_void_p]),
    "bpf_object__next_map": (c_void_p, [c_void_p, c_void_p]),
    "bpf_object__next_program": (c_void_p, [c_void_p, c_void_p]),
    "bpf_object__btf": (c_void_p, [c_void_p]),
    "btf__raw_data": (c_void_p, [c_void_p, POINTER(c_uint32)]),
    "bpf_map__name": (c_char_p, [c_void_p]),
    "bpf_map__type": (c_int, [c_void_p]),
    "bpf_map__key_size": (c_uint32, [c_void_p]),
    "bpf_map__value_size": (c_uint32, [c_void_p]),
    "bpf_map__max_entries": (c_uint32, [c_void_p]),
    "bpf_map__map_flags": (c_uint32, [c_void_p]),
    "bpf_map__map_extra": (c_uint64, [c_void_p]),
    "bpf_map__btf_key_type_id": (c_uint32, [c_void_p]),
    "bpf_map__btf_value_type_id": (c_uint32, [c_void_p]),
    "bpf_map__is_internal": (c_bool, [c_void_p]),
    "bpf_map__inner_map": (c_void_p, [c_void_p]),
    "bpf_map__initial_value": (c_void_p, [c_void_p, POINTER(c_size_t)]),
    "bpf_program__name": (c_char_p, [c_void_p]),
    "bpf_program__section_name": (c_char_p, [c_void_p]),
    "bpf_program__type": (c_int, [c_void_p]),
    "bpf_program__expected_attach_type": (c_int, [c_void_p]),
    "bpf_program__autoload": (c_bool, [c_void_p]),
    "libbpf_bpf_map_type_str": (c_char_p, [c_int]),
    "libbpf_bpf_prog_type_str": (c_char_p, [c_int]),
    "libbpf_bpf_attach_type_str": (c_char_p, [c_int]),
    "libbpf_prog_type_by_name": (c_int, [c_char_p, POINTER(c_int), POINTER(c_int)]),
}
_PRINT = CFUNCTYPE(c_int, c_int, c_char_p, c_void_p)
"""``libbpf_print_fn_t``: a level, a format and a ``va_list``."""


class Map(NamedTuple):
    """A map as libbpf reads it; ``initial`` holds the initial bytes of a section of globals."""

    name: str
    type: int
    key_size: int
    value_size: int
    max_entries: int
    flags: int
    extra: int
    key_id: int
    value_id: int
    internal: bool
    initial: bytes | None
    inner: "Map | None"


class Program(NamedTuple):
    """A program as libbpf reads it from its section. Types are numbers."""

    name: str
    section: str
    type: int
    attach_type: int
    autoload: bool


class Object(NamedTuple):
    """An object as libbpf opens it; ``btf`` is its BTF after libbpf has set offsets of globals."""

    maps: list[Map]
    programs: list[Program]
    btf: bytes


def library() -> Any:
    """libbpf, with its functions declared; skips the test if it is not installed."""
    try:
        found = ctypes.CDLL(_LIBRARY)
    except OSError:
        pytest.skip(f"{_LIBRARY} is not installed")
    for function, (result, parameters) in _FUNCTIONS.items():
        declared = getattr(found, function)
        declared.restype, declared.argtypes = result, parameters
    found.libbpf_set_print(None)
    return found


def opened(path: Path) -> Object:
    """The object *path* as libbpf reads it."""
    lib = library()
    obj = lib.bpf_object__open(str(path).encode())
    assert obj, f"libbpf does not open {path}"
    try:
        maps = [_read(lib, each) for each in _every(lib.bpf_object__next_map, obj)]
        programs = [_program(lib, each) for each in _every(lib.bpf_object__next_program, obj)]
        size = c_uint32()
        data = lib.btf__raw_data(lib.bpf_object__btf(obj), byref(size))
        return Object(maps, programs, ctypes.string_at(data, size.value))
    finally:
        lib.bpf_object__close(obj)


def opens(path: Path) -> bool:
    """Whether libbpf opens the object *path*."""
    lib = library()
    obj = lib.bpf_object__open(str(path).encode())
    if obj:
        lib.bpf_object__close(obj)
    return bool(obj)


def section_names() -> list[str]:
    """The sections of libbpf's table ``section_defs``, which libbpf prints for an unknown section.

    ``"kprobe+"`` stands for ``kprobe`` and ``kprobe/...``.
    """
    lib = library()
    messages: list[str] = []

    def note(_: int, text: bytes, arguments: int) -> int:
        buffer = ctypes.create_string_buffer(1 << 14)
        ctypes.CDLL(None).vsnprintf(buffer, c_size_t(len(buffer)), text, c_void_p(arguments))
        messages.append(buffer.value.decode())
        return 0

    callback = _PRINT(note)
    lib.libbpf_set_print(callback)
    try:
        lib.libbpf_prog_type_by_name(b"no such section", byref(c_int()), byref(c_int()))
    finally:
        lib.libbpf_set_print(None)
    (names,) = (text for text in messages if "supported section(type) names are:" in text)
    return names.partition("are:")[2].split()


def type_of_section(section: str) -> tuple[str, int] | None:
    """libbpf's name for the type of programs in *section*, and the number of their attach type."""
    lib = library()
    type_, attach_type = c_int(), c_int()
    if lib.libbpf_prog_type_by_name(section.encode(), byref(type_), byref(attach_type)):
        return None
    return lib.libbpf_bpf_prog_type_str(type_).decode(), attach_type.value


def _every(following: Any, obj: int) -> Iterator[int]:
    """The addresses that *following* returns, until it returns NULL."""
    each = following(obj, None)
    while each:
        yield each
        each = following(obj, each)


def _program(lib: Any, each: int) -> Program:
    return Program(
        lib.bpf_program__name(each).decode(),
        lib.bpf_program__section_name(each).decode(),
        lib.bpf_program__type(each),
        lib.bpf_program__expected_attach_type(each),
        lib.bpf_program__autoload(each),
    )


def _read(lib: Any, each: int) -> Map:
    internal = lib.bpf_map__is_internal(each)
    size = c_size_t()
    initial = lib.bpf_map__initial_value(each, byref(size)) if internal else None
    inner = lib.bpf_map__inner_map(each)
    return Map(
        lib.bpf_map__name(each).decode(),
        lib.bpf_map__type(each),
        lib.bpf_map__key_size(each),
        lib.bpf_map__value_size(each),
        lib.bpf_map__max_entries(each),
        lib.bpf_map__map_flags(each),
        lib.bpf_map__map_extra(each),
        lib.bpf_map__btf_key_type_id(each),
        lib.bpf_map__btf_value_type_id(each),
        internal,
        ctypes.string_at(initial, size.value) if initial else None,
        _read(lib, inner) if inner else None,
    )
