"""Where every member lies and what it is: the one place that decides.

BTF says for each member its bit offset and its type, and nothing about alignment. From that this
module chooses the ctypes fields (`Slot`) whose natural placement gives exactly those offsets, and
for every name a user can reach (`Field`) how to reach it. Run time, stubs, validation and plugin
render these decisions and take none of their own.

A member becomes a ctypes field of its own when it begins on a byte, overlaps nothing before it
and has a ctypes type. Bitfields and overlapping members are reached through a descriptor instead
(`Bits`, `Field.lent`), because ctypes places bitfields differently from version to version.

Offsets and sizes are in bytes unless the name says ``bit``.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import _names, _slots, model
from ._slots import Placed
from ._table import TypeTable
from .errors import LayoutError
from .model import Member, describe
from .shape import (
    BYTE,
    Aggregate,
    ArrayOf,
    Bits,
    CType,
    Field,
    Scalar,
    Wide,
    array_of,
    depth_of,
    is_boolean,
    is_char,
    is_signed,
    values_in,
)

if TYPE_CHECKING:
    from typing_extensions import TypeIs

MAX_DEPTH = 64
"""Aggregates and arrays inside one another; C asks 63 levels of a compiler."""

_MAX_ARRAY = 1 << 32
"""Bytes in an array; a BTF size is a 32-bit number."""

_MAX_VALUES = 1 << 16
"""Values in a type beyond those that its bits can tell apart.

Unions of unions, or arrays of nothing, have a few bytes and more values than can ever be visited.
"""

_NATIVE_SIZES = (1, 2, 4, 8)
_FLOATS = {4: "c_float", 8: "c_double"}
_MAX_INT = 16
_HOST_POINTER = ctypes.sizeof(ctypes.c_void_p)


class Layouts:
    """The layouts of one BTF, made as they are asked for.

    Args:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        self._swapped = table.byteorder != sys.byteorder
        self._aggregates: dict[int, Aggregate] = {}

    def aggregate(self, type_id: int) -> Aggregate:
        """The layout of the struct or union *type_id*, typedefs followed.

        Raises:
            LayoutError: it has none; the message tells which member is to blame.
        """
        ctype = self.ctype(type_id)
        if isinstance(ctype, Aggregate):
            return ctype
        raise LayoutError(
            f"{describe(self._table.by_id(type_id))} is no struct or union", type_id=type_id
        )

    def ctype(self, type_id: int) -> CType:
        """What a value of *type_id* is in memory.

        Raises:
            LayoutError: it has no size, or none that ctypes can carry.
        """
        return self._ctype(type_id, MAX_DEPTH)

    def section(self, section: model.Struct) -> Aggregate:
        """The layout of a struct that is in no BTF: the variables of a *section* of an object.

        Raises:
            LayoutError: one of them has none.
        """
        return self._build(section, MAX_DEPTH - 1)

    def _ctype(self, type_id: int, depth: int) -> CType:
        """The same, refused where more than *depth* levels would nest."""
        type_ = self._table.skip_modifiers(type_id)
        if isinstance(type_, model.Struct | model.Union):
            found: CType | None = self._aggregates.get(type_.id)
            if found is None and depth:
                found = self._aggregates[type_.id] = self._build(type_, depth - 1)
        elif isinstance(type_, model.Array):
            found = self._array(type_, depth - 1) if depth else None
        else:
            return self._scalar(type_)
        if found is None or depth_of(found) > depth:
            raise LayoutError(
                f"{describe(type_)} nests deeper than {MAX_DEPTH} levels; does it contain itself?",
                type_id=type_.id,
            )
        return found

    def _array(self, type_: model.Array, depth: int) -> ArrayOf:
        element = self._ctype(type_.type_id, depth)
        array = array_of(element, type_.length)
        if array.size >= _MAX_ARRAY:
            raise LayoutError(f"{describe(type_)} of {array.size} bytes is too large")
        _refuse_crowded(type_, array.values, array.size)
        return array

    def _scalar(self, type_: model.Type) -> CType:
        match type_:
            case model.Int():
                return self._int(type_)
            case model.Ptr():
                size = self._table.pointer_size
                if size == _HOST_POINTER and not self._swapped:
                    return Scalar("c_void_p", "int | None", size, signed=False, swapped=False)
                return self._integer(size, signed=False)
            case model.Enum() | model.Enum64() if type_.size in _NATIVE_SIZES:
                return self._integer(type_.size, signed=type_.signed)._replace(enum=True)
            case model.Float() if type_.size in _FLOATS:
                return Scalar(_FLOATS[type_.size], "float", type_.size, True, self._swapped)  # noqa: FBT003
            case model.Float() if 0 < type_.size <= _MAX_INT:
                # Half and extended precision: no ctypes type, so their bytes.
                return array_of(BYTE, type_.size)
            case model.Enum() | model.Enum64() | model.Float():
                raise LayoutError(f"{describe(type_)} of {type_.size} bytes has no ctypes type")
            case _:
                raise LayoutError(f"{describe(type_)} has no size, so no value of it can exist")

    def _int(self, type_: model.Int) -> CType:
        if type_.size == 1 and type_.boolean:
            return Scalar("c_bool", "bool", 1, signed=False, swapped=False)
        if type_.size == 1 and type_.name == "char":
            return Scalar("c_char", "bytes", 1, signed=type_.signed, swapped=False)
        if type_.size in _NATIVE_SIZES:
            return self._integer(type_.size, signed=type_.signed)
        if not 0 < type_.size <= _MAX_INT:
            raise LayoutError(f"{describe(type_)} of {type_.size} bytes; 1 to {_MAX_INT} expected")
        return Wide(type_.size, type_.signed, self._swapped)

    def _integer(self, size: int, *, signed: bool) -> Scalar:
        name = f"c_{'' if signed else 'u'}int{8 * size}"
        return Scalar(name, "int", size, signed, self._swapped and size > 1)

    def _build(self, type_: model.Struct | model.Union, depth: int) -> Aggregate:
        placed = [self._place(type_, member, depth) for member in type_.members]
        union = isinstance(type_, model.Union)
        natives = list(_slots.natives(placed, type_.size, union))
        level = 1 + max((depth_of(part.ctype) for part in placed), default=0)
        values = 1 + sum([values_in(part.ctype) for part in placed])
        _refuse_crowded(type_, values, type_.size)
        names = _names_given(placed)
        # ctypes flattens an anonymous member by its own names, so only where all of them are free.
        own = {
            native.member
            for native in natives
            if native.role == "member"
            or (
                native.role == "anonymous"
                and _flattens(placed[native.member], names[native.member])
            )
        }
        fields = tuple(self._fields(placed, names, own, type_.size))
        named = [
            _slots.slot_of(native, names[native.member], level, own=native.member in own)
            for native in natives
        ]
        slots, alignment, packed = _slots.arranged(named, type_.size, union)
        return Aggregate(
            type_.id,
            "union" if union else "struct",
            type_.name,
            type_.size,
            alignment,
            packed,
            self._swapped,
            slots,
            fields,
            level,
            values,
        )

    def _place(self, owner: model.Struct | model.Union, member: Member, depth: int) -> Placed:
        """*member* with its type and its true bits, or the reason why it cannot be there."""
        try:
            type_ = self._table.skip_modifiers(member.type_id)
            bit_offset, bitfield_size = member.bit_offset, member.bitfield_size
            if bitfield_size is None and _is_legacy_bitfield(type_):
                bit_offset += type_.bit_offset
                bitfield_size = type_.bits
            ctype = self._ctype(type_.id, depth)
            if bitfield_size is not None and is_char(ctype):
                ctype = self._integer(1, signed=is_signed(ctype))
            bit_size = 8 * ctype.size if bitfield_size is None else bitfield_size
            placed = Placed(member, ctype, bit_offset, bit_size, bitfield_size)
            _refuse_misplaced(placed, type_, owner.size)
        except LayoutError as error:
            if error.type_id is not None:
                raise
            raise LayoutError(
                f"{describe(owner)}: member {member.name!r}: {error}", type_id=owner.id
            ) from None
        return placed

    def _fields(
        self, placed: list[Placed], names: list[list[str]], own: set[int], size: int
    ) -> Iterator[Field]:
        """Every name of an aggregate of *size* bytes; ctypes itself sets those of *own*."""
        for index, part in enumerate(placed):
            if part.member.name:
                yield self._field(names[index][0], part, index in own, size)
            elif isinstance(part.ctype, Aggregate):
                for name, inner in zip(names[index], part.ctype.fields, strict=True):
                    yield self._flattened(name, inner, part.bit_offset, index in own, size)

    def _field(self, name: str, part: Placed, native: bool, size: int) -> Field:
        bits = None
        if isinstance(part.ctype, Wide) or not part.whole:
            bits = self._bits(part.bit_offset, part.bit_size, part.ctype, size)
        return Field(
            name,
            part.member.name,
            part.bit_offset,
            part.bit_size,
            part.bitfield_size,
            part.member.type_id,
            part.ctype,
            bits,
            lent=not native and bits is None,
        )

    def _flattened(self, name: str, inner: Field, shift: int, native: bool, size: int) -> Field:
        """*inner* of an anonymous member, as a name of its parent, *shift* bits further on."""
        bit_offset = inner.bit_offset + shift
        # ctypes flattens its own fields and no others.
        flattened = native and not inner.bits and not inner.lent
        return inner._replace(
            name=name,
            bit_offset=bit_offset,
            bits=inner.bits and self._bits(bit_offset, inner.bit_size, inner.ctype, size),
            lent=not flattened and not inner.bits,
        )

    def _bits(self, bit_offset: int, width: int, ctype: CType, total: int) -> Bits:
        """How to reach *width* bits at *bit_offset* of an aggregate of *total* bytes.

        The integer read is the smallest native one that holds them and stays inside.
        """
        first, last = bit_offset // 8, -(-(bit_offset + width) // 8)
        size = next((n for n in _NATIVE_SIZES if last - first <= n <= total), last - first)
        offset = min(first, total - size)
        if self._table.byteorder == "little":
            shift = bit_offset - 8 * offset
        else:
            shift = 8 * (offset + size) - bit_offset - width
        return Bits(offset, size, shift, width, is_signed(ctype), is_boolean(ctype))


def _names_given(placed: list[Placed]) -> list[list[str]]:
    """The Python names that each member gives the aggregate: its own, or else its members'."""
    taken: set[str] = set()
    given = []
    for part in placed:
        names = []
        for c_name in _c_names(part):
            name = _names.field_name(c_name, taken)
            taken.add(name)
            names.append(name)
        given.append(names)
    return given


def _c_names(part: Placed) -> list[str]:
    if part.member.name:
        return [part.member.name]
    if isinstance(part.ctype, Aggregate):
        return [inner.c_name for inner in part.ctype.fields]
    return []


def _flattens(part: Placed, names: list[str]) -> bool:
    """Whether ctypes gives a parent the *names* of *part* if told that it is anonymous."""
    return isinstance(part.ctype, Aggregate) and names == [f.name for f in part.ctype.fields]


def _is_legacy_bitfield(type_: model.Type) -> TypeIs[model.Int]:
    """Whether *type_* is how a bitfield was told before kflag: an integer of its own."""
    return isinstance(type_, model.Int) and bool(type_.bit_offset or type_.bits != 8 * type_.size)


def _refuse_crowded(type_: model.Type, values: int, size: int) -> None:
    """Refuse *type_* if it has more values than its *size* can hold apart.

    Raises:
        LayoutError: it has.
    """
    if values > _MAX_VALUES + 64 * size:
        raise LayoutError(
            f"{describe(type_)} has {values} values in {size} bytes, too many to visit",
            type_id=type_.id,
        )


def _refuse_misplaced(placed: Placed, type_: model.Type, size: int) -> None:
    """Refuse a member that no compiler could have put there.

    Raises:
        LayoutError: with what is wrong about it.
    """
    if placed.bitfield_size is None:
        if placed.bit_offset % 8:
            raise LayoutError(f"at bit {placed.bit_offset}, and no bitfield")
    elif not isinstance(type_, model.Int | model.Enum | model.Enum64):
        raise LayoutError(f"a bitfield of {describe(type_)}, which is no integer")
    elif not 0 < placed.bit_size <= 8 * placed.ctype.size:
        raise LayoutError(f"a bitfield of {placed.bit_size} bits of {describe(type_)}")
    if placed.bit_offset + placed.bit_size > 8 * size:
        raise LayoutError(
            f"{placed.bit_size} bits at bit {placed.bit_offset} end past the {size} bytes"
        )
