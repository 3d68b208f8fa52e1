"""Computes layouts: the place and the ctypes type of every member of a struct or union.

BTF has the bit offset and the type of each member, but no alignments. This module chooses ctypes
fields (`Slot`) that ctypes places at exactly these offsets. It also decides how Python reads and
writes each member (`Field`). All other code follows these decisions: the classes at run time,
stubs, validation, numpy and the mypy plugin.

A member becomes a ctypes field of its own if it begins on a byte and is a whole value of a ctypes
type. In a struct, it must also overlap no earlier member; in a union, it must begin at offset 0.
All other members, such as ``int x : 3``, get a descriptor instead (`Field.native` is False). We do
not use the bitfields of ctypes, because each Python version may place them differently.

Offsets and sizes are in bytes unless the name says ``bit``.
"""

from __future__ import annotations

import ctypes
import sys

from btf_typing import model
from btf_typing._typing_stand_ins import TYPE_CHECKING
from btf_typing._wire.type_table import TypeTable
from btf_typing.errors import BtfError, BtfFormatError, LayoutError, TypeReference, fresh_copy
from btf_typing.model import Member, reference

from .shape import (
    BYTE,
    INTEGER_SIZES,
    NESTING,
    POINTER,
    Aggregate,
    ArrayOf,
    Contents,
    CType,
    Nesting,
    Scalar,
    Wide,
    array_of,
    integer,
    is_char,
    is_signed,
    nesting,
)
from .slots import Assembly, ResolvedMember
from .type_names import TypeNames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .repetition import RepetitionLimit
    from .slots import UnreadableMember

MAX_DEPTH = 64
"""Largest number of levels of nested structs, unions and arrays. C compilers must support 63."""

_MAX_ARRAY = 1 << 32
"""An array must have fewer bytes than this.

BTF stores the size of a struct in 32 bits, so no struct can contain a larger array.
"""

_MAX_VALUES = 1 << 14
"""A type may have this many values, plus 64 for each of its bytes.

A value is the type itself, a field, an element of an array, or a value inside one of these. Other
code, such as `asdict`, visits every value. That would take too long for ``struct {} a[1 << 30]``,
which has no bytes but a billion values.
"""

_MAX_PARTS = 1 << 17
"""Largest number of members in a struct, including the members of its members.

ctypes describes all of them in one string, the format of the buffer protocol. The limit keeps this
string small.
"""

_MAX_INT = 16
"""Largest number of bytes in an integer: ``__int128`` has 16."""

_VOID = (
    "cannot be read: its type in the BTF is void, which clang writes for _Atomic types; declare it"
    " without _Atomic"
)

_FLOATS = {4: "c_float", 8: "c_double"}
_HOST_POINTER = ctypes.sizeof(ctypes.c_void_p)


class Layouts:
    """Computes the layouts of the types of one BTF.

    A layout is computed when a caller first asks for it.

    Args:
        table: the types.
        limit: refuses a type when members repeat too often. A struct repeats the members of its
            inner structs. A caller that describes all types of a file needs this limit.

    Attributes:
        names: finds the names of types without a tag. While we compute layouts, we note there which
            of these types have a typedef.
    """

    def __init__(self, table: TypeTable, limit: RepetitionLimit | None = None) -> None:
        self.names = TypeNames(table)
        self._table = table
        self._limit = limit
        self._swapped = table.byteorder != sys.byteorder
        self._known: dict[int, CType] = {}
        self._failed: dict[int, tuple[int, LayoutError]] = {}
        self._legacy: dict[int, model.Int] = {}

    def aggregate(self, type_id: int) -> Aggregate:
        """The layout of the struct or union *type_id*, typedefs followed.

        Raises:
            LayoutError: *type_id* is not a struct or union, or has a member that prevents a layout.
                In the latter case, the error names the member.
        """
        ctype = self.ctype(type_id)
        if isinstance(ctype, Aggregate):
            return ctype
        raise LayoutError("is not a struct or union", subject=reference(self._table.by_id(type_id)))

    def ctype(self, type_id: int) -> CType:
        """The shape in memory of a value of *type_id*.

        Raises:
            LayoutError: the type has no size, or ctypes has no type for it.
        """
        return self._ctype(type_id, MAX_DEPTH)

    def release(self, layout: Aggregate) -> None:
        """Drop the contents of *layout*: slots, fields and unreadable members.

        Also drop the record of the type. All of these are created again when next used. A section
        of globals keeps its contents, because the BTF has no record of its members.
        """
        if self._known.get(layout.type_id) is layout:
            layout.release(self)
            self._table.release(layout.type_id)

    def contents_of(self, type_id: int) -> Contents:
        """The contents of the struct or union *type_id*, whose layout was computed before."""
        type_ = self._table.by_id(type_id)
        assert isinstance(type_, model.COMPOSITES)  # noqa: S101  # it has a layout
        contents = self._build(type_, MAX_DEPTH - 1).contents
        self._table.release(type_id)
        return contents

    def section(
        self,
        section: model.Struct,
        owner: TypeReference,
        refused: Sequence[tuple[str, str]] = (),
    ) -> Aggregate:
        """The layout of a *section* of globals, as a struct whose members are the variables.

        Variables without a layout become unreadable members. The others become fields.

        Args:
            section: a struct made for the section, with a member for each variable. The BTF does
                not contain this struct.
            owner: the section itself, for messages.
            refused: the names of further unreadable variables, each with the reason.
        """
        unreadable = [
            (Member(name, 0, 0, None), LayoutError(why, owner=owner, member=name))
            for name, why in refused
        ]
        return self._build(section, MAX_DEPTH - 1, owner, unreadable)

    def _ctype(self, type_id: int, depth: int) -> CType:
        """The shape of *type_id*, which may have at most *depth* nested levels."""
        found = self._known.get(type_id)
        if found is None:
            type_ = self._table.skip_modifiers(type_id)
            found = self._known.get(type_.id) or self._computed(type_, depth)
            if isinstance(type_, model.Int) and type_.is_bitfield:
                # Each member declared as *type_* is a bitfield, as in BTF before kflag.
                self._legacy[type_id] = self._legacy[type_.id] = type_
            self._known[type_id] = self._known[type_.id] = found
            if not type_.name and isinstance(found, Aggregate):
                self._note_typedef(type_id, type_.id)
        if isinstance(found, NESTING) and found.depth > depth:
            raise self._too_deep(type_id)
        return found

    def _note_typedef(self, type_id: int, target_id: int) -> None:
        """If there is a typedef between *type_id* and *target_id*, note that *target_id* has one.

        *target_id* has no tag, so its class gets the name of its first typedef.
        """
        type_ = self._table.by_id(type_id)
        while isinstance(type_, model.MODIFIERS):
            if isinstance(type_, model.Typedef):
                self.names.reach(target_id)
                return
            type_ = self._table.by_id(type_.type_id)

    def _computed(self, type_: model.Type, depth: int) -> CType:
        """The result of `_compute`.

        If *type_* failed before with this *depth* or a larger one, it would fail again. The method
        then raises the same error and computes nothing, because such a type can occur in many other
        types.
        """
        failed = self._failed.get(type_.id)
        if failed is not None and depth <= failed[0]:
            raise fresh_copy(failed[1])
        try:
            return self._compute(type_, depth)
        except LayoutError as error:
            self._failed[type_.id] = depth, fresh_copy(error)
            raise

    def _compute(self, type_: model.Type, depth: int) -> CType:
        """The shape of *type_*, which is neither a typedef nor a qualifier."""
        match type_:
            case model.Struct() | model.Union() | model.Array() if not depth:
                raise self._too_deep(type_.id)
            case model.Struct() | model.Union():
                return self._build(type_, depth - 1)
            case model.Array():
                return self._array(type_, depth - 1)
            case _:
                return self._scalar(type_)

    def _too_deep(self, type_id: int) -> LayoutError:
        type_ = self._table.skip_modifiers(type_id)
        return LayoutError(
            f"nests deeper than {MAX_DEPTH} levels; does it contain itself?",
            subject=reference(type_),
        )

    def _array(self, type_: model.Array, depth: int) -> ArrayOf:
        element = self._ctype(type_.type_id, depth)
        array = array_of(element, type_.length)
        # ctypes crashes on absurd sizes, such as u8 a[1 << 31][4], so we check the size first.
        if array.size >= _MAX_ARRAY:
            raise LayoutError(
                f"has {array.size} bytes; at most {_MAX_ARRAY - 1} are supported",
                subject=reference(type_),
            )
        _refuse_too_many_values(type_, array.values, array.size)
        return array

    def _scalar(self, type_: model.Type) -> CType:
        match type_:
            case model.Int():
                return self._int(type_)
            case model.Ptr():
                # A 32-bit pointer on a 64-bit machine is an integer: c_void_p has the wrong size.
                size = self._table.pointer_size
                if size == _HOST_POINTER and not self._swapped:
                    return POINTER
                return integer(size, signed=False, swapped=self._swapped)
            case model.Enum() | model.Enum64() if type_.size in INTEGER_SIZES:
                # A C enum can hold any integer, so Python reads an int and not an IntEnum.
                return integer(type_.size, signed=type_.signed, swapped=self._swapped, enum=True)
            case model.Float() if type_.size in _FLOATS:
                return Scalar(_FLOATS[type_.size], "float", type_.size, True, self._swapped)  # noqa: FBT003
            case model.Float() if 0 < type_.size <= _MAX_INT:
                # ctypes has no _Float16. Its c_longdouble has the format of this machine, which may
                # not be that of the target. So the field is an array of bytes.
                return array_of(BYTE, type_.size)
            case model.Enum() | model.Enum64() | model.Float():
                raise LayoutError(
                    f"has {type_.size} bytes; ctypes has no such type", subject=reference(type_)
                )
            case _:
                # void, a function, or "struct forward_declared x;".
                raise LayoutError(
                    "has no size, so no value of it can exist", subject=reference(type_)
                )

    def _int(self, type_: model.Int) -> CType:
        if type_.size == 1 and type_.boolean:
            return Scalar("c_bool", "bool", 1, signed=False, swapped=False)
        # Compilers encode char in three ways, and Linux makes it unsigned. Only the name "char" is
        # reliable. The INT of u8 is "unsigned char", so "u8 x[4]" is an array of integers.
        if type_.size == 1 and type_.name == "char":
            return Scalar("c_char", "bytes", 1, signed=type_.signed, swapped=False)
        if type_.size in INTEGER_SIZES:
            return integer(type_.size, signed=type_.signed, swapped=self._swapped)
        if not 0 < type_.size <= _MAX_INT:
            raise LayoutError(
                f"has {type_.size} bytes, expected 1 to {_MAX_INT}", subject=reference(type_)
            )
        # __int128, or a _BitInt of 3 bytes.
        return Wide(type_.size, type_.signed, self._swapped)

    def _build(
        self,
        type_: model.Composite,
        depth: int,
        section: TypeReference | None = None,
        unreadable: list[UnreadableMember] | None = None,
    ) -> Aggregate:
        """The layout of *type_*. Only the method `section` passes *section* and *unreadable*."""
        union, size = isinstance(type_, model.Union), type_.size
        unreadable = [] if unreadable is None else unreadable
        members, inner = self._resolve_members(type_, depth, section, unreadable)
        level, values, parts = nesting(inner, len(members) - len(inner))
        _refuse_too_many_values(type_, values, size)
        if parts > _MAX_PARTS:
            raise _too_many_parts(type_, parts)
        if self._limit and type_.id not in self._known:
            self._limit.count(type_, members, inner, parts, section)
        assembly = Assembly(members, size, union, level, self._swapped)
        slots, fields, alignment, packed = assembly.finish()
        return Aggregate(
            type_.id,
            "union" if union else "struct",
            type_.name,
            size,
            alignment,
            packed,
            self._swapped,
            (level, values, parts),
            (slots, fields, assembly.unreadable(unreadable)),
        )

    def _resolve_members(
        self,
        owner: model.Composite,
        depth: int,
        section: TypeReference | None,
        unreadable: list[UnreadableMember],
    ) -> tuple[list[ResolvedMember], list[Nesting]]:
        """Find the shape and the bits of each member of *owner*.

        Members of type void go to *unreadable*. In a *section*, so do all other variables without a
        layout.

        Returns:
            The other members, and the shapes of those that are structs, unions or arrays.

        Raises:
            LayoutError: a member has no layout, or cannot lie where the BTF puts it, and the error
                names the member. Or *owner* has more than `_MAX_PARTS` members.
        """
        known, legacy, end = self._known, self._legacy, 8 * owner.size
        resolved: list[ResolvedMember] = []
        inner: list[Nesting] = []
        parts = 0
        for member in owner.members:
            _, type_id, bit_offset, bitfield_size = member
            try:
                ctype = known.get(type_id)
                may_nest = ctype is None or isinstance(ctype, NESTING)
                if ctype is None or may_nest:
                    ctype = self._ctype(type_id, depth)
                if bitfield_size is not None or type_id in legacy:
                    # unsigned flags : 3;
                    part = self._resolve_bitfield(member, ctype)
                    _, _, bit_offset, bit_size, _, _ = part
                elif bit_offset & 7:
                    raise LayoutError(
                        f"begins at bit {bit_offset}, inside a byte, but is not a bitfield"
                    )
                else:
                    # unsigned flags;
                    bit_size = 8 * ctype.size
                    part = (member, ctype, bit_offset, bit_size, None, True)
                if bit_offset + bit_size > end:
                    raise LayoutError(
                        f"{bit_size} bits at bit {bit_offset} end past the {owner.size} bytes"
                    )
            except BtfError as error:
                blamed = _unreadable(error, section or reference(owner), member, section)
                if not blamed:
                    raise _blamed(error, owner, member) from None
                unreadable.append((member, blamed))
                continue
            resolved.append(part)
            if may_nest and isinstance(ctype, NESTING):
                inner.append(ctype)
                parts += ctype.parts
                if parts > _MAX_PARTS:  # refuse *owner* before computing more layouts
                    raise _too_many_parts(owner, parts)
        return resolved, inner

    def _resolve_bitfield(self, member: Member, ctype: CType) -> ResolvedMember:
        """The bitfield *member*, declared as *ctype*.

        Raises:
            LayoutError: no compiler accepts the declaration of *member*.
        """
        bit_offset, bits = member.bit_offset, member.bitfield_size
        if bits is None:
            # Before kflag, the member "int x : 3" had an INT of its own. That INT has 3 bits and a
            # bit offset.
            legacy = self._legacy[member.type_id]
            bit_offset, bits = bit_offset + legacy.bit_offset, legacy.bits
        type_ = self._table.skip_modifiers(member.type_id)
        if not isinstance(type_, model.Int | model.Enum | model.Enum64):
            raise LayoutError(
                "is not an integer, so no bitfield can have this type", subject=reference(type_)
            )
        if not 0 < bits <= 8 * ctype.size:
            raise LayoutError(
                f"has {8 * ctype.size} bits and cannot hold a bitfield of {bits} bits",
                subject=reference(type_),
            )
        # "char x : 3" is a number, but "char x" is a byte of text.
        if is_char(ctype):
            ctype = integer(1, signed=is_signed(ctype), swapped=False)
        # "int x : 32" that begins on a byte can be an ordinary int in ctypes.
        whole = bit_offset % 8 == 0 and bits == 8 * ctype.size
        return member, ctype, bit_offset, bits, bits, whole


def _refuse_too_many_values(type_: model.Type, values: int, size: int) -> None:
    """Refuse a *type_* of *size* bytes that has too many *values* to visit.

    Raises:
        LayoutError: there are too many.
    """
    if values > _MAX_VALUES + 64 * size:
        raise LayoutError(
            f"has {values} values in {size} bytes, which are too many to visit",
            subject=reference(type_),
        )


def _too_many_parts(type_: model.Type, parts: int) -> LayoutError:
    """The error for a *type_* that has too many *parts*: members, and members of its members."""
    return LayoutError(
        f"has {parts} members or more in all; at most {_MAX_PARTS} are supported",
        subject=reference(type_),
    )


def _unreadable(
    error: BtfError, owner: TypeReference, member: Member, section: TypeReference | None
) -> LayoutError | None:
    """The error to raise when *member* is read; None if *owner* gets no layout at all.

    A member of type void does not prevent the layout of a struct or union, because the BTF has the
    places of all other members. In a section, the same holds for every `LayoutError`.

    Args:
        error: the error that the layout of the member raised.
        owner: the struct, union or section.
        member: the member.
        section: *owner* if it is a section; else None.
    """
    if not isinstance(error, LayoutError):
        return None
    if error.owner is None and error.subject is not None and not error.subject.id:
        return LayoutError(_VOID, owner=owner, member=member.name)
    if section is None:
        return None
    if error.owner is None:
        return LayoutError(error.what, subject=error.subject, owner=owner, member=member.name)
    # The variable is a struct, and one of its members has no layout.
    return LayoutError(error.message_without_ids, owner=owner, member=member.name)


def _blamed(error: BtfError, owner: model.Composite, member: Member) -> BtfError:
    """Add *owner* and *member* to *error* if it does not say yet where it occurred; return it."""
    if isinstance(error, LayoutError) and not error.owner:
        error.owner, error.member = reference(owner), member.name
    if isinstance(error, BtfFormatError):
        error.where = error.where or str(reference(owner))
    return error
