# names.o, BTF sha256 c75ab2b295f7c879; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
import ctypes as _ctypes
from builtins import bytes as _bytes
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
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _PointerField,
    _RecordField,
)
from btf_typing.records import _CField as __CField

class range(Struct):
    """struct range, 4 bytes"""

    start: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, start: int = ...) -> None: ...

# For classes in which a field has this name.
_class_: TypeAlias = class_
_int_: TypeAlias = int_
_range: TypeAlias = range

class names_enum(IntEnum):
    """enum names_enum, 4 bytes"""

    None_ = 0
    True_ = 1
    name_ = 2
    mro_ = 3
    __private_one: names_enum  # 4

class class_(Struct):
    """struct class, 24 bytes"""

    def_: _CField[ctypes.c_int32, int, int]  # 0: int
    from_: _CField[ctypes.c_int32, int, int]  # 4: int
    self: _CField[ctypes.c_int32, int, int]  # 8: int
    __init___: _CField[ctypes.c_int32, int, int]  # 12: int
    _fields__: _CField[ctypes.c_int32, int, int]  # 16: int
    __private: _CField[ctypes.c_int32, int, int]  # 20: int

    def __init__(
        _self,
        *,
        def_: int = ...,
        from_: int = ...,
        self: int = ...,
        __init___: int = ...,
        _fields__: int = ...,
        __private: int = ...,
    ) -> None: ...

class int_(Struct):
    """struct int_, 4 bytes"""

    value: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, value: int = ...) -> None: ...

class names(Struct, _HasEnums[_names_values]):
    """struct names, 80 bytes"""

    class_: _RecordField[_class_]  # 0: struct class, 24 bytes
    range: _RecordField[_range]  # 24: struct range, 4 bytes
    names_enum: __CField[_ctypes.c_uint32, int, int]  # 28: enum names_enum
    int_: __CField[_ctypes.c_int32, int, int]  # 32: int
    bytes: __CField[_ctypes.c_int32, int, int]  # 36: int
    ctypes: __CField[_ctypes.c_int32, int, int]  # 40: int
    type: __CField[_ctypes.Array[_ctypes.c_char], _bytes, _bytes]  # 44: char[4]
    None_: _PointerField  # 48: void *
    bool_: __CField[_ctypes.c_bool, bool, bool]  # 56: _Bool
    int__: _RecordField[_int_]  # 60: struct int_, 4 bytes
    _CField: __CField[_ctypes.c_int32, int, int]  # 64: int
    tuple: _ArrayField[_ctypes.c_int32, int]  # 68: int[2]

    def __init__(
        self,
        *,
        class_: _class_ = ...,
        range: _range = ...,
        names_enum: int = ...,
        int_: int = ...,
        bytes: int = ...,
        ctypes: int = ...,
        type: _bytes = ...,
        None_: int | None = ...,
        bool_: bool = ...,
        int__: _int_ = ...,
        _CField: int = ...,
        tuple: _ArrayArgument[_ctypes.c_int32, int] = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    names: _PointerField  # 0: struct names *

    def __init__(self, *, names: int | None = ...) -> None: ...

# What asdict(event, enums=True) returns for each struct that has enums.
_names_values: TypeAlias = _EnumValues[Literal["names_enum"], names_enum | int]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "char",
    "class",
    "int",
    "int_",
    "names",
    "names_enum",
    "range",
]
_RecordName: TypeAlias = Literal["class", "int_", "names", "range"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["class"]) -> _Class[class_]: ...
    @overload
    def struct(self, name: Literal["int_"]) -> _Class[int_]: ...
    @overload
    def struct(self, name: Literal["names"]) -> _Class[names]: ...
    @overload
    def struct(self, name: Literal["range"]) -> _Class[range]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def enum(self, name: Literal["names_enum"]) -> _Class[names_enum]: ...
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
