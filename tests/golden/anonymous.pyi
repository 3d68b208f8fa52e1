# anonymous.o, BTF sha256 5b6b9560680118c2; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing.records import (
    Struct,
    Union,
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
    _RecordField,
)

class anonymous(Struct):
    """struct anonymous, 32 bytes"""

    kind: _CField[ctypes.c_int32, int, int]  # 0: int
    number: _CField[ctypes.c_int64, int, int]  # 8: long long
    low: _CField[ctypes.c_int32, int, int]  # 8: int
    high: _CField[ctypes.c_int32, int, int]  # 12: int
    address: _RecordField[anonymous_address]  # 8: struct {...}, 8 bytes
    # 16: struct {...}[3], 12 bytes
    slots: _ArrayField[anonymous_slots, anonymous_slots]
    either: _RecordField[anonymous_either]  # 28: union {...}, 4 bytes

    def __init__(
        self,
        *,
        kind: int = ...,
        number: int = ...,
        low: int = ...,
        high: int = ...,
        address: anonymous_address = ...,
        slots: _ArrayArgument[anonymous_slots, anonymous_slots] = ...,
        either: anonymous_either = ...,
    ) -> None: ...

class anonymous_address(Struct):
    """struct {...}, 8 bytes"""

    port: _CField[ctypes.c_int16, int, int]  # 0: short
    deep: _RecordField[anonymous_address_deep]  # 4: struct {...}, 4 bytes

    def __init__(
        self,
        *,
        port: int = ...,
        deep: anonymous_address_deep = ...,
    ) -> None: ...

class anonymous_address_deep(Struct):
    """struct {...}, 4 bytes"""

    a: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, a: int = ...) -> None: ...

class anonymous_either(Union):
    """union {...}, 4 bytes"""

    i: _CField[ctypes.c_int32, int, int]  # 0: int
    f: _CField[ctypes.c_float, float, float]  # 0: float

    def __init__(self, *, i: int = ..., f: float = ...) -> None: ...

class anonymous_slots(Struct):
    """struct {...}, 4 bytes"""

    x: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, x: int = ...) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    anonymous: _PointerField  # 0: struct anonymous *

    def __init__(self, *, anonymous: int | None = ...) -> None: ...

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "__ARRAY_SIZE_TYPE__",
    "anonymous",
    "float",
    "int",
    "long long",
    "short",
]
_RecordName: TypeAlias = Literal["anonymous"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["anonymous"]) -> _Class[anonymous]: ...
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
