"""The kinds of BTF, one immutable record each.

Records name other types by id; `btf_typing._wire.table.TypeTable` turns ids into records. They are
named tuples, not dataclasses: a kernel has 126,000 of them, and a named tuple is made four times
as fast. Compare them with ``is`` or by ``id``, since tuples of different kinds can be equal.
``size`` is in bytes; whatever counts bits says so in its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ._lazy import LazyModule
from ._typing import TYPE_CHECKING, NamedTuple
from .errors import TypeReference

if TYPE_CHECKING:
    import typing
    from typing import Literal, TypeAlias

    from . import _hints
else:
    typing = LazyModule("typing")
    _hints = LazyModule("btf_typing._hints")


def maker(cls: type[_hints.Record]) -> Callable[[tuple[typing.Any, ...]], _hints.Record]:
    """What makes a named tuple *cls* of a tuple of all its values, twice as fast as its call.

    For loops that make most of the records of a kernel.
    """
    return partial(tuple.__new__, cls)


class Member(NamedTuple):
    """A member of a struct or union.

    ``bit_offset`` counts from the start of the aggregate, from the most significant bit of each
    byte in big-endian BTF. ``bitfield_size`` is in bits, None where the member is no bitfield.
    """

    name: str
    type_id: int
    bit_offset: int
    bitfield_size: int | None


class Enumerator(NamedTuple):
    """A name and its value, sign applied."""

    name: str
    value: int


class Param(NamedTuple):
    """A parameter of a function prototype; a nameless void one at the end means varargs."""

    name: str
    type_id: int


class VarSecinfo(NamedTuple):
    """A variable's place in its section, in bytes. Both are often 0 in an unlinked object."""

    type_id: int
    offset: int
    size: int


class Void(NamedTuple):
    """Id 0: nothing, and what a ``void *`` points to."""

    id: int
    name: str


class Int(NamedTuple):
    """An integer; ``bits`` and ``bit_offset`` tell legacy bitfields, otherwise 8 * size and 0."""

    id: int
    name: str
    size: int
    bits: int
    bit_offset: int
    signed: bool
    char: bool
    boolean: bool

    @property
    def is_bitfield(self) -> bool:
        """Whether a member of this type is a bitfield, as was told before members told it."""
        return self.bit_offset != 0 or self.bits != 8 * self.size


class _Reference(NamedTuple):
    """A kind that is a name and the type it stands for or refers to."""

    id: int
    name: str
    type_id: int


class Ptr(_Reference):
    """A pointer to ``type_id``."""

    __slots__ = ()


class Array(NamedTuple):
    """``length`` elements of ``type_id``."""

    id: int
    name: str
    type_id: int
    index_type_id: int
    length: int


class _Composite(NamedTuple):
    """A kind with members."""

    id: int
    name: str
    size: int
    members: tuple[Member, ...]


class Struct(_Composite):
    """A struct."""

    __slots__ = ()


class Union(_Composite):
    """A union."""

    __slots__ = ()


class _Enumeration(NamedTuple):
    """A kind with enumerators."""

    id: int
    name: str
    size: int
    signed: bool
    enumerators: tuple[Enumerator, ...]


class Enum(_Enumeration):
    """An enum whose values fit in 32 bits."""

    __slots__ = ()


class Enum64(_Enumeration):
    """An enum with a value of more than 32 bits."""

    __slots__ = ()


class Fwd(NamedTuple):
    """A struct or union that was declared and never defined."""

    id: int
    name: str
    union: bool


class Typedef(_Reference):
    """Another name for ``type_id``."""

    __slots__ = ()


class Volatile(_Reference):
    """``volatile``."""

    __slots__ = ()


class Const(_Reference):
    """``const``."""

    __slots__ = ()


class Restrict(_Reference):
    """``restrict``."""

    __slots__ = ()


class _Linked(NamedTuple):
    """A kind with a linkage: 0 static, 1 global, 2 extern."""

    id: int
    name: str
    type_id: int
    linkage: int


class Func(_Linked):
    """A function; ``type_id`` is its prototype, ``linkage`` 0 static, 1 global, 2 extern."""

    __slots__ = ()


class FuncProto(NamedTuple):
    """A function's prototype."""

    id: int
    name: str
    return_type_id: int
    params: tuple[Param, ...]


class Var(_Linked):
    """A global variable; ``linkage`` 0 static, 1 global, 2 extern."""

    __slots__ = ()


class Datasec(NamedTuple):
    """A section of globals, such as ``.data`` or ``.maps``."""

    id: int
    name: str
    size: int
    variables: tuple[VarSecinfo, ...]


class Float(NamedTuple):
    """A floating-point number."""

    id: int
    name: str
    size: int


class DeclTag(NamedTuple):
    """A tag on a declaration, or on its member or parameter ``component`` (-1: on the whole)."""

    id: int
    name: str
    type_id: int
    component: int
    attribute: bool


class TypeTag(NamedTuple):
    """A tag on a type, such as ``__user``; ``attribute``: a whole attribute, not just its tag."""

    id: int
    name: str
    type_id: int
    attribute: bool


class Unknown(NamedTuple):
    """A kind newer than this package, which the BTF's own layout section let us step over."""

    id: int
    name: str
    number: int


Composite: TypeAlias = Struct | Union
"""A kind with members."""

COMPOSITES = (Struct, Union)
"""The kinds of `Composite`, for ``isinstance``."""

AnyEnum: TypeAlias = Enum | Enum64
"""A kind with enumerators."""

ANY_ENUM = (Enum, Enum64)
"""The kinds of `AnyEnum`, for ``isinstance``."""

KEYWORDS: dict[type[Type], Literal["struct", "union", "enum"]] = {
    Struct: "struct",
    Union: "union",
    Enum: "enum",
    Enum64: "enum",
}
"""The keyword that stands before the tag in C."""

Qualifier: TypeAlias = Volatile | Const | Restrict | TypeTag
"""A type with a qualifier or tag in front of it."""

QUALIFIERS = (Volatile, Const, Restrict, TypeTag)
"""The kinds of `Qualifier`, for ``isinstance``."""

Modifier: TypeAlias = Typedef | Qualifier
"""A kind that stands for another type and has the same layout."""

MODIFIERS = (Typedef, *QUALIFIERS)
"""The kinds of `Modifier`, for ``isinstance``."""

Type: TypeAlias = (
    Void
    | Int
    | Ptr
    | Array
    | Struct
    | Union
    | Enum
    | Enum64
    | Fwd
    | Modifier
    | Func
    | FuncProto
    | Var
    | Datasec
    | Float
    | DeclTag
    | Unknown
)

KIND_OF: dict[type[Type], _hints.KindName] = {
    Void: "VOID",
    Int: "INT",
    Ptr: "PTR",
    Array: "ARRAY",
    Struct: "STRUCT",
    Union: "UNION",
    Enum: "ENUM",
    Fwd: "FWD",
    Typedef: "TYPEDEF",
    Volatile: "VOLATILE",
    Const: "CONST",
    Restrict: "RESTRICT",
    Func: "FUNC",
    FuncProto: "FUNC_PROTO",
    Var: "VAR",
    Datasec: "DATASEC",
    Float: "FLOAT",
    DeclTag: "DECL_TAG",
    TypeTag: "TYPE_TAG",
    Enum64: "ENUM64",
    Unknown: "UNKNOWN",
}
"""The name of each kind, in the order of the kinds' numbers in the format."""

KINDS: tuple[_hints.KindName, ...] = tuple(KIND_OF[kind] for kind in KIND_OF if kind is not Unknown)
"""The names of the kinds by their number in the format."""


def kind_of(type_: Type) -> _hints.KindName:
    """The name of the kind of *type_*."""
    return KIND_OF[type(type_)]


def kind_names(kinds: Iterable[type[Type]]) -> frozenset[_hints.KindName]:
    """The names of *kinds*, such as `COMPOSITES`."""
    return frozenset(map(KIND_OF.__getitem__, kinds))


def reference(type_: Type) -> TypeReference:
    """The parts by which messages identify *type_*."""
    return TypeReference(type_.id, kind_of(type_), type_.name)


def describe(type_: Type) -> str:
    """*type_* as bpftool shows it: ``[137] STRUCT 'task_struct'``."""
    return str(reference(type_))
