"""The decoded records of BTF: a named tuple for each kind.

For example, ``const struct task *`` in C is three records, which refer to each other by type id:

    Ptr(id=7, name="", type_id=6)
    Const(id=6, name="", type_id=5)
    Struct(id=5, name="task", size=16, members=(Member("pid", 1, 0, None), ...))

Common fields are ``id``, the type id; ``name``, the C name, empty for an anonymous type;
``type_id``, the type that the record refers to; and ``size`` in bytes. A field that counts bits has
``bit`` in its name. `btf_typing._wire.type_table.TypeTable` returns the record for a type id.

Records are named tuples because a kernel has 126,000 of them, and dataclasses take four times as
long to create. Compare records by ``id``. With ``==``, records of two kinds are equal if they have
the same values. With ``is``, two decoded copies of one record differ.

Source: Linux Documentation/bpf/btf.rst.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ._lazy import LazyModule
from ._typing_stand_ins import TYPE_CHECKING, NamedTuple
from .errors import TypeReference

if TYPE_CHECKING:
    import typing
    from typing import Literal, TypeAlias

    from . import _api_types
else:
    typing = LazyModule("typing")
    _api_types = LazyModule("btf_typing._api_types")


def maker(cls: type[_api_types.Record]) -> Callable[[tuple[typing.Any, ...]], _api_types.Record]:
    """A function that creates a named tuple *cls* from a tuple with all of its values.

    Calling the result is twice as fast as calling *cls*. The loops that create most records of a
    kernel call it.
    """
    return partial(tuple.__new__, cls)


class Member(NamedTuple):
    """A member of a struct or union.

    Attributes:
        name: C name; empty for an anonymous member.
        type_id: Type id of the declared type.
        bit_offset: Offset in bits from the start of the struct or union. In big-endian BTF, bit 0
            is the most significant bit of the first byte.
        bitfield_size: Size in bits; None if the member is not a bitfield.
    """

    name: str
    type_id: int
    bit_offset: int
    bitfield_size: int | None


class Enumerator(NamedTuple):
    """An enumerator of an enum.

    Attributes:
        name: C name.
        value: Value; it can be negative if the enum is signed.

    Examples:
        >>> {each.name: each.value for each in obj.btf.type("exec_kind").enumerators}
        {'EXEC_UNREADABLE': -1, 'EXEC_ABSOLUTE': 0, 'EXEC_RELATIVE': 1}
    """

    name: str
    value: int


class Param(NamedTuple):
    """A parameter of a function prototype. ``...`` is a last parameter without a name and type."""

    name: str
    type_id: int


class VarSecinfo(NamedTuple):
    """A variable in a section; ``type_id`` is its VAR, ``offset`` and ``size`` are in bytes.

    In an object that was compiled but not linked, the offset and size can be 0. Then the symbol
    table has the real values.
    """

    type_id: int
    offset: int
    size: int


class Void(NamedTuple):
    """``void``, which has the type id 0 and no record in the BTF."""

    id: int
    name: str


class Int(NamedTuple):
    """An integer type.

    Old compilers give each bitfield a special INT: ``bits`` is the size of the bitfield, and
    ``bit_offset`` is its offset in the INT. Other compilers store both in the record of the struct,
    and set its bit kflag. For any other INT, ``bits`` is 8 * ``size`` and ``bit_offset`` is 0.
    """

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
        """Whether this is the special INT that an old compiler gives a bitfield."""
        return self.bit_offset != 0 or self.bits != 8 * self.size


class _Reference(NamedTuple):
    """A kind that has a name and refers to a type."""

    id: int
    name: str
    type_id: int


class Ptr(_Reference):
    """A pointer to ``type_id``."""

    __slots__ = ()


class Array(NamedTuple):
    """An array of ``length`` elements of ``type_id``; ``int a[2][3]`` is an array of an array."""

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
    """An enum with 32-bit values."""

    __slots__ = ()


class Enum64(_Enumeration):
    """An enum with 64-bit values."""

    __slots__ = ()


class Fwd(NamedTuple):
    """A forward declaration, such as ``struct task;``. Usually, the BTF lacks its definition."""

    id: int
    name: str
    union: bool


class Typedef(_Reference):
    """A typedef of ``type_id``."""

    __slots__ = ()


class Volatile(_Reference):
    """``type_id`` with the qualifier ``volatile``."""

    __slots__ = ()


class Const(_Reference):
    """``type_id`` with the qualifier ``const``."""

    __slots__ = ()


class Restrict(_Reference):
    """``type_id`` with the qualifier ``restrict``."""

    __slots__ = ()


class _Linked(NamedTuple):
    """A kind with a linkage: 0 static, 1 global, 2 extern."""

    id: int
    name: str
    type_id: int
    linkage: int


class Func(_Linked):
    """A function; ``type_id`` is its prototype.

    ``linkage`` is 0 for static, 1 for global and 2 for extern.
    """

    __slots__ = ()


class FuncProto(NamedTuple):
    """The prototype of a function: its return type and its parameters."""

    id: int
    name: str
    return_type_id: int
    params: tuple[Param, ...]


class Var(_Linked):
    """A global variable; ``linkage`` is 0 for static, 1 for global and 2 for extern."""

    __slots__ = ()


class Datasec(NamedTuple):
    """A section of global variables, such as ``.data`` or ``.maps``.

    ``size`` can be 0 in an object that was compiled but not linked.
    """

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
    """A ``btf_decl_tag`` on the declaration ``type_id``.

    Attributes:
        component: Index of the member or parameter that has the tag; -1 if the tag is on the whole
            declaration.
        attribute: Whether the kflag is set. If so, ``name`` is a complete attribute, such as
            ``aligned(4)``. If not, it is the string in ``btf_decl_tag("...")``.
    """

    id: int
    name: str
    type_id: int
    component: int
    attribute: bool


class TypeTag(NamedTuple):
    """A ``btf_type_tag`` on ``type_id``, such as ``user`` for ``__user``.

    Attributes:
        attribute: Whether the kflag is set. If so, ``name`` is a complete attribute, such as
            ``address_space(1)``. If not, it is the string in ``btf_type_tag("...")``.
    """

    id: int
    name: str
    type_id: int
    attribute: bool


class Unknown(NamedTuple):
    """A kind newer than this package.

    The BTF must have a layout section, which is a table of the record sizes of all kinds. This
    package can then skip the record.
    """

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
"""The keyword that C writes before the name of each kind of type, as in ``struct task``."""

Qualifier: TypeAlias = Volatile | Const | Restrict | TypeTag
"""A qualifier or type tag, and the type that it applies to."""

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

KIND_OF: dict[type[Type], _api_types.KindName] = {
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

KINDS: tuple[_api_types.KindName, ...] = tuple(
    KIND_OF[kind] for kind in KIND_OF if kind is not Unknown
)
"""The names of the kinds by their number in the format."""


def kind_of(type_: Type) -> _api_types.KindName:
    """The name of the kind of *type_*."""
    return KIND_OF[type(type_)]


def kind_names(kinds: Iterable[type[Type]]) -> frozenset[_api_types.KindName]:
    """The names of *kinds*, such as `COMPOSITES`."""
    return frozenset(map(KIND_OF.__getitem__, kinds))


def reference(type_: Type) -> TypeReference:
    """The id, kind and name of *type_*. Messages identify a type by them."""
    return TypeReference(type_.id, kind_of(type_), type_.name)


def describe(type_: Type) -> str:
    """*type_* as bpftool shows it: ``[137] STRUCT 'task_struct'``."""
    return str(reference(type_))
