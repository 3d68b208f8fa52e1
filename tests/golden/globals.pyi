# globals.o, BTF sha256 bb11f63d37c25812; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from enum import IntEnum
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing import BpfMap
from btf_typing.records import (
    Struct,
    _ArrayArgument,
    _ArrayField,
    _CField,
    _Class,
    _EnumValues,
    _HasEnums,
    _MapOfMaps,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _Object,
    _PointerField,
    _RecordField,
)

class section_data_mode(IntEnum):
    """enum {...}, 4 bytes"""

    IDLE = 0
    BUSY = 2

class counts_key(Struct):
    """struct {...}, 8 bytes"""

    pid: _CField[ctypes.c_uint32, int, int]  # 0: u32
    cpu: _CField[ctypes.c_uint32, int, int]  # 4: u32

    def __init__(self, *, pid: int = ..., cpu: int = ...) -> None: ...

class counts_value(Struct):
    """struct {...}, 24 bytes"""

    count: _CField[ctypes.c_uint64, int, int]  # 0: u64
    seen: _RecordField[counts_value_seen]  # 8: struct {...}, 16 bytes

    def __init__(self, *, count: int = ..., seen: counts_value_seen = ...) -> None: ...

class counts_value_seen(Struct):
    """struct {...}, 16 bytes"""

    first: _CField[ctypes.c_uint64, int, int]  # 0: u64
    last: _CField[ctypes.c_uint64, int, int]  # 8: u64

    def __init__(self, *, first: int = ..., last: int = ...) -> None: ...

class data(Struct):
    """struct data, 4 bytes"""

    x: _CField[ctypes.c_uint32, int, int]  # 0: u32

    def __init__(self, *, x: int = ...) -> None: ...

class inner(Struct):
    """struct inner, 32 bytes"""

    type: _PointerField  # 0: int (*)[2]
    max_entries: _PointerField  # 8: int (*)[1]
    key: _PointerField  # 16: u32 *
    value: _PointerField  # 24: struct {...} *

    def __init__(
        self,
        *,
        type: int | None = ...,
        max_entries: int | None = ...,
        key: int | None = ...,
        value: int | None = ...,
    ) -> None: ...

class outer_inner_value(Struct):
    """struct {...}, 8 bytes"""

    depth: _CField[ctypes.c_uint64, int, int]  # 0: u64

    def __init__(self, *, depth: int = ...) -> None: ...

class section_bss_per_cpu(Struct):
    """struct {...}, 8 bytes"""

    sum: _CField[ctypes.c_uint64, int, int]  # 0: u64

    def __init__(self, *, sum: int = ...) -> None: ...

class section_rodata_config(Struct):
    """struct {...}, 8 bytes"""

    pid: _CField[ctypes.c_uint32, int, int]  # 0: u32
    verbose: _CField[ctypes.c_bool, bool, bool]  # 4: _Bool

    def __init__(self, *, pid: int = ..., verbose: bool = ...) -> None: ...

class section_bss(Struct):
    """section .bss, 40 bytes"""

    total: _CField[ctypes.c_uint64, int, int]  # 0: u64
    # 8: struct {...}[4], 32 bytes
    per_cpu: _ArrayField[section_bss_per_cpu, section_bss_per_cpu]

    def __init__(
        self,
        *,
        total: int = ...,
        per_cpu: _ArrayArgument[section_bss_per_cpu, section_bss_per_cpu] = ...,
    ) -> None: ...

class section_data(Struct, _HasEnums[_section_data_values]):
    """section .data, 12 bytes"""

    mode: _CField[ctypes.c_uint32, int, int]  # 0: enum {...}, section_data_mode
    items: _ArrayField[data, data]  # 4: struct data[2], 8 bytes

    def __init__(
        self,
        *,
        mode: int = ...,
        items: _ArrayArgument[data, data] = ...,
    ) -> None: ...

class section_data_counters(Struct):
    """section .data.counters, 8 bytes"""

    hits: _CField[ctypes.c_uint64, int, int]  # 0: volatile u64

    def __init__(self, *, hits: int = ...) -> None: ...

class section_rodata(Struct):
    """section .rodata, 16 bytes"""

    # 0: const volatile struct {...}, 8 bytes
    config: _RecordField[section_rodata_config]
    # 8: const volatile char[8]
    version: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]

    def __init__(
        self,
        *,
        config: section_rodata_config = ...,
        version: bytes = ...,
    ) -> None: ...

u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long

# What asdict(event, enums=True) returns for each struct that has enums.
_section_data_values: TypeAlias = _EnumValues[Literal["mode"], section_data_mode | int]

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    ".data",
    ".data.counters",
    ".maps",
    ".rodata",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "char",
    "config",
    "counts",
    "data",
    "hits",
    "inner",
    "int",
    "items",
    "mode",
    "named",
    "outer",
    "per_cpu",
    "program",
    "total",
    "u32",
    "u64",
    "unsigned int",
    "unsigned long long",
    "version",
]
_RecordName: TypeAlias = Literal["data", "inner"]
_MapName: TypeAlias = Literal["counts", "named", "outer"]
_ProgramName: TypeAlias = Literal["program"]
_SectionName: TypeAlias = Literal[".bss", ".data", ".data.counters", ".rodata"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["data"]) -> _Class[data]: ...
    @overload
    def struct(self, name: Literal["inner"]) -> _Class[inner]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...

@type_check_only
class _Maps(_NamedMaps[_MapName]):
    @overload  # type: ignore[override]
    def __getitem__(
        self,
        name: Literal["counts"],
    ) -> BpfMap[_Class[counts_key], _Class[counts_value]]: ...
    @overload
    def __getitem__(
        self,
        name: Literal["named"],
    ) -> BpfMap[_Class[ctypes.c_uint32], _Class[data]]: ...
    @overload
    def __getitem__(
        self,
        name: Literal["outer"],
    ) -> _MapOfMaps[
        _Class[ctypes.c_uint32],
        None,
        BpfMap[_Class[ctypes.c_uint32], _Class[outer_inner_value]],
    ]: ...
    @overload
    def __getitem__(self, name: _MapName) -> BpfMap[Any, Any]: ...

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

@type_check_only
class _Sections(_NamedSections[_SectionName]):
    @overload  # type: ignore[override]
    def __getitem__(self, name: Literal[".bss"]) -> section_bss: ...
    @overload
    def __getitem__(self, name: Literal[".data"]) -> section_data: ...
    @overload
    def __getitem__(self, name: Literal[".data.counters"]) -> section_data_counters: ...
    @overload
    def __getitem__(self, name: Literal[".rodata"]) -> section_rodata: ...
    @overload
    def __getitem__(self, name: _SectionName) -> Any: ...

@type_check_only
class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...
