# packed.o, BTF sha256 42ed09f9585ee3b1; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing.records import (
    Struct,
    _CField,
    _Class,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _PointerField,
    _RecordField,
)

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

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "aligned",
    "char",
    "holder",
    "int",
    "long long",
    "packed",
    "short",
]
_RecordName: TypeAlias = Literal["aligned", "holder", "packed"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["aligned"]) -> _Class[aligned]: ...
    @overload
    def struct(self, name: Literal["holder"]) -> _Class[holder]: ...
    @overload
    def struct(self, name: Literal["packed"]) -> _Class[packed]: ...
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
