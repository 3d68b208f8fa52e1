# wide.o, BTF sha256 466a5e12cc88f048; made by btf-stubs, do not edit
import ctypes

from btf_typing.records import (
    Struct,
    _Array,
    _ArrayValue,
    _CField,
    _NestedField,
    _PointerField,
)

class wide(Struct):
    """struct wide, 96 bytes"""

    number: _CField[ctypes.Array[ctypes.c_uint8], int, int]  # 0: __int128
    plain: _CField[ctypes.Array[ctypes.c_uint8], int, int]  # 16: unsigned __int128
    # 32: __int128[2]
    pair: _NestedField[
        ctypes.Array[ctypes.c_uint8],
        _Array[ctypes.c_uint8, int, int],
        _ArrayValue[ctypes.c_uint8, int],
    ]
    # 64, bits 0-99: unsigned __int128
    part: _CField[ctypes.Array[ctypes.c_uint8], int, int]
    single: _CField[ctypes.c_float, float, float]  # 80: float
    twice: _CField[ctypes.c_double, float, float]  # 88: double

    def __init__(
        self,
        *,
        number: int = ...,
        plain: int = ...,
        pair: _ArrayValue[
            ctypes.Array[ctypes.c_uint8],
            _ArrayValue[ctypes.c_uint8, int],
        ] = ...,
        part: int = ...,
        single: float = ...,
        twice: float = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    wide: _PointerField  # 0: struct wide *

    def __init__(self, *, wide: int | None = ...) -> None: ...
