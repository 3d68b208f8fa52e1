# bitfields.o, BTF sha256 2e55e916206f8935; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from enum import IntEnum
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing.records import (
    Struct,
    Union,
    _CField,
    _Class,
    _EnumValues,
    _HasEnums,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _PointerField,
)

class state(IntEnum):
    """enum state, 4 bytes"""

    IDLE = 0
    BUSY = 1
    DONE = 2

class bitfields(Struct, _HasEnums[_bitfields_values]):
    """struct bitfields, 16 bytes"""

    low: _CField[ctypes.c_uint32, int, int]  # 0, bits 0-2: unsigned int
    sign: _CField[ctypes.c_int32, int, int]  # 0, bits 3-7: int
    yes: _CField[ctypes.c_bool, bool, bool]  # 1, bit 0: _Bool
    over: _CField[ctypes.c_uint32, int, int]  # 1, bits 1-15: unsigned int
    state: _CField[ctypes.c_uint32, int, int]  # 3, bits 4-5: enum state
    wide: _CField[ctypes.c_uint64, int, int]  # 3, bits 6-38: unsigned long long
    after: _CField[ctypes.c_uint8, int, int]  # 8: unsigned char

    def __init__(
        self,
        *,
        low: int = ...,
        sign: int = ...,
        yes: bool = ...,
        over: int = ...,
        state: int = ...,
        wide: int = ...,
        after: int = ...,
    ) -> None: ...

class bits_or_byte(Union):
    """union bits_or_byte, 1 byte"""

    byte: _CField[ctypes.c_uint8, int, int]  # 0: unsigned char
    first: _CField[ctypes.c_uint8, int, int]  # 0, bit 0: unsigned char
    rest: _CField[ctypes.c_uint8, int, int]  # 0, bits 1-7: unsigned char

    def __init__(
        self,
        *,
        byte: int = ...,
        first: int = ...,
        rest: int = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 16 bytes"""

    bitfields: _PointerField  # 0: struct bitfields *
    bits_or_byte: _PointerField  # 8: union bits_or_byte *

    def __init__(
        self,
        *,
        bitfields: int | None = ...,
        bits_or_byte: int | None = ...,
    ) -> None: ...

# What asdict(event, enums=True) returns for each struct that has enums.
_bitfields_values: TypeAlias = _EnumValues[Literal["state"], state | int]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "_Bool",
    "bitfields",
    "bits_or_byte",
    "int",
    "state",
    "unsigned char",
    "unsigned int",
    "unsigned long long",
]
_RecordName: TypeAlias = Literal["bitfields", "bits_or_byte"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["bitfields"]) -> _Class[bitfields]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def union(self, name: Literal["bits_or_byte"]) -> _Class[bits_or_byte]: ...
    @overload
    def union(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def enum(self, name: Literal["state"]) -> _Class[state]: ...
    @overload
    def enum(self, name: int) -> _Class[Any]: ...

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
