# pinned.bpf.o, BTF sha256 f8250eabca1ce9a8, file sha256 48cb3bfc80c763c9, stub sha256 09cc119417694d25; made by btf-stubs, do not edit
# options: --live
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
import ctypes
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing import BpfMap
from btf_typing.records import (
    Struct,
    _Base,
    _CField,
    _Class,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _Path,
)

class exit_count(Struct):
    """struct exit_count, 40 bytes"""

    exits: _CField[ctypes.c_uint64, int, int]  # 0: u64
    last: _CField[ctypes.c_uint64, int, int]  # 8: u64
    last_pid: _CField[ctypes.c_uint32, int, int]  # 16: u32
    last_comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 20: char[16]

    def __init__(
        self,
        *,
        exits: int = ...,
        last: int = ...,
        last_pid: int = ...,
        last_comm: bytes = ...,
    ) -> None: ...

__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long

# The object itself.
_TypeName: TypeAlias = Literal[
    ".maps",
    "LICENSE",
    "__ARRAY_SIZE_TYPE__",
    "__u32",
    "__u64",
    "char",
    "exit_count",
    "exits",
    "int",
    "license",
    "on_exit",
    "u32",
    "u64",
    "unsigned int",
    "unsigned long long",
]
_RecordName: TypeAlias = Literal["exit_count"]
_MapName: TypeAlias = Literal["exits"]
_ProgramName: TypeAlias = Literal["on_exit"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["exit_count"]) -> _Class[exit_count]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...

@type_check_only
class _Maps(_NamedMaps[_MapName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal["exits"],
    ) -> BpfMap[_Class[ctypes.c_uint32], _Class[exit_count]]: ...

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

_Sections: TypeAlias = _NamedSections[_NoName]

class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...

obj: Object

def load(path: _Path | None = None, *, base: _Base = None) -> Object: ...
