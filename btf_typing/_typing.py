"""What the package needs of typing when it runs, without typing.

Importing typing takes as long as all else that it takes to load a kernel's BTF, so what is imported
for that does without. Type checkers see the real ones, by ``TYPE_CHECKING``: the name is enough.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Generic, NamedTuple
else:
    from collections import namedtuple

    class _Named(type):
        """Makes a named tuple of each class but the first."""

        def __new__(
            cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
        ) -> type[tuple[Any, ...]]:
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace.pop("__annotations__"))
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            made = namedtuple(name, fields, defaults=defaults)  # noqa: PYI024
            for attribute, value in namespace.items():
                setattr(made, attribute, value)
            return made

    class NamedTuple(metaclass=_Named):
        """`typing.NamedTuple`, for modules whose annotations are not evaluated."""

    class Generic:
        """`typing.Generic`, whose parameters mean nothing when a program runs."""

        __slots__ = ()
        __class_getitem__ = classmethod(type(tuple[()]))


__all__ = ["TYPE_CHECKING", "Generic", "NamedTuple"]
