"""What ``btf.type()`` shows of a type."""

from __future__ import annotations

from typing import NamedTuple, Self

from . import model
from ._layout.legacy_bitfields import told_plainly
from ._wire.table import TypeTable
from .errors import LayoutError
from .kinds import Kind
from .model import Enumerator, Member, Type, VarSecinfo, describe, kind_of


class _Place(NamedTuple):
    name: str
    offset: int
    size: int


class BtfField(_Place):
    """A member of a struct or union, or a variable of a section.

    Attributes:
        name: C's; empty for an anonymous member.
        offset: of its first byte, in bytes from the start of the struct.
        size: of its declared type, in bytes; 0 where that has none.
        bit_offset: in bits from the start of the struct.
        bitfield_size: in bits; None where it is no bitfield.
        type: what it is declared as.
    """

    bit_offset: int
    bitfield_size: int | None
    type: BtfType

    def __new__(
        cls, place: tuple[str, int, int], bit_offset: int, bitfield_size: int | None, type_: BtfType
    ) -> Self:
        """Make the three that the tuple holds, and what stands beside it."""
        made = super().__new__(cls, *place)
        made.bit_offset, made.bitfield_size, made.type = bit_offset, bitfield_size, type_
        return made

    def __getnewargs__(self) -> tuple[object, ...]:
        return tuple(self), self.bit_offset, self.bitfield_size, self.type


class BtfType:
    """A type as BTF tells it.

    Attributes:
        id: its number in the BTF.
        name: C's, without the ``struct``; empty for an anonymous type.
        kind: such as ``"STRUCT"``.
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
        """Size in bytes, typedefs and qualifiers followed.

        Raises:
            LayoutError: the type has no size (void, FWD, FUNC, FUNC_PROTO).
        """
        return self._table.size_of(self.id)

    @property
    def fields(self) -> tuple[BtfField, ...]:
        """The members of a struct or union, typedefs followed, or the variables of a section.

        Empty for anything else. Anonymous members are among them, and theirs are not.
        """
        type_ = self._table.skip_modifiers(self.id)
        if isinstance(type_, model.Datasec):
            return tuple(
                self._field(Member(self._name_of(var), var.type_id, 8 * var.offset, None))
                for var in type_.variables
            )
        if not isinstance(type_, model.Struct | model.Union):
            return ()
        return tuple(self._field(told_plainly(self._table, member)) for member in type_.members)

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
        """What a pointer, array, typedef, qualifier, function, variable or tag is of."""
        if isinstance(self._type, model.FuncProto):
            type_id = self._type.return_type_id
        else:
            found = getattr(self._type, "type_id", None)
            if not isinstance(found, int):
                return None
            type_id = found
        return BtfType(self._table, self._table.by_id(type_id))

    @property
    def length(self) -> int | None:
        """Number of elements of an array; None for anything else."""
        return self._type.length if isinstance(self._type, model.Array) else None

    @property
    def c_declaration(self) -> str:
        """The declaration in C, of a struct with the offset and size of each member in bytes.

        Holes, padding and cache lines are marked, as pahole does. Characters of names that no C
        identifier has are shown as ``?``.
        """
        from ._text.c_declaration import Declarations  # noqa: PLC0415  # few programs print C

        return Declarations(self._table).text(self.id)

    @property
    def enumerators(self) -> tuple[Enumerator, ...]:
        """Names and values of an enum, typedefs followed; empty for anything else."""
        type_ = self._table.skip_modifiers(self.id)
        return type_.enumerators if isinstance(type_, model.Enum | model.Enum64) else ()
