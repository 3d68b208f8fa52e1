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

# typeshed's _CField with its overloads in the other order. Checkers try the overloads in turn at
# every use of a field. Here the first one almost always fits, which halves the time in mypy.
# typeshed marks its class as final, since ctypes has no subclass of it. Ours exists in stubs only.
@type_check_only
class _CField(_AnyField[_C, _Get, _Set]):  # type: ignore[misc]
    @overload  # type: ignore[override]
    def __get__(self, instance: ctypes.Structure | ctypes.Union, owner: Any = None, /) -> _Get: ...
    @overload
    def __get__(self, instance: None, owner: Any = None, /) -> Self: ...

# Values that can be assigned to an array field: an array of the same type, or a tuple of elements.
_ArrayValue: TypeAlias = Array[_C] | tuple[_V, ...]
_ArrayField: TypeAlias = _CField[Array[_C], Array[_C], Array[_C] | tuple[_V, ...]]
# A field whose type is a struct or union.
_RecordField: TypeAlias = _CField[_C, _C, _C]
# A pointer field. Its value is the address, or None for NULL.
_PointerField: TypeAlias = _CField[ctypes.c_void_p, int | None, int | None]

# typeshed's Structure and Union accept any attribute, because typeshed cannot know the fields. Our
# stubs declare all fields, so any other attribute of these classes and their instances is an error.
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
