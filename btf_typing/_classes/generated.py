"""Builds ctypes classes from layouts, and Python enums from C enums.

A layout is an `Aggregate`: the size and the fields of a struct or union, as computed from the BTF.
The module `descriptors` creates the descriptors of fields that ctypes cannot place itself. Its
functions are also in the modules that ``btf-stubs --runtime`` writes.
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
from btf_typing._layout.type_names import of_member
from btf_typing._typing_stand_ins import TYPE_CHECKING
from btf_typing.errors import LayoutError, fresh_copy
from btf_typing.model import ANY_ENUM, AnyEnum, Enum, Enum64

from .descriptors import _field, _flag, _StructType, _wide
from .instances import (
    LAYOUT,
    SOURCE,
    Source,
    Struct,
    StructOrUnion,
    StructType,
    Union,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import IntEnum
    from typing import Any, TypeAlias

    from btf_typing._layout.layout import Layouts

CTypeClass: TypeAlias = "Any"
"""A ctypes class. All of them have a common base class, but that class is private in ctypes."""

_BASES: dict[str, tuple[Any, Any, tuple[type[StructOrUnion], ...]]] = {
    "struct": (StructType, type(ctypes.Structure).__init__, (Struct,)),
    "union": (UnionType, type(ctypes.Union).__init__, (Union,)),
}
"""For structs and unions: the metaclass, the ``__init__`` of ctypes's own metaclass, and the base
classes. All classes share these tuples."""


class Classes:
    """The ctypes classes and enums of one BTF, each built once.

    Every class refers to its `Classes`, so this object lives as long as any of the classes.

    Args:
        module: the ``__module__`` of the classes.
        layouts: the layouts of the BTF.
        source: the BTF that the classes come from.

    Attributes:
        names: finds the names of types without a tag.
        source: the BTF that the classes come from.
    """

    def __init__(self, module: str, layouts: Layouts, source: Source) -> None:
        self._module = module
        self._layouts = layouts
        self.names = layouts.names
        self.source = source
        source.classes = self
        self._aggregates: dict[int, type[StructOrUnion]] = {}
        self._enums: dict[int, type[IntEnum]] = {}
        self._enum_names: dict[int, dict[int, str]] = {}

    def aggregate(self, layout: Aggregate, name: str, member: str = "") -> type[StructOrUnion]:
        """The class of *layout*, a struct or union.

        If the type of a member has no name in C, *name* and *member* together name its class:
        ``outer_part`` for the member ``part`` of ``outer``.

        Args:
            layout: the layout.
            name: if *layout* is the type of a member, the Python name of the struct that has the
                member. Otherwise, the name to use for the class if the type has no name in C.
            member: if *layout* is the type of a member, the C name of that member; otherwise empty.
                For an anonymous member, the name of its entry in ``_fields_``, such as
                ``<anonymous 2.1>``.
        """
        found = self._aggregates.get(layout.type_id)
        if found is None:
            find = self.names.reached_typedef_of if member else self.names.typedef_of
            in_c = layout.name or find(layout.type_id)
            called = in_c or (of_member(name, member.strip("<>")) if member else name)
            called = identifiers.identifier(called)
            # In C, the members of an anonymous member belong to the struct around it.
            inside = name if is_hidden_name(member) and not in_c else called
            # Another thread may have built the class in the meantime.
            found = self._aggregates.setdefault(layout.type_id, self._build(layout, called, inside))
        return found

    def enum(self, type_: Enum | Enum64, name: str) -> type[IntEnum]:
        """The class of the enum *type_*. If the enum has no name in C, the class gets *name*."""
        found = self._enums.get(type_.id)
        if found is None:
            called = type_.name or self.names.typedef_of(type_.id) or name
            found = self._enums.setdefault(type_.id, _int_enum(type_, called, self._module))
        return found

    def enum_members(self, field: Field, outer: str) -> dict[int, IntEnum]:
        """The members of the enum that is the type of *field*, by value.

        If *field* is an array, this is the enum of the elements.

        Args:
            field: a field whose type is an enum or an array of enum values.
            outer: the Python name of the struct or union that has the field.
        """
        try:
            enum = self.enum(self._enum_type(field), of_member(outer, field.c_name))
        except LayoutError:  # too many members share a name: show values as numbers
            return {}
        return {member.value: member for member in enum}

    def enum_names(self, field: Field) -> dict[int, str]:
        """The Python names of the members that `enum_members` returns. This method builds no class.

        The keys are the values of the members.
        """
        type_ = self._enum_type(field)
        names = self._enum_names.get(type_.id)
        if names is None:
            try:
                members = identifiers.enum_members(type_)
            except LayoutError:  # too many members share a name: show values as numbers
                members = {}
            # If a value has several names, use the first, as in the class.
            names = {value: name for name, value in reversed(members.items())}
            self._enum_names[type_.id] = names
        return names

    def _enum_type(self, field: Field) -> AnyEnum:
        type_ = self.names.table.skip_arrays(field.type_id)
        assert isinstance(type_, ANY_ENUM)  # noqa: S101  # callers pass only fields of an enum
        return type_

    def ctype(self, ctype: CType, name: str, member: str = "") -> CTypeClass:
        """The ctypes class for the type *ctype*; for *name* and *member* see `aggregate`."""
        match ctype:
            case Scalar():
                return simple_class(ctype.ctype, ctype.swapped)
            case Wide():
                return ctypes.c_uint8 * ctype.size
            case ArrayOf():
                return self.ctype(ctype.element, name, member) * ctype.length
            case Aggregate():
                return self.aggregate(ctype, name, member)

    def _build(self, layout: Aggregate, name: str, inside: str) -> type[StructOrUnion]:
        """Build the class of *layout*.

        Args:
            layout: the layout.
            name: the name of the class.
            inside: the Python name of the struct to which the members belong in C.
        """
        # A slot is an entry of ``_fields_``: a field, or a hidden entry such as padding. If ctypes
        # places all members correctly by itself, *slots* and *members* are the same tuple.
        slots, members, unreadable = layout.contents
        fields = []
        for slot in slots:
            ctype = slot.ctype
            if isinstance(ctype, Scalar):  # true for most members; this branch saves a call
                whole = simple_class(ctype.ctype, ctype.swapped)
            else:
                member = slot.c_name if isinstance(slot, Field) else slot.name
                whole = self.ctype(ctype, inside, member)
            fields.append((slot.name, whole))
        namespace: dict[str, object] = {
            "__slots__": (),
            "__module__": self._module,
            "__doc__": f"{layout.keyword} {layout.name or '(anonymous)'}, {layout.size} bytes",
            LAYOUT: layout,
            SOURCE: self.source,
        }
        if layout.packed:
            # Python 3.14 and later warn about _pack_ without _layout_. "ms" is the layout that
            # ctypes has always used for _pack_.
            namespace |= {"_pack_": 1, "_layout_": "ms"}
        if slots is not members and (anonymous := [slot.name for slot in layout.anonymous]):
            namespace["_anonymous_"] = anonymous
        namespace["_fields_"] = fields
        metaclass, initialize, bases = _BASES[layout.keyword]
        # A call of the metaclass would also run its own __init__, which only subclasses of
        # generated classes need.
        cls: type[StructOrUnion] = metaclass.__new__(metaclass, name, bases, namespace)
        initialize(cls, name, bases, namespace)
        bitfields = {} if slots is members else _bitfields(members)
        for field in members:
            if not field.native or field.name != field.c_name:
                self._complete(cls, inside, field, bitfields)
        for gone in unreadable:
            setattr(cls, gone.name, _unreadable_descriptor(gone.error))
        self._layouts.release(layout)
        return cls

    def _complete(
        self, cls: type[StructOrUnion], inside: str, field: Field, bitfields: dict[str, object]
    ) -> None:
        """Add to *cls* the descriptors of *field* that ctypes does not create from ``_fields_``.

        Args:
            cls: the class.
            inside: the Python name of the struct to which the members belong in C.
            field: the field.
            bitfields: the descriptors that `_bitfields` created, by name.
        """
        if field.name in bitfields:
            setattr(cls, field.name, bitfields[field.name])
        elif field.bits:
            setattr(cls, field.name, _bits_descriptor(field.name, field.bits))
        elif not field.native:
            whole = self.ctype(field.ctype, inside, field.c_name)
            setattr(cls, field.name, _field(field.name, field.bit_offset // 8, whole))
        # getattr(instance, "class") reads the field that Python calls class_.
        c_name = field.c_name
        if identifiers.is_reachable_as_c(c_name, field.name) and c_name not in vars(cls):
            setattr(cls, c_name, getattr(cls, field.name))


@cache
def simple_class(name: str, swapped: bool) -> CTypeClass:
    """The ctypes class *name*; if *swapped*, its version with the other byte order."""
    cls = getattr(ctypes, name)
    return getattr(cls, OTHER_ORDER) if swapped else cls


def _unreadable_descriptor(error: LayoutError) -> property:
    """A descriptor that raises *error* when you read or write the field."""

    def read(_self: object) -> object:
        raise fresh_copy(error)

    def write(_self: object, _value: object) -> None:
        raise fresh_copy(error)

    return property(read, write)


def _bitfields(fields: Sequence[Field]) -> dict[str, object]:
    """The descriptors of those *fields* that ctypes can describe as bitfields, by name.

    ``_bits`` of the module `descriptors` creates a helper class for each bitfield. Here, all
    bitfields of a struct share one helper class, or a few if the integers that store them overlap.
    This saves many classes, and the garbage that they leave.
    """
    found: dict[str, object] = {}
    body: list[tuple[Any, ...]] = []  # the fields of the next helper class
    storage: object = None  # the offset and class of the last integer that stores bitfields
    bit = end = 0  # the next free bit of that integer, and the byte after the integer
    for field in fields:
        bits = field.bits
        if bits is None or bits.maker != "_bits" or not isinstance(bits.storage, Scalar):
            continue
        cls = simple_class(bits.storage.ctype, bits.storage.swapped)
        if storage != (bits.offset, cls) or bits.shift < bit:
            if bits.offset < end:
                found |= _helper_descriptors(body)
                body, end = [], 0
            # Even an empty field here makes ctypes begin a new integer.
            gap = ctypes.c_uint8 * (bits.offset - end) if bits.offset > end else _NOTHING
            body.append((f"<before {field.name}>", gap))
            storage, bit, end = (bits.offset, cls), 0, bits.offset + bits.storage.size
        if bits.shift > bit:
            body.append((f"<gap {field.name}>", cls, bits.shift - bit))
        body.append((field.name, cls, bits.width))
        bit = bits.shift + bits.width
    return found | _helper_descriptors(body) if body else found


_NOTHING = ctypes.c_uint8 * 0


def _helper_descriptors(fields: list[tuple[Any, ...]]) -> dict[str, object]:
    """The descriptors of the bitfields in a class with these *fields*, by name."""
    body = {"_pack_": 1, "_layout_": "ms", "_fields_": fields}
    helper = _StructType("helper", (ctypes.Structure,), body)
    return {name: vars(helper)[name] for name, *_ in fields if not is_hidden_name(name)}


def _bits_descriptor(name: str, bits: Bits) -> Any:
    """The descriptor of *bits* for the field *name*, which is not a bitfield of ctypes."""
    place = bits.shift, bits.width
    match bits.storage:
        case Scalar(ctype, swapped=swapped):
            return _flag(name, bits.offset, simple_class(ctype, swapped), *place)
        case Wide(size) as storage:
            return _wide(name, bits.offset, size, *place, bits.value, byteorder_of(storage))


def _int_enum(type_: Enum | Enum64, name: str, module: str) -> type[IntEnum]:
    """The class of the enum *type_*: an ``IntEnum`` called *name*.

    If several enumerators share a value, the later ones are aliases of the first.
    """
    from enum import IntEnum  # noqa: PLC0415  # most programs use no enum

    members = identifiers.enum_members(type_)
    make: Any = IntEnum  # mypy takes a call of IntEnum for a look-up of a value
    # In a class called "e", the enum module drops members such as "_e__x" as private names. So the
    # class is called " " at first, and no member can look private.
    cls: type[IntEnum] = make(" ", members, module=module)
    cls.__name__ = cls.__qualname__ = identifiers.identifier(name)
    return cls
