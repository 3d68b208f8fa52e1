"""`asdict`: instances as plain Python values.

When `asdict` first sees an instance of a class, it builds a function for this class. For
``struct event { u32 pid; char comm[16]; struct point at; }``, the function is

    lambda i: {"pid": i.pid, "comm": i.comm, "at": g0(i.at)}

where ``g0`` is the function of ``struct point``.
"""

from __future__ import annotations

import ctypes
from functools import partial
from math import isfinite

from btf_typing._layout.shape import (
    Aggregate,
    ArrayOf,
    CType,
    Field,
    Scalar,
    Wide,
    byteorder_of,
    is_char,
    is_text,
)
from btf_typing._layout.type_names import of_member
from btf_typing._lazy import LazyModule
from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple

from .function_templates import Function, Template
from .instances import (
    FUNCTIONS,
    GENERATED,
    Source,
    added_names,
    origin_of,
    own_origin,
    require_instance,
)
from .record_methods import _NAMES, _RECORDS, _element, _items

if TYPE_CHECKING:
    import typing
    from typing import Any, Literal, overload

    from btf_typing import _api_types

    from .generated import Classes
else:
    typing = LazyModule("typing")


class Options(NamedTuple):
    """The options of `asdict`."""

    text: bool = False
    enums: bool = False
    json: bool = False


PLAIN: Options = Options()
TEXT: Options = Options(text=True)


if TYPE_CHECKING:  # type checkers require keywords for the options

    @overload
    def asdict(
        instance: _api_types.HasEnums[_api_types.Values_co],
        *,
        text: bool = False,
        enums: Literal[True],
        json: Literal[False] = False,
    ) -> _api_types.Values_co: ...
    @overload
    def asdict(
        instance: object, *, text: bool = False, enums: bool = False, json: bool = False
    ) -> dict[str, Any]: ...


def asdict(
    instance: typing.Any,
    text: bool = False,  # not keyword-only: that would slow down every call by a tenth
    enums: bool = False,
    json: bool = False,
) -> dict[str, typing.Any]:
    """A generated *instance* as plain Python values.

    Args:
        instance: an instance of a class that ``btf.struct()`` or ``btf.union()`` returned, or of a
            class in a module that ``btf-stubs --runtime`` wrote.
        text: whether to decode ``char`` and arrays of it as UTF-8. Invalid bytes become U+FFFD.
        enums: whether values of enums become members of the class that ``btf.enum()`` returns.
            Values that the enum does not name stay ``int``.
        json: whether to return only values that `json.dumps` can write as valid JSON. ``char``
            and arrays of it become ``str``, or hexadecimal digits if they are not UTF-8. Numbers
            that JSON lacks become ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``. With *enums*,
            values of enums become the names of their members.

    Returns:
        Python field names and their values, in C's order. Nested structs are dictionaries
        and arrays are lists. ``char`` arrays are ``bytes`` up to the first NUL, or ``str`` with
        *text* or *json*. Members that cannot be read, such as ``_Atomic`` ones, are left out.

    Raises:
        TypeError: *instance* is not an instance of a generated class.

    Examples:
        >>> from btf_typing import asdict
        >>> asdict(event.creds)
        {'uid': 0, 'gid': 0}
        >>> values = asdict(event, text=True, enums=True)
        >>> values["comm"], values["kind"]
        ('python', <exec_kind.EXEC_ABSOLUTE: 0>)
    """
    # Most structs are small. For these, each step here takes a large part of the time.
    try:
        if not (enums or json):
            return instance.__btf_text_dict__() if text else instance.__btf_dict__()  # type: ignore[no-any-return]
    except (AttributeError, TypeError):
        if isinstance(instance, GENERATED):
            raise  # the methods exist, so a property of your subclass raised the error
    require_instance(instance)
    options = Options(bool(text), bool(enums), bool(json))
    return function_for(type(instance), options)(instance)  # type: ignore[no-any-return]


def function_for(cls: type, options: Options) -> Function:
    """The function that `asdict` uses for instances of *cls*.

    Args:
        cls: a generated class, a class in a ``--runtime`` module, or a subclass of one of these.
        options: the options.

    Raises:
        TypeError: *cls* is none of these.
    """
    functions: dict[Options, Function] | None = vars(cls).get(FUNCTIONS)
    if functions is None:
        if origin_of(cls) is None:
            if not hasattr(cls, _NAMES):
                raise TypeError(f"{cls.__name__} was not made by btf_typing")
            return partial(_plain, options=options)
        functions = {}
        setattr(cls, FUNCTIONS, functions)
    return functions.get(options) or functions.setdefault(options, _built(cls, options))


def json_value(value: object) -> object:
    """Convert *value* for `json.dumps`: any generated instance, or a key or value of a map."""
    return _plain(value, Options(enums=True, json=True))


def _built(cls: type, options: Options) -> Function:
    """The function for instances of *cls*, a generated class or a subclass of one."""
    origin = origin_of(cls)
    assert origin is not None  # noqa: S101  # `function_for` checked it
    builder = _Builder(origin.source, options)
    if own_origin(cls) is not None:
        return builder.function_of(origin.layout, cls.__name__)
    return builder.build(origin.layout, cls.__name__, added_names(cls))


class _Builder:
    """Builds the functions for the types of one BTF.

    Args:
        source: the BTF.
        options: the options.
    """

    def __init__(self, source: Source, options: Options) -> None:
        self._classes: Classes = source.classes  # type: ignore[assignment]
        self._known: dict[tuple[int, Options], Function] = source.functions
        self._options = options

    def function_of(self, layout: Aggregate, name: str) -> Function:
        """The function for instances of *layout*, whose class is called *name*."""
        key = layout.type_id, self._options
        return self._known.get(key) or self._known.setdefault(key, self.build(layout, name, []))

    def build(self, layout: Aggregate, name: str, added: list[str]) -> Function:
        """A new function for *layout* and the fields that subclasses have *added*."""
        template = Template()
        entries = []
        for field in layout.fields:
            placeholder = template.name(field.name)
            value = self._field(template, field, f"i.{placeholder}", name)
            entries.append(f"{placeholder!r}: {value}")
        for each in added:
            placeholder = template.name(each)
            convert = template.variable(partial(_plain, options=self._options))
            entries.append(f"{placeholder!r}: {convert}(i.{placeholder})")
        return template.finish(f"{{{', '.join(entries)}}}")

    def _field(self, template: Template, field: Field, value: str, outer: str) -> str:
        """The source of an expression that converts *field*.

        Args:
            template: the function that is being built.
            field: the field.
            value: source that reads the field with ctypes, such as ``i.n0``.
            outer: name of the class that has the field.
        """
        if isinstance(field.ctype, Wide):
            return value  # the descriptor reads it as an integer
        if is_text(field.ctype):
            return self._text(template, value)
        return self._expression(template, field, field.ctype, value, outer)

    def _expression(
        self, template: Template, field: Field, ctype: CType, value: str, outer: str
    ) -> str:
        """The source of an expression that converts a field or one element of an array.

        Args:
            template: the function that is being built.
            field: the field, or the array that has the element.
            ctype: the shape of the field or of the element.
            value: source that reads the field or the element with ctypes, such as ``i.n0``.
            outer: name of the class that has the field.
        """
        match ctype:
            case Scalar():
                return self._scalar(template, field, ctype, value, outer)
            case Wide(_, signed):
                order = byteorder_of(ctype)
                convert = partial(int.from_bytes, byteorder=order, signed=signed)
                return f"{template.variable(convert)}({value})"
            case ArrayOf():
                return self._array(template, field, ctype, value, outer)
            case Aggregate():
                name = of_member(outer, field.c_name)
                return f"{template.variable(self.function_of(ctype, name))}({value})"

    def _scalar(
        self, template: Template, field: Field, ctype: Scalar, value: str, outer: str
    ) -> str:
        if is_char(ctype):
            return self._text(template, value)
        if ctype.python == "float" and self._options.json:
            return f"{template.variable(_json_number)}({value})"
        if ctype.enum and self._options.enums:
            classes = self._classes
            names = self._options.json
            named = classes.enum_names(field) if names else classes.enum_members(field, outer)
            return f"{template.variable(named.get)}(v := {value}, v)"
        return value

    def _array(
        self, template: Template, field: Field, ctype: ArrayOf, value: str, outer: str
    ) -> str:
        if is_text(ctype):  # a char array inside another array
            return self._text(template, f"{value}.value")
        if isinstance(ctype.element, Aggregate):
            convert = self.function_of(ctype.element, of_member(outer, field.c_name))
            return f"[*map({template.variable(convert)}, {value})]"
        inner = Template()
        element = self._expression(inner, field, ctype.element, "i", outer)
        if element == "i":
            return f"{value}[:]"
        return f"[*map({template.variable(inner.finish(element))}, {value})]"

    def _text(self, template: Template, value: str) -> str:
        if self._options.json:
            return f"{template.variable(_json_text)}({value})"
        return f"{value}.decode('utf-8', 'replace')" if self._options.text else value


def _plain(value: Any, options: Options, kind: Any = None) -> object:
    """The plain form of a *value* that no `Field` describes.

    Such a value is an instance of a class in a ``--runtime`` module, the value of a field that a
    subclass has added, or a key or value of a map.

    Args:
        value: the value.
        options: the options.
        kind: for an enum, its class; for an integer such as ``__int128``, a tuple of its byte order
            and whether it is signed. For an array, the kind of its elements. None for all other
            values.
    """
    if isinstance(value, GENERATED):
        return asdict(value, **options._asdict())
    if isinstance(value, _RECORDS) and hasattr(value, _NAMES):
        return {name: _plain(field, options, inner) for name, field, inner in _items(value)}
    if options.enums or isinstance(kind, tuple):
        value = _element(value, kind)
    if isinstance(value, ctypes.Array):
        if value._type_ is ctypes.c_char:
            value = value.value
        else:
            return [_plain(element, options, kind) for element in value]
    if kind and options.json:
        return getattr(value, "name", value)
    if isinstance(value, bytes) and options.json:
        return _json_text(value)
    if isinstance(value, bytes) and options.text:
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and options.json:
        return _json_number(value)
    return value


def _json_text(value: bytes) -> str:
    """*value* as text, or as hexadecimal digits if it is not UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _json_number(value: float) -> float | str:
    """*value*, or a name for it if JSON has no such number.

    Source:
        The JSON format of Protocol Buffers, which uses the same names.
    """
    if isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124
