# wide.o, BTF sha256 466a5e12cc88f048; made by btf-stubs, do not edit
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
        pair: _ArrayArgument[
            ctypes.Array[ctypes.c_uint8],
            _ArrayArgument[ctypes.c_uint8, int],
        ] = ...,
        part: int = ...,
        single: float = ...,
        twice: float = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    wide: _PointerField  # 0: struct wide *

    def __init__(self, *, wide: int | None = ...) -> None: ...

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "__ARRAY_SIZE_TYPE__",
    "__int128",
    "double",
    "float",
    "unsigned __int128",
    "wide",
]
_RecordName: TypeAlias = Literal["wide"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["wide"]) -> _Class[wide]: ...
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
