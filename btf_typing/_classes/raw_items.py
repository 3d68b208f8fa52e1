"""Keys, values and events, as loaders return and accept them.

Loaders differ in the Python types that they use. pylibbpf returns a value of 4 or 8 bytes as an int
and any other value as bytes. libbpf fills a ctypes buffer. For a per-CPU map, loaders return the
values of all CPUs in a list or in one block.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from btf_typing.errors import BtfDataError

_PER_CPU_ALIGNMENT = 8
"""The kernel pads each value of a per-CPU map to a multiple of this number of bytes."""


def decode(item: Any, cls: Any, size: int, label: str) -> Any:
    """Convert one key or value from a loader to a Python value.

    Args:
        item: bytes or another buffer of *size* bytes, or the number in these bytes.
        cls: ctypes class of the item; None if only its size is known.
        size: size of the item in bytes.
        label: what the item is, for messages, such as ``"value of map 'counts'"``.

    Returns:
        A copy of the bytes as an instance of *cls* if *cls* is a struct, union or array. There is
        one exception: for an array of ``char``, the result is ``bytes`` up to the first NUL. For a
        scalar, the result is an ``int``, ``float``, ``bool`` or ``bytes``, but None for a pointer
        that is NULL. If *cls* is None, the result is ``bytes``.

    Raises:
        BtfDataError: *item* does not have *size* bytes, or the number does not fit.
        TypeError: *item* is neither a buffer nor a number.
    """
    data = _of_size(_bytes_of(item, cls, label, size), size, label)
    if cls is None:
        return data
    instance = cls.from_buffer_copy(data)
    return instance.value if _reads_as_value(cls) else instance


def decode_all(items: Any, cls: Any, size: int, label: str, *, per_cpu: bool) -> list[Any]:
    """Convert several keys or values, such as the values of a per-CPU map.

    Args:
        items: a list of items, or one buffer with all of them.
        cls: as for `decode`.
        size: size of one item in bytes, without padding.
        label: as for `decode`.
        per_cpu: whether each item in a buffer is padded to a multiple of 8 bytes. If so, an item of
            a list may have this padding or not.

    Raises:
        BtfDataError: an item or the buffer has a wrong size, or a number does not fit.
        TypeError: *items* is neither a buffer nor a list or tuple of buffers and numbers.
    """
    stride = padded(size) if per_cpu else size
    if isinstance(items, list | tuple):
        parts = [_unpadded(item, size, stride, label) for item in items]
    else:
        block = _bytes_of(items, None, label, None)
        if not stride or len(block) % stride:
            raise BtfDataError(f"{label}: {len(block)} bytes, expected a multiple of {stride}")
        parts = [block[start : start + size] for start in range(0, len(block), stride)]
    return [decode(part, cls, size, label) for part in parts]


def encode(value: Any, cls: Any, size: int, label: str) -> bytes:
    """The bytes of one key or value.

    Args:
        value: a value as `decode` returns it, or a buffer with the bytes themselves.
        cls: as for `decode`.
        size: as for `decode`.
        label: as for `decode`.

    Raises:
        BtfDataError: *value* has a wrong size, or does not fit.
        TypeError: *value* has a type that *cls* does not accept.
    """
    if cls is not None and _reads_as_value(cls) and not isinstance(value, cls):
        return _encoded_value(value, cls, size, label)
    return _of_size(_buffer(value, label), size, label)


def encode_all(values: Any, cls: Any, size: int, label: str, *, per_cpu: bool) -> bytes:
    """One block with the bytes of all *values*; for the arguments see `decode_all`."""
    stride = padded(size) if per_cpu else size
    return b"".join([encode(value, cls, size, label).ljust(stride, b"\0") for value in values])


def decode_event(data: Any, cls: Any, size: int | None, label: str) -> Any:
    """An event of a ring or perf buffer as an instance of *cls*, with a copy of the bytes.

    Args:
        data: bytes or another buffer; or an address, together with *size*.
        cls: ctypes class of the event.
        size: number of bytes at the address; None for a buffer.
        label: as for `decode`.

    Raises:
        BtfDataError: there are fewer bytes than *cls* has, or the address is 0. More bytes are no
            error, because perf buffers pad events, and some programs send more.
        TypeError: *data* is neither a buffer nor an address with *size*.
    """
    if isinstance(data, int):
        if size is None or size < 0:
            raise TypeError(f"{label}: expected bytes, or an address and the number of bytes there")
        if not data:
            raise BtfDataError(f"{label} has the address 0")
        data = ctypes.string_at(data, size)
    event = _buffer(data, label)[:size]
    if len(event) < ctypes.sizeof(cls):
        raise BtfDataError(
            f"{label} has {len(event)} bytes, but {cls.__name__} has {ctypes.sizeof(cls)};"
            " is this the struct that the program sends?"
        )
    return cls.from_buffer_copy(event)


def padded(size: int) -> int:
    """The number of bytes that a value of *size* bytes takes for each CPU in a per-CPU map."""
    return -(-size // _PER_CPU_ALIGNMENT) * _PER_CPU_ALIGNMENT


def _bytes_of(item: Any, cls: Any, label: str, size: int | None) -> bytes:
    """The bytes of *item*. A number becomes *size* bytes in this machine's byte order."""
    if isinstance(item, float) and cls in (ctypes.c_float, ctypes.c_double):
        return bytes(cls(item))
    if not isinstance(item, int) or size is None:
        return _buffer(item, label, "bytes" if size is None else "bytes or a number")
    try:
        return item.to_bytes(size, sys.byteorder, signed=item < 0)
    except OverflowError:
        raise BtfDataError(f"{label}: {item} does not fit into {size} bytes") from None


def _buffer(item: Any, label: str, expected: str = "bytes") -> bytes:
    try:
        return bytes(memoryview(item))
    except TypeError:
        found = type(item).__name__
        raise TypeError(f"{label}: expected {expected}, got {found}") from None


def _unpadded(item: Any, size: int, stride: int, label: str) -> Any:
    """*item* without padding. Some loaders do not remove the padding of per-CPU maps."""
    if isinstance(item, int | float):
        return item
    data = _buffer(item, label)
    return data[:size] if len(data) == stride else data


def _reads_as_value(cls: Any) -> bool:
    """Whether ctypes reads a field of this class as a plain Python value."""
    if issubclass(cls, ctypes.Array):
        return cls._type_ is ctypes.c_char
    return not issubclass(cls, ctypes.Structure | ctypes.Union)


def _encoded_value(value: Any, cls: Any, size: int, label: str) -> bytes:
    """The bytes of a scalar or of an array of ``char``."""
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        if issubclass(cls, ctypes.Array) and len(data) < size:
            return data.ljust(size, b"\0")
        return _of_size(data, size, label)
    if issubclass(cls, ctypes.Array):
        raise TypeError(f"{label}: expected bytes, got {type(value).__name__}")
    try:
        instance = cls(value)
    except TypeError as error:
        raise TypeError(f"{label}: {error}") from None
    if isinstance(instance.value, int | None) and (instance.value or 0) != (value or 0):
        raise BtfDataError(f"{label}: {value} does not fit into a {cls.__name__}")
    return bytes(instance)


def _of_size(data: bytes, size: int, label: str) -> bytes:
    """*data*, if it has *size* bytes."""
    if len(data) != size:
        raise BtfDataError(f"{label} has {len(data)} bytes, expected {size}")
    return data
