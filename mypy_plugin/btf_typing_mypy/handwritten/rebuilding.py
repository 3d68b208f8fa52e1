"""Descriptions of hand-written classes made into real ctypes classes, which the validator takes."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

from btf_typing.errors import BtfError

from .description import Json, UnknownError, number

Class: TypeAlias = Any
"""A ctypes class; ctypes has no public name for what they have in common."""

_OTHER_VERSION = "the description is of another version of this plugin"
_LARGEST = 1 << 40
"""Bytes of a class that is made. CPython 3.11 and 3.13 crash on fields of 2**62 bytes."""


class BrokenError(Exception):
    """ctypes refuses the class, as it will at run time; the text says why."""


class Forge:
    """Makes classes.

    Args:
        generated: gives the class of an object's type, from what follows ``"btf"`` or ``"stub"``
            in a description.
    """

    def __init__(self, generated: Callable[[Json], Class]) -> None:
        self._generated = generated

    def record(self, description: Json) -> Class:
        """The class that *description* is of.

        Raises:
            BrokenError: ctypes refuses it.
            UnknownError: it is too large to be made, or what it refers to cannot be found.
        """
        bases = tuple(
            getattr(ctypes, base[1]) if base[0] == "simple" else self.record(base[1])
            for base in description["bases"]
        )
        namespace = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in description.items()
            if name not in ("name", "bases", "_fields_")
        }
        for name in ("_pack_", "_align_"):
            if name in namespace:
                namespace[name] = self._number(namespace[name])
        fields = description.get("_fields_")
        if fields is not None:
            namespace["_fields_"] = [
                (name, self.class_of(type_), *([] if bits is None else [self._number(bits)]))
                for name, type_, bits in fields
            ]
            _check_size(sum(ctypes.sizeof(field[1]) for field in namespace["_fields_"]))
        return _made(description["name"], bases, namespace)

    def class_of(self, described: Json) -> Class:
        """The class that *described*, a type, is; raises what `record` does."""
        match described:
            case ["simple", name]:
                return getattr(ctypes, name)
            case ["swapped", name]:
                class_ = getattr(ctypes, name)
                big = class_.__ctype_be__
                return class_.__ctype_le__ if big is class_ else big
            case ["array", element, length]:
                return self._array(self.class_of(element), self._number(length))
            case ["pointer", target]:
                return ctypes.POINTER(self.class_of(target))
            case ["pointer to", name]:
                return ctypes.POINTER(_metaclass(ctypes.Structure)(name, (ctypes.Structure,), {}))
            case ["function"]:
                return ctypes.CFUNCTYPE(None)
            case ["class", description]:
                return self.record(description)
            case ["btf" | "stub", *_]:
                return self._found(described)
        raise UnknownError(_OTHER_VERSION)

    def _number(self, described: Json) -> int:
        match described:
            case int():
                return described
            case ["sizeof", type_]:
                return ctypes.sizeof(self.class_of(type_))
            case [symbol, left, right]:
                return int(number([symbol, self._number(left), self._number(right)]))
        raise UnknownError(_OTHER_VERSION)

    def _array(self, element: Class, length: int) -> Class:
        if length < 0:
            raise BrokenError("the length of an array is negative")
        _check_size(length * max(1, ctypes.sizeof(element)))
        return element * length

    def _found(self, described: Json) -> Class:
        try:
            return self._generated(described)
        except BtfError as error:
            raise UnknownError(str(error)) from None


def _made(name: str, bases: tuple[Class, ...], namespace: dict[str, Any]) -> Class:
    if not bases:
        raise UnknownError("its base classes are not those of ctypes")
    with warnings.catch_warnings():
        # Since 3.14, a _pack_ without a _layout_ warns; that is the program's to hear.
        warnings.simplefilter("ignore")
        try:
            return _metaclass(bases[0])(name, bases, namespace)
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise BrokenError(str(error)) from None


def _metaclass(class_: Class) -> Class:
    return type(class_)


def _check_size(size: int) -> None:
    if size > _LARGEST:
        raise UnknownError(f"{size} bytes are too many to look at")
