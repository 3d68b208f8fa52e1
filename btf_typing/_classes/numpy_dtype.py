"""Layouts as numpy dtypes."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from btf_typing._layout.shape import (
    Aggregate,
    ArrayOf,
    CType,
    Field,
    Scalar,
    Wide,
    byteorder_of,
    is_char,
)
from btf_typing._lazy import LazyModule
from btf_typing.errors import LayoutError

from .runtime_classes import layout_of

if TYPE_CHECKING:
    import numpy as np
else:
    np = LazyModule("numpy")  # optional: only `dtype` needs it

_FORMATS = {"c_bool": "?", "c_float": "f4", "c_double": "f8", "c_char": "S1"}


def dtype(cls: type) -> np.dtype[Any]:
    """The numpy dtype of a generated class. With it, numpy reads many values of the class at once.

    ``np.frombuffer(data, dtype=btf_typing.dtype(ExecEvent))`` reads them all, without a loop. Every
    field has its name, offset and byte order, also in packed and nested structs and in arrays. The
    members of a union overlap. ``char`` arrays have the dtype ``S``; numpy strips NULs only at
    their end. Pointers are unsigned integers, and ``__int128`` is raw bytes (``V16``). numpy has no
    bitfields, so a dtype leaves them out. There is an exception for bitfields such as
    ``int x : 32`` that fill their type and begin on a byte. A dtype also leaves out members that
    the class cannot read, such as ``_Atomic`` members.

    Args:
        cls: a class that ``btf.struct()`` or ``btf.union()`` returned, or a class in a module that
            ``btf-stubs --runtime`` wrote.

    Raises:
        TypeError: *cls* is none of these, or a subclass that adds fields.
        LayoutError: numpy has no such dtype. The struct has 2 GiB or more, or an array has 65
            dimensions or more.
        ImportError: numpy is not installed.

    Examples:
        >>> import numpy as np
        >>> from btf_typing import dtype
        >>> events = np.frombuffer(data * 2, dtype=dtype(ExecEvent))
        >>> events["comm"].tolist(), events["creds"]["uid"].tolist()
        ([b'python', b'python'], [0, 0])
    """
    layout = generated_layout(cls)
    try:
        result: np.dtype[Any] = np.dtype(_format(layout))
    except ValueError as error:
        raise LayoutError(
            f"{cls.__name__} of {layout.size} bytes is too much for numpy: {error}"
        ) from error
    return result


def generated_layout(cls: type) -> Aggregate:
    """The layout of *cls*, for numpy.

    Raises:
        TypeError: *cls* was not made by btf_typing, or is a subclass that adds fields.
    """
    layout, _ = layout_of(cls)
    if ctypes.sizeof(cls) != layout.size:
        raise TypeError(f"{cls.__name__} adds fields that the C type does not have")
    return layout


def _format(ctype: CType) -> Any:
    """The argument of ``numpy.dtype`` for *ctype*."""
    match ctype:
        case Scalar():
            return scalar_format(ctype)
        case Wide():
            return f"V{ctype.size}"
        case ArrayOf():
            return _array(ctype)
        case Aggregate():
            fields = list(filter(_fills_bytes, ctype.fields))
            return {
                "names": [field.name for field in fields],
                "formats": [_format(field.ctype) for field in fields],
                "offsets": [field.bit_offset // 8 for field in fields],
                "itemsize": ctype.size,
            }


def scalar_format(ctype: Scalar) -> str:
    """The name of *ctype* in numpy, with the byte order: ``<u4``."""
    return _order(ctype) + _FORMATS.get(ctype.ctype, _integer(ctype))


def _array(ctype: ArrayOf) -> Any:
    """An array with all its dimensions.

    For ``char``, the last dimension becomes the length of a string, unless it is 0.
    """
    shape: tuple[int, ...] = ()
    element: CType = ctype
    while isinstance(element, ArrayOf):
        shape += (element.length,)
        element = element.element
    if is_char(element) and shape[-1]:
        return (f"S{shape[-1]}", shape[:-1])
    return (_format(element), shape)


def _fills_bytes(field: Field) -> bool:
    """Whether *field* begins on a byte and fills all bytes of its type.

    Of the bitfields, only those like ``int x : 32`` do.
    """
    # A field without `bits` fills its bytes. A `Wide` field, such as __int128, always has `bits`.
    is_wide = isinstance(field.ctype, Wide) and field.bit_size == 8 * field.ctype.size
    return field.bits is None or (is_wide and field.bit_offset % 8 == 0)


def _integer(ctype: Scalar) -> str:
    return f"{'i' if ctype.signed else 'u'}{ctype.size}"


def _order(ctype: Scalar) -> str:
    return "<" if byteorder_of(ctype) == "little" else ">"
