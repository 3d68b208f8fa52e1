"""Source of right and wrong hand-written classes for the types of an object.

Each struct gives a right class and its mutants: with a misspelt field, a field of another type or
size, a missing field, or two fields in the wrong order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from btf_typing import load
from btf_typing._layout.shape import Aggregate, ArrayOf, CType, HiddenSlot, Scalar, Wide

_OTHER_TYPES = {
    "c_uint8": "c_int8",
    "c_int8": "c_uint8",
    "c_uint16": "c_int16",
    "c_int16": "c_uint16",
    "c_uint32": "c_float",
    "c_int32": "c_uint32",
    "c_uint64": "c_double",
    "c_int64": "c_uint64",
    "c_char": "c_bool",
    "c_bool": "c_char",
    "c_float": "c_int32",
    "c_double": "c_uint64",
    "c_void_p": "c_double",
}
_ENUMS = "c_float"
"""A type that never matches an enum; integers of either sign do."""


class Case(NamedTuple):
    """A hand-written class.

    Attributes:
        keyword: C keyword, ``"struct"`` or ``"union"``.
        c_name: C name of the type.
        what: The mistake in the class; empty for the right class.
        source: Source of the class, called ``Mine``, without its decorator.
    """

    keyword: str
    c_name: str
    what: str
    source: str


def cases(path: str) -> Iterator[Case]:
    """A right class and its mutants for each struct and union that plain ctypes can express."""
    btf = load(path).btf
    for keyword, kind in (("struct", "STRUCT"), ("union", "UNION")):
        for name in btf.names(kind):
            made = btf.struct(name) if keyword == "struct" else btf.union(name)
            layout = btf.layouts.aggregate(btf.type(name).id)
            fields = _plain(layout)
            if fields and made.__name__ == name:
                yield from _variants(layout, name, fields)


def _plain(layout: Aggregate) -> list[tuple[str, str]]:
    """Names and types of the fields; empty if plain ctypes cannot express *layout*."""
    if layout.packed or layout.swapped or not all(f.native for f in layout.fields):
        return []
    if any(isinstance(slot, HiddenSlot) for slot in layout.slots):
        return []
    found = [(slot.name, _spelt(slot.ctype)) for slot in layout.slots]
    return found if all(type_ for _, type_ in found) else []


def _spelt(ctype: CType) -> str:
    """*ctype* in Python; empty if this module does not support it."""
    if isinstance(ctype, Scalar):
        return ctype.ctype
    if isinstance(ctype, ArrayOf) and ctype.length and _spelt(ctype.element):
        return f"{_spelt(ctype.element)} * {ctype.length}"
    if isinstance(ctype, Wide | Aggregate):
        return ""
    return ""


def _variants(layout: Aggregate, name: str, fields: list[tuple[str, str]]) -> Iterator[Case]:
    keyword = layout.keyword

    def case(what: str, members: list[tuple[str, str]]) -> Case:
        base = "Union" if keyword == "union" else "Structure"
        lines = "".join(f'        ("{field}", {type_}),\n' for field, type_ in members)
        source = f"class Mine(ctypes.{base}):\n    _fields_ = [\n{lines}    ]\n"
        return Case(keyword, name, what, source)

    yield case("", fields)
    for index, (field, type_) in enumerate(fields):
        before, after = fields[:index], fields[index + 1 :]
        yield case(f"{field} misspelt", [*before, (f"{field}_x", type_), *after])
        yield case(f"{field} retyped", [*before, (field, _retyped(layout, field, type_)), *after])
        yield case(f"{field} resized", [*before, (field, f"({type_}) * 2"), *after])
        if len(fields) > 1:
            yield case(f"{field} dropped", [*before, *after])
        if keyword == "struct" and after:
            following = after[0]
            yield case(f"{field} after the next", [*before, following, (field, type_), *after[1:]])


def _retyped(layout: Aggregate, field: str, type_: str) -> str:
    """Another type of the same size."""
    base, star, length = type_.partition(" * ")
    found = next(f for f in layout.fields if f.name == field)
    element: CType = found.ctype
    while isinstance(element, ArrayOf):
        element = element.element
    if isinstance(element, Scalar) and element.enum:
        return _ENUMS + star + length
    if base == "c_char" and star:
        return f"c_bool * {length}"
    return _OTHER_TYPES[base] + star + length
