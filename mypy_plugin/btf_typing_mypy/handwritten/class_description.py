"""The description of a hand-written class: a JSON value from which the plugin rebuilds the class.

mypy drops the body of a class after it has analyzed the module. So the plugin describes each class
during the analysis. The plugin adds the description to the data that mypy stores for the class, in
memory and in its cache. If a module validates the class, the plugin rebuilds the class from the
description. For example,

    class Event(Structure):
        _pack_ = 1
        _fields_ = [("pid", c_uint32), ("flags", c_uint8, 3)]

becomes

    {"name": "Event", "bases": [["simple", "Structure"]], "_pack_": 1,
     "_fields_": [["pid", ["simple", "c_uint32"], null], ["flags", ["simple", "c_uint8"], 3]]}

A type is one of

    ["simple", name]                 c_uint32: a type of the module ctypes
    ["swapped", name]                c_uint32.__ctype_be__: c_uint32 in the other byte order
    ["array", type, length]          c_char * 16
    ["pointer", type]                POINTER(c_uint32)
    ["pointer to", name]             POINTER(Event): a class that may not be complete yet
    ["function"]                     CFUNCTYPE(None)
    ["class", description]           Event: a hand-written class
    ["btf", object, keyword, name]   obj.btf.struct("event"): a class from the BTF of an object
    ["stub", module, name]           prog_bpf.event: a class of a stub

The length of an array or the width of a bitfield is one of

    number
    ["sizeof", type]                 sizeof(Event): unknown until the type is built
    ["+", length, length]            2 + sizeof(Event), and so on for the other operators
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from mypy.nodes import TypeInfo

from btf_typing_mypy import compat

Json: TypeAlias = Any
"""A description or a part of one: a value that JSON can hold."""

METADATA_KEY = "btf_typing"
"""The key of the description in the metadata that mypy stores with a class."""

DIGEST_ATTRIBUTE = "btf-layout"
"""The name of an attribute that the plugin adds to a class.

The hyphen keeps the name apart from all attributes that a program can define. The type of the
attribute is a ``Literal`` with a digest of the description. When a module changes, mypy's daemon
compares the types of the module with the old ones. It does not compare the descriptions. If the
type of this attribute changes, the daemon rechecks all code that uses the class.
"""

INTEGER_ATTRIBUTES = ("_pack_", "_align_")
LAYOUT_ATTRIBUTES = (*INTEGER_ATTRIBUTES, "_layout_", "_anonymous_")
"""The attributes, apart from ``_fields_``, that determine the layout of a class."""


class UnknownLayoutError(Exception):
    """The layout of a class is unknown. The text says why, and what to write instead."""


class UnboundNameError(UnknownLayoutError):
    """mypy has not bound a name yet: it does not know which definition the name refers to.

    mypy may bind the name in a later pass over the module.
    """


def stored_description(info: TypeInfo) -> Json:
    """The description that is stored with *info*, or a string that says why there is none."""
    found = compat.metadata(info, METADATA_KEY)
    if found is None:
        return f'mypy analyzed the module "{info.module_name}" without this plugin'
    return found.get("class", found.get("unknown", "its description is incomplete"))


def require_fields(type_: Json) -> Json:
    """Return *type_* unless it is a class without any fields.

    Raises:
        UnknownLayoutError: the class has no fields. The plugin may not see the code that assigns
            them, for example if it is in another module.
    """
    if type_[0] == "class" and '"_fields_"' not in json.dumps(type_):
        name = type_[1]["name"]
        raise UnknownLayoutError(
            f'class "{name}" has no _fields_; assign it in the module that defines the class'
        )
    return type_


OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
"""The operators that may compute a length or a width."""

_LARGEST = 1 << 64


def compute(symbol: str, left: Json, right: Json) -> Json:
    """Compute ``left symbol right``. If an operand is unknown, return ``[symbol, left, right]``.

    Raises:
        UnknownLayoutError: the operation fails, or the result is out of range.
    """
    if not isinstance(left, int) or not isinstance(right, int):  # 2 + sizeof(Event)
        return [symbol, left, right]
    out_of_range = UnknownLayoutError("a number is out of range; at most 2**64 is supported")
    if symbol == "<<" and right > _LARGEST.bit_length():
        raise out_of_range
    try:
        value = OPERATORS[symbol](left, right)
    except ZeroDivisionError:  # Python's own message differs between versions
        raise UnknownLayoutError("a number cannot be computed: division by zero") from None
    except (ArithmeticError, ValueError) as error:
        raise UnknownLayoutError(f"a number cannot be computed: {error}") from None
    if abs(value) > _LARGEST:
        raise out_of_range
    return value
