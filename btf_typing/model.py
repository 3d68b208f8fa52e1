"""The kinds of BTF, one immutable record each.

Records name other types by id; `btf_typing._table.TypeTable` turns ids into records. They are
named tuples, not dataclasses: a kernel has 126,000 of them, and a named tuple is made four times
as fast. Compare them with ``is`` or by ``id``, since tuples of different kinds can be equal.
``size`` is in bytes; whatever counts bits says so in its name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ._typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias, TypeVar

    _Record = TypeVar("_Record", bound=tuple[Any, ...])

    KindName: TypeAlias = Literal[
        "VOID",
        "INT",
        "PTR",
        "ARRAY",
        "STRUCT",
        "UNION",
        "ENUM",
        "FWD",
        "TYPEDEF",
        "VOLATILE",
        "CONST",
        "RESTRICT",
        "FUNC",
        "FUNC_PROTO",
        "VAR",
        "DATASEC",
        "FLOAT",
        "DECL_TAG",
        "TYPE_TAG",
        "ENUM64",
        "UNKNOWN",
    ]
    """What bpftool prints for a kind; the members of `btf_typing.Kind`."""


def maker(cls: type[_Record]) -> Callable[[tuple[Any, ...]], _Record]:
    """What makes a named tuple *cls* of a tuple of all its values, twice as fast as its call.

    For loops that make most of the records of a kernel.
    """
    return partial(tuple.__new__, cls)


KINDS: tuple[KindName, ...] = (
    "VOID",
    "INT",
    "PTR",
    "ARRAY",
    "STRUCT",
    "UNION",
    "ENUM",
    "FWD",
    "TYPEDEF",
    "VOLATILE",
    "CONST",
    "RESTRICT",
    "FUNC",
    "FUNC_PROTO",
    "VAR",
    "DATASEC",
    "FLOAT",
    "DECL_TAG",
    "TYPE_TAG",
    "ENUM64",
)
"""Kinds by their number in the format."""


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


Modifier: TypeAlias = Typedef | Volatile | Const | Restrict | TypeTag
"""What stands for another type without changing its layout."""

MODIFIERS = (Typedef, Volatile, Const, Restrict, TypeTag)
"""The same, to know it by."""

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

KIND_OF: dict[type[Type], KindName] = {
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


def kind_of(type_: Type) -> KindName:
    """The name of the kind of *type_*."""
    return KIND_OF[type(type_)]


def describe(type_: Type) -> str:
    """*type_* as bpftool heads its lines: ``[137] STRUCT 'task_struct'``."""
    name = repr(type_.name) if type_.name else "(anon)"
    return f"[{type_.id}] {kind_of(type_)} {name}"
