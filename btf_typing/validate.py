"""A hand-written ctypes class against a layout.

The class is described in the terms of `btf_typing.shape` first, so that one comparison of shapes
decides; what it says does not depend on how ctypes was told.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from .errors import BtfValidationError, Mismatch
from .instances import origin_of
from .shape import Aggregate, ArrayOf, CType, Field, Scalar, Wide, is_char, signature

_INTEGERS = "bBhHiIlLqQ"
_NAMES = {"c": "c_char", "?": "c_bool", "f": "c_float", "d": "c_double", "P": "c_void_p"}
_LARGEST_PROBED = 1 << 24
"""Bytes of a class with bitfields, which are found by writing to an instance."""


class _Declared(NamedTuple):
    """A field of the class; ``position`` is that of the outermost entry of ``_fields_``.

    ``cls`` is its ctypes class, or None where ``ctype`` says all.
    """

    name: str
    position: int
    bit_offset: int
    bit_size: int
    bitfield: bool
    cls: Any
    ctype: CType | None


def check(cls: type, layout: Aggregate, name: str, path: str | None) -> None:
    """Raise unless *cls* has the layout *layout*, of the type *name* in *path*.

    Raises:
        BtfValidationError: with every mismatch.
    """
    found = mismatches(cls, layout)
    if found:
        where = f" of {path}" if path else ""
        lines = "".join(f"\n  {mismatch}" for mismatch in found)
        raise BtfValidationError(
            f"{cls.__name__} does not match {layout.keyword} {name!r}{where}:{lines}",
            mismatches=found,
        )


def mismatches(cls: type, layout: Aggregate) -> list[Mismatch]:
    """Every difference between *cls* and *layout*, in the order of the class's fields."""
    found = list(_compare_class(cls, layout, ""))
    return sorted(found, key=lambda m: (m.position is None, m.position or 0))


def _compare_class(cls: type, layout: Aggregate, prefix: str) -> Iterator[Mismatch]:
    """Differences of a struct or union class; *prefix* is put before the names of its fields."""
    keyword = "union" if issubclass(cls, ctypes.Union) else "struct"
    owner = prefix.removesuffix(".")
    if keyword != layout.keyword:
        yield Mismatch(owner, None, f"a {keyword}", f"a {layout.keyword}")
        return
    size = ctypes.sizeof(cls)
    if size != layout.size:
        yield Mismatch(owner, None, f"{size} bytes", f"{layout.size} bytes")
    wanted = {field.c_name: order for order, field in enumerate(layout.fields)}
    wanted |= {field.name: order for order, field in enumerate(layout.fields)}
    matched: set[int] = set()
    latest = 0
    for declared in _declared(cls, layout):
        path = prefix + declared.name
        order = wanted.get(declared.name)
        if order is not None and order not in matched:
            field = layout.fields[order]
            differences = list(_compare_field(declared, field, path))
            if order < latest and not differences:
                other = layout.fields[latest].c_name
                differences = [
                    Mismatch(path, declared.position, f"it after {other!r}", "it before")
                ]
            yield from differences
            matched.add(order)
            latest = max(order, latest)
        elif not _is_padding(declared, layout):
            yield Mismatch(path, declared.position, _place(declared), _there(declared, layout))
    for order, field in enumerate(layout.fields):
        # An array of no elements takes no room: a class may do without it.
        if order not in matched and field.bit_size:
            yield Mismatch(prefix + field.c_name, None, "no such field", _expected_place(field))


def _declared(cls: type, layout: Aggregate) -> Iterator[_Declared]:
    """The fields of *cls*, those of its bases first, anonymous ones flattened."""
    start = 0
    for base in reversed(cls.__mro__):
        origin = origin_of(base) if vars(base).get("_fields_") is not None else None
        if origin:
            entries = [
                _Declared(f.name, 0, f.bit_offset, f.bit_size, bool(f.bitfield_size), None, f.ctype)
                for f in origin.layout.fields
            ]
            yield from (entry._replace(position=start + n) for n, entry in enumerate(entries))
            start += len(entries)
        elif isinstance(vars(base).get("_fields_"), list | tuple):
            for position, entry in enumerate(vars(base)["_fields_"], start):
                yield from _entry(base, position, entry, layout)
            start += len(vars(base)["_fields_"])


def _entry(
    owner: Any, position: int, entry: tuple[Any, ...], layout: Aggregate
) -> Iterator[_Declared]:
    """One entry of ``_fields_``: itself, or the fields of an anonymous one."""
    name, cls, *bits = entry
    descriptor = vars(owner)[name]
    if name in vars(owner).get("_anonymous_", ()):
        for inner in _declared(cls, layout):
            bit_offset = inner.bit_offset + 8 * descriptor.offset
            yield inner._replace(position=position, bit_offset=bit_offset)
    elif bits and not issubclass(cls, ctypes.c_bool):
        bit_offset, width = _probe(owner, descriptor, layout)
        yield _Declared(name, position, bit_offset, width, bitfield=True, cls=cls, ctype=None)
    else:
        # ctypes reads and writes a c_bool bitfield as the whole byte, whatever its width.
        size = 8 * ctypes.sizeof(cls)
        yield _Declared(
            name, position, 8 * descriptor.offset, size, bitfield=False, cls=cls, ctype=None
        )


def _probe(owner: Any, descriptor: Any, layout: Aggregate) -> tuple[int, int]:
    """The first bit and the number of bits that a bitfield really has, in the target's order.

    Where they are depends on the version of Python; setting them all shows it.
    """
    size = ctypes.sizeof(owner)
    if size > _LARGEST_PROBED:
        return 8 * descriptor.offset, 8 * descriptor.size
    memory = bytearray(size)
    descriptor.__set__(owner.from_buffer(memory), -1)
    if layout.swapped == (sys.byteorder == "big"):
        mask = int.from_bytes(memory, "little")
        return (mask & -mask).bit_length() - 1, mask.bit_count()
    mask = int.from_bytes(memory, "big")
    return 8 * size - mask.bit_length(), mask.bit_count()


def _is_padding(declared: _Declared, layout: Aggregate) -> bool:
    """Whether a field that C does not have covers only bits that no member uses."""
    return declared.name.startswith("_") and _neighbour(declared, layout) is None


def _neighbour(declared: _Declared, layout: Aggregate) -> Field | None:
    """The first member that *declared* overlaps; None where it overlaps none."""
    start, end = declared.bit_offset, declared.bit_offset + declared.bit_size
    for field in layout.fields:
        if start < field.bit_offset + field.bit_size and field.bit_offset < end:
            return field
    return None


def _there(declared: _Declared, layout: Aggregate) -> str:
    """What BTF has where the class has a field of its own."""
    member = _neighbour(declared, layout)
    if member is not None:
        return f"{member.c_name!r} there, {_expected_place(member)}"
    return "padding there; begin the name with '_' to say so"


def _compare_field(declared: _Declared, field: Field, path: str) -> Iterator[Mismatch]:
    """Differences between a field and the member of the same name."""
    inside = list(_compare_type(declared, field, path))
    places = (declared.bit_offset, declared.bit_size) == (field.bit_offset, field.bit_size)
    if inside and places and all(mismatch.field != path for mismatch in inside):
        yield from inside
    elif inside or not places:
        yield Mismatch(path, declared.position, _place(declared), _expected_place(field))


def _compare_type(declared: _Declared, field: Field, path: str) -> Iterator[Mismatch]:
    """Differences of type: one at *path* itself, or those inside a struct of that type."""
    cls, expected = declared.cls, field.ctype
    same = True
    if declared.ctype is not None:
        same = _same_shape(declared.ctype, expected)
    elif declared.bitfield or field.bitfield_size is not None:
        same = _is_bits(cls, expected)
    else:
        while isinstance(expected, ArrayOf) and _is_array(cls) and cls._length_ == expected.length:
            cls, expected = cls._type_, expected.element
            path += "[]"
        if isinstance(expected, Aggregate) and _is_record(cls):
            for mismatch in _compare_class(cls, expected, f"{path}."):
                yield mismatch._replace(position=declared.position)
            return
        same = _accepts(cls, expected)
    if not same:
        yield Mismatch(path.rstrip("[]"), declared.position, "", "")


def _same_shape(found: CType, expected: CType) -> bool:
    """Whether the type of a generated class's field is *expected*, of whatever BTF."""
    if isinstance(found, Aggregate) and isinstance(expected, Aggregate):
        return signature(found) == signature(expected)
    if isinstance(found, ArrayOf) and isinstance(expected, ArrayOf):
        return found.length == expected.length and _same_shape(found.element, expected.element)
    return found == expected


def _is_bits(cls: Any, expected: CType) -> bool:
    """Whether a bitfield of *cls* reads as one of *expected*; their sizes may differ."""
    scalar = _scalar(cls)
    if scalar is None or scalar.python != "int" or not isinstance(expected, Scalar | Wide):
        return False
    if isinstance(expected, Scalar) and (expected.enum or expected.ctype == "c_bool"):
        return True
    return scalar.signed == expected.signed


def _accepts(cls: Any, expected: CType) -> bool:
    """Whether *cls* is a way to spell *expected*."""
    if isinstance(expected, Wide):
        return _is_array(cls) and ctypes.sizeof(cls) == expected.size and _of_integers(cls)
    scalar = _scalar(cls)
    if scalar is None or not isinstance(expected, Scalar):
        return False
    if (scalar.size, scalar.swapped) != (expected.size, expected.swapped):
        return False
    if expected.enum:
        return scalar.python == "int"
    if is_char(expected):
        return is_char(scalar) or scalar.python == "int"
    if expected.python == "int | None":
        return scalar.ctype in ("c_void_p", "c_uint64", "c_uint32")
    return scalar.ctype == expected.ctype


def _of_integers(cls: Any) -> bool:
    while _is_array(cls):
        cls = cls._type_
    scalar = _scalar(cls)
    return scalar is not None and scalar.python == "int"


def _is_array(cls: Any) -> bool:
    return issubclass(cls, ctypes.Array)


def _is_record(cls: Any) -> bool:
    return issubclass(cls, ctypes.Structure | ctypes.Union)


def _scalar(cls: Any) -> Scalar | None:
    """A simple ctypes class as a shape; None for any other."""
    size = ctypes.sizeof(cls)
    if issubclass(cls, ctypes._Pointer | ctypes._CFuncPtr):  # type: ignore[attr-defined]  # noqa: SLF001
        return Scalar("c_void_p", "int | None", size, signed=False, swapped=False)
    if not issubclass(cls, ctypes._SimpleCData):  # noqa: SLF001
        return None
    code = cls._type_
    other = "__ctype_be__" if sys.byteorder == "little" else "__ctype_le__"
    swapped = size > 1 and getattr(cls, other, None) is cls
    if code in _INTEGERS:
        signed = code.islower()
        name = f"c_{'' if signed else 'u'}int{8 * size}"
        return Scalar(name, "int", size, signed, swapped)
    return Scalar(_NAMES.get(code, cls.__name__), "bytes", size, signed=False, swapped=swapped)


def _text(cls: Any) -> str:
    """*cls* as one writes it, by the name that tells its size."""
    if _is_array(cls):
        return f"{_text(cls._type_)} * {cls._length_}"
    scalar = _scalar(cls)
    if scalar is None or issubclass(cls, ctypes._Pointer | ctypes._CFuncPtr):  # type: ignore[attr-defined]  # noqa: SLF001
        return str(cls.__name__)
    return _scalar_text(scalar)


def _scalar_text(scalar: Scalar) -> str:
    if not scalar.swapped:
        return scalar.ctype
    return f"{scalar.ctype}.__ctype_{'be' if sys.byteorder == 'little' else 'le'}__"


def _expected_text(ctype: CType) -> str:
    match ctype:
        case Scalar():
            return _scalar_text(ctype)
        case Wide():
            return f"c_uint8 * {ctype.size}"
        case ArrayOf():
            return f"{_expected_text(ctype.element)} * {ctype.length}"
        case Aggregate():
            return (
                f"{ctype.keyword} {ctype.name}" if ctype.name else f"an anonymous {ctype.keyword}"
            )


def _place(declared: _Declared) -> str:
    what = _text(declared.cls) if declared.cls else _expected_text(declared.ctype)  # type: ignore[arg-type]
    return _at(what, declared.bitfield, declared.bit_offset, declared.bit_size)


def _expected_place(field: Field) -> str:
    what = _expected_text(field.ctype)
    return _at(what, field.bitfield_size is not None, field.bit_offset, field.bit_size)


def _at(what: str, bitfield: bool, bit_offset: int, bit_size: int) -> str:
    if bitfield:
        bits = "1 bit" if bit_size == 1 else f"{bit_size} bits"
        return f"{bits} of {what} at bit {bit_offset}"
    return f"{what} at offset {bit_offset // 8}"
