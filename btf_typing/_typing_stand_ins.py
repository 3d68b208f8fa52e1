"""Replacements for the parts of `typing` that the package needs at run time.

Importing `typing` takes as long as loading a kernel's BTF (``make bench`` measures it). Modules
that are needed to load BTF import this module instead. Type checkers see the real names.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Generic, NamedTuple
else:
    from collections import namedtuple

    class _Named(type):
        """The metaclass that turns every subclass of `NamedTuple` into a named tuple."""

        def __new__(
            cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
        ) -> type[tuple[Any, ...]]:
            if not bases:  # NamedTuple itself
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace["__annotations__"])
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            named_tuple = namedtuple(name, fields, defaults=defaults)  # noqa: PYI024
            for attribute, value in namespace.items():
                setattr(named_tuple, attribute, value)
            return named_tuple

    class NamedTuple(metaclass=_Named):
        """`typing.NamedTuple`, without checks of the annotations."""

    class Generic:
        """`typing.Generic`; its parameters have no effect at run time."""

        __slots__ = ()
        __class_getitem__ = classmethod(type(tuple[()]))


__all__ = ["TYPE_CHECKING", "Generic", "NamedTuple"]
