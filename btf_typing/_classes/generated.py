"""Layouts rendered as ctypes classes and enums.

The descriptors of what ctypes cannot place itself are those that ``btf-stubs --runtime`` writes
into its modules.
"""

from __future__ import annotations

import ctypes
from functools import cache

from btf_typing._layout import identifiers
from btf_typing._layout.shape import (
    OTHER_ORDER,
    Aggregate,
    ArrayOf,
    Bits,
    CType,
    Field,
    Scalar,
    Wide,
    byteorder_of,
    is_hidden_name,
)
from btf_typing._layout.type_names import TypeNames, of_member
from btf_typing._typing import TYPE_CHECKING
from btf_typing.model import Enum, Enum64

from .descriptors import _bits, _flag, _lent, _wide
from .instances import ORIGIN, Origin, Record, Source, Struct, Union

if TYPE_CHECKING:
    from enum import IntEnum
    from typing import Any, TypeAlias


CTypeClass: TypeAlias = "Any"
"""A ctypes class. ctypes' own base of them all is private, and typed as nothing in particular."""


class Classes:
    """The ctypes classes and enums of one BTF, each built once.

    Every class refers to its `Classes`, which therefore lives as long as one of them.

    Args:
        module: the ``__module__`` of the classes.
        names: the names of types without a tag.
        source: the BTF that the classes come from.

    Attributes:
        source: the same.
    """

    def __init__(self, module: str, names: TypeNames, source: Source) -> None:
        self._module = module
        self._names = names
        self.source = source
        source.classes = self
        self._aggregates: dict[int, type[Record]] = {}
        self._enums: dict[int, type[IntEnum]] = {}

    def record(self, layout: Aggregate, name: str, member: str = "") -> type[Record]:
        """The class of *layout*.

        Args:
            layout: of a struct or union.
            name: the name of the class that it lies in; for a type that a user asked for, the
                name of the type if C has none.
            member: the name of the member, or of the hidden slot, that it is the type of; empty
                for a type that a user asked for.
        """
        found = self._aggregates.get(layout.type_id)
        if found is None:
            find = self._names.known.get if member else self._names.typedef_of
            in_c = layout.name or find(layout.type_id)
            called = in_c or (of_member(name, member.strip("<>")) if member else name)
            # In C, the members of an anonymous member belong to the struct around it.
            inside = name if is_hidden_name(member) and not in_c else identifiers.identifier(called)
            # Another thread may have built it meanwhile.
            found = self._aggregates.setdefault(layout.type_id, self._make(layout, called, inside))
        return found

    def enum(self, type_: Enum | Enum64, name: str) -> type[IntEnum]:
        """The class of *type_*; *name* is for an enum that has none in C."""
        found = self._enums.get(type_.id)
        if found is None:
            called = type_.name or self._names.typedef_of(type_.id) or name
            found = self._enums.setdefault(type_.id, int_enum(type_, called, self._module))
        return found

    def ctype(self, ctype: CType, name: str, member: str = "") -> CTypeClass:
        """The ctypes class of any shape; for *name* and *member* see `record`."""
        match ctype:
            case Scalar():
                return _simple(ctype.ctype, ctype.swapped)
            case Wide():
                return ctypes.c_uint8 * ctype.size
            case ArrayOf():
                return self.ctype(ctype.element, name, member) * ctype.length
            case Aggregate():
                return self.record(ctype, name, member)

    def _make(self, layout: Aggregate, name: str, inside: str) -> type[Record]:
        fields = [(slot.name, self.ctype(slot.ctype, inside, slot.c_name)) for slot in layout.slots]
        namespace: dict[str, object] = {
            "__slots__": (),
            "__module__": self._module,
            "__doc__": f"{layout.keyword} {layout.name or '(anonymous)'}, {layout.size} bytes",
            ORIGIN: Origin(layout, self.source),
        }
        if layout.packed:
            # Since 3.14 a _pack_ must come with the layout that it has always meant.
            namespace |= {"_pack_": 1, "_layout_": "ms"}
        anonymous = [slot.name for slot in layout.slots if slot.anonymous]
        if anonymous:
            namespace["_anonymous_"] = anonymous
        namespace["_fields_"] = fields
        base = Union if layout.keyword == "union" else Struct
        made: type[Record] = _metaclass(base)(identifiers.identifier(name), (base,), namespace)
        for field in layout.fields:
            if field.bits or field.lent or field.name != field.c_name:
                self._reach(made, inside, field)
        return made

    def _reach(self, made: type[Record], inside: str, field: Field) -> None:
        """Give *made* what it still lacks to reach *field*."""
        if field.bits:
            setattr(made, field.name, _descriptor(field.name, field.bits))
        elif field.lent:
            class_ = self.ctype(field.ctype, inside, field.c_name)
            setattr(made, field.name, _lent(field.name, field.bit_offset // 8, class_))
        if identifiers.is_reachable_as_c(field.c_name, field.name) and field.c_name not in vars(
            made
        ):
            setattr(made, field.c_name, getattr(made, field.name))


@cache
def _simple(name: str, swapped: bool) -> CTypeClass:
    class_ = getattr(ctypes, name)
    return getattr(class_, OTHER_ORDER) if swapped else class_


def _metaclass(class_: type) -> Any:
    """The type of *class_*, to call for a new class: ctypes has no public name for its own."""
    return type(class_)


def _descriptor(name: str, bits: Bits) -> Any:
    """The descriptor of *bits*."""
    place = bits.shift, bits.width
    match bits.storage:
        case Scalar(ctype, swapped=swapped):
            make = _flag if bits.maker == "_flag" else _bits
            return make(name, bits.offset, _simple(ctype, swapped), *place)
        case Wide(size) as storage:
            return _wide(name, bits.offset, size, *place, bits.value, byteorder_of(storage))


def int_enum(type_: Enum | Enum64, name: str, module: str) -> type[IntEnum]:
    """The enum *type_*, called *name* in C, as an ``IntEnum``.

    If several enumerators share a value, the later ones are aliases of the first.
    """
    from enum import IntEnum  # noqa: PLC0415  # most programs want structs alone

    members = identifiers.enum_members(type_.enumerators)
    make: Any = IntEnum  # mypy takes the call for one that looks up a value
    # enum leaves out members that begin with the class's own name, "_e__x" of "e": it is given a
    # name that nothing can begin with first.
    made: type[IntEnum] = make(" ", members, module=module)
    made.__name__ = made.__qualname__ = identifiers.identifier(name)
    return made
