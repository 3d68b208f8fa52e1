# scalars.o, BTF sha256 6899133aee83ac69; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from builtins import bytes as _bytes
from typing import Any, Literal, TypeAlias, overload, type_check_only

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
    _PointerField,
)

class scalars(Struct):
    """struct scalars, 64 bytes"""

    i8: _CField[ctypes.c_int8, int, int]  # 0: signed char
    u8: _CField[ctypes.c_uint8, int, int]  # 1: unsigned char
    i16: _CField[ctypes.c_int16, int, int]  # 2: short
    u16: _CField[ctypes.c_uint16, int, int]  # 4: unsigned short
    i32: _CField[ctypes.c_int32, int, int]  # 8: int
    u32_: _CField[ctypes.c_uint32, int, int]  # 12: unsigned int
    i64: _CField[ctypes.c_int64, int, int]  # 16: long long
    u64: _CField[ctypes.c_uint64, int, int]  # 24: unsigned long
    flag: _CField[ctypes.c_bool, bool, bool]  # 32: _Bool
    letter: _CField[ctypes.c_char, _bytes, _bytes]  # 33: char
    text: _CField[ctypes.Array[ctypes.c_char], _bytes, _bytes]  # 34: char[13]
    bytes: _ArrayField[ctypes.c_uint8, int]  # 47: unsigned char[4]
    port: _CField[ctypes.c_uint32, int, int]  # 52: port_t
    counter: _CField[ctypes.c_uint32, int, int]  # 56: const volatile u32

    def __init__(
        self,
        *,
        i8: int = ...,
        u8: int = ...,
        i16: int = ...,
        u16: int = ...,
        i32: int = ...,
        u32_: int = ...,
        i64: int = ...,
        u64: int = ...,
        flag: bool = ...,
        letter: _bytes = ...,
        text: _bytes = ...,
        bytes: _ArrayArgument[ctypes.c_uint8, int] = ...,
        port: int = ...,
        counter: int = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    scalars: _PointerField  # 0: struct scalars *

    def __init__(self, *, scalars: int | None = ...) -> None: ...

port_t: TypeAlias = ctypes.c_uint32  # unsigned int
u32: TypeAlias = ctypes.c_uint32  # unsigned int

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "char",
    "int",
    "long long",
    "port_t",
    "scalars",
    "short",
    "signed char",
    "u32",
    "unsigned char",
    "unsigned int",
    "unsigned long",
    "unsigned short",
]
_RecordName: TypeAlias = Literal["scalars"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["scalars"]) -> _Class[scalars]: ...
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
