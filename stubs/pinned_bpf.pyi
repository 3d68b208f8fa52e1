# ../examples/pinned/pinned.bpf.o, BTF sha256 b74ce4324eb0cdd7; made by btf-stubs, do not edit
import ctypes
from typing import TypeAlias

from btf_typing.records import Struct, _CField

class exit_count(Struct):
    """struct exit_count, 40 bytes"""

    exits: _CField[ctypes.c_uint64, int, int]  # 0: u64
    last: _CField[ctypes.c_uint64, int, int]  # 8: u64
    last_pid: _CField[ctypes.c_uint32, int, int]  # 16: u32
    last_comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 20: char[16]

    def __init__(
        self,
        *,
        exits: int = ...,
        last: int = ...,
        last_pid: int = ...,
        last_comm: bytes = ...,
    ) -> None: ...

__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long
