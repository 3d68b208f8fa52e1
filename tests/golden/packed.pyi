# packed.o, BTF sha256 42ed09f9585ee3b1; made by btf-stubs, do not edit
import ctypes
from typing import TypeAlias

from btf_typing.records import Struct, _CField, _PointerField, _RecordField

# For classes in which a field has this name.
_aligned: TypeAlias = aligned
_packed: TypeAlias = packed

class aligned(Struct):
    """struct aligned, 64 bytes, aligned to 64 or more"""

    value: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, value: int = ...) -> None: ...

class holder(Struct):
    """struct holder, 192 bytes, aligned to 64 or more"""

    first: _CField[ctypes.c_char, bytes, bytes]  # 0: char
    packed: _RecordField[_packed]  # 1: struct packed, 11 bytes
    aligned: _RecordField[_aligned]  # 64: struct aligned, 64 bytes
    last: _CField[ctypes.c_int32, int, int]  # 128: int

    def __init__(
        self,
        *,
        first: bytes = ...,
        packed: _packed = ...,
        aligned: _aligned = ...,
        last: int = ...,
    ) -> None: ...

class packed(Struct):
    """struct packed, 11 bytes, packed"""

    tag: _CField[ctypes.c_char, bytes, bytes]  # 0: char
    value: _CField[ctypes.c_int64, int, int]  # 1: long long
    end: _CField[ctypes.c_int16, int, int]  # 9: short

    def __init__(
        self,
        *,
        tag: bytes = ...,
        value: int = ...,
        end: int = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    holder: _PointerField  # 0: struct holder *

    def __init__(self, *, holder: int | None = ...) -> None: ...
