"""Python stub text, one writer for each thing that a stub declares.

Annotations in a class see its fields before the names of the module. Where a field is called like
a class or a built-in type that the class refers to, both get a second name, with an underscore.
"""

from __future__ import annotations

import builtins
from operator import attrgetter
from typing import Any

from btf_typing._layout import identifiers
from btf_typing._layout.shape import Aggregate, Field
from btf_typing._text.c_names import CText, printable
from btf_typing.btf import Btf
from btf_typing.model import AnyEnum

from .annotations import SPELT, Speller
from .contents import Contents, Records, Refused, in_dependency_order, inside
from .docstrings import Docstrings
from .lines import WIDTH, annotated, assignment, class_header, clip, import_statement, wrapped
from .names import RESERVED, Names

_RECORDS = "btf_typing.records"
_HOMES = {
    "IntEnum": "enum",
    "TypeAlias": "typing",
    "Struct": _RECORDS,
    "Union": _RECORDS,
    "_Array": _RECORDS,
    "_ArrayField": _RECORDS,
    "_ArrayValue": _RECORDS,
    "_CField": _RECORDS,
    "_NestedField": _RECORDS,
    "_PointerField": _RECORDS,
    "_RecordField": _RECORDS,
}
"""Where a stub imports its names from; ``ctypes`` is imported whole, the others are built in."""

_NAME = attrgetter("name")

_BUILT_IN = frozenset(dir(builtins))

_MOST_IN_A_LINE = 4
"""Parameters that fit into one line, with names and types of one letter each."""

_PYRIGHT_LIMIT = 20_000
_PYRIGHT_NOTE = """\
# pyright calls a file of this size too complex; it understands the classes all the same.
# pyright: reportGeneralTypeIssues=false
"""


class Writer:
    """Writes the body of one stub.

    Args:
        btf: the types.
        names: what they are called.
    """

    def __init__(self, btf: Btf[Any], names: Names) -> None:
        self._layouts = btf.layouts
        self._table = btf.table
        self._names = names
        self._c = CText(btf.table)
        self._docstrings = Docstrings(names, self._c)
        self._used: set[str] = set()
        self._speller = Speller(btf.table, names, self._used)
        self._hidden: dict[str, str] = {}
        self._outer: frozenset[str] = SPELT

    def write(self, contents: Contents) -> str:
        """All of it, imports first."""
        self._outer = SPELT.union([name for name, _ in contents.records])
        enums = [self._enum(*enum) for enum in contents.enums]
        early, late = _apart(contents.records)
        first = [self._record(*record) for record in early]
        records = [self._record(*record) for record in (*late, *contents.sections)]
        aliases = [self._alias(*alias) for alias in contents.aliases]
        refusals = [self._refusal(refused) for refused in contents.refused]
        blocks = [*first, self._hidden_classes(), *enums, *records]
        blocks += ["".join(aliases), "".join(refusals)]
        note = _PYRIGHT_NOTE if _names_in(contents) > _PYRIGHT_LIMIT else ""
        return note + "\n".join(filter(None, [self._imports(), *blocks]))

    def _imports(self) -> str:
        """Imports of what was used, and other names of what fields hide."""
        lines = ["import ctypes\n"] if "ctypes" in self._used else []
        homes: dict[str, list[str]] = {}
        for name in sorted(self._used & _HOMES.keys()):
            homes.setdefault(_HOMES[name], []).append(name)
        second: dict[str, list[str]] = {}
        for name, other in sorted(self._hidden.items()):
            if name == "ctypes":
                lines.append(f"import ctypes as {other}\n")
            elif name in RESERVED:
                home = _HOMES.get(name, "builtins")
                second.setdefault(home, []).append(f"from {home} import {name} as {other}\n")
        for home in sorted(homes.keys() | second.keys(), key=lambda home: (home == _RECORDS, home)):
            if home == _RECORDS and lines:
                lines.append("\n")
            if home in homes:
                lines.append(import_statement(home, homes[home]))
            lines += second.get(home, [])
        return "".join(lines)

    def _hidden_classes(self) -> str:
        """A second name for each class that a field of the same name hides from its own class."""
        hidden = [pair for pair in sorted(self._hidden.items()) if pair[0] not in RESERVED]
        if not hidden:
            return ""
        self._used.add("TypeAlias")
        lines = [assignment(f"{other}: TypeAlias =", name) for name, other in hidden]
        return "".join(["# For classes in which a field has this name.\n", *lines])

    def _record(self, name: str, layout: Aggregate) -> str:
        names = set(map(_NAME, layout.fields))
        speller = self._speller_beside(names, layout)
        base = "Union" if layout.keyword == "union" else "Struct"
        self._used.add(base)
        header = f'{class_header(name, base)}    """{self._docstrings.of_record(layout)}"""\n\n'
        lines, params = [], []
        spelt = speller.fields(layout.fields)
        for field, (descriptor, value, c) in zip(layout.fields, spelt, strict=True):
            name, _, bit_offset, _, bitfield_size, _, _, _, _ = field
            place = bit_offset >> 3 if bitfield_size is None else _place(field)
            line = f"    {name}: {descriptor}  # {place}: {c}\n"
            if len(line) > WIDTH or not line.isascii():
                line = annotated(f"    {name}: ", descriptor, f"{place}: {c}")
            lines.append(line)
            params.append(f"{name}: {value}")
        if params:
            lines.append("\n")
        return f"{header}{''.join(lines)}{_init(names, params)}"

    def _speller_beside(self, names: set[str], layout: Aggregate) -> Speller:
        """What spells annotations in the class of *layout*, where fields hide outer *names*."""
        if not names & self._outer:
            return self._speller
        outer = {self._names.of(inner.type_id) for inner in inside(layout)}
        hidden = names & (SPELT | outer)
        if not hidden:
            return self._speller
        return Speller(self._table, self._names, self._used, hidden, self._other_name)

    def _other_name(self, name: str) -> str:
        other = self._hidden.get(name)
        if other is None:
            other = self._hidden[name] = self._names.take(f"_{name}")
        return other

    def _enum(self, name: str, enum: AnyEnum) -> str:
        self._used.add("IntEnum")
        members = identifiers.enum_members(enum.enumerators)
        # mypy calls an enum without public members a mistake, which here it is not.
        pragma = "" if any(map(_is_public, members)) else "  # type: ignore[misc]"
        lines = [
            class_header(name, "IntEnum", pragma),
            f'    """{self._docstrings.of_enum(enum)}"""\n',
        ]
        if members:
            lines.append("\n")
        for member, value in members.items():
            if _is_public(member):
                line = f"    {member} = {value}\n"
                fits = len(line) <= WIDTH and line.isascii()
                lines.append(line if fits else assignment(f"    {member} =", str(value)))
            else:
                own = self._other_name(name) if name in members else name
                lines.append(annotated(f"    {member}: ", own, str(value)))
        return "".join(lines)

    def _alias(self, name: str, type_id: int) -> str:
        self._used.add("TypeAlias")
        comment = self._c.type_name(type_id)
        target = self._names.of(type_id)
        if target is None:
            target = self._speller.ctype(self._layouts.ctype(type_id))
        return assignment(f"{name}: TypeAlias =", target, comment)

    def _refusal(self, refused: Refused) -> str:
        c_name = self._c.type_name(refused.type_id)
        safe = printable(refused.reason).replace("#", "?")  # a second # could begin a pragma
        return f"# No class for {c_name}: {clip(safe)}\n"


def _names_in(contents: Contents) -> int:
    """How many names the stub will bind, about: each field is a parameter too."""
    fields = sum([len(layout.fields) for _, layout in contents.records])
    enumerators = sum([len(enum.enumerators) for _, enum in contents.enums])
    return 2 * fields + enumerators + 4 * len(contents.records) + len(contents.aliases)


def _apart(records: Records) -> tuple[Records, Records]:
    """*records* that are called like something built in, and the others.

    mypy takes the name of a class that is still to come for what is built in, if anything is.
    """
    early = [record for record in records if record[0] in _BUILT_IN]
    late = [record for record in records if record[0] not in _BUILT_IN]
    return in_dependency_order(early), late


def _is_public(member: str) -> bool:
    """Whether checkers take a name in the body of an enum for that of a member."""
    return not member.startswith("_") or not (member.startswith("__") or member.endswith("_"))


def _place(field: Field) -> str:
    """Where the bitfield *field* is, as its comment begins."""
    offset, bit = divmod(field.bit_offset, 8)
    if field.bit_size == 1:
        return f"{offset}, bit {bit}"
    return f"{offset}, bits {bit}-{bit + field.bit_size - 1}"


def _init(names: set[str], params: list[str]) -> str:
    """The constructor: each of *params*, a name and its type, is an optional keyword."""
    self = "self"
    while self in names:
        self = f"_{self}"
    if not params:
        return f"    def __init__({self}) -> None: ...\n"
    if len(params) <= _MOST_IN_A_LINE:
        line = f"    def __init__({self}, *, {' = ..., '.join(params)} = ...) -> None: ..."
        if len(line) <= WIDTH and line.isascii():
            return line + "\n"
    text = "        " + " = ...,\n        ".join(params) + " = ...,\n"
    if max(map(len, params)) > WIDTH - len("         = ...,") or not text.isascii():
        text = "".join([f"{_broken(param)},\n" for param in params])
    return f"    def __init__(\n        {self},\n        *,\n{text}    ) -> None: ...\n"


def _broken(param: str) -> str:
    """*param* on lines of its own, but for the comma after it."""
    name, _, value = param.partition(": ")
    return wrapped(f"        {name}: ", value, " = ...,", "        ").removesuffix(",")
