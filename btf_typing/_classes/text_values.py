"""The ``repr`` of instances.

When ``repr`` first shows an instance of a class, this module builds a function for the class. For
``struct event { u32 pid; enum kind kind; }``, the function is

    lambda i: f"event(pid={i.pid!r}, kind={g0(v := i.kind, v)})"

where ``g0`` returns the name of an enum value, or its second argument if the value has no name.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from btf_typing._layout.shape import (
    ArrayOf,
    CType,
    Field,
    Scalar,
    Wide,
    byteorder_of,
    is_text,
)
from btf_typing._typing_stand_ins import TYPE_CHECKING

from .function_templates import Function, Template
from .instances import added_names, origin_of

if TYPE_CHECKING:
    from typing import Any

    from .generated import Classes

_SHOWN_ELEMENTS = 16
"""The largest number of elements that a repr shows of one array."""


def repr_function(cls: type) -> Function:
    """The function that returns the ``repr`` of instances of *cls*.

    Args:
        cls: a generated class, or a subclass of one.
    """
    origin = origin_of(cls)
    assert origin is not None  # noqa: S101  # only generated classes come here
    classes: Classes = origin.source.classes  # type: ignore[assignment]
    template = Template()
    text = f"{cls.__name__}("
    pieces = []
    for field in origin.layout.fields:
        value = _shown(template, field, f"i.{template.name(field.name)}", classes)
        pieces.append(f"{template.name(f'{text}{field.name}=')}{{{value}}}")
        text = ", "
    for name in added_names(cls):
        show = template.variable(_show)
        value = f"{show}(i.{template.name(name)})"
        pieces.append(f"{template.name(f'{text}{name}=')}{{{value}}}")
        text = ", "
    end = template.name(")" if pieces else f"{text})")
    return template.finish(f'f"{"".join(pieces)}{end}"')


def _shown(template: Template, field: Field, value: str, classes: Classes) -> str:
    """The part of an f-string, between braces, that shows *field*.

    Args:
        template: the function that is being built.
        field: the field.
        value: source that reads the field with ctypes, such as ``i.n0``. The placeholder ``n0``
            stands for the name of the field.
        classes: the classes of the BTF.
    """
    ctype = field.ctype
    if isinstance(ctype, Wide) or is_text(ctype):
        return f"{value}!r"  # an int or bytes
    show = _element(field, ctype, classes)
    if show is repr:
        return f"{value}!r"
    if isinstance(ctype, Scalar):
        names = template.variable(classes.enum_names(field).get)
        return f"({names}(v := {value}, v))"
    short = 0 < getattr(ctype, "length", 0) <= _SHOWN_ELEMENTS
    if isinstance(ctype, ArrayOf) and short and _element(field, ctype.element, classes) is repr:
        return f"{value}[:]!r"
    return f"{template.variable(show)}({value})"


def _element(field: Field, ctype: CType, classes: Classes) -> Callable[[Any], str]:
    """The function that shows a value of *ctype*, the type of *field* or of its elements."""
    match ctype:
        case Scalar(enum=True):
            names = classes.enum_names(field)
            return lambda value: names.get(value) or repr(value)
        case Wide(_, signed):
            order = byteorder_of(ctype)
            return lambda value: repr(int.from_bytes(value, order, signed=signed))
        case ArrayOf() if is_text(ctype):
            return lambda value: repr(value.value)
        case ArrayOf():
            show = _element(field, ctype.element, classes)
            return lambda value: _show_array(value, show)
    return repr


def _show(value: object) -> str:
    """The repr of *value*, the value of a field that a subclass has added."""
    if not isinstance(value, ctypes.Array):
        return repr(value)
    if value._type_ is ctypes.c_char:
        return repr(value.value)
    return _show_array(value, _show)


def _show_array(array: ctypes.Array[Any], show: Callable[[Any], str]) -> str:
    """The elements of *array*; only the first ones if the array is long."""
    shown = [show(array[index]) for index in range(min(len(array), _SHOWN_ELEMENTS))]
    if len(array) > _SHOWN_ELEMENTS:
        shown.append(f"... {len(array)} in all")
    return f"[{', '.join(shown)}]"
