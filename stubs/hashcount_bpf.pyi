# ../examples/hashcount/hashcount.bpf.o, BTF sha256 6aa2df3dce75f54a, file sha256 3fb1398fff907b66, stub sha256 72b1fc14fe8c512c; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing import BpfMap
from btf_typing.records import (
    Struct,
    _ArrayArgument,
    _ArrayField,
    _CField,
    _Class,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
)

class call_count(Struct):
    """struct call_count, 32 bytes"""

    calls: _CField[ctypes.c_uint64, int, int]  # 0: u64
    first: _CField[ctypes.c_uint64, int, int]  # 8: u64
    last: _CField[ctypes.c_uint64, int, int]  # 16: u64
    last_pid: _CField[ctypes.c_uint32, int, int]  # 24: u32
    last_uid: _CField[ctypes.c_uint32, int, int]  # 28: u32

    def __init__(
        self,
        *,
        calls: int = ...,
        first: int = ...,
        last: int = ...,
        last_pid: int = ...,
        last_uid: int = ...,
    ) -> None: ...

class call_key(Struct):
    """struct call_key, 20 bytes"""

    comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 0: char[16]
    nr: _CField[ctypes.c_uint32, int, int]  # 16: u32

    def __init__(self, *, comm: bytes = ..., nr: int = ...) -> None: ...

class sys_enter(Struct):
    """struct sys_enter, 64 bytes"""

    common: _CField[ctypes.c_uint64, int, int]  # 0: u64
    id: _CField[ctypes.c_int64, int, int]  # 8: s64
    args: _ArrayField[ctypes.c_uint64, int]  # 16: u64[6]

    def __init__(
        self,
        *,
        common: int = ...,
        id: int = ...,
        args: _ArrayArgument[ctypes.c_uint64, int] = ...,
    ) -> None: ...

__s64: TypeAlias = ctypes.c_int64  # long long
__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
s64: TypeAlias = ctypes.c_int64  # long long
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long

# The object itself.
_TypeName: TypeAlias = Literal[
    ".maps",
    "LICENSE",
    "__ARRAY_SIZE_TYPE__",
    "__s64",
    "__u32",
    "__u64",
    "call_count",
    "call_key",
    "calls",
    "char",
    "int",
    "license",
    "long long",
    "on_call",
    "s64",
    "sys_enter",
    "u32",
    "u64",
    "unsigned int",
    "unsigned long long",
]
_RecordName: TypeAlias = Literal["call_count", "call_key", "sys_enter"]
_MapName: TypeAlias = Literal["calls"]
_ProgramName: TypeAlias = Literal["on_call"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["call_count"]) -> _Class[call_count]: ...
    @overload
    def struct(self, name: Literal["call_key"]) -> _Class[call_key]: ...
    @overload
    def struct(self, name: Literal["sys_enter"]) -> _Class[sys_enter]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...

@type_check_only
class _Maps(_NamedMaps[_MapName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal["calls"],
    ) -> BpfMap[_Class[call_key], _Class[call_count]]: ...

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

_Sections: TypeAlias = _NamedSections[_NoName]

@type_check_only
class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...
