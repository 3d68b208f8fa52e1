"""Reads the fields of a ctypes class from its descriptors.

``_fields_`` does not list the fields that ctypes cannot place. For each of these fields, the class
has a descriptor from the module `descriptors`. In the modules that ``btf-stubs --runtime`` writes,
only these descriptors show the place and type of the fields.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Container, Iterator
from typing import Any

from btf_typing._layout.shape import INTEGER_SIZES


class _Sample(ctypes.Structure):
    _fields_ = [("field", ctypes.c_uint8)]


_CField: Any = type(vars(_Sample)["field"])
_CData: Any = ctypes.Structure.__base__


def beside(owner: type, names: Container[str], known: Container[int]) -> Iterator[tuple[str, Any]]:
    """The fields of *owner* that its ``_fields_`` do not list.

    Args:
        owner: a structure or union.
        names: the names that its ``_fields_`` list.
        known: ``id()`` of each descriptor of the base classes. If *owner* has one of these
            descriptors under another name, the name is an alias and not another field.

    Yields:
        Names and descriptors.
    """
    first = {id(value): name for name, value in reversed([*vars(owner).items()])}
    for name, descriptor in vars(owner).items():
        again = first[id(descriptor)] != name or id(descriptor) in known
        if not again and is_descriptor(descriptor) and name not in names:
            yield name, descriptor


def is_descriptor(value: object) -> bool:
    """Whether *value* is the descriptor of a field, from ctypes or from `descriptors`."""
    return isinstance(value, _CField | property) and hasattr(value, "offset")


def described(owner: Any, descriptor: Any) -> tuple[Any, bool]:
    """The ctypes class of the field of *descriptor*, and whether the field is a bitfield."""
    if not isinstance(descriptor, _CField):
        return _integer(owner, descriptor), True
    # Before Python 3.14, a descriptor has no attribute for the ctypes class of its field. But it
    # refers to the class, so the garbage collector can return the class.
    cls: Any = next(one for one in gc.get_referents(descriptor) if issubclass(one, _CData))
    return cls, descriptor.size != ctypes.sizeof(cls)


def _integer(owner: Any, descriptor: Any) -> Any:
    """An integer class with the sign and byte order of a descriptor from `descriptors`.

    Writing -1 sets every bit, and reading the field back shows the sign. Writing 1 sets the lowest
    bit, and the place of this bit shows the byte order.
    """
    memory = bytearray(ctypes.sizeof(owner))
    instance = owner.from_buffer(memory)
    descriptor.__set__(instance, -1)
    sign = "" if descriptor.__get__(instance, owner) < 0 else "u"
    every_bit = int.from_bytes(memory, "little")
    descriptor.__set__(instance, 1)
    lowest = int.from_bytes(memory, "little")
    order = "le" if lowest == every_bit & -every_bit else "be"
    size = descriptor.size if descriptor.size in INTEGER_SIZES else max(INTEGER_SIZES)
    return getattr(getattr(ctypes, f"c_{sign}int{8 * size}"), f"__ctype_{order}__")


def probed(owner: Any, descriptor: Any, *, big_endian: bool) -> tuple[int, int]:
    """The offset and the width of a bitfield, both in bits.

    For a big-endian target, the offset counts the bits of each byte from the most significant one.
    For a little-endian target, it counts them from the least significant one.

    Versions of Python place bitfields differently. To find the place, the function sets all bits of
    the field in a zeroed instance and looks at the memory.
    """
    start, memory = _all_bits_set(owner, descriptor)
    mask = int.from_bytes(memory, "big" if big_endian else "little")
    if not mask:  # ctypes writes no bits of a field that it puts past the end of its integer
        return 8 * descriptor.offset, 0
    if big_endian:
        return 8 * (start + len(memory)) - mask.bit_length(), mask.bit_count()
    return 8 * start + (mask & -mask).bit_length() - 1, mask.bit_count()


def _all_bits_set(owner: Any, descriptor: Any) -> tuple[int, bytes]:
    """The memory of an instance of *owner*, after all bits of the field of *descriptor* are set.

    The descriptors of ctypes write only the integer that holds the bitfield. For them, the function
    allocates no other bytes, because some classes have gigabytes.

    Returns:
        The offset in bytes at which the returned bytes begin, and these bytes. All others are zero.
    """
    if isinstance(descriptor, _CField):
        integer = (ctypes.c_uint8 * max(INTEGER_SIZES))()
        instance = owner.from_address(ctypes.addressof(integer) - descriptor.offset)
        descriptor.__set__(instance, -1)
        return descriptor.offset, bytes(integer)
    memory = bytearray(ctypes.sizeof(owner))
    descriptor.__set__(owner.from_buffer(memory), -1)
    return 0, bytes(memory)
