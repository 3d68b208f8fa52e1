"""Records that end in a flexible array: ``struct event { u32 len; u8 data[]; };``.

A record here is the bytes of one struct, such as an event from a ring buffer. The generated class
has no room for the elements of the array, just as C's ``sizeof`` does not count them.
`flexible_class` makes a subclass whose instances hold a whole record. In the subclass, the array is
a property that covers the rest of the record.
"""

from __future__ import annotations

import ctypes
from operator import attrgetter, index

from btf_typing._layout.shape import Aggregate, ArrayOf, Field, is_text
from btf_typing._lazy import LazyModule
from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple
from btf_typing.errors import BtfDataError

from .descriptors import _Accessor, _field
from .instances import (
    BASE,
    FLEXIBLE,
    GENERATED,
    added_names,
    bytes_of,
    rebuilt,
    require_class,
)
from .record_methods import _RECORDS
from .runtime_classes import layout_of

if TYPE_CHECKING:
    import typing

    from btf_typing import _api_types

    from .generated import Classes
    from .runtime_classes import RuntimeClasses
else:
    typing = LazyModule("typing")
    _api_types = LazyModule("btf_typing._api_types")

_Any: typing.TypeAlias = "typing.Any"


class _Array(NamedTuple):
    """A flexible array.

    Attributes:
        name: Python name.
        offset: offset in bytes.
        element: ctypes class of the elements.
        size: size of an element in bytes.
        text: whether it is an array of ``char``.
    """

    name: str
    offset: int
    element: _Any
    size: int
    text: bool


def from_record(
    cls: type[_api_types.Instance], record: _api_types.Buffer, *, count: str | None = None
) -> _api_types.Instance:
    """An instance of *cls* with the whole *record*, which ends in a flexible array.

    ``from_buffer_copy`` would read the array as empty. In the instance that you get from this
    function, the array has the elements that the record has: ``event.data[:]`` reads all of them.
    A flexible array of ``char`` reads as ``bytes``, NULs included. ``bytes()``, ``sizeof()``,
    `asdict`, ``repr`` and copies include the array. The class itself does not change.

    Args:
        cls: a class that ``btf.struct()`` or ``btf.union()`` returned, or a class in a module that
            ``btf-stubs --runtime`` wrote. Its last member must be an array without a length, such
            as ``u8 data[];``.
        record: the bytes of the whole record. They are copied.
        count: name of the field that holds the number of elements, such as ``"len"``, or
            ``"header.len"`` for a member of a nested struct. The record can have more bytes than
            these elements need, because the kernel pads some records. Without *count*, the array
            has all the elements that fit into the record.

    Raises:
        TypeError: *cls* was not made by btf_typing, or has no flexible array; or the field *count*
            is not an integer.
        BtfDataError: the record ends before the array begins, or has fewer elements than the field
            *count* says.
        AttributeError: there is no field *count*; the message has similar names.

    Examples:
        >>> import struct
        >>> from btf_typing import from_record
        >>> Chain = Btf.from_kernel().struct("perf_callchain_entry")  # __u64 nr; __u64 ip[];
        >>> record = struct.pack("=QQQ", 2, 0x1000, 0x2000)
        >>> from_record(Chain, record, count="nr").ip[:]
        [4096, 8192]
    """
    instance = flexible_class(cls).from_buffer_copy(record)
    if count is not None:
        _cut(instance, count)
    return instance  # type: ignore[no-any-return]


def has_flexible_array(cls: type) -> bool:
    """Whether the last member of the generated class *cls* is an array without a length."""
    return bool(_arrays(*layout_of(cls), cls.__name__))


def flexible_class(cls: type) -> _Any:
    """The subclass of *cls* for whole records.

    Raises:
        TypeError: *cls* is not a generated class, or has no flexible array.
    """
    require_class(cls)
    found = vars(cls).get(FLEXIBLE)
    if found is None:
        found = _derived(cls)
        setattr(cls, FLEXIBLE, found)
    return found


def flexible_ends(instance: _Any) -> dict[str, int]:
    """Offset in bytes of the end of each flexible array, by name.

    Empty if the class of *instance* does not come from `flexible_class`.
    """
    arrays = getattr(type(instance), _ARRAYS, [])
    return {array.name: instance.__extent__ for array in arrays}


def _derived(cls: type) -> type:
    arrays = _arrays(*layout_of(cls), cls.__name__)
    if not arrays:
        raise TypeError(
            f"the last member of {cls.__name__} is not a flexible array such as 'u8 data[];';"
            " read the record with from_buffer_copy"
        )
    start = arrays[0].offset

    def from_buffer_copy(derived: _Any, source: _Any, offset: int = 0, /) -> _Any:
        if offset < 0:
            raise ValueError("offset cannot be negative")
        return _filled(derived, memoryview(source).cast("B")[offset:], start)

    namespace: dict[str, object] = {
        # __extent__ is where the arrays end, in bytes. No field has this name, because a C field
        # __extent__ gets an underscore.
        "__slots__": ("__extent__",),
        "__module__": cls.__module__,
        "__doc__": cls.__doc__,
        "from_buffer_copy": classmethod(from_buffer_copy),
        BASE: cls,
        _ARRAYS: arrays,
    }
    if not issubclass(cls, GENERATED):  # the class is from a --runtime module
        namespace["__reduce__"] = _reduced
    namespace |= {array.name: _property(array) for array in arrays}
    return type(cls)(cls.__name__, (cls,), namespace)


def _reduced(self: _Any) -> tuple[object, ...]:
    """Pickle an instance of a class that `flexible_class` derived from a ``--runtime`` class."""
    base = getattr(type(self), BASE)
    return _restored, (base, bytes_of(self), object.__getstate__(self))


def _restored(base: type, data: bytes, state: object) -> _Any:
    return rebuilt(flexible_class(base), data, state)


_ARRAYS = "<arrays>"
"""Name of the attribute with the flexible arrays, in classes that `flexible_class` returns."""


def _arrays(layout: Aggregate, classes: Classes | RuntimeClasses, name: str) -> list[_Array]:
    """The flexible arrays at the end of a class called *name*.

    There can be several at the same offset, as in a union in which the kernel declares arrays with
    ``DECLARE_FLEX_ARRAY``.
    """
    fields = layout.fields
    end = max(map(_end, fields), default=0)
    return [
        _array(field, field.ctype, classes, name)
        for field in fields
        if isinstance(field.ctype, ArrayOf)
        and not field.ctype.length
        and field.ctype.element.size
        and field.bit_offset == 8 * end
    ]


def _end(field: Field) -> int:
    """Offset in bytes of the end of *field*."""
    return -(-(field.bit_offset + field.bit_size) // 8)


def _array(field: Field, ctype: ArrayOf, classes: Classes | RuntimeClasses, name: str) -> _Array:
    element = classes.ctype(ctype.element, name, field.c_name)
    offset = field.bit_offset // 8
    return _Array(field.name, offset, element, ctype.element.size, is_text(ctype))


def _filled(derived: _Any, record: memoryview, start: int) -> _Any:
    """An instance of the class *derived* that holds *record*.

    Args:
        derived: a class that `flexible_class` returned.
        record: the bytes.
        start: offset of the array in bytes.

    Raises:
        BtfDataError: the record ends before the array begins.
    """
    if len(record) < start:
        raise BtfDataError(
            f"the record has {len(record)} bytes, but the array at the end of {derived.__name__}"
            f" begins at byte {start}"
        )
    instance = derived.__new__(derived)
    # The array can begin in the padding at the end of the struct. If the record ends there as well,
    # the instance is already large enough.
    if len(record) > ctypes.sizeof(derived):
        ctypes.resize(instance, len(record))
    ctypes.memmove(ctypes.addressof(instance), bytes(record), len(record))
    instance.__extent__ = len(record)
    return instance


def _cut(instance: _Any, count: str) -> None:
    """Limit the array of *instance* to the number of elements in its field *count*.

    If there are several arrays, the field counts the elements of the array whose elements are the
    largest. The other arrays end at the same byte.

    Raises:
        BtfDataError: the record has fewer elements.
        AttributeError: there is no field *count*.
        TypeError: the field *count* is not an integer.
    """
    cls = type(instance)
    length = _number(instance, count)
    array = max(getattr(cls, _ARRAYS), key=attrgetter("size"))
    room = (instance.__extent__ - array.offset) // array.size
    if not 0 <= length <= room:
        raise BtfDataError(
            f"{count} is {length}, but the record of {instance.__extent__} bytes has room for"
            f" {room} elements of {cls.__name__}.{array.name}, {array.size} bytes each"
        )
    instance.__extent__ = array.offset + length * array.size


def _number(instance: _Any, count: str) -> int:
    """The integer in the field *count* of *instance*.

    Raises:
        AttributeError: there is no field *count*.
        TypeError: the field *count* is not an integer.
    """
    try:
        value = attrgetter(count)(instance)
    except AttributeError:
        raise _no_field(instance, count) from None
    try:
        return index(value)
    except TypeError:
        what = f"expected an integer in {type(instance).__name__}.{count}"
        raise TypeError(f"{what}, but it is {type(value).__name__}") from None


def _no_field(instance: _Any, count: str) -> AttributeError:
    """The error for a path *count* that does not exist, with similar paths."""
    from difflib import get_close_matches  # noqa: PLC0415  # only errors need it

    owner, before = instance, ""
    for name in count.split("."):
        if not isinstance(owner, _RECORDS):
            what = f": {before[:-1]!r} is {type(owner).__name__}, not a struct"
            return AttributeError(f"{type(instance).__name__} has no field {count!r}{what}")
        names = _names(type(owner))
        if name not in names:
            break
        owner, before = getattr(owner, name), f"{before}{name}."
    close = [repr(before + other) for other in get_close_matches(name, names)]
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    return AttributeError(f"{type(instance).__name__} has no field {before + name!r}{hint}")


def _names(cls: type) -> list[str]:
    layout, _ = layout_of(cls)
    return [field.name for field in layout.fields] + added_names(cls)


def _property(array: _Array) -> _Accessor:
    """A property that reads and writes *array* in the memory of an instance."""

    def whole(self: _Any) -> _Any:
        count = (self.__extent__ - array.offset) // array.size
        return (array.element * count).from_buffer(self, array.offset)

    def read(self: _Any) -> _Any:
        return whole(self).raw if array.text else whole(self)

    def write(self: _Any, value: _Any) -> None:
        # Accept the same values as any array field: an array, a tuple, or bytes for char.
        _field(array.name, array.offset, type(whole(self))).__set__(self, value)

    accessor = _Accessor(read, write)
    accessor.offset, accessor.size = array.offset, 0
    return accessor
