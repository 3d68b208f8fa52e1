"""The base classes of generated classes, and `asdict`.

The bases define only special methods, because C members can have any other name. Their empty
``__slots__`` makes assigning to a misspelt attribute an error, which plain ctypes would ignore.
"""

from __future__ import annotations

import copyreg
import ctypes
from collections.abc import Callable, Iterator

from btf_typing._layout.shape import Aggregate
from btf_typing._lazy import LazyModule
from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import copy
    import typing
    from _ctypes import _PyCStructType, _UnionType
    from typing import Any
else:
    copy = LazyModule("copy")
    typing = LazyModule("typing")
    _PyCStructType, _UnionType = type(ctypes.Structure), type(ctypes.Union)

_SHOWN_ELEMENTS = 16
"""Number of elements of an array that a repr shows."""


class Source:
    """The BTF that generated classes come from, as far as unpickling needs it.

    Attributes:
        path: Path of the file; None if the BTF or its base BTF cannot be loaded again by path.
        base_path: Path of the base BTF; None if there is none.
        reduce: Returns the result of ``__reduce__`` for a class and the bytes of an instance; for
            None instead of the bytes, for the class itself.
        module: Name of the ``btf-stubs --live`` module that has the classes; None if none has.
        classes: All classes of the BTF, which therefore live as long as one of them.
    """

    classes: object

    def __init__(
        self,
        path: str | None,
        base_path: str | None,
        reduce: Callable[[type, bytes | None], tuple[Callable[..., object], tuple[object, ...]]],
    ) -> None:
        self.path = path
        self.module: str | None = None
        self.base_path = base_path
        self.reduce = reduce


class Origin(NamedTuple):
    """Where a generated class comes from.

    Attributes:
        layout: layout of the class.
        source: BTF that holds the type.
    """

    layout: Aggregate
    source: Source


ORIGIN = "<origin>"
"""The attribute of a generated class that holds its `Origin`. No C member can have this name."""


def origin_of(cls: type) -> Origin | None:
    """The origin of *cls* or of its generated base class; None if neither is generated."""
    return getattr(cls, ORIGIN, None)


def own_origin(cls: type) -> Origin | None:
    """The origin of *cls* if it is a generated class itself; else None."""
    return vars(cls).get(ORIGIN)


class StructOrUnion:
    """The common base of `Struct` and `Union`."""

    __slots__ = ()

    def __init__(self, /, *values: object, **fields: object) -> None:
        """Set the fields. Positional values follow the order in C, without padding."""
        if values:
            names = field_names(type(self))
            if len(values) > len(names):
                raise TypeError(
                    f"{type(self).__name__} has {len(names)} fields, but got {len(values)} values"
                )
            for name, value in zip(names, values, strict=False):
                if name in fields:
                    raise TypeError(f"duplicate values for field {name!r}")
                setattr(self, name, value)
        for name, value in fields.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        parts = (f"{name}={_show(value)}" for name, value in _items(self))
        return f"{type(self).__name__}({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        """Compare the fields by value; padding does not count."""
        if type(self) is not type(other):
            return NotImplemented
        return bytes_of(self) == bytes_of(other) or asdict(self) == asdict(other)

    __hash__ = None  # type: ignore[assignment]  # mutable, and equal by value

    def __copy__(self) -> typing.Self:
        return rebuilt(type(self), self, object.__getstate__(self))  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: dict[int, object]) -> typing.Self:
        state = copy.deepcopy(object.__getstate__(self), memo)
        return rebuilt(type(self), self, state)  # type: ignore[no-any-return]

    def __reduce__(self) -> tuple[object, ...]:
        cls = type(self)
        data = bytes_of(self)
        origin = own_origin(cls)
        if origin is None:  # a user's subclass, which pickle finds by its name
            return rebuilt, (cls, data, object.__getstate__(self))
        return origin.source.reduce(cls, data)


class StructType(_PyCStructType):
    """The metaclass of `Struct`: by it, pickle recognizes generated classes."""


class Struct(StructOrUnion, ctypes.Structure, metaclass=StructType):
    """The base of the classes that ``btf.struct()`` returns."""

    __slots__ = ()


class UnionType(_UnionType):
    """The metaclass of `Union`, as `StructType`."""


class Union(StructOrUnion, ctypes.Union, metaclass=UnionType):
    """The base of the classes that ``btf.union()`` returns."""

    __slots__ = ()


def rebuilt(cls: type, data: object, state: Any) -> Any:
    """An instance of *cls* with the bytes *data* and the attributes *state*.

    Args:
        cls: a generated class, or a user's subclass of one, whose instances can have attributes.
        data: the bytes, or an instance to copy.
        state: None, a dictionary of attributes, or that and a dictionary of slots, as
            ``object.__getstate__`` returns it. ctypes itself would refuse it.
    """
    instance: Any = cls.from_buffer_copy(data)  # type: ignore[attr-defined]
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    if attributes:
        instance.__dict__.update(attributes)
    for name, value in (slots or {}).items():
        setattr(instance, name, value)
    return instance


def _reduced(cls: type) -> str | tuple[object, ...]:
    """How to pickle a class: a generated one by its BTF, a class of the user by its name."""
    origin = own_origin(cls)
    return origin.source.reduce(cls, None) if origin else cls.__qualname__


copyreg.pickle(StructType, _reduced)  # type: ignore[arg-type]  # it allows str
copyreg.pickle(UnionType, _reduced)  # type: ignore[arg-type]


def bytes_of(instance: object) -> bytes:
    """The bytes of a ctypes *instance*."""
    return bytes(instance)  # type: ignore[call-overload,no-any-return]


def field_names(cls: type) -> list[str]:
    """The Python names of the fields of a generated class, in the order in C.

    The fields that a derived class adds in its own ``_fields_`` come last.

    Raises:
        TypeError: *cls* is not a generated class.
    """
    origin = origin_of(cls)
    if origin is None:
        raise TypeError(f"{cls.__name__} was not made by btf_typing")
    names = [field.name for field in origin.layout.fields]
    if own_origin(cls) is None:
        derived = (base for base in reversed(cls.__mro__) if own_origin(base) is None)
        names += [name for base in derived for name, *_ in vars(base).get("_fields_", ())]
    return names


def asdict(instance: object, *, text: bool = False) -> dict[str, typing.Any]:
    """A generated *instance* as plain Python values.

    Args:
        instance: an instance of a class that ``btf.struct()`` or ``btf.union()`` returned.
        text: whether to decode ``char`` and arrays of it as UTF-8. Invalid bytes become U+FFFD.

    Returns:
        Python field names and their values, in the order in C. Nested structs are dictionaries
        and arrays are lists. ``char`` arrays are ``bytes`` up to the first NUL, or ``str`` with
        *text*.

    Raises:
        TypeError: *instance* is an instance of another class.
    """
    return {name: _plain(value, text) for name, value in _items(instance)}


def _items(instance: object) -> Iterator[tuple[str, object]]:
    for name in field_names(type(instance)):
        yield name, getattr(instance, name)


def _plain(value: object, text: bool) -> object:
    if isinstance(value, StructOrUnion):
        return asdict(value, text=text)
    if isinstance(value, ctypes.Array):
        if value._type_ is ctypes.c_char:
            value = value.value
        else:
            return [_plain(element, text) for element in value]
    if text and isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def _show(value: object) -> str:
    """The repr of a field's *value*; of a long array, only the first elements."""
    if not isinstance(value, ctypes.Array):
        return repr(value)
    if value._type_ is ctypes.c_char:
        return repr(value.value)
    shown = [_show(value[index]) for index in range(min(len(value), _SHOWN_ELEMENTS))]
    if len(value) > _SHOWN_ELEMENTS:
        shown.append(f"... {len(value)} in all")
    return f"[{', '.join(shown)}]"
