# execsnoop.bpf.o, BTF sha256 7e6cda36552018fb, file sha256 9edce64ad8491594, stub sha256 8c7fe2a0d52f67f6; made by btf-stubs, do not edit
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
    _Object,
    _Path,
    _PointerField,
    _RecordField,
)

# For classes in which a field has this name.
_creds: TypeAlias = creds

class exec_kind(IntEnum):
    """enum exec_kind, 4 bytes"""

    EXEC_UNREADABLE = -1
    EXEC_ABSOLUTE = 0
    EXEC_RELATIVE = 1

class creds(Struct):
    """struct creds, 8 bytes"""

    uid: _CField[ctypes.c_uint32, int, int]  # 0: u32
    gid: _CField[ctypes.c_uint32, int, int]  # 4: u32

    def __init__(self, *, uid: int = ..., gid: int = ...) -> None: ...

class exec_count(Struct):
    """struct exec_count, 40 bytes"""

    execs: _CField[ctypes.c_uint64, int, int]  # 0: u64
    last_seen: _CField[ctypes.c_uint64, int, int]  # 8: u64
    last_pid: _CField[ctypes.c_uint32, int, int]  # 16: u32
    last_comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 20: char[16]

    def __init__(
        self,
        *,
        execs: int = ...,
        last_seen: int = ...,
        last_pid: int = ...,
        last_comm: bytes = ...,
    ) -> None: ...

class exec_event(Struct, _HasEnums[_exec_event_values]):
    """struct exec_event, 128 bytes"""

    timestamp: _CField[ctypes.c_uint64, int, int]  # 0: u64
    pid_tgid: _CField[ctypes.c_uint64, int, int]  # 8: u64
    tid: _CField[ctypes.c_uint32, int, int]  # 8: u32
    pid: _CField[ctypes.c_uint32, int, int]  # 12: u32
    creds: _RecordField[_creds]  # 16: struct creds, 8 bytes
    comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 24: char[16]
    kind: _CField[ctypes.c_int32, int, int]  # 40: enum exec_kind
    argc: _CField[ctypes.c_uint32, int, int]  # 44, bits 0-6: u32
    argc_cut: _CField[ctypes.c_bool, bool, bool]  # 44, bit 7: _Bool
    path_error: _CField[ctypes.c_int32, int, int]  # 45, bits 0-7: s32
    path_len: _CField[ctypes.c_uint8, int, int]  # 46: u8
    arg_len: _ArrayField[ctypes.c_uint32, int]  # 48: u32[4]
    filename: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 64: char[64]

    def __init__(
        self,
        *,
        timestamp: int = ...,
        pid_tgid: int = ...,
        tid: int = ...,
        pid: int = ...,
        creds: _creds = ...,
        comm: bytes = ...,
        kind: int = ...,
        argc: int = ...,
        argc_cut: bool = ...,
        path_error: int = ...,
        path_len: int = ...,
        arg_len: _ArrayArgument[ctypes.c_uint32, int] = ...,
        filename: bytes = ...,
    ) -> None: ...

class sys_enter_execve(Struct):
    """struct sys_enter_execve, 40 bytes"""

    common: _CField[ctypes.c_uint64, int, int]  # 0: u64
    syscall_nr: _CField[ctypes.c_int64, int, int]  # 8: s64
    filename: _PointerField  # 16: const char *
    argv: _PointerField  # 24: const char *const *
    envp: _PointerField  # 32: const char *const *

    def __init__(
        self,
        *,
        common: int = ...,
        syscall_nr: int = ...,
        filename: int | None = ...,
        argv: int | None = ...,
        envp: int | None = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 24 bytes"""

    execs_seen: _CField[ctypes.c_uint64, int, int]  # 0: u64
    events_lost: _CField[ctypes.c_uint64, int, int]  # 8: u64
    unused: _PointerField  # 16: struct exec_event *

    def __init__(
        self,
        *,
        execs_seen: int = ...,
        events_lost: int = ...,
        unused: int | None = ...,
    ) -> None: ...

class section_rodata(Struct):
    """section .rodata, 4 bytes"""

    target_uid: _CField[ctypes.c_uint32, int, int]  # 0: const volatile u32

    def __init__(self, *, target_uid: int = ...) -> None: ...

__s32: TypeAlias = ctypes.c_int32  # int
__s64: TypeAlias = ctypes.c_int64  # long long
__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
__u8: TypeAlias = ctypes.c_uint8  # unsigned char
s32: TypeAlias = ctypes.c_int32  # int
s64: TypeAlias = ctypes.c_int64  # long long
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long
u8: TypeAlias = ctypes.c_uint8  # unsigned char

# What asdict(event, enums=True) returns for each struct that has enums.
_exec_event_values: TypeAlias = _EnumValues[Literal["kind"], exec_kind | int]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    ".maps",
    ".rodata",
    "LICENSE",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "__s32",
    "__s64",
    "__u32",
    "__u64",
    "__u8",
    "char",
    "creds",
    "events",
    "events_lost",
    "exec_count",
    "exec_counts",
    "exec_event",
    "exec_kind",
    "execs_seen",
    "int",
    "license",
    "long long",
    "on_execve",
    "s32",
    "s64",
    "sys_enter_execve",
    "target_uid",
    "u32",
    "u64",
    "u8",
    "unsigned char",
    "unsigned int",
    "unsigned long long",
    "unused",
]
_RecordName: TypeAlias = Literal[
    "creds",
    "exec_count",
    "exec_event",
    "sys_enter_execve",
]
_MapName: TypeAlias = Literal["events", "exec_counts"]
_ProgramName: TypeAlias = Literal["on_execve"]
_SectionName: TypeAlias = Literal[".bss", ".rodata"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["creds"]) -> _Class[creds]: ...
    @overload
    def struct(self, name: Literal["exec_count"]) -> _Class[exec_count]: ...
    @overload
    def struct(self, name: Literal["exec_event"]) -> _Class[exec_event]: ...
    @overload
    def struct(self, name: Literal["sys_enter_execve"]) -> _Class[sys_enter_execve]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def enum(self, name: Literal["exec_kind"]) -> _Class[exec_kind]: ...
    @overload
    def enum(self, name: int) -> _Class[Any]: ...

@type_check_only
class _Maps(_NamedMaps[_MapName]):
    @overload  # type: ignore[override]
    def __getitem__(self, name: Literal["events"]) -> BpfMap[None, None]: ...
    @overload
    def __getitem__(
        self,
        name: Literal["exec_counts"],
    ) -> BpfMap[_Class[ctypes.c_uint32], _Class[exec_count]]: ...
    @overload
    def __getitem__(self, name: _MapName) -> BpfMap[Any, Any]: ...

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

@type_check_only
class _Sections(_NamedSections[_SectionName]):
    @overload  # type: ignore[override]
    def __getitem__(self, name: Literal[".bss"]) -> section_bss: ...
    @overload
    def __getitem__(self, name: Literal[".rodata"]) -> section_rodata: ...
    @overload
    def __getitem__(self, name: _SectionName) -> Any: ...

class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...

obj: Object

def load(path: _Path | None = None, *, base: _Base = None) -> Object: ...
