"""Builds real ctypes classes from descriptions, so that validation uses the real layout.

The plugin never imports the module of the program. It builds each class from a description, which
is a JSON value; see the module `class_description`. ctypes computes the layout of the class, or
rejects the class.
"""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

from btf_typing.errors import BtfError

from .class_description import INTEGER_ATTRIBUTES, Json, UnknownLayoutError, compute

Class: TypeAlias = Any
"""A ctypes class. The base class of all ctypes classes is private, so this type is ``Any``."""

_OTHER_VERSION = "its description is from another version of this plugin; delete mypy's cache"
_LARGEST = 1 << 40
"""Maximum size of a class, in bytes. CPython 3.11 and 3.13 crash on fields of 2**62 bytes."""


class InvalidClassError(Exception):
    """ctypes rejects a class, and will also reject it when the program runs. The text says why."""


class ClassBuilder:
    """Builds classes from descriptions.

    Args:
        generated: returns the class that btf_typing generates for
            ``["btf", object, keyword, name]`` or ``["stub", module, name]``. It may raise BtfError.
    """

    def __init__(self, generated: Callable[[Json], Class]) -> None:
        self._generated = generated

    def build(self, description: Json) -> Class:
        """Build the class that *description* describes.

        Raises:
            InvalidClassError: ctypes rejects the class.
            UnknownLayoutError: the class is too large, it refers to a type that does not exist, or
                *description* is from another version of the plugin.
        """
        bases = tuple(map(self.class_of, description["bases"]))
        namespace = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in description.items()
            if name not in ("name", "bases", "_fields_")
        }
        for name in INTEGER_ATTRIBUTES:
            if name in namespace:
                namespace[name] = self._number(namespace[name])
        fields = description.get("_fields_")
        if fields is not None:
            namespace["_fields_"] = [
                (name, self.class_of(type_), *([] if bits is None else [self._number(bits)]))
                for name, type_, bits in fields
            ]
            _check_size(sum(ctypes.sizeof(field[1]) for field in namespace["_fields_"]))
        return _create(description["name"], bases, namespace)

    def class_of(self, type_: Json) -> Class:
        """Return the class for the type *type_*. The errors are those of `build`."""
        match type_:
            case ["simple", name]:  # c_uint32
                return getattr(ctypes, name)
            case ["swapped", name]:  # c_uint32.__ctype_be__
                class_ = getattr(ctypes, name)
                big = class_.__ctype_be__
                return class_.__ctype_le__ if big is class_ else big
            case ["array", element, length]:  # c_char * 16
                return self._array(self.class_of(element), self._number(length))
            case ["pointer", target]:  # POINTER(c_uint32)
                return ctypes.POINTER(self.class_of(target))
            case ["pointer to", name]:  # POINTER(Event)
                return ctypes.POINTER(_metaclass(ctypes.Structure)(name, (ctypes.Structure,), {}))
            case ["function"]:  # CFUNCTYPE(None)
                return ctypes.CFUNCTYPE(None)
            case ["class", description]:  # Event
                return self.build(description)
            case ["btf" | "stub", *_]:  # obj.btf.struct("event"), prog_bpf.event
                return self._generated_class(type_)
        raise UnknownLayoutError(_OTHER_VERSION)

    def _number(self, described: Json) -> int:
        match described:
            case int():  # 16
                return described
            case ["sizeof", type_]:  # sizeof(Event)
                return ctypes.sizeof(self.class_of(type_))
            case [symbol, left, right]:  # 2 + sizeof(Event)
                return int(compute(symbol, self._number(left), self._number(right)))
        raise UnknownLayoutError(_OTHER_VERSION)

    def _array(self, element: Class, length: int) -> Class:
        if length < 0:
            raise InvalidClassError(f"the length of an array is negative: {length}")
        _check_size(length * max(1, ctypes.sizeof(element)))
        return element * length

    def _generated_class(self, type_: Json) -> Class:
        try:
            return self._generated(type_)
        except BtfError as error:
            raise UnknownLayoutError(str(error)) from None


def _create(name: str, bases: tuple[Class, ...], namespace: dict[str, Any]) -> Class:
    if not bases:
        raise UnknownLayoutError("it derives from no structure or union of ctypes")
    with warnings.catch_warnings():
        # Since 3.14, ctypes warns about _pack_ without _layout_. The user sees this warning anyway
        # when the program runs.
        warnings.simplefilter("ignore")
        try:
            return _metaclass(bases[0])(name, bases, namespace)
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InvalidClassError(str(error)) from None


def _metaclass(class_: Class) -> Class:
    return type(class_)


def _check_size(size: int) -> None:
    if size > _LARGEST:
        raise UnknownLayoutError(f"it has {size} bytes; at most {_LARGEST} are supported")
