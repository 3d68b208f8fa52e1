# pointers.o, BTF sha256 f44d736dfad3205d; made by btf-stubs, do not edit
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
    _Class,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _PointerField,
)

class node(Struct):
    """struct node, 72 bytes"""

    next: _PointerField  # 0: struct node *
    data: _PointerField  # 8: void *
    name: _PointerField  # 16: const char *
    names: _PointerField  # 24: const char *const *
    opaque: _PointerField  # 32: struct unknown *
    callback: _PointerField  # 40: int (*)(struct node *, void *)
    # 48: int (*)(struct unknown *, struct unknown *, const char *const *, ...)
    much: _PointerField
    table: _ArrayField[ctypes.c_void_p, int | None]  # 56: int (*[2])(void)

    def __init__(
        self,
        *,
        next: int | None = ...,
        data: int | None = ...,
        name: int | None = ...,
        names: int | None = ...,
        opaque: int | None = ...,
        callback: int | None = ...,
        much: int | None = ...,
        table: _ArrayArgument[ctypes.c_void_p, int | None] = ...,
    ) -> None: ...

class pointers(Struct):
    """struct pointers, 16 bytes"""

    handler: _PointerField  # 0: handler_t
    node: _PointerField  # 8: node_ptr

    def __init__(
        self,
        *,
        handler: int | None = ...,
        node: int | None = ...,
    ) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    pointers: _PointerField  # 0: struct pointers *

    def __init__(self, *, pointers: int | None = ...) -> None: ...

handler_t: TypeAlias = ctypes.c_void_p  # int (*)(struct node *)
node_ptr: TypeAlias = ctypes.c_void_p  # struct node *

# The object itself.
_TypeName: TypeAlias = Literal[
    ".bss",
    "__ARRAY_SIZE_TYPE__",
    "char",
    "handler_t",
    "int",
    "node",
    "node_ptr",
    "pointers",
    "unknown",
]
_RecordName: TypeAlias = Literal["node", "pointers"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["node"]) -> _Class[node]: ...
    @overload
    def struct(self, name: Literal["pointers"]) -> _Class[pointers]: ...
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
