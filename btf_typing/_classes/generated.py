"""Layouts rendered as ctypes classes and enums.

The descriptors of what ctypes cannot place itself are those that ``btf-stubs --runtime`` writes
into its modules.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from functools import cache

from btf_typing._layout import identifiers
from btf_typing._layout.shape import (
    Aggregate,
    ArrayOf,
    Bits,
    CType,
    Field,
    Scalar,
    Wide,
    is_hidden_name,
)
from btf_typing._typing import TYPE_CHECKING
from btf_typing.model import Enum, Enum64

from .descriptors import _bits, _flag, _lent, _wide
from .instances import ORIGIN, Origin, Record, Source, Struct, Union

if TYPE_CHECKING:
    from enum import IntEnum
    from typing import Any, TypeAlias

_NATIVE_SIZES = (1, 2, 4, 8)
_OTHER_ORDER = "__ctype_be__" if sys.byteorder == "little" else "__ctype_le__"

CTypeClass: TypeAlias = "Any"
"""A ctypes class. ctypes' own base of them all is private, and typed as nothing in particular."""


class Classes:
    """The ctypes classes of one BTF, each made once.

    Args:
        module: what the classes call their module.
        typedefs: of structs and unions without a tag, by type id.
        source: the BTF that the classes come from.
    """

    def __init__(self, module: str, typedefs: Mapping[int, str], source: Source) -> None:
        self._module = module
        self._typedefs = typedefs
        self._source = source
        self._made: dict[int, type[Record]] = {}

    def record(self, layout: Aggregate, name: str, member: str = "") -> type[Record]:
        """The class of *layout*.

        Args:
            layout: of a struct or union, called by its tag, or else by a typedef of it.
            name: of what it lies in, or its own: for one that has neither.
            member: that it is of what it lies in; empty where it is not.
        """
        made = self._made.get(layout.type_id)
        if made is None:
            in_c = layout.name or self._typedefs.get(layout.type_id)
            called = in_c or (f"{name}_{member.strip('<>')}" if member else name)
            # What lies in an anonymous member is, to C, in the struct around that.
            inside = name if is_hidden_name(member) and not in_c else called
            # Another thread may have made it meanwhile.
            made = self._made.setdefault(layout.type_id, self._make(layout, called, inside))
        return made

    def ctype(self, ctype: CType, name: str, member: str = "") -> CTypeClass:
        """The ctypes class of any shape; what is anonymous in it is named after *name*."""
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
            ORIGIN: Origin(layout, self._source),
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
                self._reach(made, inside, field, layout.swapped)
        return made

    def _reach(self, made: type[Record], inside: str, field: Field, swapped: bool) -> None:
        """Give *made* what it still lacks to reach *field*."""
        if field.bits:
            setattr(made, field.name, _descriptor(field.name, field.bits, swapped))
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
    return getattr(class_, _OTHER_ORDER) if swapped else class_


def _metaclass(class_: type) -> Any:
    """The type of *class_*, to call for a new class: ctypes has no public name for its own."""
    return type(class_)


def _descriptor(name: str, bits: Bits, swapped: bool) -> Any:
    """The descriptor of *bits*."""
    if bits.size not in _NATIVE_SIZES:
        kind: Any = "bool" if bits.boolean else "int" if bits.signed else "unsigned"
        order: Any = "big" if swapped ^ (sys.byteorder == "big") else "little"
        return _wide(name, bits.offset, bits.size, bits.shift, bits.width, kind, order)
    sign = "" if bits.signed and not bits.boolean else "u"
    class_ = _simple(f"c_{sign}int{8 * bits.size}", swapped and bits.size > 1)
    make = _flag if bits.boolean else _bits
    return make(name, bits.offset, class_, bits.shift, bits.width)


def int_enum(type_: Enum | Enum64, name: str, module: str) -> type[IntEnum]:
    """The enum *type_* as an ``IntEnum``; later names of a value are aliases of the first."""
    from enum import IntEnum  # noqa: PLC0415  # most programs want structs alone

    members: dict[str, int] = {}
    for enumerator in type_.enumerators:
        members[identifiers.enumerator_name(enumerator.name, members)] = enumerator.value
    make: Any = IntEnum  # mypy takes the call for one that looks up a value
    # enum leaves out members that begin with the class's own name, "_e__x" of "e": it is given a
    # name that nothing can begin with first.
    made: type[IntEnum] = make(" ", members, module=module)
    made.__name__ = made.__qualname__ = identifiers.identifier(type_.name or name)
    return made
