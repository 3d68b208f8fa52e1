# percpu.bpf.o, BTF sha256 40aa6422ae904a4b, file sha256 48852e0e7e650442, stub sha256 2bc840bfa6b735cf; made by btf-stubs, do not edit
# options: --live
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from enum import IntEnum
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing import BpfMap
from btf_typing.records import (
    Struct,
    _ArrayArgument,
    _ArrayField,
    _Base,
    _CField,
    _Class,
    _EnumValues,
    _HasEnums,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _Path,
    _PointerField,
)

class access_mode(IntEnum):
    """enum access_mode, 4 bytes"""

    MODE_READ_ONLY = 0
    MODE_WRITE_ONLY = 1
    MODE_READ_WRITE = 2
    MODE_SPECIAL = 3

class open_count(Struct, _HasEnums[_open_count_values]):
    """struct open_count, 56 bytes"""

    opens: _CField[ctypes.c_uint64, int, int]  # 0: u64
    last: _CField[ctypes.c_uint64, int, int]  # 8: u64
    by_mode: _ArrayField[ctypes.c_uint32, int]  # 16: u32[4]
    last_mode: _CField[ctypes.c_uint32, int, int]  # 32: enum access_mode
    comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 36: char[16]
    cpu: _CField[ctypes.c_uint8, int, int]  # 52: u8

    def __init__(
        self,
        *,
        opens: int = ...,
        last: int = ...,
        by_mode: _ArrayArgument[ctypes.c_uint32, int] = ...,
        last_mode: int = ...,
        comm: bytes = ...,
        cpu: int = ...,
    ) -> None: ...

class sys_enter_openat(Struct):
    """struct sys_enter_openat, 48 bytes"""

    common: _CField[ctypes.c_uint64, int, int]  # 0: u64
    syscall_nr: _CField[ctypes.c_int64, int, int]  # 8: s64
    dfd: _CField[ctypes.c_int64, int, int]  # 16: s64
    filename: _PointerField  # 24: const char *
    flags: _CField[ctypes.c_uint64, int, int]  # 32: u64
    mode: _CField[ctypes.c_uint64, int, int]  # 40: u64

    def __init__(
        self,
        *,
        common: int = ...,
        syscall_nr: int = ...,
        dfd: int = ...,
        filename: int | None = ...,
        flags: int = ...,
        mode: int = ...,
    ) -> None: ...

__s64: TypeAlias = ctypes.c_int64  # long long
__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
__u8: TypeAlias = ctypes.c_uint8  # unsigned char
s64: TypeAlias = ctypes.c_int64  # long long
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long
u8: TypeAlias = ctypes.c_uint8  # unsigned char

# What asdict(event, enums=True) returns for each struct that has enums.
_open_count_values: TypeAlias = _EnumValues[Literal["last_mode"], access_mode | int]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".maps",
    "LICENSE",
    "__ARRAY_SIZE_TYPE__",
    "__s64",
    "__u32",
    "__u64",
    "__u8",
    "access_mode",
    "char",
    "int",
    "license",
    "long long",
    "on_openat",
    "open_count",
    "opens",
    "s64",
    "sys_enter_openat",
    "u32",
    "u64",
    "u8",
    "unsigned char",
    "unsigned int",
    "unsigned long long",
]
_RecordName: TypeAlias = Literal["open_count", "sys_enter_openat"]
_MapName: TypeAlias = Literal["opens"]
_ProgramName: TypeAlias = Literal["on_openat"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["open_count"]) -> _Class[open_count]: ...
    @overload
    def struct(self, name: Literal["sys_enter_openat"]) -> _Class[sys_enter_openat]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def enum(self, name: Literal["access_mode"]) -> _Class[access_mode]: ...
    @overload
    def enum(self, name: int) -> _Class[Any]: ...

@type_check_only
class _Maps(_NamedMaps[_MapName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal["opens"],
    ) -> BpfMap[_Class[ctypes.c_uint32], _Class[open_count]]: ...

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

_Sections: TypeAlias = _NamedSections[_NoName]

class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...

obj: Object

def load(path: _Path | None = None, *, base: _Base = None) -> Object: ...
