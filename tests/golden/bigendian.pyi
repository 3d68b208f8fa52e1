# bigendian.o, BTF sha256 fd136ce020e1a9de; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
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
)

# For classes in which a field has this name.
_inner: TypeAlias = inner

class bigendian(Struct):
    """struct bigendian, 48 bytes"""

    number: _CField[ctypes.c_int32, int, int]  # 0: int
    text: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 4: char[4]
    high: _CField[ctypes.c_uint32, int, int]  # 8, bits 0-3: unsigned int
    low: _CField[ctypes.c_uint32, int, int]  # 8, bits 4-31: unsigned int
    pointer: _CField[ctypes.c_uint64, int, int]  # 16: void *
    inner: _ArrayField[_inner, _inner]  # 24: struct inner[2], 8 bytes
    many: _ArrayField[ctypes.c_int64, int]  # 32: long long[2]

    def __init__(
        self,
        *,
        number: int = ...,
        text: bytes = ...,
        high: int = ...,
        low: int = ...,
        pointer: int = ...,
        inner: _ArrayArgument[_inner, _inner] = ...,
        many: _ArrayArgument[ctypes.c_int64, int] = ...,
    ) -> None: ...

class inner(Struct):
    """struct inner, 4 bytes"""

    a: _CField[ctypes.c_int16, int, int]  # 0: short
    b: _CField[ctypes.c_int16, int, int]  # 2: short

    def __init__(self, *, a: int = ..., b: int = ...) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    bigendian: _CField[ctypes.c_uint64, int, int]  # 0: struct bigendian *

    def __init__(self, *, bigendian: int = ...) -> None: ...

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "__ARRAY_SIZE_TYPE__",
    "bigendian",
    "char",
    "inner",
    "int",
    "long long",
    "short",
    "unsigned int",
]
_RecordName: TypeAlias = Literal["bigendian", "inner"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["bigendian"]) -> _Class[bigendian]: ...
    @overload
    def struct(self, name: Literal["inner"]) -> _Class[inner]: ...
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
