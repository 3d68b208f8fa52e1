"""Layouts of classes in the modules that ``btf-stubs --runtime`` writes.

A class that ``btf.struct()`` returns keeps its layout. The classes in ``--runtime`` modules do not,
because these modules run without btf_typing. `layout_of` therefore computes the layout from the
class:

- The descriptors show the places and the ctypes classes of the fields.
- The attribute whose name is `record_methods._NAMES` lists the fields in order.
- The attribute whose name is `record_methods._KINDS` shows which fields are enums, and which are
  integers that ctypes lacks, such as ``__int128``.
- To find the bits of a bitfield, `_bits` sets one bit of the memory at a time and reads the field.

In the result, `Aggregate.slots` is empty, and each C name is the Python name. For a bitfield,
`Field.ctype` is the integer that the descriptor reads, which may differ from the declared type. If
ctypes has no integer of that size, `Field.ctype` is an integer of 8 bytes.
"""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

from btf_typing._layout.shape import (
    INTEGER_SIZES,
    NESTING,
    Aggregate,
    ArrayOf,
    Bits,
    CType,
    Field,
    Scalar,
    Wide,
    array_of,
    byteorder_of,
    integer,
    nesting,
)

from .descriptor_probe import described
from .generated import simple_class
from .handwritten_fields import is_array, is_struct_or_union, scalar_of
from .instances import origin_of, require_class
from .record_methods import _KINDS, _NAMES

if TYPE_CHECKING:
    from .generated import Classes

_FOUND = "<found>"
"""Attribute in which `layout_of` stores its result, on the class in the ``--runtime`` module."""


def layout_of(cls: type) -> tuple[Aggregate, Classes | RuntimeClasses]:
    """The layout of *cls*, and the classes and enums of the types in it.

    Args:
        cls: a generated class, a class in a ``--runtime`` module, or a subclass of one of these.
            For a subclass, the layout is that of the class that it extends.

    Raises:
        TypeError: *cls* is none of these, or not a class.
    """
    require_class(cls)
    origin = origin_of(cls)
    if origin is not None:
        return origin.layout, origin.source.classes  # type: ignore[return-value]  # typed as object
    owner = next((base for base in cls.__mro__ if _NAMES in vars(base)), None)
    if owner is None:
        raise TypeError(f"{cls.__name__} was not made by btf_typing")
    found: tuple[Aggregate, RuntimeClasses] | None = vars(owner).get(_FOUND)
    if found is None:
        classes = RuntimeClasses()
        found = classes.layout(owner), classes
        setattr(owner, _FOUND, found)
    return found


class RuntimeClasses:
    """The classes and enums in the layout of a class from a ``--runtime`` module.

    This class has the methods of `Classes` that `layout_of`'s callers use. A type id in the layouts
    is an index into a list of the classes and enums.
    """

    def __init__(self) -> None:
        self._types: list[Any] = [None]
        self._layouts: dict[type, Aggregate] = {}

    def enum_names(self, field: Field) -> dict[int, str]:
        """Map the values of *field*'s enum to names; empty if the module has no class for it."""
        return {member.value: member.name for member in self._types[field.type_id] or ()}

    def ctype(self, ctype: CType, name: str, member: str = "") -> Any:
        """The ctypes class for *ctype*. Only `Classes.ctype` uses *name* and *member*."""
        match ctype:
            case Scalar():
                return simple_class(ctype.ctype, ctype.swapped)
            case Wide():
                return ctypes.c_uint8 * ctype.size
            case ArrayOf():
                return self.ctype(ctype.element, name, member) * ctype.length
            case Aggregate():
                return self._types[ctype.type_id]

    def layout(self, cls: Any) -> Aggregate:
        """The layout of *cls*, which a ``--runtime`` module defines."""
        found = self._layouts.get(cls)
        if found is None:
            kinds = getattr(cls, _KINDS, {})
            fields = [self._field(cls, name, kinds) for name in getattr(cls, _NAMES)]
            inner = [field.ctype for field in fields if isinstance(field.ctype, NESTING)]
            found = self._layouts[cls] = Aggregate(
                self._id(cls),
                "union" if issubclass(cls, ctypes.Union) else "struct",
                cls.__name__,
                ctypes.sizeof(cls),
                max(ctypes.alignment(cls), 1),
                packed=False,
                swapped=False,
                nested=nesting(inner, len(fields) - len(inner)),
                contents=((), tuple(fields), ()),
            )
        return found

    def _id(self, type_: Any) -> int:
        """The type id of a class or an enum."""
        self._types.append(type_)
        return len(self._types) - 1

    def _field(self, cls: Any, name: str, kinds: dict[str, Any]) -> Field:
        descriptor, kind = vars(cls)[name], kinds.get(name)
        is_enum = name in kinds and not isinstance(kind, tuple)
        type_id = self._id(kind) if is_enum and kind else 0
        whole, is_bitfield = described(cls, descriptor)
        if not is_bitfield:
            ctype: CType = self._shape(whole, kind, enum=is_enum)
            place = 8 * descriptor.offset, 8 * ctype.size
            return Field(name, name, *place, None, type_id, ctype, None, native=True)
        by_ctypes = not isinstance(descriptor, property)
        bits = _bits(cls, descriptor, ctypes.sizeof(whole) if by_ctypes else descriptor.size)
        storage, signed = bits.storage, bits.storage.signed
        if isinstance(kind, tuple):  # a whole integer such as __int128, so not a bitfield
            ctype = Wide(bits.width // 8, signed, storage.swapped)
            bitfield_size = None
        else:
            size = storage.size if isinstance(storage, Scalar) else max(INTEGER_SIZES)
            ctype = integer(size, signed=signed, swapped=storage.swapped, enum=is_enum)
            bitfield_size = bits.width
        place = _bit_offset(bits), bits.width
        return Field(name, name, *place, bitfield_size, type_id, ctype, bits, native=False)

    def _shape(self, cls: Any, kind: Any, *, enum: bool) -> CType:
        """The shape of *cls*.

        Args:
            cls: a ctypes class.
            kind: the value in `_KINDS` for the field of type *cls*. For an enum, it is the class of
                the enum, or None if the module has no class for it. For an integer such as
                ``__int128``, it is a tuple: the byte order, and whether the integer is signed. For
                any other field, it is None.
            enum: whether the field is an enum or an array of enums.
        """
        if is_struct_or_union(cls):
            return self.layout(cls)
        if is_array(cls):
            if isinstance(kind, tuple) and cls._type_ is ctypes.c_uint8:
                return Wide(cls._length_, kind[1], kind[0] != sys.byteorder)
            return array_of(self._shape(cls._type_, kind, enum=enum), cls._length_)
        scalar = scalar_of(cls)
        assert scalar is not None  # noqa: S101  # a --runtime module has no other classes
        return scalar._replace(enum=enum)


def _bits(owner: Any, descriptor: Any, size: int) -> Bits:
    """The bits that *descriptor* reads. To find them, we read and write an instance with it.

    Args:
        owner: the class that has the descriptor.
        descriptor: the descriptor of a bitfield, from ctypes or from `descriptors`.
        size: number of bytes in the integer that has the bits.
    """
    memory = bytearray(ctypes.sizeof(owner))
    instance = owner.from_buffer(memory)
    octets = memoryview(memory)[descriptor.offset : descriptor.offset + size]
    mask = 0  # the loop adds the bits that the value depends on
    for bit in range(8 * size):
        octets[:] = (1 << bit).to_bytes(size, "little")
        mask |= bool(descriptor.__get__(instance, owner)) << bit
    octets[:] = bytes(size)
    descriptor.__set__(instance, 1)
    is_little = int.from_bytes(octets, "little") == mask & -mask
    if not is_little:
        mask = int.from_bytes(mask.to_bytes(size, "little"), "big")
    descriptor.__set__(instance, -1)
    value = descriptor.__get__(instance, owner)
    signed, swapped = value < 0, is_little != (sys.byteorder == "little")
    storage: Scalar | Wide = Wide(size, signed, swapped)
    if size in INTEGER_SIZES:
        storage = integer(size, signed=signed, swapped=swapped)
    return Bits(
        "_wide" if isinstance(storage, Wide) else "_flag" if value is True else "_bits",
        descriptor.offset,
        storage,
        (mask & -mask).bit_length() - 1,
        mask.bit_count(),
        "bool" if value is True else "int" if signed else "unsigned",
    )


def _bit_offset(bits: Bits) -> int:
    """The offset of *bits* from the start of the struct.

    On a big-endian target, bit 0 of a byte is its most significant bit. If all bits are in one
    byte, `_bits` takes them for little-endian, and the offset can be wrong.
    """
    start = 8 * bits.offset
    if byteorder_of(bits.storage) == "little":
        return start + bits.shift
    return start + 8 * bits.storage.size - bits.shift - bits.width
