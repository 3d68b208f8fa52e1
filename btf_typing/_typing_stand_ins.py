"""Replacements for the parts of `typing` that the package needs at run time.

Importing `typing` takes as long as loading a kernel's BTF (``make bench`` measures both). Modules
that are needed to load BTF import this module instead. Type checkers see the real names.

The mypy plugin imports `typing`, but uses our `NamedTuple`, because it creates a class in a fifth
of the time.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Generic, NamedTuple
else:
    from _collections import _tuplegetter  # namedtuple() uses it, too
    from collections.abc import Iterable
    from functools import cache
    from types import CodeType, FunctionType

    class _Tuple(tuple):
        """The methods that all named tuples share."""

        __slots__ = ()
        _fields: tuple[str, ...] = ()

        @classmethod
        def _make(cls, values: Iterable[object]) -> tuple[object, ...]:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **values: object) -> tuple[object, ...]:
            made = self._make(map(values.pop, self._fields, self))
            if values:
                raise TypeError(f"Got unexpected field names: {list(values)!r}")
            return made

        __replace__ = _replace

        def _asdict(self) -> dict[str, object]:
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[object, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            values = zip(self._fields, self, strict=True)
            return f"{type(self).__name__}({', '.join([f'{k}={v!r}' for k, v in values])})"

    @cache
    def _constructor_code(count: int) -> CodeType:
        """The code of a constructor for tuples with *count* fields: ``_0``, ``_1`` and so on."""
        fields = "".join([f"_{number}, " for number in range(count)])
        return eval(f"lambda _cls, {fields}: _tuple_new(_cls, ({fields}))").__code__  # noqa: S307

    def _constructor(
        class_name: str, fields: tuple[str, ...], defaults: tuple[Any, ...]
    ) -> FunctionType:
        """The ``__new__`` of a class.

        `collections.namedtuple` compiles a constructor for each class, and spends most of its time
        on that. We compile one constructor for each number of fields. Each class gets a copy with
        the names of its own fields.
        """
        code = _constructor_code(len(fields)).replace(
            co_name="__new__", co_qualname=f"{class_name}.__new__", co_varnames=("_cls", *fields)
        )
        namespace = {"_tuple_new": tuple.__new__, "__name__": f"namedtuple_{class_name}"}
        return FunctionType(code, namespace, "__new__", defaults)

    class _Named(type):
        """The metaclass that turns every subclass of `NamedTuple` into a named tuple."""

        def __new__(
            cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
        ) -> type[tuple[Any, ...]]:
            if not bases:  # NamedTuple itself
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace["__annotations__"])
            defaults = {field: namespace[field] for field in fields if field in namespace}
            for index, field in enumerate(fields):
                namespace[field] = _tuplegetter(index, f"Alias for field number {index}")
            namespace |= {
                "__slots__": (),
                "__match_args__": fields,
                "__new__": _constructor(name, fields, tuple(defaults.values())),
                "_fields": fields,
                "_field_defaults": defaults,
            }
            return type(name, (_Tuple,), namespace)

    class NamedTuple(metaclass=_Named):
        """`typing.NamedTuple`, without checks of the annotations."""

    class Generic:
        """`typing.Generic`; its parameters have no effect at run time."""

        __slots__ = ()
        __class_getitem__ = classmethod(type(tuple[()]))


__all__ = ["TYPE_CHECKING", "Generic", "NamedTuple"]
