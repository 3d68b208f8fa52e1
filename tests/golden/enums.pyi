# enums.o, BTF sha256 dd7b42aea6f3f23c; made by btf-stubs, do not edit
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
    _ArrayArgument,
    _ArrayField,
    _CField,
    _Class,
    _EnumValues,
    _HasEnums,
    _List,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _PointerField,
    _Values,
)

class big(IntEnum):
    """enum big, 8 bytes"""

    SMALL = 1
    HUGE = 1152921504606846975

class color_t(IntEnum):
    """typedef enum {...} color_t, 4 bytes"""

    RED = -1
    GREEN = 0
    BLUE = 1

class enums_mode(IntEnum):
    """enum {...}, 4 bytes"""

    STOPPED = 0
    RUNNING = 1

class hidden(IntEnum):  # type: ignore[misc]
    """enum hidden, 4 bytes"""

    __FIRST: hidden  # 0
    __SECOND: hidden  # 1

class level(IntEnum):
    """enum level, 4 bytes"""

    LEVEL_NONE = 0
    LEVEL_LOW = 1
    LEVEL_DEFAULT = 1
    __LEVEL_MAX: level  # 3

class section_bss_limits(IntEnum):
    """enum {...}, 4 bytes"""

    LIMIT_LOW = 10
    LIMIT_HIGH = 20

class enums(Struct, _HasEnums[_enums_values]):
    """struct enums, 40 bytes"""

    level: _CField[ctypes.c_uint32, int, int]  # 0: enum level
    color: _CField[ctypes.c_int32, int, int]  # 4: color_t
    big: _CField[ctypes.c_uint64, int, int]  # 8: enum big
    hidden: _CField[ctypes.c_uint32, int, int]  # 16: enum hidden
    mode: _CField[ctypes.c_uint32, int, int]  # 20: enum {...}, enums_mode
    history: _ArrayField[ctypes.c_uint32, int]  # 24: enum level[4]

    def __init__(
        self,
        *,
        level: int = ...,
        color: int = ...,
        big: int = ...,
        hidden: int = ...,
        mode: int = ...,
        history: _ArrayArgument[ctypes.c_uint32, int] = ...,
    ) -> None: ...

class section_bss(Struct, _HasEnums[_section_bss_values]):
    """section .bss, 16 bytes"""

    limits: _CField[ctypes.c_uint32, int, int]  # 0: enum {...}, section_bss_limits
    enums: _PointerField  # 8: struct enums *

    def __init__(self, *, limits: int = ..., enums: int | None = ...) -> None: ...

# What asdict(event, enums=True) returns for each struct that has enums.
@type_check_only
class _enums_values(_Values):
    @overload
    def __getitem__(self, key: Literal["level"], /) -> level | int: ...
    @overload
    def __getitem__(self, key: Literal["color"], /) -> color_t | int: ...
    @overload
    def __getitem__(self, key: Literal["big"], /) -> big | int: ...
    @overload
    def __getitem__(self, key: Literal["hidden"], /) -> hidden | int: ...
    @overload
    def __getitem__(self, key: Literal["mode"], /) -> enums_mode | int: ...
    @overload
    def __getitem__(self, key: Literal["history"], /) -> _List[level | int]: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...

_section_bss_values: TypeAlias = _EnumValues[
    Literal["limits"],
    section_bss_limits | int,
]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "__ARRAY_SIZE_TYPE__",
    "big",
    "color_t",
    "enums",
    "hidden",
    "level",
    "limits",
]
_RecordName: TypeAlias = Literal["enums"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["enums"]) -> _Class[enums]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def enum(self, name: Literal["big"]) -> _Class[big]: ...
    @overload
    def enum(self, name: Literal["color_t"]) -> _Class[color_t]: ...
    @overload
    def enum(self, name: Literal["hidden"]) -> _Class[hidden]: ...
    @overload
    def enum(self, name: Literal["level"]) -> _Class[level]: ...
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
