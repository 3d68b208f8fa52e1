# empty.o, BTF sha256 e6dfb23934088372; made by btf-stubs, do not edit
# fmt: off
# isort: skip_file
# ruff: noqa
# pyright: basic
# pyrefly: ignore-errors
from typing import Any, Literal, TypeAlias, overload, type_check_only

from btf_typing.records import (
    Struct,
    _Class,
    _NamedBtf,
    _NamedMaps,
    _NamedPrograms,
    _NamedSections,
    _NoName,
    _Object,
    _PointerField,
)

class empty(Struct):
    """struct empty, 0 bytes"""

    def __init__(self) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    empty: _PointerField  # 0: struct empty *

    def __init__(self, *, empty: int | None = ...) -> None: ...

# The object itself.
_TypeName: TypeAlias = Literal[".bss", "empty"]
_RecordName: TypeAlias = Literal["empty"]
_SectionName: TypeAlias = Literal[".bss"]

@type_check_only
class _Btf(_NamedBtf[_TypeName, _RecordName]):
    @overload  # type: ignore[override]
    def struct(self, name: Literal["empty"]) -> _Class[empty]: ...
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
