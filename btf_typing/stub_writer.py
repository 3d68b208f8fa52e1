"""Python stub text, one writer for each thing that a stub declares.

Lines are broken where ruff and Black break them, at 88 columns, and what is broken ends in a
comma where Python allows one, so that formatters leave a stub alone at greater widths too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import _names
from .annotations import Speller
from .btf import Btf
from .ctext import CText, clean, printable
from .shape import Aggregate, ArrayOf, Field
from .stub_contents import Contents, EnumType, Refused
from .stub_names import RESERVED, Names

_WIDTH = 88
_LONGEST_COMMENT = 160

_RECORDS = "btf_typing.records"
_HOMES = {
    "_CField": "_ctypes",
    "IntEnum": "enum",
    "TypeAlias": "typing",
    "Struct": _RECORDS,
    "Union": _RECORDS,
    "_ArrayField": _RECORDS,
    "_ArrayValue": _RECORDS,
    "_PointerField": _RECORDS,
    "_RecordField": _RECORDS,
}
"""Where a stub imports its names from; ``ctypes`` is imported whole, the others are built in."""


class Writer:
    """Writes the body of one stub.

    Args:
        btf: the types.
        names: what they are called.
    """

    def __init__(self, btf: Btf[Any], names: Names) -> None:
        self._layouts = btf.layouts
        self._names = names
        self._c = CText(btf.table)
        self._speller = Speller(names, self._c)
        self._used: set[str] = set()
        self._hidden: dict[str, str] = {}

    def write(self, contents: Contents) -> str:
        """All of it, imports first."""
        blocks = [self._enum(name, enum) for name, enum in contents.enums]
        blocks += [self._record(name, layout) for name, layout in contents.records]
        if contents.aliases:
            blocks.append("".join([self._alias(*alias) for alias in contents.aliases]))
        if contents.refused:
            blocks.append("".join([self._refusal(refused) for refused in contents.refused]))
        return "\n".join([self._imports(), *blocks])

    def _imports(self) -> str:
        """Imports of what was used, and the other names of what fields hide."""
        hidden = self._hidden_names()
        self._used |= self._speller.used
        lines = ["import ctypes\n"] if "ctypes" in self._used else []
        homes: dict[str, list[str]] = {}
        for name in sorted(self._used - {"ctypes"}):
            if name in _HOMES:
                homes.setdefault(_HOMES[name], []).append(name)
        ours = homes.pop(_RECORDS, [])
        lines += [_import(home, homes[home]) for home in sorted(homes)]
        lines += ["\n" if lines else "", _import(_RECORDS, ours)] if ours else []
        return "".join([*lines, "\n" if lines and hidden else "", hidden])

    def _hidden_names(self) -> str:
        """A second name for each name that a field of the same name hides from its class."""
        lines = []
        for name, other in sorted(self._hidden.items()):
            if name == "ctypes":
                lines.append(f"import ctypes as {other}\n")
            elif name in RESERVED:
                lines.append(f"from {_HOMES.get(name, 'builtins')} import {name} as {other}\n")
            else:
                self._used.add("TypeAlias")
                lines.append(f"{other}: TypeAlias = {name}  # where a field is called so\n")
        return "".join(lines)

    def _record(self, name: str, layout: Aggregate) -> str:
        names = {field.name for field in layout.fields}
        speller = self._speller_beside(names, layout)
        base = "Union" if layout.keyword == "union" else "Struct"
        self._used.add(base)
        lines = [f"class {name}({base}):\n", f'    """{self._title(layout)}"""\n\n']
        values = []
        for field in layout.fields:
            spelling = speller.field(field)
            lines.append(
                _line(f"    {field.name}: ", spelling.descriptor, f"{_place(field)}{spelling.c}")
            )
            values.append((field.name, spelling.value))
        if values:
            lines.append("\n")
        lines.append(_init(names, values))
        return "".join(lines)

    def _speller_beside(self, names: set[str], layout: Aggregate) -> Speller:
        """What spells annotations in the class of *layout*, where fields hide outer *names*."""
        outer = {self._names.of(type_id) for type_id in _nested(layout)}
        hidden = names & (RESERVED | outer)
        if not hidden:
            return self._speller
        speller = Speller(self._names, self._c, {name: self._other_name(name) for name in hidden})
        speller.used = self._used
        return speller

    def _other_name(self, name: str) -> str:
        other = self._hidden.get(name)
        if other is None:
            other = self._hidden[name] = self._names.take(f"_{name}")
        return other

    def _title(self, layout: Aggregate) -> str:
        """What C says of a struct or union as a whole."""
        c_name = self._c.type_name(layout.type_id)
        typedef = "" if layout.name else self._names.typedef_of(layout.type_id)
        facts = [f"typedef {c_name} {clean(typedef)}" if typedef else c_name]
        facts.append(f"{layout.size} byte{'' if layout.size == 1 else 's'}")
        if layout.packed:
            facts.append("packed")
        return ", ".join(facts)

    def _enum(self, name: str, enum: EnumType) -> str:
        self._used.add("IntEnum")
        c_name = self._c.type_name(enum.id)
        typedef = "" if enum.name else self._names.typedef_of(enum.id)
        c_name = f"typedef {c_name} {clean(typedef)}" if typedef else c_name
        lines = [f"class {name}(IntEnum):\n", f'    """{c_name}, {enum.size} bytes"""\n']
        taken: dict[str, int] = {}
        for enumerator in enum.enumerators:
            taken[_names.enumerator_name(enumerator.name, taken)] = enumerator.value
        own = self._other_name(name) if name in taken else name
        if taken:
            lines.append("\n")
        for member, value in taken.items():
            # Checkers take a name with two underscores for a private one, and no member.
            private = member.startswith("__")
            lines.append(
                f"    {member}" + (f": {own}  # {value}\n" if private else f" = {value}\n")
            )
        return "".join(lines)

    def _alias(self, name: str, type_id: int) -> str:
        self._used.add("TypeAlias")
        target = self._names.of(type_id) or self._speller.ctype(self._layouts.ctype(type_id))
        return _line(f"{name}: TypeAlias = ", target, self._c.type_name(type_id))

    def _refusal(self, refused: Refused) -> str:
        c_name = self._c.type_name(refused.type_id)
        return f"# No class for {c_name}: {_clip(printable(refused.reason))}\n"


def _import(home: str, names: list[str]) -> str:
    line = f"from {home} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        return line + "\n"
    return "".join([f"from {home} import (\n", *[f"    {name},\n" for name in names], ")\n"])


def _nested(layout: Aggregate) -> set[int]:
    """The structs and unions that fields of *layout* are of, or are arrays of."""
    found = set()
    for field in layout.fields:
        ctype = field.ctype
        while isinstance(ctype, ArrayOf):
            ctype = ctype.element
        if isinstance(ctype, Aggregate):
            found.add(ctype.type_id)
    return found


def _place(field: Field) -> str:
    """Where *field* is, as its comment begins."""
    offset, bit = divmod(field.bit_offset, 8)
    if field.bitfield_size is None:
        return f"{offset}: "
    if field.bit_size == 1:
        return f"{offset}, bit {bit}: "
    return f"{offset}, bits {bit}-{bit + field.bit_size - 1}: "


def _line(start: str, annotation: str, comment: str) -> str:
    """One declaration; its *comment* goes above where there is no room for it."""
    line = f"{start}{annotation}  # {comment}"
    if len(line) <= _WIDTH and line.isascii():
        return line + "\n"
    indent = start[: len(start) - len(start.lstrip())]
    broken = _broken(start, annotation, "", indent)
    return f"{indent}# {_clip(comment)}\n{broken}\n"


def _broken(start: str, annotation: str, end: str, indent: str) -> str:
    """A line of *start*, *annotation* and *end*, broken at the brackets if it is too long."""
    line = f"{start}{annotation}{end}"
    if _width(line) <= _WIDTH or not annotation.endswith("]"):
        return line
    head, _, inside = annotation[:-1].partition("[")
    inner = indent + "    "
    parts = list(_parts(inside))
    comma = "," if len(parts) > 1 else ""
    lines = [_broken(inner, part, comma, inner) for part in parts]
    return "\n".join([f"{start}{head}[", *lines, f"{indent}]{end}"])


def _parts(inside: str) -> Iterator[str]:
    """What commas separate in *inside*, brackets kept whole."""
    depth = start = 0
    for at, character in enumerate(inside):
        depth += (character == "[") - (character == "]")
        if character == "," and not depth:
            yield inside[start:at]
            start = at + 2
    yield inside[start:]


def _init(names: set[str], values: list[tuple[str, str]]) -> str:
    """The constructor: every name an optional keyword."""
    self = "self"
    while self in names:
        self += "_"
    if not values:
        return f"    def __init__({self}) -> None: ...\n"
    params = ", ".join([f"{name}: {value} = ..." for name, value in values])
    line = f"    def __init__({self}, *, {params}) -> None: ..."
    if len(line) <= _WIDTH and line.isascii():
        return line + "\n"
    lines = [_broken(f"        {name}: ", value, " = ...,", "        ") for name, value in values]
    return "\n".join(
        ["    def __init__(", f"        {self},", "        *,", *lines, "    ) -> None: ...\n"]
    )


def _width(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode("utf-8"))


def _clip(comment: str) -> str:
    return comment if len(comment) <= _LONGEST_COMMENT else f"{comment[:_LONGEST_COMMENT]}..."
