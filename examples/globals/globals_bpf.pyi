# globals.bpf.o, BTF sha256 57a6f1be4058dc3f, file sha256 ba79ff222561e7f6, stub sha256 f993a8fccee2a1ac; made by btf-stubs, do not edit
# options: --live
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from enum import IntEnum
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing.records import (
    Struct,
    _Array,
    _ArrayArgument,
    _ArrayField,
    _ArrayValue,
    _Base,
    _CField,
    _Class,
    _EnumValues,
    _HasEnums,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NestedField,
    _NoName,
    _Object,
    _Path,
    _PointerField,
    _RecordField,
)

class direction(IntEnum):
    """enum direction, 4 bytes"""

    DIR_READ = 0
    DIR_WRITE = 1
    DIRECTIONS = 2

class io_config(Struct):
    """struct io_config, 8 bytes"""

    pid: _CField[ctypes.c_uint32, int, int]  # 0: u32
    count_reads: _CField[ctypes.c_bool, bool, bool]  # 4: _Bool
    count_writes: _CField[ctypes.c_bool, bool, bool]  # 5: _Bool

    def __init__(
        self,
        *,
        pid: int = ...,
        count_reads: bool = ...,
        count_writes: bool = ...,
    ) -> None: ...

class io_stats(Struct):
    """struct io_stats, 96 bytes"""

    calls: _ArrayField[ctypes.c_uint64, int]  # 0: u64[2]
    bytes: _ArrayField[ctypes.c_uint64, int]  # 16: u64[2]
    # 32: u32[2][8]
    by_size: _NestedField[
        ctypes.Array[ctypes.c_uint32],
        _Array[ctypes.c_uint32, int, int],
        _ArrayValue[ctypes.c_uint32, int],
    ]

    def __init__(
        self,
        *,
        calls: _ArrayArgument[ctypes.c_uint64, int] = ...,
        bytes: _ArrayArgument[ctypes.c_uint64, int] = ...,
        by_size: _ArrayArgument[
            ctypes.Array[ctypes.c_uint32],
            _ArrayArgument[ctypes.c_uint32, int],
        ] = ...,
    ) -> None: ...

class sys_enter_io(Struct):
    """struct sys_enter_io, 40 bytes"""

    common: _CField[ctypes.c_uint64, int, int]  # 0: u64
    syscall_nr: _CField[ctypes.c_int64, int, int]  # 8: s64
    fd: _CField[ctypes.c_uint64, int, int]  # 16: u64
    buf: _PointerField  # 24: char *
    count: _CField[ctypes.c_uint64, int, int]  # 32: u64

    def __init__(
        self,
        *,
        common: int = ...,
        syscall_nr: int = ...,
        fd: int = ...,
        buf: int | None = ...,
        count: int = ...,
    ) -> None: ...

class section_bss(Struct, _HasEnums[_section_bss_values]):
    """section .bss, 108 bytes"""

    stats: _RecordField[io_stats]  # 0: struct io_stats, 96 bytes
    ignored: _CField[ctypes.c_uint64, int, int]  # 96: u64
    unused: _CField[ctypes.c_uint32, int, int]  # 104: enum direction

    def __init__(
        self,
        *,
        stats: io_stats = ...,
        ignored: int = ...,
        unused: int = ...,
    ) -> None: ...

class section_data(Struct):
    """section .data, 5 bytes"""

    min_bytes: _CField[ctypes.c_uint32, int, int]  # 0: u32
    paused: _CField[ctypes.c_bool, bool, bool]  # 4: _Bool

    def __init__(self, *, min_bytes: int = ..., paused: bool = ...) -> None: ...

class section_rodata(Struct):
    """section .rodata, 8 bytes"""

    config: _RecordField[io_config]  # 0: const volatile struct io_config, 8 bytes

    def __init__(self, *, config: io_config = ...) -> None: ...

__s64: TypeAlias = ctypes.c_int64  # long long
__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
s64: TypeAlias = ctypes.c_int64  # long long
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long

# What asdict(event, enums=True) returns for each struct that has enums.
_section_bss_values: TypeAlias = _EnumValues[Literal["unused"], direction | int]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    ".data",
    ".rodata",
    "LICENSE",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "__s64",
    "__u32",
    "__u64",
    "char",
    "config",
    "direction",
    "ignored",
    "int",
    "io_config",
    "io_stats",
    "license",
    "long long",
    "min_bytes",
    "on_read",
    "on_write",
    "paused",
    "s64",
    "stats",
    "sys_enter_io",
    "u32",
    "u64",
    "unsigned int",
    "unsigned long long",
    "unused",
]
_RecordName: TypeAlias = Literal["io_config", "io_stats", "sys_enter_io"]
_ProgramName: TypeAlias = Literal["on_read", "on_write"]
_SectionName: TypeAlias = Literal[".bss", ".data", ".rodata"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["io_config"]) -> _Class[io_config]: ...
    @overload
    def struct(self, name: Literal["io_stats"]) -> _Class[io_stats]: ...
    @overload
    def struct(self, name: Literal["sys_enter_io"]) -> _Class[sys_enter_io]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def enum(self, name: Literal["direction"]) -> _Class[direction]: ...
    @overload
    def enum(self, name: int) -> _Class[Any]: ...

_Maps: TypeAlias = _NamedMaps[_NoName]

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

@type_check_only
class _Sections(_NamedSections[_SectionName]):
    @overload  # type: ignore[override]
    def __getitem__(self, name: Literal[".bss"]) -> section_bss: ...
    @overload
    def __getitem__(self, name: Literal[".data"]) -> section_data: ...
    @overload
    def __getitem__(self, name: Literal[".rodata"]) -> section_rodata: ...
    @overload
    def __getitem__(self, name: _SectionName) -> Any: ...

class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...

obj: Object

def load(path: _Path | None = None, *, base: _Base = None) -> Object: ...
