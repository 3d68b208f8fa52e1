# core_task.bpf.o, BTF sha256 ee3ef0222b381c86, file sha256 7a8888c5bc370032, stub sha256 47490fbd261cc685; made by btf-stubs, do not edit
# options: --live
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
    _Base,
    _CField,
    _Class,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _Object,
    _Path,
    _PointerField,
)

class mm_struct(Struct):
    """struct mm_struct, 16 bytes"""

    arg_start: _CField[ctypes.c_uint64, int, int]  # 0: unsigned long
    arg_end: _CField[ctypes.c_uint64, int, int]  # 8: unsigned long

    def __init__(self, *, arg_start: int = ..., arg_end: int = ...) -> None: ...

class task_event(Struct):
    """struct task_event, 80 bytes"""

    start_time: _CField[ctypes.c_uint64, int, int]  # 0: u64
    arg_start: _CField[ctypes.c_uint64, int, int]  # 8: u64
    arg_end: _CField[ctypes.c_uint64, int, int]  # 16: u64
    pid: _CField[ctypes.c_uint32, int, int]  # 24: u32
    parent_pid: _CField[ctypes.c_uint32, int, int]  # 28: u32
    nice: _CField[ctypes.c_int32, int, int]  # 32: s32
    offset_of_comm: _CField[ctypes.c_uint32, int, int]  # 36: u32
    in_execve: _CField[ctypes.c_bool, bool, bool]  # 40: _Bool
    comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 41: char[16]
    parent_comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 57: char[16]

    def __init__(
        self,
        *,
        start_time: int = ...,
        arg_start: int = ...,
        arg_end: int = ...,
        pid: int = ...,
        parent_pid: int = ...,
        nice: int = ...,
        offset_of_comm: int = ...,
        in_execve: bool = ...,
        comm: bytes = ...,
        parent_comm: bytes = ...,
    ) -> None: ...

class task_struct(Struct):
    """struct task_struct, 64 bytes"""

    pid: _CField[ctypes.c_int32, int, int]  # 0: int
    tgid: _CField[ctypes.c_int32, int, int]  # 4: int
    static_prio: _CField[ctypes.c_int32, int, int]  # 8: int
    start_time: _CField[ctypes.c_uint64, int, int]  # 16: u64
    real_parent: _PointerField  # 24: struct task_struct *
    mm: _PointerField  # 32: struct mm_struct *
    comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 40: char[16]
    in_execve: _CField[ctypes.c_uint32, int, int]  # 56, bit 0: unsigned int

    def __init__(
        self,
        *,
        pid: int = ...,
        tgid: int = ...,
        static_prio: int = ...,
        start_time: int = ...,
        real_parent: int | None = ...,
        mm: int | None = ...,
        comm: bytes = ...,
        in_execve: int = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    unused: _PointerField  # 0: struct task_event *

    def __init__(self, *, unused: int | None = ...) -> None: ...

__s32: TypeAlias = ctypes.c_int32  # int
__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
s32: TypeAlias = ctypes.c_int32  # int
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    ".maps",
    "LICENSE",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "__s32",
    "__u32",
    "__u64",
    "char",
    "events",
    "int",
    "license",
    "mm_struct",
    "on_exec",
    "s32",
    "task_event",
    "task_struct",
    "u32",
    "u64",
    "unsigned int",
    "unsigned long",
    "unsigned long long",
    "unused",
]
_RecordName: TypeAlias = Literal["mm_struct", "task_event", "task_struct"]
_MapName: TypeAlias = Literal["events"]
_ProgramName: TypeAlias = Literal["on_exec"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["mm_struct"]) -> _Class[mm_struct]: ...
    @overload
    def struct(self, name: Literal["task_event"]) -> _Class[task_event]: ...
    @overload
    def struct(self, name: Literal["task_struct"]) -> _Class[task_struct]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...

@type_check_only
class _Maps(_NamedMaps[_MapName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal["events"],
    ) -> BpfMap[None, None]: ...

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

@type_check_only
class _Sections(_NamedSections[_SectionName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal[".bss"],
    ) -> section_bss: ...

class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...

obj: Object

def load(path: _Path | None = None, *, base: _Base = None) -> Object: ...
