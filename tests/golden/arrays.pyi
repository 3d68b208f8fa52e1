# arrays.o, BTF sha256 9bdd45c54b930910; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing.records import (
    Struct,
    _Array,
    _ArrayArgument,
    _ArrayField,
    _ArrayValue,
    _CField,
    _Class,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NestedField,
    _NoName,
    _Object,
    _PointerField,
)

class arrays(Struct):
    """struct arrays, 184 bytes"""

    numbers: _ArrayField[ctypes.c_int32, int]  # 0: int[4]
    # 16: int[2][3]
    matrix: _NestedField[
        ctypes.Array[ctypes.c_int32],
        _Array[ctypes.c_int32, int, int],
        _ArrayValue[ctypes.c_int32, int],
    ]
    # 40: row_t[2]
    rows: _NestedField[
        ctypes.Array[ctypes.c_uint16],
        _Array[ctypes.c_uint16, int, int],
        _ArrayValue[ctypes.c_uint16, int],
    ]
    flags: _ArrayField[ctypes.c_bool, bool]  # 52: _Bool[8]
    # 60: char[2][16]
    names: _NestedField[
        ctypes.Array[ctypes.c_char],
        ctypes.Array[ctypes.c_char],
        _ArrayValue[ctypes.c_char, bytes],
    ]
    corners: _ArrayField[point, point]  # 92: struct point[4], 32 bytes
    # 124: struct point[2][2], 32 bytes
    grid: _NestedField[
        ctypes.Array[point],
        _Array[point, point, point],
        _ArrayValue[point, point],
    ]
    handles: _ArrayField[ctypes.c_void_p, int | None]  # 160: void *[3]
    empty: _ArrayField[ctypes.c_int32, int]  # 184: int[0]
    tail: _ArrayField[ctypes.c_int64, int]  # 184: long long[0]

    def __init__(
        self,
        *,
        numbers: _ArrayArgument[ctypes.c_int32, int] = ...,
        matrix: _ArrayArgument[
            ctypes.Array[ctypes.c_int32],
            _ArrayArgument[ctypes.c_int32, int],
        ] = ...,
        rows: _ArrayArgument[
            ctypes.Array[ctypes.c_uint16],
            _ArrayArgument[ctypes.c_uint16, int],
        ] = ...,
        flags: _ArrayArgument[ctypes.c_bool, bool] = ...,
        names: _ArrayArgument[
            ctypes.Array[ctypes.c_char],
            bytes | _ArrayValue[ctypes.c_char, bytes],
        ] = ...,
        corners: _ArrayArgument[point, point] = ...,
        grid: _ArrayArgument[ctypes.Array[point], _ArrayArgument[point, point]] = ...,
        handles: _ArrayArgument[ctypes.c_void_p, int | None] = ...,
        empty: _ArrayArgument[ctypes.c_int32, int] = ...,
        tail: _ArrayArgument[ctypes.c_int64, int] = ...,
    ) -> None: ...

class point(Struct):
    """struct point, 8 bytes"""

    x: _CField[ctypes.c_int32, int, int]  # 0: int
    y: _CField[ctypes.c_int32, int, int]  # 4: int

    def __init__(self, *, x: int = ..., y: int = ...) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    arrays: _PointerField  # 0: struct arrays *

    def __init__(self, *, arrays: int | None = ...) -> None: ...

row_t: TypeAlias = ctypes.Array[ctypes.c_uint16]  # unsigned short[3]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "arrays",
    "char",
    "int",
    "long long",
    "point",
    "row_t",
    "unsigned short",
]
_RecordName: TypeAlias = Literal["arrays", "point"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["arrays"]) -> _Class[arrays]: ...
    @overload
    def struct(self, name: Literal["point"]) -> _Class[point]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...

_Maps: TypeAlias = _NamedMaps[_NoName]

_Programs: TypeAlias = _NamedPrograms[_NoName]

@type_check_only
class _Sections(_NamedSections[_SectionName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal[".bss"],
    ) -> section_bss: ...

@type_check_only
class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...
