"""The methods of structs and unions in modules of ``btf-stubs --runtime``.

The modules contain a copy of everything below the mark, so that their instances behave like those
of ``btf.struct()``. In such a module, a C type can have the name of a built-in function, so the
text spells such functions as ``builtins.len``. No C type gets the names ``bytes`` and ``int``, so
they need no prefix.
"""

from __future__ import annotations

import builtins
import ctypes

from btf_typing._typing_stand_ins import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


# --- copied from here ---
# The attribute of a class that lists its fields in C's order.
_NAMES = "_<names>"
# The attribute of a class that maps field names to kinds. A kind says how to read a number: it is
# the class of an enum, or the byte order and sign of an integer such as __int128.
_KINDS = "_<kinds>"
_RECORDS = (ctypes.Structure, ctypes.Union)
_SHOWN_ELEMENTS = 16
_OCTETS = (bytes, builtins.bytearray, builtins.memoryview)
_SEQUENCES = (builtins.list, builtins.tuple, *_OCTETS)


class _Record:
    """The special methods of structs and unions.

    A C field can have any name except those of these methods. So the helpers are functions, outside
    the class.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        parts = [f"{name}={_shown(value, kind)}" for name, value, kind in _items(self)]
        return f"{builtins.type(self).__name__}({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        """Compare the fields by value; padding does not count. Instances are not hashable."""
        same: bool = builtins.NotImplemented
        if builtins.type(self) is builtins.type(other):
            same = _raw(self) == _raw(other) or _plain(self) == _plain(other)
        return same

    def __reduce__(self) -> tuple[object, ...]:
        cls: Any = builtins.type(self)
        return cls.from_buffer_copy, (_raw(self),), builtins.object.__getstate__(self)

    def __setstate__(self, state: object) -> None:
        """Set the attributes that your subclass adds, from ``object.__getstate__``."""
        slots: dict[str, object] = {}
        if builtins.isinstance(state, builtins.tuple):
            state, slots = state
        if builtins.isinstance(state, builtins.dict):
            self.__dict__.update(state)
        for name, value in slots.items():
            builtins.setattr(self, name, value)


def _names(cls: Any) -> list[str]:
    """The fields of *cls*: those of the C type in C's order, then those that subclasses add."""
    names = [*builtins.getattr(cls, _NAMES)]
    if _NAMES not in cls.__dict__:
        for base in builtins.reversed(cls.__mro__):
            if _NAMES not in base.__dict__:
                names += [name for name, *_ in base.__dict__.get("_fields_", ())]
    return names


def _items(record: object) -> Iterator[tuple[str, Any, Any]]:
    """The name, value and kind of each field; the kind is None for most fields.

    The kind of an array is the kind of its elements.
    """
    kinds = builtins.getattr(record, _KINDS, {})
    for name in _names(builtins.type(record)):
        yield name, builtins.getattr(record, name), kinds.get(name)


def _raw(record: Any) -> bytes:
    """The bytes of a struct or union."""
    return bytes(record)


def _plain(value: Any) -> Any:
    """A value as plain Python: a dictionary for a struct or union, a list for an array."""
    if builtins.isinstance(value, _RECORDS) and builtins.hasattr(value, _NAMES):
        return {name: _plain(field) for name, field, _ in _items(value)}
    if builtins.isinstance(value, ctypes.Array):
        is_text = value._type_ is ctypes.c_char
        return value.value if is_text else [_plain(element) for element in value]
    return value


def _element(value: Any, kind: Any) -> Any:
    """A value as users read it: bytes of __int128 as an int, a value of an enum as its member."""
    if builtins.isinstance(kind, builtins.tuple):
        is_bytes = builtins.getattr(value, "_type_", None) is ctypes.c_uint8
        return int.from_bytes(value, kind[0], signed=kind[1]) if is_bytes else value
    if kind and builtins.isinstance(value, int):
        try:
            return kind(value)
        except builtins.ValueError:
            pass  # C stores any integer in an enum
    return value


def _shown(value: Any, kind: Any) -> str:
    """The repr of a value; of a long array, only the first elements."""
    value = _element(value, kind)
    if kind and builtins.hasattr(value, "name"):
        return f"{value.name}"
    if not builtins.isinstance(value, ctypes.Array):
        return f"{value!r}"
    if value._type_ is ctypes.c_char:
        return f"{value.value!r}"
    shown = [_shown(element, kind) for element in value[:_SHOWN_ELEMENTS]]
    if builtins.len(value) > _SHOWN_ELEMENTS:
        shown.append(f"... {builtins.len(value)} in all")
    return f"[{', '.join(shown)}]"


def _assign(record: object, name: str, value: object) -> None:
    """Set a field to a value. For an array, this can also be a list, a tuple or bytes."""
    try:
        builtins.setattr(record, name, value)
    except (builtins.TypeError, builtins.RuntimeError):
        # ctypes itself sets arrays from arrays and tuples only.
        is_sequence = builtins.isinstance(value, _SEQUENCES)
        array = builtins.getattr(record, name) if is_sequence else None
        if not builtins.isinstance(array, ctypes.Array):
            raise
        _fill(array, value, name)


def _fill(array: Any, values: Any, label: str) -> None:
    """Copy a sequence of values into an array, beginning at its first element."""
    length, count = builtins.len(array), builtins.len(values)
    if count > length:
        what = f"{label} has {length} elements, but got {count} values"
        raise builtins.ValueError(what)
    if builtins.isinstance(values, _OCTETS):
        if ctypes.sizeof(array) != length:
            what = f"the elements of {label} are not bytes; expected a list"
            raise builtins.TypeError(what)
        array[:count] = builtins.list(bytes(values))
        return
    for index, value in builtins.enumerate(values):
        element = array[index]
        is_array = builtins.isinstance(element, ctypes.Array)
        if not is_array or builtins.isinstance(value, ctypes.Array):
            array[index] = value
        elif element._type_ is ctypes.c_char:
            element.value = value
        else:
            _fill(element, value, f"{label}[{index}]")
