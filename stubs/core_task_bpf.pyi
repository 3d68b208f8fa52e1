# ../examples/core_task/core_task.bpf.o, BTF sha256 ad17ecea9a1400cd; made by btf-stubs, do not edit
import ctypes
from typing import TypeAlias

from btf_typing.records import Struct, _CField, _PointerField

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
