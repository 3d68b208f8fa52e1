import ctypes
from _ctypes import _CData, _PyCStructType, _UnionType
from _ctypes import _CField as _AnyField
from ctypes import Array
from typing import Any, ClassVar, Self, TypeAlias, TypeVar, overload, type_check_only

__all__ = ["Struct", "Union"]

_C = TypeVar("_C", bound=_CData)
_V = TypeVar("_V")
_Get = TypeVar("_Get")
_Set = TypeVar("_Set")

# typeshed's with the usual case first: checkers try one overload after the other wherever a field
# is used, and mypy takes half as long for one that the first is for. typeshed's is final, since
# ctypes has no other class of fields; nor has a program, to which this one does not exist.
@type_check_only
class _CField(_AnyField[_C, _Get, _Set]):  # type: ignore[misc]
    @overload  # type: ignore[override]
    def __get__(self, instance: ctypes.Structure | ctypes.Union, owner: Any = None, /) -> _Get: ...
    @overload
    def __get__(self, instance: None, owner: Any = None, /) -> Self: ...

# What an array of C may be set from: another one, or a tuple of what an element may be set from.
_ArrayValue: TypeAlias = Array[_C] | tuple[_V, ...]
_ArrayField: TypeAlias = _CField[Array[_C], Array[_C], Array[_C] | tuple[_V, ...]]
# A struct or union inside another.
_RecordField: TypeAlias = _CField[_C, _C, _C]
# A pointer: its address, None for NULL.
_PointerField: TypeAlias = _CField[ctypes.c_void_p, int | None, int | None]

# typeshed's Structure and Union accept any attribute, since it cannot know the fields. Stubs
# list them all, so for these bases and their classes a name that is not declared is an error.
class _StructType(_PyCStructType):
    __getattr__: ClassVar[None]  # type: ignore[assignment, misc]

class _UnionClassType(_UnionType):
    __getattr__: ClassVar[None]  # type: ignore[assignment, misc]

class Struct(ctypes.Structure, metaclass=_StructType):
    __getattr__: ClassVar[None]  # type: ignore[assignment, misc]
    __setattr__: ClassVar[None]  # type: ignore[assignment, misc]
    __hash__: ClassVar[None]  # type: ignore[assignment]

class Union(ctypes.Union, metaclass=_UnionClassType):
    __getattr__: ClassVar[None]  # type: ignore[assignment, misc]
    __setattr__: ClassVar[None]  # type: ignore[assignment, misc]
    __hash__: ClassVar[None]  # type: ignore[assignment]
