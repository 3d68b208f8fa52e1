# ringbuf.bpf.o, BTF sha256 d30cb71b8299efa3, file sha256 12406db00de011c6, stub sha256 f79a40f6758457ad; made by btf-stubs, do not edit
# options: --live
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
    _Base,
    _CField,
    _Class,
    _HasEnums,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _Object,
    _Path,
    _PointerField,
    _RecordField,
    _Values,
)

# For classes in which a field has this name.
_delivered: TypeAlias = delivered
_sent: TypeAlias = sent

class signal_code(IntEnum):
    """enum signal_code, 4 bytes"""

    CODE_TKILL = -6
    CODE_QUEUE = -1
    CODE_USER = 0
    CODE_KERNEL = 128

class signal_step(IntEnum):
    """enum signal_step, 4 bytes"""

    SIGNAL_SENT = 1
    SIGNAL_DELIVERED = 2

class delivered(Struct):
    """struct delivered, 16 bytes"""

    handler: _PointerField  # 0: void *
    flags: _CField[ctypes.c_uint64, int, int]  # 8: u64

    def __init__(self, *, handler: int | None = ..., flags: int = ...) -> None: ...

class sent(Struct):
    """struct sent, 24 bytes"""

    target_pid: _CField[ctypes.c_uint32, int, int]  # 0: u32
    target_comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 4: char[16]
    to_group: _CField[ctypes.c_bool, bool, bool]  # 20: _Bool

    def __init__(
        self,
        *,
        target_pid: int = ...,
        target_comm: bytes = ...,
        to_group: bool = ...,
    ) -> None: ...

class signal_deliver(Struct):
    """struct signal_deliver, 40 bytes"""

    common: _CField[ctypes.c_uint64, int, int]  # 0: u64
    sig: _CField[ctypes.c_int32, int, int]  # 8: s32
    error: _CField[ctypes.c_int32, int, int]  # 12: s32
    code: _CField[ctypes.c_int32, int, int]  # 16: s32
    sa_handler: _CField[ctypes.c_uint64, int, int]  # 24: unsigned long
    sa_flags: _CField[ctypes.c_uint64, int, int]  # 32: unsigned long

    def __init__(
        self,
        *,
        common: int = ...,
        sig: int = ...,
        error: int = ...,
        code: int = ...,
        sa_handler: int = ...,
        sa_flags: int = ...,
    ) -> None: ...

class signal_event(Struct, _HasEnums[_signal_event_values]):
    """struct signal_event, 64 bytes"""

    timestamp: _CField[ctypes.c_uint64, int, int]  # 0: u64
    step: _CField[ctypes.c_uint32, int, int]  # 8: enum signal_step
    code: _CField[ctypes.c_int32, int, int]  # 12: enum signal_code
    pid: _CField[ctypes.c_uint32, int, int]  # 16: u32
    signal: _CField[ctypes.c_uint16, int, int]  # 20: u16
    comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 22: char[16]
    sent: _RecordField[_sent]  # 40: struct sent, 24 bytes
    delivered: _RecordField[_delivered]  # 40: struct delivered, 16 bytes

    def __init__(
        self,
        *,
        timestamp: int = ...,
        step: int = ...,
        code: int = ...,
        pid: int = ...,
        signal: int = ...,
        comm: bytes = ...,
        sent: _sent = ...,
        delivered: _delivered = ...,
    ) -> None: ...

class signal_generate(Struct):
    """struct signal_generate, 48 bytes"""

    common: _CField[ctypes.c_uint64, int, int]  # 0: u64
    sig: _CField[ctypes.c_int32, int, int]  # 8: s32
    error: _CField[ctypes.c_int32, int, int]  # 12: s32
    code: _CField[ctypes.c_int32, int, int]  # 16: s32
    comm: _CField[ctypes.Array[ctypes.c_char], bytes, bytes]  # 20: char[16]
    pid: _CField[ctypes.c_int32, int, int]  # 36: s32
    group: _CField[ctypes.c_int32, int, int]  # 40: s32
    result: _CField[ctypes.c_int32, int, int]  # 44: s32

    def __init__(
        self,
        *,
        common: int = ...,
        sig: int = ...,
        error: int = ...,
        code: int = ...,
        comm: bytes = ...,
        pid: int = ...,
        group: int = ...,
        result: int = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 16 bytes"""

    lost: _CField[ctypes.c_uint64, int, int]  # 0: u64
    unused: _PointerField  # 8: struct signal_event *

    def __init__(self, *, lost: int = ..., unused: int | None = ...) -> None: ...

__s32: TypeAlias = ctypes.c_int32  # int
__u16: TypeAlias = ctypes.c_uint16  # unsigned short
__u32: TypeAlias = ctypes.c_uint32  # unsigned int
__u64: TypeAlias = ctypes.c_uint64  # unsigned long long
s32: TypeAlias = ctypes.c_int32  # int
u16: TypeAlias = ctypes.c_uint16  # unsigned short
u32: TypeAlias = ctypes.c_uint32  # unsigned int
u64: TypeAlias = ctypes.c_uint64  # unsigned long long

# What asdict(event, enums=True) returns for each struct that has enums.
@type_check_only
class _signal_event_values(_Values):
    @overload
    def __getitem__(self, key: Literal["step"], /) -> signal_step | int: ...
    @overload
    def __getitem__(self, key: Literal["code"], /) -> signal_code | int: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    ".maps",
    "LICENSE",
    "_Bool",
    "__ARRAY_SIZE_TYPE__",
    "__s32",
    "__u16",
    "__u32",
    "__u64",
    "char",
    "delivered",
    "events",
    "int",
    "license",
    "lost",
    "on_deliver",
    "on_generate",
    "s32",
    "sent",
    "signal_code",
    "signal_deliver",
    "signal_event",
    "signal_generate",
    "signal_step",
    "u16",
    "u32",
    "u64",
    "unsigned int",
    "unsigned long",
    "unsigned long long",
    "unsigned short",
    "unused",
]
_RecordName: TypeAlias = Literal[
    "delivered",
    "sent",
    "signal_deliver",
    "signal_event",
    "signal_generate",
]
_MapName: TypeAlias = Literal["events"]
_ProgramName: TypeAlias = Literal["on_deliver", "on_generate"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["delivered"]) -> _Class[delivered]: ...
    @overload
    def struct(self, name: Literal["sent"]) -> _Class[sent]: ...
    @overload
    def struct(self, name: Literal["signal_deliver"]) -> _Class[signal_deliver]: ...
    @overload
    def struct(self, name: Literal["signal_event"]) -> _Class[signal_event]: ...
    @overload
    def struct(self, name: Literal["signal_generate"]) -> _Class[signal_generate]: ...
    @overload
    def struct(self, name: int) -> _Class[Any]: ...
    @overload  # type: ignore[override]
    def enum(self, name: Literal["signal_code"]) -> _Class[signal_code]: ...
    @overload
    def enum(self, name: Literal["signal_step"]) -> _Class[signal_step]: ...
    @overload
    def enum(self, name: int) -> _Class[Any]: ...

@type_check_only
class _Maps(_NamedMaps[_MapName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal["events"],
    ) -> BpfMap[None, None]: ...

_Programs: TypeAlias = _NamedPrograms[_ProgramName]

@type_check_only
class _Sections(_NamedSections[_SectionName]):
    def __getitem__(  # type: ignore[override]
        self,
        name: Literal[".bss"],
    ) -> section_bss: ...

class Object(_Object[_Btf, _Maps, _Programs, _Sections]): ...

obj: Object

def load(path: _Path | None = None, *, base: _Base = None) -> Object: ...
