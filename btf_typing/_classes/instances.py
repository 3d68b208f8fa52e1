"""What generated classes can do: their bases, and `asdict`.

The bases define nothing but special methods, because C members may have any other name. Their
empty ``__slots__`` makes a misspelt attribute an error, which plain ctypes would swallow.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator

from btf_typing._layout.shape import Aggregate
from btf_typing._lazy import LazyModule
from btf_typing._typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import typing
else:
    typing = LazyModule("typing")

_SHOWN_ELEMENTS = 16
"""Elements of an array that a repr shows."""


class Source:
    """The BTF that generated classes come from, as far as unpickling needs it.

    Attributes:
        path: Path of the file; None if the BTF or its base BTF cannot be loaded again by path.
        base_path: Path of the base BTF; None if there is none.
        reduce: Returns the result of ``__reduce__`` for a class and the bytes of an instance.
        classes: All classes of the BTF, which thus live as long as one of them.
    """

    classes: object

    def __init__(
        self,
        path: str | None,
        base_path: str | None,
        reduce: Callable[[type, bytes], tuple[Callable[..., object], tuple[object, ...]]],
    ) -> None:
        self.path = path
        self.base_path = base_path
        self.reduce = reduce


class Origin(NamedTuple):
    """Where a generated class comes from.

    Attributes:
        layout: the layout that it renders.
        source: the BTF that holds the type.
    """

    layout: Aggregate
    source: Source


ORIGIN = "<origin>"
"""The attribute of a generated class that holds its `Origin`: no member can be called so."""


def origin_of(cls: type) -> Origin | None:
    """The origin of *cls*, or of the generated class that it derives from; None if neither."""
    return getattr(cls, ORIGIN, None)


def own_origin(cls: type) -> Origin | None:
    """The origin of *cls* where it is a generated class itself; else None."""
    return vars(cls).get(ORIGIN)


class Record:
    """What `Struct` and `Union` share."""

    __slots__ = ()

    def __init__(self, /, *values: object, **fields: object) -> None:
        """Set the fields; positional values follow C's order, padding left out."""
        if values:
            names = field_names(type(self))
            if len(values) > len(names):
                raise TypeError(f"{type(self).__name__} has {len(names)} fields")
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
        """By value: padding does not count."""
        if type(self) is not type(other):
            return NotImplemented
        return bytes_of(self) == bytes_of(other) or asdict(self) == asdict(other)

    __hash__ = None  # type: ignore[assignment]  # mutable, and equal by value

    def __copy__(self) -> typing.Self:
        return type(self).from_buffer_copy(self)  # type: ignore[attr-defined,no-any-return]

    def __deepcopy__(self, memo: object) -> typing.Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[object, ...]:
        cls = type(self)
        data = bytes_of(self)
        origin = own_origin(cls)
        if origin is None:  # of a user's subclass, which pickle finds by its name
            return cls.from_buffer_copy, (data,)  # type: ignore[attr-defined]
        return origin.source.reduce(cls, data)


class Struct(Record, ctypes.Structure):
    """Base of the classes that ``btf.struct()`` makes."""

    __slots__ = ()


class Union(Record, ctypes.Union):
    """Base of the classes that ``btf.union()`` makes."""

    __slots__ = ()


def bytes_of(instance: object) -> bytes:
    """The bytes of a ctypes *instance*."""
    return bytes(instance)  # type: ignore[call-overload,no-any-return]


def field_names(cls: type) -> list[str]:
    """The Python names of the fields of a generated class, in C's order.

    Those that a class derived from it adds in ``_fields_`` of its own come after.

    Raises:
        TypeError: *cls* is no generated class.
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
        instance: of a class that ``btf.struct()`` or ``btf.union()`` made.
        text: decode ``char`` and arrays of it as UTF-8 (bytes that are not become U+FFFD).

    Returns:
        Python field names to values, in C's order. Nested structs are dictionaries, arrays
        lists, ``char`` arrays ``bytes`` up to the first NUL, or ``str`` with *text*.

    Raises:
        TypeError: *instance* is of some other class.
    """
    return {name: _plain(value, text) for name, value in _items(instance)}


def _items(instance: object) -> Iterator[tuple[str, object]]:
    for name in field_names(type(instance)):
        yield name, getattr(instance, name)


def _plain(value: object, text: bool) -> object:
    if isinstance(value, Record):
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
    """The repr of a field's *value*; of a long array its beginning."""
    if not isinstance(value, ctypes.Array):
        return repr(value)
    if value._type_ is ctypes.c_char:
        return repr(value.value)
    shown = [_show(value[index]) for index in range(min(len(value), _SHOWN_ELEMENTS))]
    if len(value) > _SHOWN_ELEMENTS:
        shown.append(f"... {len(value)} in all")
    return f"[{', '.join(shown)}]"
