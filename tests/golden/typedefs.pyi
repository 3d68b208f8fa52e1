# typedefs.o, BTF sha256 66fde55800b7ab31; made by btf-stubs, do not edit
import ctypes
from typing import TypeAlias

from btf_typing.records import (
    Struct,
    Union,
    _ArrayField,
    _ArrayValue,
    _CField,
    _PointerField,
    _RecordField,
)

class only_t(Struct):
    """typedef struct {...} only_t, 4 bytes"""

    value: _CField[ctypes.c_uint32, int, int]  # 0: u32

    def __init__(self, *, value: int = ...) -> None: ...

class tagged(Struct):
    """struct tagged, 4 bytes"""

    x: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, x: int = ...) -> None: ...

class typedefs(Struct):
    """struct typedefs, 32 bytes"""

    pid: _CField[ctypes.c_uint32, int, int]  # 0: pid_type
    mac: _ArrayField[ctypes.c_uint8, int]  # 4: mac_t
    only: _RecordField[only_t]  # 12: only_t, 4 bytes
    second: _RecordField[only_t]  # 16: second_t, 4 bytes
    a: _RecordField[tagged]  # 20: tagged, 4 bytes
    b: _RecordField[tagged]  # 24: tagged_t, 4 bytes
    c: _RecordField[union_t]  # 28: union_t, 4 bytes

    def __init__(
        self,
        *,
        pid: int = ...,
        mac: _ArrayValue[ctypes.c_uint8, int] = ...,
        only: only_t = ...,
        second: only_t = ...,
        a: tagged = ...,
        b: tagged = ...,
        c: union_t = ...,
    ) -> None: ...

class union_t(Union):
    """typedef union {...} union_t, 4 bytes"""

    i: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, i: int = ...) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    typedefs: _PointerField  # 0: struct typedefs *

    def __init__(self, *, typedefs: int | None = ...) -> None: ...

mac_t: TypeAlias = ctypes.Array[ctypes.c_uint8]  # unsigned char[6]
pid_type: TypeAlias = ctypes.c_uint32  # unsigned int
second_t: TypeAlias = only_t  # struct {...}
tagged_t: TypeAlias = tagged  # struct tagged
u32: TypeAlias = ctypes.c_uint32  # unsigned int
