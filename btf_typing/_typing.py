"""Stand-ins for the parts of `typing` that the package needs at run time.

Importing `typing` takes as long as loading a kernel's BTF (``make bench`` measures it), so the
modules on that way do without it. Type checkers see the real names.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Generic, NamedTuple
else:
    from collections import namedtuple

    class _Named(type):
        """Turns every class but `NamedTuple` itself into a named tuple."""

        def __new__(
            cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
        ) -> type[tuple[Any, ...]]:
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace["__annotations__"])
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            made = namedtuple(name, fields, defaults=defaults)  # noqa: PYI024
            for attribute, value in namespace.items():
                setattr(made, attribute, value)
            return made

    class NamedTuple(metaclass=_Named):
        """`typing.NamedTuple`, for modules whose annotations are strings."""

    class Generic:
        """`typing.Generic`, with parameters that do nothing at run time."""

        __slots__ = ()
        __class_getitem__ = classmethod(type(tuple[()]))


__all__ = ["TYPE_CHECKING", "Generic", "NamedTuple"]
