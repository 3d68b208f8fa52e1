"""Many records in one buffer: as dictionaries, and as columns of numpy arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, overload

from btf_typing._layout.shape import (
    Aggregate,
    ArrayOf,
    Bits,
    CType,
    Scalar,
    Wide,
    byteorder_of,
    is_text,
)
from btf_typing._lazy import LazyModule
from btf_typing.errors import BtfDataError, LayoutError

from .instances import require_class
from .numpy_dtype import generated_layout, scalar_format
from .plain_values import Options, function_for

if TYPE_CHECKING:
    import numpy as np

    from btf_typing import _api_types
else:
    np = LazyModule("numpy")  # optional: only `columns` needs it
    _api_types = LazyModule("btf_typing._api_types")

_Values: TypeAlias = "np.ndarray[Any, Any]"

_WORD = 8
"""Size in bytes of numpy's largest integer."""

_LAST_ASCII = 0x7F

_BLOCK = 1 << 16
"""Number of bytes to search for NULs at a time."""


@overload
def asdicts(
    cls: type[_api_types.HasEnums[_api_types.Values_co]],
    records: _api_types.Buffer,
    *,
    text: bool = False,
    enums: Literal[True],
    json: Literal[False] = False,
) -> list[_api_types.Values_co]: ...
@overload
def asdicts(
    cls: type,
    records: _api_types.Buffer,
    *,
    text: bool = False,
    enums: bool = False,
    json: bool = False,
) -> list[dict[str, Any]]: ...
def asdicts(  # type: ignore[misc]  # lists are invariant, so the first overload does not match
    cls: type,
    records: _api_types.Buffer,
    *,
    text: bool = False,
    enums: bool = False,
    json: bool = False,
) -> list[dict[str, Any]]:
    """All *records* of a buffer as dictionaries, as `asdict` returns them.

    Args:
        cls: a class that ``btf.struct()`` or ``btf.union()`` returned, or a class in a module that
            ``btf-stubs --runtime`` wrote.
        records: the bytes of any number of records, without anything between them.
        text: as for `asdict`.
        enums: as for `asdict`.
        json: as for `asdict`.

    Raises:
        TypeError: *cls* is none of these classes.
        BtfDataError: the buffer ends inside a record.

    Examples:
        >>> from btf_typing import asdicts
        >>> [each["comm"] for each in asdicts(ExecEvent, data * 2, text=True)]
        ['python', 'python']
    """
    require_class(cls)
    convert = function_for(cls, Options(text=text, enums=enums, json=json))
    make, size = cls.from_buffer_copy, ctypes.sizeof(cls)  # type: ignore[attr-defined]
    data = memoryview(records).cast("B")
    return [convert(make(data, offset)) for offset in range(0, _count(cls, data) * size, size)]


def columns(
    cls: type, records: _api_types.Buffer, *, text: bool = False
) -> dict[str, np.ndarray[Any, Any]]:
    """All *records* of a buffer as a numpy array for each field.

    pandas and polars can make tables from the result. The arrays are copies in the byte order of
    this machine, with one row for each record:

    - A member of a nested struct is a column of its own: ``"creds.uid"``. Members of a union are
      columns like all others.
    - The column of an array has one more dimension for each dimension of the array. For 1,000
      records, ``u32 numbers[4]`` has the shape (1000, 4).
    - Bitfields are integers, or ``bool`` for ``_Bool``.
    - ``char`` arrays are ``bytes`` up to the first NUL, or ``str`` with *text*. The ``bytes`` of a
      ``char[16]`` have numpy's type ``S16``.
    - Pointers are unsigned integers, and 0 is NULL. ``__int128`` is Python's ``int``.

    Args:
        cls: a class that ``btf.struct()`` or ``btf.union()`` returned, or a class in a module that
            ``btf-stubs --runtime`` wrote.
        records: the bytes of any number of records, without anything between them.
        text: whether to decode ``char`` and arrays of it as UTF-8. Invalid bytes become U+FFFD.

    Raises:
        TypeError: *cls* is none of these classes, or is a subclass that adds fields.
        BtfDataError: the buffer ends inside a record.
        LayoutError: an array has more dimensions than numpy allows.
        ImportError: numpy is not installed.

    Examples:
        >>> from btf_typing import columns
        >>> table = columns(ExecEvent, data * 2)
        >>> table["pid"].tolist(), table["creds.uid"].tolist(), table["arg_len"].shape
        ([6044, 6044], [0, 0], (2, 4))
    """
    layout = generated_layout(cls)
    data = memoryview(records).cast("B")
    table = _Table(data, _count(cls, data), layout.size)
    _reuse_memory(len(data))
    found = {}
    for column in _columns(layout):
        try:
            values = table.column(column)
        except ValueError as error:
            raise LayoutError(f"{cls.__name__}.{column.name}: numpy says: {error}") from error
        found[column.name] = _decoded(values) if text and values.dtype.kind == "S" else values
    return found


def _reuse_memory(size: int) -> None:
    """Let the next call reuse the memory of this call's columns once the program has freed them.

    glibc keeps free memory, up to twice the size of the largest block that was ever freed. It
    returns the rest to the kernel. All columns together often exceed this limit. The next call then
    needs fresh memory, which doubles its time. To raise the limit, this function allocates and
    frees a block of *size* bytes, the size of all records. It does not touch the memory of the
    block. For a block of more than 32 MB, glibc does not raise the limit, so this function then has
    no effect.

    Source:
        mallopt(3), ``M_MMAP_THRESHOLD`` and ``M_TRIM_THRESHOLD``.
    """
    np.empty(size, "u1")


def _count(cls: type, data: memoryview) -> int:
    """The number of records of *cls* in *data*.

    Raises:
        BtfDataError: the last record is incomplete.
    """
    size = ctypes.sizeof(cls)
    if not size or len(data) % size:
        raise BtfDataError(
            f"{len(data)} bytes are not a whole number of records: each {cls.__name__} has {size}"
            " bytes"
        )
    return len(data) // size


class _Column(NamedTuple):
    """A column of the table.

    Attributes:
        name: names of the outer structs and of the field, joined with dots.
        offset: offset of the first value in the record, in bytes.
        ctype: type of one value. A ``char`` array is one value; other arrays are in *shape*.
        bits: the bits to read; None if the value is a whole *ctype*.
        shape: lengths of the arrays that contain the value, the outermost first. This is numpy's
            ``shape`` of the values in one record.
        strides: for each of these arrays, the bytes from one element to the next.
    """

    name: str
    offset: int
    ctype: CType
    bits: Bits | None
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _columns(
    layout: Aggregate,
    prefix: str = "",
    start: int = 0,
    shape: tuple[int, ...] = (),
    strides: tuple[int, ...] = (),
) -> Iterator[_Column]:
    """The columns of *layout*, which begins at the byte *start* of the record.

    Args:
        layout: a struct or union.
        prefix: text before the names of its columns.
        start: offset in bytes.
        shape: lengths of the arrays that contain *layout*, the outermost first.
        strides: for each of these arrays, the bytes from one element to the next.
    """
    for field in layout.fields:
        name, ctype, lengths, steps = f"{prefix}{field.name}", field.ctype, shape, strides
        if field.bits:
            offset = start + field.bits.offset
            yield _Column(name, offset, ctype, field.bits, shape, strides)
            continue
        offset = start + field.bit_offset // 8
        while isinstance(ctype, ArrayOf) and not is_text(ctype):
            lengths += (ctype.length,)
            ctype = ctype.element
            steps += (ctype.size,)
        if isinstance(ctype, Aggregate):
            yield from _columns(ctype, f"{name}.", offset, lengths, steps)
        else:
            yield _Column(name, offset, ctype, None, lengths, steps)


class _Table(NamedTuple):
    """The records.

    Attributes:
        data: the buffer.
        rows: number of records.
        size: size of a record in bytes.
    """

    data: memoryview
    rows: int
    size: int

    def column(self, column: _Column) -> _Values:
        """The values of *column*.

        Raises:
            ValueError: they have too many dimensions for numpy.
        """
        ctype, bits = column.ctype, column.bits
        if bits:
            return _extracted(self._integers(column, bits.storage), bits)
        match ctype:
            case Wide(size, signed):
                whole = Bits("_wide", 0, ctype, 0, 8 * size, "int" if signed else "unsigned")
                return _extracted(self._integers(column, ctype), whole)
            case ArrayOf():
                texts = self._values(column, f"S{max(ctype.length, 1)}")
                return _cut_at_nul(texts, ctype.length) if ctype.length else np.zeros_like(texts)
            case Scalar(python="bool"):
                values: _Values = self._values(column, "u1") != 0
                return values
            case Scalar():
                return self._values(column, scalar_format(ctype))
        raise AssertionError(column)

    def _values(self, column: _Column, format_: str, *inner: int) -> _Values:
        """A copy of the values of *column*, in the byte order of this machine.

        Args:
            column: the column.
            format_: numpy's name for the type of a value.
            *inner: number of *format_* items in a value, if it has several.
        """
        dtype = np.dtype(format_)
        shape = (self.rows, *column.shape, *inner)
        if not self.data or 0 in shape or column.offset == self.size:
            return np.zeros(shape, dtype.newbyteorder("="))
        strides = (self.size, *column.strides, *[dtype.itemsize for _ in inner])
        values: _Values = np.ndarray(shape, dtype, self.data, column.offset, strides)
        return values.astype(dtype.newbyteorder("="))

    def _integers(self, column: _Column, storage: Scalar | Wide) -> _Values:
        """Read the values of *column* as unsigned integers of the size and byte order of *storage*.

        They are Python's ``int`` if they are too large for numpy.
        """
        order = byteorder_of(storage)
        if isinstance(storage, Scalar):
            return self._values(column, f"{'<' if order == 'little' else '>'}u{storage.size}")
        octets = self._values(column, "u1", storage.size)
        numbers = octets.astype(np.uint64 if storage.size <= _WORD else object)
        total: _Values = np.zeros(numbers.shape[:-1], numbers.dtype)
        for index in range(storage.size):
            place = index if order == "little" else storage.size - 1 - index
            total = total + (numbers[..., place] << (8 * index))
        return total


def _extracted(integers: _Values, bits: Bits) -> _Values:
    """Extract *bits* from each of the unsigned *integers* of numpy or Python."""
    values = integers >> bits.shift
    if bits.shift + bits.width < 8 * bits.storage.size:
        values &= (1 << bits.width) - 1
    if bits.value == "bool":
        return values.astype(bool)
    if bits.value != "int":
        return values
    if values.dtype != object:
        values = values.astype(f"i{values.dtype.itemsize}")
        if bits.width == 8 * values.dtype.itemsize:
            return values
    sign = 1 << (bits.width - 1)
    signed: _Values = (values ^ sign) - sign
    return signed


def _cut_at_nul(texts: _Values, length: int) -> _Values:
    """Cut each of *texts* at its first NUL. numpy itself removes only NULs at the end.

    Args:
        texts: arrays of ``char``.
        length: length of each array in bytes.
    """
    if length < 2 or not texts.size:  # noqa: PLR2004  # nothing can follow a NUL
        return texts
    octets = texts.view("u1").reshape(-1, length)
    rows = max(_BLOCK // length, 1)  # a block that fits into the processor's cache is faster
    for start in range(0, len(octets), rows):
        _clear_after_nul(octets[start : start + rows])
    return texts


def _clear_after_nul(octets: _Values) -> None:
    """Clear the bytes after the first NUL in each row of *octets*."""
    filled = octets != 0
    flat, length = filled.reshape(-1), octets.shape[1]
    garbage = flat[1:] > flat[:-1]  # whether this byte is NUL and the next one is not
    garbage[length - 1 :: length] = False  # there, the next byte belongs to another text
    if garbage.any():
        rows = np.zeros(len(octets), bool)
        rows[np.flatnonzero(garbage) // length] = True
        octets[rows] *= np.logical_and.accumulate(filled[rows], axis=1)


def _decoded(texts: _Values) -> _Values:
    """*texts* as ``str``."""
    if texts.view("u1").size and texts.view("u1").max() > _LAST_ASCII:
        decoded: _Values = np.char.decode(texts, "utf-8", "replace")
        return decoded
    return texts.astype("U")
