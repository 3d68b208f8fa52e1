"""Layouts as numpy dtypes."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from btf_typing._layout.shape import (
    Aggregate,
    ArrayOf,
    CType,
    Scalar,
    Wide,
    byteorder_of,
    is_char,
)
from btf_typing._lazy import LazyModule
from btf_typing.errors import LayoutError

from .instances import origin_of

if TYPE_CHECKING:
    import numpy as np
else:
    np = LazyModule("numpy")  # optional: only `dtype` needs it

_FORMATS = {"c_bool": "?", "c_float": "f4", "c_double": "f8", "c_char": "S1"}


def dtype(cls: type) -> np.dtype[Any]:
    """The numpy dtype of a generated class, for many records at once.

    ``np.frombuffer(data, dtype=btf_typing.dtype(ExecEvent))`` reads them without a loop. Every
    field has its name, offset and byte order, packed and nested structs and arrays included;
    the members of a union lie over one another. ``char`` arrays are ``S``, of which numpy strips
    NULs at the end only; pointers are unsigned integers, ``__int128`` is raw bytes (``V16``).
    numpy has no bitfields, and a dtype leaves them out.

    Args:
        cls: a class that ``btf.struct()`` or ``btf.union()`` made.

    Raises:
        TypeError: it is some other class, or one that adds fields to such a class.
        LayoutError: numpy has no dtype for it: it has 2 GiB, or an array of 65 dimensions.
        ImportError: numpy is not installed.
    """
    origin = origin_of(cls)
    if origin is None:
        raise TypeError(f"{cls.__name__} was not made by btf_typing")
    if ctypes.sizeof(cls) != origin.layout.size:
        raise TypeError(f"{cls.__name__} adds fields to the struct: no dtype has those")
    try:
        made: np.dtype[Any] = np.dtype(_format(origin.layout))
    except ValueError as error:
        raise LayoutError(
            f"{cls.__name__} of {origin.layout.size} bytes is too much for numpy: {error}"
        ) from error
    return made


def _format(ctype: CType) -> Any:
    """What ``numpy.dtype`` takes for *ctype*."""
    match ctype:
        case Scalar():
            return _order(ctype) + _FORMATS.get(ctype.ctype, _integer(ctype))
        case Wide():
            return f"V{ctype.size}"
        case ArrayOf():
            return _array(ctype)
        case Aggregate():
            fields = [field for field in ctype.fields if not field.bits or _is_wide(field.ctype)]
            return {
                "names": [field.name for field in fields],
                "formats": [_format(field.ctype) for field in fields],
                "offsets": [field.bit_offset // 8 for field in fields],
                "itemsize": ctype.size,
            }


def _array(ctype: ArrayOf) -> Any:
    """An array of all its dimensions at once; the last one of ``char`` is a string's length."""
    shape: tuple[int, ...] = ()
    element: CType = ctype
    while isinstance(element, ArrayOf):
        shape += (element.length,)
        element = element.element
    if is_char(element) and shape[-1]:
        return (f"S{shape[-1]}", shape[:-1])
    return (_format(element), shape)


def _is_wide(ctype: CType) -> bool:
    return isinstance(ctype, Wide)


def _integer(ctype: Scalar) -> str:
    return f"{'i' if ctype.signed else 'u'}{ctype.size}"


def _order(ctype: Scalar) -> str:
    return "<" if byteorder_of(ctype) == "little" else ">"
