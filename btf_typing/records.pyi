# Type checkers lack some facts about ctypes, so a few declarations here contradict typeshed's.
# pyright: reportGeneralTypeIssues=false, reportPrivateUsage=false
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false
# ty: ignore[incompatible-method-override, incompatible-attribute-override]
# ty: ignore[incompatible-property-override, subclass-of-final-class]
# pyrefly: ignore-errors
import ctypes
from _ctypes import _CData, _PyCStructType, _UnionType
from _ctypes import _CField as _AnyField
from collections.abc import Callable, Iterator, Sequence
from ctypes import Array
from os import PathLike
from typing import (
    Any,
    ClassVar,
    Generic,
    Self,
    SupportsIndex,
    TypeAlias,
    TypeVar,
    overload,
    type_check_only,
)

from typing_extensions import Buffer

from ._api_types import AnyClass, BinaryFile, Readable
from .bpf_object import BpfObject
from .btf import Btf, S_co
from .maps import BpfMap, Key_co, Maps, Value_co
from .programs import BpfProgram, Programs
from .sections import Sections
from .view import BtfType

__all__ = ["Struct", "Union"]

_C = TypeVar("_C", bound=_CData)
_E = TypeVar("_E")
_N = TypeVar("_N", bound=str)
_D_co = TypeVar("_D_co", bound=dict[str, Any], covariant=True)
_V = TypeVar("_V")
_T = TypeVar("_T")
_Get = TypeVar("_Get")
_Set = TypeVar("_Set")

# typeshed marks its CField as final, since ctypes has no subclass of it. This subclass exists in
# stubs only. With --no-strict-optional, None fits the other overload too, so the overload for None
# must come first. It does not return Self, because mypy would bind Self at each access to a field.
# A file with 40,000 accesses would take 1.8 times as long.
@type_check_only
class _CField(_AnyField[_C, _Get, _Set]):  # type: ignore[misc]
    @overload
    def __get__(self, instance: None, owner: Any = None, /) -> _CField[_C, _Get, _Set]: ...
    @overload
    def __get__(self, instance: ctypes.Structure | ctypes.Union, owner: Any = None, /) -> _Get: ...

# An array whose elements have the ctypes class C. If you read an element, you get an E. You can
# assign a V to an element. typeshed's Array has only the parameter C. In place of E and V it uses
# Any, because no annotation can derive the type int from C = c_int.
@type_check_only
class _Array(Array[_C], Generic[_C, _E, _V]):  # type: ignore[misc]
    @overload
    def __getitem__(self, key: int, /) -> _E: ...
    @overload
    def __getitem__(self, key: slice[SupportsIndex | None], /) -> list[_E]: ...
    @overload  # type: ignore[override]
    def __setitem__(self, key: int, value: _V, /) -> None: ...
    @overload
    def __setitem__(
        self, key: slice[SupportsIndex | None], value: Sequence[_V] | Array[_C], /
    ) -> None: ...
    def __iter__(self) -> Iterator[_E]: ...

# Values that can be assigned to an array field: an array of the same type, or a tuple of elements.
_ArrayValue: TypeAlias = Array[_C] | tuple[_V, ...]
# Values that a constructor accepts for an array field. They include bytes, because bytes are a
# sequence of int.
_ArrayArgument: TypeAlias = Array[_C] | Sequence[_V]
# An array field whose elements have the same type when you read them and when you assign them.
_ArrayField: TypeAlias = _CField[Array[_C], _Array[_C, _V, _V], Array[_C] | tuple[_V, ...]]
# An array field whose elements are arrays. You read arrays from it and can also assign tuples.
_NestedField: TypeAlias = _CField[Array[_C], _Array[_C, _E, _V], Array[_C] | tuple[_V, ...]]
# A field whose type is a struct or union.
_RecordField: TypeAlias = _CField[_C, _C, _C]
# A pointer field. Its value is the address, or None for NULL.
_PointerField: TypeAlias = _CField[ctypes.c_void_p, int | None, int | None]

# The dictionaries that asdict(event, enums=True) returns. In an _EnumValues, the fields in the
# Literal _N have values of the type _V. Other fields have any type.
@type_check_only
class _Values(dict[str, Any]): ...

@type_check_only
class _EnumValues(_Values, Generic[_N, _V]):
    @overload
    def __getitem__(self, key: _N, /) -> _V: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...

# A base of structs and unions that have fields of enums.
@type_check_only
class _HasEnums(Generic[_D_co]):
    def __btf_values__(self) -> _D_co: ...

# The list that asdict returns for an array. Stubs do not call it "list", because a C type can have
# that name.
_List: TypeAlias = list[_T]

# typeshed's Structure and Union accept any attribute, because typeshed cannot know the fields. Our
# stubs declare all fields, so any other attribute of these classes and their instances must be an
# error. For this, our __getattr__ has a type that cannot be called. ty and pyrefly show the name of
# this type in the message.
@type_check_only
class _NoSuchField: ...

# mypy infers this metaclass for the values of a dictionary that holds structs and unions, such as
# {1: exec_event, 2: addr_union}.
class _RecordType(type):
    def from_buffer_copy(cls, buffer: Buffer, offset: int = 0, /) -> Struct | Union: ...

class _StructType(_RecordType, _PyCStructType):
    __getattr__: ClassVar[_NoSuchField]  # type: ignore[assignment, misc]
    def from_buffer_copy(cls, buffer: Buffer, offset: int = 0, /) -> Struct: ...  # type: ignore[override]

class _UnionClassType(_RecordType, _UnionType):
    __getattr__: ClassVar[_NoSuchField]  # type: ignore[assignment, misc]
    def from_buffer_copy(cls, buffer: Buffer, offset: int = 0, /) -> Union: ...  # type: ignore[override]

class Struct(ctypes.Structure, metaclass=_StructType):
    __getattr__: ClassVar[_NoSuchField]  # type: ignore[assignment, misc]
    __setattr__: ClassVar[_NoSuchField]  # type: ignore[assignment, misc]
    __hash__: ClassVar[None]  # type: ignore[assignment]
    @classmethod
    def from_buffer_copy(cls, buffer: Buffer, offset: int = 0, /) -> Self: ...

class Union(ctypes.Union, metaclass=_UnionClassType):
    __getattr__: ClassVar[_NoSuchField]  # type: ignore[assignment, misc]
    __setattr__: ClassVar[_NoSuchField]  # type: ignore[assignment, misc]
    __hash__: ClassVar[None]  # type: ignore[assignment]
    @classmethod
    def from_buffer_copy(cls, buffer: Buffer, offset: int = 0, /) -> Self: ...

# Every stub ends with classes for the object that it describes. The classes below are their bases.
# The arguments for _Name and _RecordName are Literals with the names in the object, or str if these
# names are too many.
_Name = TypeVar("_Name", bound=str)
_RecordName = TypeVar("_RecordName", bound=str)
_Inner_co = TypeVar("_Inner_co", covariant=True)
_BtfT = TypeVar("_BtfT", bound=Btf)
_MapsT = TypeVar("_MapsT", bound=Maps)
_ProgramsT = TypeVar("_ProgramsT", bound=Programs)
_SectionsT = TypeVar("_SectionsT", bound=Sections)

# If an object has no maps, this is the argument for _Name, because no name has this type. The same
# is true for programs and sections.
@type_check_only
class _NoName(str): ...

@type_check_only
class _NamedBtf(Btf, Generic[_Name, _RecordName]):
    def struct(self, name: int) -> _Class[Any]: ...  # type: ignore[override]
    def union(self, name: int) -> _Class[Any]: ...  # type: ignore[override]
    def enum(self, name: int) -> _Class[Any]: ...  # type: ignore[override]
    def type(self, name: _Name | int) -> BtfType: ...  # type: ignore[override]
    def validate(  # type: ignore[override]
        self, name: _RecordName | int, *, field_names: bool = True
    ) -> Callable[[AnyClass], AnyClass]: ...
    def validate_struct(  # type: ignore[override]
        self, name: _RecordName | int, cls: _Class[Any], *, field_names: bool = True
    ) -> None: ...

@type_check_only
class _NamedMaps(Maps, Generic[_Name]):
    def __iter__(self) -> Iterator[_Name]: ...
    def __getitem__(self, name: _Name) -> BpfMap[Any, Any]: ...  # type: ignore[override]

# A map whose values are maps. The attribute "inner" is the definition of each of these maps.
@type_check_only
class _MapOfMaps(BpfMap[Key_co, Value_co], Generic[Key_co, Value_co, _Inner_co]):
    inner: _Inner_co  # type: ignore[assignment]  # in BpfMap, it can be None

@type_check_only
class _NamedPrograms(Programs, Generic[_Name]):
    def __iter__(self) -> Iterator[_Name]: ...
    def __getitem__(self, name: _Name) -> BpfProgram: ...  # type: ignore[override]

@type_check_only
class _NamedSections(Sections, Generic[_Name]):
    def __iter__(self) -> Iterator[_Name]: ...
    def __getitem__(self, name: _Name) -> Any: ...  # type: ignore[override]

# Stubs leave S_co at its default, str. The mypy plugin sets it to a type such as
# Literal["prog.bpf.o"].
@type_check_only
class _Object(BpfObject[S_co], Generic[_BtfT, _MapsT, _ProgramsT, _SectionsT, S_co]):
    # These are properties, because ty ignores a new declaration of an inherited attribute.
    @property
    def btf(self) -> _BtfT: ...  # type: ignore[override]
    @property
    def maps(self) -> _MapsT: ...  # type: ignore[override]
    @property
    def programs(self) -> _ProgramsT: ...  # type: ignore[override]
    @property
    def sections(self) -> _SectionsT: ...  # type: ignore[override]

# type[T]. In a class that has a method called "type", the name "type" would mean the method.
_Class: TypeAlias = type[_T]
# The arguments of load().
_Path: TypeAlias = str | PathLike[str] | bytes | BinaryFile | Readable
_Base: TypeAlias = Btf | str | PathLike[str] | None
