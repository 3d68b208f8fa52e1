# typedefs.o, BTF sha256 66fde55800b7ab31; made by btf-stubs, do not edit
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

class only_t(Struct):
    """typedef struct {...} only_t, 4 bytes"""

    value: _CField[ctypes.c_uint32, int, int]  # 0: u32

    def __init__(self, *, value: int = ...) -> None: ...

class tagged(Struct):
    """struct tagged, 4 bytes"""

    x: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, x: int = ...) -> None: ...

class typedefs(Struct):
    """struct typedefs, 32 bytes"""

    pid: _CField[ctypes.c_uint32, int, int]  # 0: pid_type
    mac: _ArrayField[ctypes.c_uint8, int]  # 4: mac_t
    only: _RecordField[only_t]  # 12: only_t, 4 bytes
    second: _RecordField[only_t]  # 16: second_t, 4 bytes
    a: _RecordField[tagged]  # 20: tagged, 4 bytes
    b: _RecordField[tagged]  # 24: tagged_t, 4 bytes
    c: _RecordField[union_t]  # 28: union_t, 4 bytes

    def __init__(
        self,
        *,
        pid: int = ...,
        mac: _ArrayArgument[ctypes.c_uint8, int] = ...,
        only: only_t = ...,
        second: only_t = ...,
        a: tagged = ...,
        b: tagged = ...,
        c: union_t = ...,
    ) -> None: ...

class union_t(Union):
    """typedef union {...} union_t, 4 bytes"""

    i: _CField[ctypes.c_int32, int, int]  # 0: int

    def __init__(self, *, i: int = ...) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    typedefs: _PointerField  # 0: struct typedefs *

    def __init__(self, *, typedefs: int | None = ...) -> None: ...

mac_t: TypeAlias = ctypes.Array[ctypes.c_uint8]  # unsigned char[6]
pid_type: TypeAlias = ctypes.c_uint32  # unsigned int
second_t: TypeAlias = only_t  # struct {...}
tagged_t: TypeAlias = tagged  # struct tagged
u32: TypeAlias = ctypes.c_uint32  # unsigned int

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "__ARRAY_SIZE_TYPE__",
    "int",
    "mac_t",
    "only_t",
    "pid_type",
    "second_t",
    "tagged",
    "tagged_t",
    "typedefs",
    "u32",
    "union_t",
    "unsigned char",
    "unsigned int",
]
_RecordName: TypeAlias = Literal[
    "only_t",
    "second_t",
    "tagged",
    "tagged_t",
    "typedefs",
    "union_t",
]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["only_t", "second_t"]) -> _Class[only_t]: ...
    @overload
    def struct(self, name: Literal["tagged", "tagged_t"]) -> _Class[tagged]: ...
    @overload
    def struct(self, name: Literal["typedefs"]) -> _Class[typedefs]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def union(self, name: Literal["union_t"]) -> _Class[union_t]: ...
    @overload
    def union(self, name: int) -> _Class[Any]: ...

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
