"""`BtfType`, which ``btf.type()`` returns, and `BtfField`, which describes a member."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from . import model
from ._layout.normalized_members import normalised
from ._lazy import LazyModule
from ._wire.type_table import TypeTable
from .errors import LayoutError
from .kinds import Kind
from .model import Enumerator, Member, Type, VarSecinfo, describe, kind_of

if TYPE_CHECKING:
    from ._layout import member_paths
else:
    member_paths = LazyModule("btf_typing._layout.member_paths")


class _NameOffsetSize(NamedTuple):
    """The part of a `BtfField` that its repr and its comparison use."""

    name: str
    offset: int
    size: int


class BtfField(_NameOffsetSize):
    """A member of a struct or union, or a variable of a section.

    It is a tuple ``(name, offset, size)`` with three more attributes.

    Attributes:
        name: C name; empty for an anonymous member.
        offset: Offset in bytes from the start of the struct or section. For a bitfield, it is the
            offset of the byte that holds its first bit.
        size: Size of the declared type in bytes; 0 if that type has no size.
        bit_offset: Offset in bits from the start of the struct or section. In big-endian BTF, bit 0
            is the most significant bit of the first byte.
        bitfield_size: Size in bits; None if the member is not a bitfield.
        type: Declared type; for a variable, its VAR, whose ``type`` is the declared type.

    Examples:
        >>> argc = obj.btf.type("exec_event").member("argc")
        >>> argc
        BtfField(name='argc', offset=44, size=4)
        >>> argc.bit_offset, argc.bitfield_size, argc.type.name
        (352, 7, 'u32')
    """

    bit_offset: int
    bitfield_size: int | None
    type: BtfType

    def __new__(
        cls,
        name_offset_size: tuple[str, int, int],
        bit_offset: int,
        bitfield_size: int | None,
        type_: BtfType,
    ) -> Self:
        """Create the tuple of the first three values and set the other attributes."""
        field = super().__new__(cls, *name_offset_size)
        field.bit_offset, field.bitfield_size, field.type = bit_offset, bitfield_size, type_
        return field

    def __getnewargs__(self) -> tuple[object, ...]:
        """Arguments of ``__new__`` for `copy` and `pickle`."""
        return tuple(self), self.bit_offset, self.bitfield_size, self.type


class BtfType:
    """A type of the BTF, as ``btf.type()`` returns it.

    Two `BtfType` objects are equal if they describe the same type of the same `Btf`.

    Attributes:
        id: Type id.
        name: C name without ``struct``, ``union`` or ``enum``; empty for an anonymous type.
        kind: Kind of the type, such as ``Kind.STRUCT``, which equals ``"STRUCT"``.

    Examples:
        >>> obj.btf.type("exec_event")
        <BtfType [43] STRUCT 'exec_event'>
    """

    __slots__ = ("_table", "_type", "id", "kind", "name")

    def __init__(self, table: TypeTable, type_: Type) -> None:
        self._table = table
        self._type = type_
        self.id: int = type_.id
        self.name: str = type_.name
        self.kind: Kind = Kind(kind_of(type_))

    def __repr__(self) -> str:
        return f"<BtfType {describe(self._type)}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BtfType):
            return NotImplemented
        return self._table is other._table and self.id == other.id

    def __hash__(self) -> int:
        return hash((id(self._table), self.id))

    @property
    def size(self) -> int:
        """Size in bytes, with typedefs and qualifiers followed.

        Raises:
            LayoutError: the type has no size (void, FWD, FUNC, FUNC_PROTO).

        Source:
            libbpf ``btf__resolve_size``.

        Examples:
            >>> obj.btf.type("u32").size
            4
        """
        return self._table.size_of(self.id)

    @property
    def fields(self) -> tuple[BtfField, ...]:
        """The members of a struct or union, with typedefs followed, or the variables of a section.

        An anonymous struct or union inside is one field with an empty name. For any other type, the
        tuple is empty.

        Raises:
            BtfFormatError: the record of a member is malformed.
            LayoutError: typedefs form a cycle.

        Examples:
            >>> for field in obj.btf.type("exec_count").fields:
            ...     print(field.offset, field.size, field.name)
            0 8 execs
            8 8 last_seen
            16 4 last_pid
            20 16 last_comm
        """
        type_ = self._table.skip_modifiers(self.id)
        if isinstance(type_, model.Datasec):
            return tuple(
                self._field(Member(self._name_of(var), var.type_id, 8 * var.offset, None))
                for var in type_.variables
            )
        if not isinstance(type_, model.Struct | model.Union):
            return ()
        return tuple(self._field(normalised(self._table, member)) for member in type_.members)

    def member(self, path: str) -> BtfField:
        """The member at *path*, in this struct or union or in a nested struct or union.

        Members of anonymous members count as members of the struct around them, as in C.

        Args:
            path: names with dots between them, and indices of arrays in brackets, such as
                ``"se.vruntime"`` or ``"points[1].x"``.

        Returns:
            The field. Its name is *path*, and its offsets count from the start of this type.

        Raises:
            TypeNotFoundError: a struct on the path has no such member; ``suggestions`` has similar
                names.
            LayoutError: the path leads through a pointer or a number, or past the end of an array.
            BtfFormatError: a BTF record is malformed.
            ValueError: the syntax of *path* is wrong.

        Examples:
            >>> obj.btf.type("exec_event").member("creds.gid")
            BtfField(name='creds.gid', offset=20, size=4)
            >>> obj.btf.type("exec_event").member("arg_len[3]").offset
            60
        """
        return self._field(member_paths.member_at(self._table, self.id, path))

    def offset_of(self, path: str) -> int:
        """Offset in bytes of the member at *path*, like ``offsetof`` in C.

        Args:
            path: names and indices of arrays, as for `member`.

        Raises:
            LayoutError: the member is a bitfield. Or the path leads through a pointer or a number,
                or past the end of an array.
            TypeNotFoundError: a struct on the path has no such member; ``suggestions`` has similar
                names.
            BtfFormatError: a BTF record is malformed.
            ValueError: the syntax of *path* is wrong.

        Examples:
            >>> obj.btf.type("exec_event").offset_of("creds.gid")
            20
        """
        field = self.member(path)
        if field.bitfield_size is not None:
            raise LayoutError(
                f"{path!r} is a bitfield, of {field.bitfield_size} bits at bit {field.bit_offset},"
                f" so it has no offset in bytes; use member({path!r}).bit_offset"
            )
        return field.offset

    def _name_of(self, variable: VarSecinfo) -> str:
        return self._table.by_id(variable.type_id).name

    def _field(self, member: Member) -> BtfField:
        name, type_id, bit_offset, bitfield_size = member
        try:
            size = self._table.size_of(type_id)
        except LayoutError:
            size = 0
        type_ = BtfType(self._table, self._table.by_id(type_id))
        return BtfField((name, bit_offset // 8, size), bit_offset, bitfield_size, type_)

    @property
    def type(self) -> BtfType | None:
        """The type that this one refers to; None for a kind that refers to none.

        This is the target of a pointer, typedef or qualifier, the element type of an array, the
        prototype of a function, the return type of a prototype, the type of a variable, or the
        type to which a tag belongs.

        Raises:
            BtfFormatError: that type does not exist, or its record is malformed.

        Examples:
            >>> obj.btf.type("u32").type
            <BtfType [7] TYPEDEF '__u32'>
            >>> obj.btf.type("exec_event").member("filename").type.type.name
            'char'
        """
        if isinstance(self._type, model.FuncProto):
            type_id = self._type.return_type_id
        else:
            reference = getattr(self._type, "type_id", None)
            if not isinstance(reference, int):
                return None
            type_id = reference
        return BtfType(self._table, self._table.by_id(type_id))

    @property
    def length(self) -> int | None:
        """Number of elements of an array; None for any other kind.

        Examples:
            >>> obj.btf.type("exec_event").member("arg_len").type.length
            4
        """
        return self._type.length if isinstance(self._type, model.Array) else None

    @property
    def c_declaration(self) -> str:
        """The declaration of the type in C.

        For a struct, comments show the offset and size of each member in bytes, and mark holes,
        padding and cache lines as pahole does. Characters that C identifiers cannot have are
        replaced by ``?``.

        Raises:
            BtfFormatError: a record that the declaration needs is malformed.

        Examples:
            >>> print(obj.btf.type("exec_kind").c_declaration)
            enum exec_kind {
                EXEC_UNREADABLE = -1,
                EXEC_ABSOLUTE = 0,
                EXEC_RELATIVE = 1,
            };                                                  /* size: 4 */
        """
        from ._text.c_declaration import Declarations  # noqa: PLC0415  # few programs print C

        return Declarations(self._table).text(self.id)

    @property
    def enumerators(self) -> tuple[Enumerator, ...]:
        """Names and values of an enum, with typedefs followed; empty for any other type.

        Raises:
            LayoutError: typedefs form a cycle.

        Examples:
            >>> obj.btf.type("exec_kind").enumerators[0]
            Enumerator(name='EXEC_UNREADABLE', value=-1)
        """
        type_ = self._table.skip_modifiers(self.id)
        return type_.enumerators if isinstance(type_, model.Enum | model.Enum64) else ()
