"""The base classes of generated classes.

The bases define only special methods, because C members can have any other name. Their
``__slots__`` are empty, so an assignment to a misspelt attribute is an error. Plain ctypes accepts
such an assignment.
"""

from __future__ import annotations

import copyreg
import ctypes
from collections.abc import Callable

from btf_typing._layout.shape import Aggregate
from btf_typing._lazy import LazyModule
from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import copy
    import typing
    from _ctypes import _PyCStructType, _UnionType
    from typing import Any

    from . import flexible_arrays, plain_values, record_methods, text_values
    from .function_templates import Function
else:
    copy = LazyModule("copy")
    typing = LazyModule("typing")
    flexible_arrays = LazyModule("btf_typing._classes.flexible_arrays")
    plain_values = LazyModule("btf_typing._classes.plain_values")
    record_methods = LazyModule("btf_typing._classes.record_methods")
    text_values = LazyModule("btf_typing._classes.text_values")
    _PyCStructType, _UnionType = type(ctypes.Structure), type(ctypes.Union)


class Source:
    """The BTF that generated classes come from, with the facts that instances need.

    Attributes:
        path: Path of the file; None if the BTF or its base BTF cannot be loaded again by path.
        base_path: Path of the base BTF; None if there is none.
        reduce: Takes a class and the bytes of an instance, and returns the result of
            ``__reduce__``. If the bytes are None, the result is for the class itself.
        module: Name of the ``btf-stubs --live`` module that has the classes; None if there is none.
        classes: All classes of the BTF. This reference keeps all of them alive while one is in use.
        functions: Functions that `asdict` uses, by type id and options.
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
        self.functions: dict[tuple[int, plain_values.Options], Function] = {}


class Origin(NamedTuple):
    """Where a generated class comes from.

    A class stores the layout and the source as two attributes, without an `Origin`. This saves one
    object for each class of a kernel.

    Attributes:
        layout: layout of the class.
        source: BTF that holds the type.
    """

    layout: Aggregate
    source: Source


LAYOUT = "<layout>"
"""Attribute of a generated class: its layout. No C member can have this name."""

SOURCE = "<source>"
"""Attribute of a generated class: its `Source`."""

FLEXIBLE = "<flexible>"
"""Attribute that `flexible_arrays` adds to a class that ends in a flexible array. The value is a
subclass whose instances include the elements of the array."""

FUNCTIONS = "<functions>"
"""Attribute of a generated class, or of a subclass of one: the functions that `asdict` uses for it,
by their options."""

BASE = "<base>"
"""Attribute of the subclass in `FLEXIBLE`: the class that it extends."""


def origin_of(cls: type) -> Origin | None:
    """The origin of *cls*, a generated class or a subclass of one; None for any other class."""
    layout = getattr(cls, LAYOUT, None)
    return None if layout is None else Origin(layout, getattr(cls, SOURCE))


def require_instance(instance: object) -> None:
    """Raise an error for a class that the user passed instead of an instance.

    Raises:
        TypeError: *instance* is a class.
    """
    if isinstance(instance, type):
        raise TypeError(f"expected an instance of {instance.__name__}, but got the class")


def require_class(cls: object) -> None:
    """Raise an error for an instance that the user passed instead of its class.

    Raises:
        TypeError: *cls* is not a class.
    """
    if not isinstance(cls, type):
        raise TypeError(f"expected a class, but got an instance of {type(cls).__name__}")


def own_origin(cls: type) -> Origin | None:
    """The origin of *cls* if it is a generated class itself; else None."""
    return origin_of(cls) if LAYOUT in vars(cls) else None


def _generated(name: str, build: Callable[[type], Function]) -> Function:
    """A method whose first call replaces it with a function for the class of the instance.

    Python finds and calls the function for a class fastest if it is a method of the class.

    Args:
        name: name of the method. No C field can have it.
        build: builds the function of a class.
    """

    def first_call(self: object) -> object:
        cls = type(self)
        function = build(cls)
        setattr(cls, name, function)
        return function(self)

    return first_call


class StructOrUnion:
    """The methods of `Struct` and `Union`.

    For type checkers, this is their common base class. At run time, each of the two has a copy of
    the methods. When Python creates a class, it searches all its base classes for every special
    method, so one base class less saves time for each class of a kernel.
    """

    __slots__ = ()

    def __init__(self, /, *values: object, **fields: object) -> None:
        """Set the fields. Positional values follow the order in C, without padding.

        You can set an array of ``char`` from ``bytes``. You can set any other array from a list, a
        tuple, or a ctypes array of the same type. If its elements are single bytes, you can also
        set it from ``bytes``, a ``bytearray`` or a ``memoryview``. If the value is shorter than the
        array, the other elements are zero, as in C.
        """
        assign = record_methods._assign  # noqa: SLF001  # private: --runtime modules copy it
        if values:
            names = field_names(type(self))
            if len(values) > len(names):
                raise TypeError(
                    f"{type(self).__name__} has {len(names)} fields, but got {len(values)} values"
                )
            for name, value in zip(names, values, strict=False):
                if name in fields:
                    raise TypeError(f"duplicate values for field {name!r}")
                assign(self, name, value)
        for name, value in fields.items():
            assign(self, name, value)

    __btf_dict__ = _generated(
        "__btf_dict__", lambda cls: plain_values.function_for(cls, plain_values.PLAIN)
    )
    __btf_text_dict__ = _generated(
        "__btf_text_dict__", lambda cls: plain_values.function_for(cls, plain_values.TEXT)
    )
    __btf_repr__ = _generated("__btf_repr__", lambda cls: text_values.repr_function(cls))  # noqa: PLW0108  # imports late

    def __repr__(self) -> str:
        return self.__btf_repr__()  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        """Compare the fields by value; padding does not count."""
        if type(self) is not type(other):
            return NotImplemented
        return bytes_of(self) == bytes_of(other) or plain_values.asdict(
            self
        ) == plain_values.asdict(other)

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


def _reset_methods(cls: type) -> None:
    """Reset the `_generated` methods if *cls* is a subclass of a generated class.

    A subclass can add fields, so it needs functions of its own. The metaclasses call this function.
    ``__init_subclass__`` cannot reset the methods, because a class of the user can override it
    without calling ours.
    """
    if LAYOUT not in vars(cls):
        for name in ("__btf_dict__", "__btf_text_dict__", "__btf_repr__"):
            setattr(cls, name, vars(StructOrUnion)[name])


class StructType(_PyCStructType):
    """The metaclass of `Struct`. pickle recognizes generated classes by their metaclass."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Create a subclass of a generated class. `Classes` skips this for generated classes."""
        super().__init__(*arguments, **options)
        _reset_methods(self)


class UnionType(_UnionType):
    """The metaclass of `Union`; see `StructType`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Create a subclass of a generated class. `Classes` skips this for generated classes."""
        super().__init__(*arguments, **options)
        _reset_methods(self)


def _methods() -> dict[str, object]:
    """The contents of `StructOrUnion`, for the body of another class."""
    own = ("__dict__", "__weakref__", "__doc__")
    return {name: value for name, value in vars(StructOrUnion).items() if name not in own}


if TYPE_CHECKING:

    class Struct(StructOrUnion, ctypes.Structure, metaclass=StructType):
        """The base of the classes that ``btf.struct()`` returns."""

    class Union(StructOrUnion, ctypes.Union, metaclass=UnionType):
        """The base of the classes that ``btf.union()`` returns."""

else:
    Struct = StructType("Struct", (ctypes.Structure,), _methods())
    Union = UnionType("Union", (ctypes.Union,), _methods())

GENERATED = (Struct, Union)
"""The base classes of all generated classes, for ``isinstance``."""


def rebuilt(cls: type, data: object, state: Any) -> Any:
    """An instance of *cls* with the bytes *data* and the attributes *state*.

    Args:
        cls: a generated class, or a subclass of one. Instances of a subclass can have attributes.
        data: the bytes, or an instance to copy.
        state: the result of ``object.__getstate__``. It is None, a dictionary of attributes, or a
            pair. A pair has the dictionary of attributes, or None, as its first item, and a
            dictionary of ``__slots__`` values as its second. ctypes itself restores no slots.
    """
    instance: Any = cls.from_buffer_copy(data)  # type: ignore[attr-defined]
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    if attributes:
        instance.__dict__.update(attributes)
    for name, value in (slots or {}).items():
        setattr(instance, name, value)
    return instance


def _reduced(cls: type) -> str | tuple[object, ...]:
    """Pickle a generated class by its BTF, a `FLEXIBLE` class by its base, others by their name."""
    origin = own_origin(cls)
    if origin:
        return origin.source.reduce(cls, None)
    if BASE in vars(cls):
        return flexible_arrays.flexible_class, (getattr(cls, BASE),)
    return cls.__qualname__


copyreg.pickle(StructType, _reduced)  # type: ignore[arg-type]  # copyreg allows str
copyreg.pickle(UnionType, _reduced)  # type: ignore[arg-type]


def bytes_of(instance: object) -> bytes:
    """The bytes of a ctypes *instance*."""
    return bytes(instance)  # type: ignore[call-overload,no-any-return]


def field_names(cls: type) -> list[str]:
    """The Python names of the fields of a generated class, in the order in C.

    The fields that a derived class adds in its own ``_fields_`` come last.

    Raises:
        TypeError: *cls* is neither a generated class nor a subclass of one.
    """
    origin = origin_of(cls)
    if origin is None:
        raise TypeError(f"{cls.__name__} was not made by btf_typing")
    return [field.name for field in origin.layout.fields] + added_names(cls)


def added_names(cls: type) -> list[str]:
    """The names of the fields that *cls* adds to a class of ours.

    A class of ours is a generated class, or a class in a ``--runtime`` module.
    """
    if _is_ours(cls):
        return []
    derived = (base for base in reversed(cls.__mro__) if not _is_ours(base))
    return [name for base in derived for name, *_ in vars(base).get("_fields_", ())]


def _is_ours(cls: type) -> bool:
    """Whether *cls* itself is a generated class, or a class in a ``--runtime`` module."""
    # `_NAMES` is private, because --runtime modules copy it.
    return LAYOUT in vars(cls) or record_methods._NAMES in vars(cls)  # noqa: SLF001
