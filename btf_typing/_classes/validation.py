"""Comparison of a hand-written ctypes class with a layout.

The comparison uses the shapes of `btf_typing._layout.shape`, which describe how a type lies in
memory. So it does not matter whether a class declares a field as ``c_uint`` or as ``c_uint32``.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, Literal

from btf_typing._layout.shape import (
    Aggregate,
    ArrayOf,
    CType,
    Field,
    Scalar,
    Wide,
    is_boolean,
    is_char,
    signature,
)
from btf_typing.errors import BtfValidationError, Mismatch

from .handwritten_fields import (
    ClassField,
    alignment_of,
    class_fields,
    field_text,
    is_array,
    is_bool,
    is_over_aligned,
    is_struct_or_union,
    scalar_of,
    text_of,
)

_PACK = "BTF packs it: set _pack_ = 1, and _layout_ = 'ms' for Python 3.14 and newer"
_ALIGN = "remove _align_, or make it smaller"
_BOOL = "ctypes reads a c_bool bitfield as a whole byte: make it a bitfield of c_uint8"
_BITS = "ctypes places bitfields differently: use the class that struct() returns"
_PADDING = "if it is padding, begin its name with '_'"


def keyword_of(cls: type) -> Literal["struct", "union"]:
    """The C keyword for *cls*: ``struct`` or ``union``.

    Raises:
        TypeError: *cls* is neither a ``ctypes.Structure`` nor a ``ctypes.Union``.
    """
    if not is_struct_or_union(cls):
        raise TypeError(f"expected a ctypes.Structure or ctypes.Union, not {cls!r}")
    return "union" if issubclass(cls, ctypes.Union) else "struct"


def check(
    cls: type, layout: Aggregate, name: str, path: str | None, *, field_names: bool = True
) -> None:
    """Raise an error if *cls* does not match *layout*.

    *layout* is the layout of the type *name* in the file *path*.

    Raises:
        BtfValidationError: there are mismatches; the error has all of them.
    """
    found = mismatches(cls, layout, field_names=field_names)
    if found:
        raise BtfValidationError(
            class_name=cls.__name__,
            kind=layout.keyword,
            name=name,
            path=path,
            mismatches=found,
        )


def mismatches(cls: type, layout: Aggregate, *, field_names: bool = True) -> list[Mismatch]:
    """Every difference between *cls* and *layout*, in the order of the class's fields.

    Args:
        cls: a structure or union.
        layout: the layout that it should have.
        field_names: whether the fields must have the names of the members. This also applies to
            nested structs.
    """
    found = list(_compare_aggregate(cls, layout, "", named=field_names))
    return sorted(found, key=lambda m: (m.position is None, m.position or 0))


def _compare_aggregate(
    cls: type, layout: Aggregate, path: str, *, named: bool
) -> Iterator[Mismatch]:
    """Differences between *layout* and the structure or union *cls*.

    *path* is the path of the field that has the class *cls*; empty for the outermost class.
    """
    keyword = keyword_of(cls)
    if keyword != layout.keyword:
        yield Mismatch(path, None, f"a {keyword}", f"a {layout.keyword}")
        return
    differences = list(_compare_fields(cls, layout, f"{path}." if path else "", named=named))
    yield from differences
    size = ctypes.sizeof(cls)
    if size != layout.size:
        hint = "" if differences else _size_hint(cls, layout)
        yield Mismatch(path, None, f"{size} bytes", f"{layout.size} bytes", hint)


def _compare_fields(
    cls: type, layout: Aggregate, prefix: str, *, named: bool
) -> Iterator[Mismatch]:
    """Differences between the fields of *cls* and the members of *layout*.

    Args:
        cls: a structure or union.
        layout: the layout that it should have.
        prefix: text before the field names in mismatches, such as ``addr.``.
        named: whether the fields must have the names of the members.
    """
    entries = list(class_fields(cls, layout))
    partners = (_partners if named else _partners_by_place)(entries, layout)
    missing = set(range(len(layout.fields))).difference(partners)
    found = list(_compare_entries(entries, partners, missing, layout, prefix, named=named))
    # A missing member often explains the differences of the fields after it, so it comes first.
    for order in sorted(missing):
        field = layout.fields[order]
        # A class may leave out an array of no elements: "u8 data[0];".
        if field.bit_size:
            absent = "no such field" if named else "no field there"
            yield Mismatch(prefix + field.c_name, None, absent, _member_text(field))
    yield from found


def _compare_entries(
    entries: list[ClassField],
    partners: list[int | None],
    missing: set[int],
    layout: Aggregate,
    prefix: str,
    *,
    named: bool,
) -> Iterator[Mismatch]:
    """Differences between each of *entries* and the member that belongs to it.

    Args:
        entries: the fields of a class.
        partners: for each field, the index of the member that belongs to it; else None.
        missing: the indices of the other members. The function removes those that the class has
            under another name.
        layout: the layout that the class should have.
        prefix: see `_compare_fields`.
        named: see `_compare_fields`.
    """
    moves = _moves(entries, partners)
    in_step, correct = not moves, True
    latest = moved = 0
    for entry, order in zip(entries, partners, strict=True):
        path = prefix + entry.name
        if order is None:
            before = len(missing)
            surplus = list(_surplus(entry, layout, missing, path, named=named))
            yield from surplus
            correct = correct and not surplus
            in_step = in_step and (not surplus or len(missing) < before)
            continue
        field = layout.fields[order]
        in_step = in_step and not any(m < order and layout.fields[m].bit_size for m in missing)
        # The order counts only if the names do. A generated class cannot be changed.
        move = moves.get(order, "") if named and entry.cls is not None else ""
        hint = move or _place_hint(
            entry, field, layout, moved=moved, in_step=in_step, correct=correct
        )
        differences = list(_compare_field(entry, field, layout, path, hint, move, named=named))
        if named and entry.position is not None and order < latest and not differences:
            other = repr(layout.fields[latest].c_name)
            differences = [
                Mismatch(path, entry.position, f"it after {other}", f"it before {other}")
            ]
        yield from differences
        correct = correct and not differences
        if _has_order(entry):
            moved = field.bit_offset - entry.bit_offset
            latest = max(order, latest)


def _has_order(entry: ClassField) -> bool:
    """Whether *entry* has a known place among the others, and can move later fields.

    Only entries of ``_fields_`` have an order. If an attribute such as ``pid = 5`` replaces the
    descriptor of an entry, we cannot know where the entry is.
    """
    return entry.position is not None and not entry.instead


def _moves(entries: list[ClassField], partners: list[int | None]) -> dict[int, str]:
    """How to move the fields of a class into the order of the members.

    Returns:
        The hint for each field to move, by the index of its member. There are as few of these
        fields as possible.
    """
    names = {
        order: entry.name
        for entry, order in zip(entries, partners, strict=True)
        if order is not None and _has_order(entry)
    }
    orders, in_order = list(names), sorted(names)
    if orders == in_order:
        return {}
    stay = _longest_increasing(orders)
    moves = {}
    for index, order in enumerate(in_order):
        if order not in stay:
            where = "after" if index else "before"
            neighbour = in_order[index - 1 if index else 1]
            moves[order] = f"move it {where} {names[neighbour]!r}"
    return moves


def _longest_increasing(numbers: list[int]) -> set[int]:
    """The longest increasing subsequence of *numbers*, which are all different."""
    lasts: list[int] = []  # for each length, the smallest last number of such a subsequence
    previous: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(lasts, number)
        previous[number] = lasts[length - 1] if length else None
        lasts[length : length + 1] = [number]
    found = set()
    last = lasts[-1] if lasts else None
    while last is not None:
        found.add(last)
        last = previous[last]
    return found


def _partners(entries: list[ClassField], layout: Aggregate) -> list[int | None]:
    """For each field of a class, the index of the member with the same name; else None."""
    orders = {field.c_name: order for order, field in enumerate(layout.fields)}
    orders |= {field.name: order for order, field in enumerate(layout.fields)}
    return [orders.pop(entry.name, None) for entry in entries]


def _partners_by_place(entries: list[ClassField], layout: Aggregate) -> list[int | None]:
    """For each field of a class, the index of the member that belongs to it; else None.

    If a member has the place of the field, that member belongs to it. Otherwise, the member with
    the name of the field belongs to it, if no other field already has that member.
    """
    free = dict(enumerate(layout.fields))
    partners: list[int | None] = []
    for entry in entries:
        order = _order_by_place(entry, free, layout)
        free.pop(-1 if order is None else order, None)
        partners.append(order)
    named = {field.name: order for order, field in free.items()}
    return [
        named.pop(entry.name, None) if order is None else order
        for entry, order in zip(entries, partners, strict=True)
    ]


def _order_by_place(entry: ClassField, free: dict[int, Field], layout: Aggregate) -> int | None:
    """The index of the member at the place of *entry*; None if there is none.

    *free* has the members that no field has yet, by index. If several of them are at this place, as
    in a union, the function prefers a member with the type of *entry*, and after that one with the
    size of *entry*.
    """
    if entry.instead or _is_padding(entry, layout):
        return None
    there = [order for order, field in free.items() if field.bit_offset == entry.bit_offset]

    def difference(order: int) -> tuple[bool, bool]:
        field = free[order]
        differs = any(True for _ in _compare_field(entry, field, layout, "", named=False))
        return differs, field.bit_size != entry.bit_size

    return min(there, key=difference) if there else None


def _surplus(
    entry: ClassField, layout: Aggregate, missing: set[int], path: str, *, named: bool
) -> Iterator[Mismatch]:
    """The mismatch of *entry*, a field without a partner.

    Padding has no mismatch, nor has a member whose type the BTF lacks.

    *missing* has the indices of members without a field. If one of these members has the place and
    type of *entry*, the field is that member under another name. This function then removes the
    index from *missing*.
    """
    if _is_padding(entry, layout) or _is_unreadable(entry, layout):
        return
    if entry.instead:
        yield Mismatch(path, entry.position, str(entry), "no member of that name")
        return
    there = _overlapped(layout, entry.bit_offset, entry.bit_offset + entry.bit_size)
    if there is None:
        past = entry.bit_offset >= 8 * layout.size
        expected = f"nothing after {layout.size} bytes" if past else "padding there"
        yield Mismatch(path, entry.position, str(entry), expected, "" if past else _PADDING)
        return
    field = layout.fields[there]
    hint = ""
    if there in missing and not list(_compare_field(entry, field, layout, path, named=named)):
        missing.remove(there)
        hint = f"rename it to {field.name!r}"
    elif is_struct_or_union(entry.cls) and _flattens(entry.cls, layout, missing):
        hint = f"name {entry.name!r} in _anonymous_"
    yield Mismatch(
        path, entry.position, str(entry), f"{field.c_name!r} there, {_member_text(field)}", hint
    )


def _is_padding(entry: ClassField, layout: Aggregate) -> bool:
    """Whether *entry* has a name with ``_`` in front, and covers only bytes that C leaves unused.

    In a union, padding overlaps the members, but must end after all of them.
    """
    if not entry.name.startswith("_"):
        return False
    end = entry.bit_offset + entry.bit_size
    if layout.keyword == "union":
        return all(end > field.bit_offset + field.bit_size for field in layout.fields)
    return _overlapped(layout, entry.bit_offset, end) is None


def _is_unreadable(entry: ClassField, layout: Aggregate) -> bool:
    """Whether *entry* is a member whose type the BTF lacks, such as an ``_Atomic`` member.

    The type of such a member cannot be checked. The function checks its name, its place and, in a
    struct, that the field covers no other member.
    """
    end = entry.bit_offset + entry.bit_size
    return any(
        entry.name in (member.name, member.c_name) and entry.bit_offset == member.bit_offset
        for member in layout.unreadable
    ) and (layout.keyword == "union" or _overlapped(layout, entry.bit_offset, end) is None)


def _flattens(cls: type, layout: Aggregate, missing: set[int]) -> bool:
    """Whether *cls* looks like an anonymous member: its fields have names of *missing* members."""
    names = {entry.name for entry in class_fields(cls, layout)}
    return bool(names) and names <= {layout.fields[order].name for order in missing}


def _overlapped(layout: Aggregate, start: int, end: int) -> int | None:
    """The index of the first member with bits between *start* and *end*; None if there is none."""
    for order, field in enumerate(layout.fields):
        if start < field.bit_offset + field.bit_size and field.bit_offset < end:
            return order
    return None


def _compare_field(
    entry: ClassField,
    field: Field,
    layout: Aggregate,
    path: str,
    hint: str = "",
    move: str = "",
    *,
    named: bool,
) -> Iterator[Mismatch]:
    """Differences between a field and a member of *layout*, and between the types of both.

    Args:
        entry: the field of the class.
        field: the member.
        layout: the layout that has the member.
        path: the name of the field in mismatches.
        hint: what to do if the field has the right type but is in the wrong place.
        move: how to correct the order, whatever the type of the field; empty if it is right.
        named: whether the fields of nested structs must have the names of the members.
    """
    if entry.instead:
        yield Mismatch(path, entry.position, str(entry), _member_text(field))
        return
    cls, ctype, brackets, same = _elements(entry.cls, field.ctype)
    inner: list[Mismatch] = []
    if is_struct_or_union(cls) and isinstance(ctype, Aggregate):
        inner = list(_compare_aggregate(cls, ctype, path + brackets, named=named))
        in_place = entry.bit_offset == field.bit_offset
    else:
        same = same and _is_same_type(entry, cls, field, ctype, swapped=layout.swapped)
        in_place = (entry.bit_offset, entry.bit_size) == (field.bit_offset, field.bit_size)
    if not (same and in_place):
        if not same:
            is_bool_bitfield = field.bitfield_size is not None and is_boolean(field.ctype)
            hint = _BOOL if is_bool_bitfield and is_bool(entry.cls) else move
        yield Mismatch(path, entry.position, str(entry), _member_text(field), hint)
    for mismatch in inner:
        yield mismatch._replace(position=entry.position)


def _elements(cls: Any, ctype: CType) -> tuple[Any, CType, str, bool]:
    """The element types of two arrays, which can have several dimensions.

    Returns:
        The element of *cls*, the element of *ctype*, ``[]`` for each dimension as text, and whether
        all lengths are equal. For types that are no arrays: *cls*, *ctype*, ``""`` and True.
    """
    brackets, same = "", True
    while is_array(cls) and isinstance(ctype, ArrayOf):
        same = same and cls._length_ == ctype.length
        cls, ctype, brackets = cls._type_, ctype.element, brackets + "[]"
    return cls, ctype, brackets, same


def _is_same_type(
    entry: ClassField, cls: Any, field: Field, ctype: CType, *, swapped: bool
) -> bool:
    """Whether *cls* is a correct class for the type *ctype*.

    Args:
        entry: the field of the class.
        cls: the class of the field, or of the elements if it is an array.
        field: the member.
        ctype: the shape of the member, or of the elements if it is an array.
        swapped: whether the target's byte order differs from this machine's.
    """
    if entry.ctype is not None:
        return _is_same_shape(entry.ctype, field.ctype)
    if field.bitfield_size is not None:
        return _is_same_bitfield(entry, ctype, swapped=swapped)
    if entry.bitfield:
        # A class may declare a u8 as the bitfield ("x", c_uint8, 8), which has the same values. No
        # bitfield has the values of a whole bool or float.
        whole = isinstance(ctype, Scalar) and ctype.python in ("bool", "float")
        return not whole and _is_same_bitfield(entry, ctype, swapped=swapped)
    return _accepts(cls, ctype)


def _is_same_shape(found: CType, expected: CType) -> bool:
    """Whether *found*, the shape of a field of a generated class, is the same as *expected*.

    The two shapes may come from different BTF, so their type ids may differ.
    """
    if isinstance(found, Aggregate) and isinstance(expected, Aggregate):
        return signature(found) == signature(expected)
    if isinstance(found, ArrayOf) and isinstance(expected, ArrayOf):
        return found.length == expected.length and _is_same_shape(found.element, expected.element)
    if isinstance(found, Scalar) and isinstance(expected, Scalar):
        # Signed and unsigned chars have the same ctypes class, and so do an enum and its integer.
        return (found.ctype, found.swapped) == (expected.ctype, expected.swapped)
    return found == expected


def _is_same_bitfield(entry: ClassField, expected: CType, *, swapped: bool) -> bool:
    """Whether the bitfield *entry* has the values of a C bitfield of the type *expected*.

    If the bitfield lies in more than one byte, its class must have the target's byte order. We
    cannot compare with the byte order of *expected*: a ``u8`` has none, but a bitfield of the type
    ``u8`` can lie in two bytes.
    """
    scalar = scalar_of(entry.cls)
    if scalar is None or scalar.python != "int" or not isinstance(expected, Scalar | Wide):
        return False
    last_bit = entry.bit_offset + entry.bit_size - 1
    in_one_byte = entry.bit_offset // 8 == last_bit // 8
    if scalar.swapped != swapped and not in_one_byte:
        return False
    if isinstance(expected, Scalar) and expected.enum:
        return True
    return scalar.signed == expected.signed


def _accepts(cls: Any, expected: CType) -> bool:
    """Whether *cls* can stand for *expected*.

    A pointer can be a ``c_void_p``, a ``POINTER(x)`` or an unsigned integer of its size.
    """
    if isinstance(expected, Wide):
        return is_array(cls) and ctypes.sizeof(cls) == expected.size and _is_of_integers(cls)
    scalar = scalar_of(cls)
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


def _is_of_integers(cls: Any) -> bool:
    while is_array(cls):
        cls = cls._type_
    scalar = scalar_of(cls)
    return scalar is not None and scalar.python == "int"


def _place_hint(
    entry: ClassField, field: Field, layout: Aggregate, *, moved: int, in_step: bool, correct: bool
) -> str:
    """How to move *entry* to the place of *field*; empty if that is not clear.

    Args:
        entry: the field of the class.
        field: the member.
        layout: the layout that has the member.
        moved: how many bits too early the previous field is. The hint for the previous field
            already corrects this.
        in_step: whether the fields before *entry* are the members before *field*, in their order.
            Otherwise they can be the reason why *entry* is in the wrong place.
        correct: whether no field before *entry* has a mismatch.
    """
    gap = field.bit_offset - entry.bit_offset - moved
    written = entry.cls is not None and entry.position is not None
    if not gap or not written or entry.bit_size != field.bit_size:
        return ""
    alignment = alignment_of(entry.cls)
    if not entry.bitfield and field.bit_offset // 8 % alignment:
        return _PACK
    start = field.bit_offset - gap
    # In front of a bitfield, padding helps only if ctypes then begins with a new integer.
    whole = gap > 0 and gap % 8 == 0 and field.bit_offset % (8 * alignment) == 0
    if in_step and whole and _overlapped(layout, start, field.bit_offset) is None:
        return f"put ('_pad{start // 8}', c_uint8 * {gap // 8}) before it"
    return _BITS if entry.bitfield and in_step and correct else ""


def _size_hint(cls: Any, layout: Aggregate) -> str:
    """What to change in a class that has the right fields but the wrong size."""
    if layout.size % alignment_of(cls):
        return _ALIGN if is_over_aligned(cls) else _PACK
    size = ctypes.sizeof(cls)
    end = max((field.bit_offset + field.bit_size for field in layout.fields), default=0)
    # If a class has several bases, its size covers only the first base, and fields of the other
    # bases can end later. Padding does not correct that, so there is no hint.
    if size > layout.size or 8 * size < end:
        return ""
    if layout.keyword == "union":
        return f"add ('_pad', c_uint8 * {layout.size})"
    return f"end it with ('_pad{size}', c_uint8 * {layout.size - size})"


def _member_text(field: Field) -> str:
    """The type and place of a member."""
    bitfield = field.bitfield_size is not None
    return field_text(text_of(field.ctype), field.bit_offset, field.bit_size, bitfield=bitfield)
