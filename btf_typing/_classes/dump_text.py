"""`dump`: an instance as text with a line for each field, and as a hexdump with field names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import cycle, pairwise

from btf_typing._colors import DIM, painted, wanted
from btf_typing._layout.shape import (
    POINTER,
    Aggregate,
    ArrayOf,
    CType,
    Field,
    Scalar,
    element_of,
)
from btf_typing._lazy import LazyModule
from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple

from .flexible_arrays import flexible_ends
from .instances import added_names, bytes_of, require_instance
from .plain_values import asdict
from .runtime_classes import layout_of

if TYPE_CHECKING:
    import typing

    from .generated import Classes
    from .runtime_classes import RuntimeClasses
else:
    typing = LazyModule("typing")

_SHOWN_ELEMENTS = 16
"""Largest number of elements to show of an array. Arrays of bytes have a limit of their own."""

_SHOWN_BYTES = 64
"""Largest number of bytes to show of an array of bytes. The hexdump shows all bytes."""

_BYTE = Scalar("c_uint8", "int", 1, signed=False, swapped=False)

_ROW = 16
"""Bytes in a row of hexadecimal digits."""

_SHOWN_NAMES = 4
"""Largest number of field names in a row of the hexdump. Fields of a union share a row."""

_HEX_NAMES = ("flags", "mask", "addr", "ptr", "cookie", "magic")
"""Unsigned integers are shown in hexadecimal if the field's name contains one of these words."""

_ADDRESS = 1 << 48
"""`dump` shows unsigned integers from this value on in hexadecimal: they are rarely counts."""

_TITLE, _NAME = "\x1b[1m", "\x1b[36m"
_COLORS = ("\x1b[32m", "\x1b[33m", "\x1b[34m", "\x1b[35m", "\x1b[36m")


def dump(
    instance: object,
    *,
    zeros: bool = True,
    hexdump: bool = False,
    file: typing.TextIO | None = None,
) -> None:
    """Print an *instance*, with a line for each field.

    Pointers and arrays of bytes are in hexadecimal. Unsigned integers are, too, if they are very
    large or if their names suggest flags, masks or addresses. Enum values show their names. The
    output is coloured on a terminal. The environment variables ``NO_COLOR`` and ``FORCE_COLOR``
    turn colours off and on.

    Args:
        instance: an instance of a class that ``btf.struct()`` or ``btf.union()`` returned, or of a
            class in a module that ``btf-stubs --runtime`` wrote, or the result of `from_record`.
        zeros: whether to print fields that are zero.
        hexdump: whether to print the bytes, too, with the fields that each byte belongs to.
        file: the stream to print to; by default, ``sys.stdout``.

    Raises:
        TypeError: *instance* is none of these.

    Examples:
        >>> from btf_typing import dump
        >>> dump(ExecEvent(pid=7, comm=b"sh", kind=1), zeros=False)
        exec_event, 128 bytes
          pid_tgid  30064771072
          pid       7
          comm      "sh"
          kind      EXEC_RELATIVE (1)
    """
    stream = file or sys.stdout
    text = dump_text(instance, zeros=zeros, hexdump=hexdump, colored=wanted(stream))
    stream.write(text)


def dump_text(instance: object, *, zeros: bool, hexdump: bool, colored: bool) -> str:
    """The text that `dump` prints.

    Args:
        instance: as for `dump`.
        zeros: as for `dump`.
        hexdump: as for `dump`.
        colored: whether to colour the text with escape sequences.

    Raises:
        TypeError: as for `dump`.
    """
    require_instance(instance)
    cls = type(instance)
    layout, classes = layout_of(cls)
    data = bytes_of(instance)
    paint = _Paint(colored)
    lines = [paint(_TITLE, f"{cls.__name__}, {len(data)} byte{'' if len(data) == 1 else 's'}")]
    lines += _Fields(layout, classes, paint, zeros=zeros).lines(instance)
    if hexdump:
        lines += ["", *_hexdump(instance, layout, data, paint)]
    return "".join([f"{line}\n" for line in lines])


class _Paint(NamedTuple):
    """Colours text, or leaves it as it is."""

    colored: bool

    def __call__(self, color: str, text: str) -> str:
        return painted(text, color) if self.colored else text


class _Fields:
    """Lines for the fields of an instance.

    Args:
        layout: layout of the instance's class.
        classes: knows the names of enum values.
        paint: colours the lines.
        zeros: whether fields that are zero have lines.
    """

    def __init__(
        self,
        layout: Aggregate,
        classes: Classes | RuntimeClasses,
        paint: _Paint,
        *,
        zeros: bool,
    ) -> None:
        self._layout = layout
        self._classes = classes
        self._paint = paint
        self._zeros = zeros

    def lines(self, instance: object) -> list[str]:
        """All lines, indented by two spaces."""
        values = asdict(instance)
        lines = [*self._aggregate(self._layout, values, "  ")]
        added = added_names(type(instance))
        lines += [self._line("  ", name, 0, repr(values[name])) for name in added]
        return lines or [self._paint(DIM, "  all fields are zero")]

    def _line(self, indent: str, name: str, width: int, text: str) -> str:
        padding = " " * (width - len(name)) if text else ""
        return f"{indent}{self._paint(_NAME, name)}{padding}{'  ' if text else ''}{text}"

    def _aggregate(
        self, layout: Aggregate, values: dict[str, typing.Any], indent: str
    ) -> Iterator[str]:
        shown = [f for f in layout.fields if self._zeros or not _is_zero(values[f.name])]
        width = max((len(f.name) for f in shown if not _has_lines(f.ctype)), default=0)
        for field in shown:
            yield from self._field(
                field, field.ctype, field.name, values[field.name], indent, width
            )

    def _field(
        self, field: Field, ctype: CType, name: str, value: typing.Any, indent: str, width: int
    ) -> Iterator[str]:
        """The lines for *name* and *value*.

        *value* is the value of *field*, or of an element of *field*.
        """
        if isinstance(ctype, Aggregate):
            yield self._line(indent, name, 0, "")
            yield from self._aggregate(ctype, value, f"{indent}  ")
        elif isinstance(ctype, ArrayOf) and _has_lines(ctype):
            for index, element in enumerate(value[:_SHOWN_ELEMENTS]):
                if self._zeros or not _is_zero(element):
                    inner = f"{name}[{index}]"
                    yield from self._field(field, ctype.element, inner, element, indent, width)
            if len(value) > _SHOWN_ELEMENTS:
                yield self._line(indent, f"{name}[...]", 0, f"{len(value)} in all")
        else:
            first, *others = self._texts(field, ctype, value)
            yield self._line(indent, name, width, first)
            for text in others:
                yield f"{indent}{' ' * width}  {text}"

    def _texts(self, field: Field, ctype: CType, value: typing.Any) -> list[str]:
        """The text of *value*, in several lines if it is an array of many bytes."""
        element = ctype.element if isinstance(ctype, ArrayOf) else None
        if element != _BYTE:
            return [self._text(field, ctype, value)]
        shown = bytes(value[:_SHOWN_BYTES])
        rows = [shown[at : at + _ROW].hex(" ") for at in range(0, len(shown), _ROW)]
        if len(value) > _SHOWN_BYTES:
            rows.append(f"... {len(value)} in all")
        return rows or ["[]"]

    def _text(self, field: Field, ctype: CType, value: typing.Any) -> str:
        if isinstance(value, list):
            element = ctype.element if isinstance(ctype, ArrayOf) else ctype
            texts = [self._text(field, element, each) for each in value[:_SHOWN_ELEMENTS]]
            if len(value) > _SHOWN_ELEMENTS:
                texts.append(f"... {len(value)} in all")
            return f"[{', '.join(texts)}]"
        if isinstance(value, bytes):
            return _quoted(value)
        if ctype == POINTER:
            return f"{value:#x}" if value else "NULL"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(ctype, Scalar) and ctype.enum:
            name = self._classes.enum_names(field).get(value)
            return f"{name} ({value})" if name else str(value)
        if isinstance(value, int) and _is_hexadecimal(field, ctype, value):
            return f"{value:#x}"
        return str(value)


def _is_zero(value: typing.Any) -> bool:
    """Whether a value of `asdict` is zero."""
    if isinstance(value, dict):
        return all(map(_is_zero, value.values()))
    if isinstance(value, list):
        return all(map(_is_zero, value))
    return not (value.strip(b"\0") if isinstance(value, bytes) else value)


def _has_lines(ctype: CType) -> bool:
    """Whether a value of the type *ctype* needs several lines.

    Structs, unions, and arrays of structs or unions do.
    """
    return isinstance(element_of(ctype), Aggregate)


def _is_hexadecimal(field: Field, ctype: CType, value: int) -> bool:
    """Whether an integer is more likely to be flags or an address than a count."""
    if getattr(ctype, "signed", True):
        return False
    named = any(part in field.c_name.lower() for part in _HEX_NAMES)
    return named or value >= _ADDRESS


def _quoted(text: bytes) -> str:
    """*text* as a string literal without control characters."""
    decoded = text.decode("utf-8", "backslashreplace")
    shown = [c if c.isprintable() else c.encode("unicode_escape").decode() for c in decoded]
    return f'"{"".join(shown)}"'


class _Part(NamedTuple):
    """The bytes of one field in a hexdump. A struct has no part of its own, but its fields do.

    Attributes:
        start: offset of the first byte of the field.
        end: offset of the byte after the field.
        name: the names of the outer structs and of the field, such as ``points[1].x``.
    """

    start: int
    end: int
    name: str


def _parts(layout: Aggregate, prefix: str, start: int, ends: dict[str, int]) -> Iterator[_Part]:
    """The fields of *layout*, which begins at the byte *start*.

    Args:
        layout: a struct or union.
        prefix: text before the names of the fields.
        start: offset of *layout* in bytes.
        ends: offsets in bytes where flexible arrays end, by name.
    """
    for field in layout.fields:
        first = start + field.bit_offset // 8
        end = start + -(-(field.bit_offset + field.bit_size) // 8)
        ctype = field.ctype
        if field.name in ends:
            end = ends[field.name]
            count = (end - first) // max(getattr(ctype, "element", ctype).size, 1)
            ctype = ctype._replace(length=count) if isinstance(ctype, ArrayOf) else ctype
        yield from _part(ctype, f"{prefix}{field.name}", first, end)


def _part(ctype: CType, name: str, start: int, end: int) -> Iterator[_Part]:
    if isinstance(ctype, Aggregate):
        yield from _parts(ctype, f"{name}.", start, {})
    elif isinstance(ctype, ArrayOf) and _has_lines(ctype):
        size = ctype.element.size
        for index in range(ctype.length if size else 0):
            first = start + size * index
            yield from _part(ctype.element, f"{name}[{index}]", first, first + size)
    elif start < end:
        yield _Part(start, end, name)


def _hexdump(instance: typing.Any, layout: Aggregate, data: bytes, paint: _Paint) -> Iterator[str]:
    """Rows of the *data* of an *instance*. A new row starts where a field begins or ends."""
    colors = cycle(_COLORS)
    parts = [*_parts(layout, "", 0, flexible_ends(instance))]
    for start, end, label in _segments(parts, len(data)):
        color = next(colors) if label else DIM
        before, starred = b"", False
        for at in range(start, end, _ROW):
            row = data[at : min(at + _ROW, end)]
            if row == before and at + _ROW < end:  # the command hexdump prints * for equal rows
                if not starred:
                    yield paint(DIM, "*")
                starred = True
                continue
            before, starred = row, False
            digits = row.hex(" ").ljust(3 * _ROW - 1)
            text = "".join([chr(c) if 0x20 <= c < 0x7F else "." for c in row])  # noqa: PLR2004
            yield (
                f"{at:08x}  {paint(color, digits)}  {paint(color, text.ljust(_ROW))}"
                f"  {paint(color, label or '(padding)')}"
            )


def _segments(parts: list[_Part], size: int) -> Iterator[tuple[int, int, str]]:
    """Ranges of bytes that belong to the same fields: start, end, and the names of the fields.

    Args:
        parts: all fields, which can overlap.
        size: number of bytes in the instance.
    """
    starts: dict[int, list[str]] = {}
    stops: dict[int, list[str]] = {}
    for part in parts:
        starts.setdefault(part.start, []).append(part.name)
        stops.setdefault(part.end, []).append(part.name)
    here: dict[str, None] = {}
    edges = sorted({0, size, *starts, *stops})
    for start, end in pairwise(edges):
        for name in stops.get(start, []):
            here.pop(name, None)
        here.update(dict.fromkeys(starts.get(start, [])))
        names = [name for name, _ in zip(here, range(_SHOWN_NAMES), strict=False)]
        if len(here) > _SHOWN_NAMES:
            names.append(f"and {len(here) - _SHOWN_NAMES} more")
        if start < size:
            yield start, min(end, size), ", ".join(names)
