"""The text of a stub, with one method for each thing that a stub declares.

In a class, the name of a field hides the same name in the module. For example, a struct may have a
field called ``int``, while its annotations need the type ``int``. The stub then gives the type a
second name, ``_int``, and the annotations use the second name. Classes get second names in the same
way.
"""

from __future__ import annotations

import builtins
from functools import cached_property
from operator import attrgetter
from typing import Any

from btf_typing._layout import identifiers
from btf_typing._layout.shape import Aggregate, Field, Unreadable
from btf_typing._text.c_names import CText, printable
from btf_typing.bpf_object import BpfObject
from btf_typing.model import AnyEnum

from .annotations import SPELT, ArrayAliases, Speller
from .docstrings import Docstrings
from .enum_values import EnumValues
from .lines import WIDTH, annotated, assignment, class_header, clip, import_statement, wrapped
from .module_names import ENUM_CLASSES, FIELD_CLASSES, OBJECT_CLASSES, RESERVED
from .names import Names
from .object_class import ObjectClassWriter
from .selected_types import Contents, NamedLayouts, Refused, in_dependency_order, inside

_PACKAGE = "btf_typing"
_RECORDS = f"{_PACKAGE}.records"
_HOMES = {
    "IntEnum": "enum",
    "Any": "typing",
    "Literal": "typing",
    "TypeAlias": "typing",
    "overload": "typing",
    "type_check_only": "typing",
    "BpfMap": "btf_typing",
    "Struct": _RECORDS,
    "Union": _RECORDS,
    **dict.fromkeys((*FIELD_CLASSES, *ENUM_CLASSES, *OBJECT_CLASSES), _RECORDS),
}
"""The module from which a stub imports each name. ``ctypes`` and built-in names need no entry."""

_NAME = attrgetter("name")

_BUILT_IN = frozenset(dir(builtins))

_MOST_IN_A_LINE = 4
"""Even with one-letter names, no more parameters than this fit into one line."""

_PYRIGHT_LIMIT = 20_000
_PYRIGHT_NOTE = """\
# pyright calls a file of this size too complex; it understands the classes all the same.
# pyright: reportGeneralTypeIssues=false
"""


class Writer:
    """Writes the body of one stub.

    Args:
        obj: the object, or raw BTF.
        names: the Python names of the types.
        contents: the types to write.
        live: whether the stub is for a module that also has the object, not only its types.
    """

    def __init__(
        self, obj: BpfObject[Any], names: Names, contents: Contents, *, live: bool
    ) -> None:
        btf = obj.btf
        self._live = live
        self._contents = contents
        self._table = btf.table
        self._names = names
        self._c = CText(btf.table)
        self._docstrings = Docstrings(names, self._c)
        self._used: set[str] = set()
        self._arrays = ArrayAliases(lambda: self._unshadowed("_array"))
        self._speller = Speller(btf.table, self._c, names, self._used, self._arrays)
        self._object = ObjectClassWriter(obj, names, contents, self._speller, self._used)
        self._enum_values = EnumValues(
            btf.table, names, contents.enum_types, self._used, self._unshadowed
        )
        self._second_names: dict[str, str] = {}
        self._members_of_enums: dict[int, dict[str, int]] = {}
        self._outer = SPELT.union([name for name, _ in contents.aggregates])

    def write(self) -> str:
        """The whole body, with the imports first."""
        contents = self._contents
        enums = [self._enum(*enum) for enum in contents.enums]
        early, late = _split(contents.aggregates)
        first = [self._class(*named) for named in early]
        classes = [self._class(*named) for named in (*late, *contents.sections)]
        aliases = [self._alias(*alias) for alias in contents.aliases]
        object_class = self._object.write(live=self._live)
        refusals = [self._refusal(refused) for refused in contents.refused]
        blocks = [*first, self._shadowed_classes(), self._array_aliases(), *enums, *classes]
        blocks += ["".join(aliases), "".join(refusals), self._enum_values.text()]
        blocks.append(object_class)
        note = _PYRIGHT_NOTE if _names_in(contents) > _PYRIGHT_LIMIT else ""
        return note + "\n".join(filter(None, [self._imports(), *blocks]))

    def _imports(self) -> str:
        """Import statements for the names that the stub uses.

        Some of them define second names: ``from builtins import int as _int``.
        """
        lines = ["import ctypes\n"] if "ctypes" in self._used else []
        homes: dict[str, list[str]] = {}
        for name in sorted(self._used & _HOMES.keys()):
            homes.setdefault(_HOMES[name], []).append(name)
        second: dict[str, list[str]] = {}
        for name, other in sorted(self._second_names.items()):
            if name == "ctypes":
                lines.append(f"import ctypes as {other}\n")
            elif name in RESERVED:
                home = _HOMES.get(name, "builtins")
                second.setdefault(home, []).append(f"from {home} import {name} as {other}\n")
        for home in sorted(homes.keys() | second.keys(), key=_order_of_imports):
            if home.startswith(_PACKAGE) and lines and not lines[-1].startswith(f"from {_PACKAGE}"):
                lines.append("\n")
            if home in homes:
                lines.append(import_statement(home, homes[home]))
            lines += second.get(home, [])
        return "".join(lines)

    def _shadowed_classes(self) -> str:
        """The aliases that give classes their second names."""
        shadowed = [pair for pair in sorted(self._second_names.items()) if pair[0] not in RESERVED]
        if not shadowed:
            return ""
        self._used.add("TypeAlias")
        lines = [assignment(f"{other}: TypeAlias =", name) for name, other in shadowed]
        return "".join(["# For classes in which a field has this name.\n", *lines])

    def _array_aliases(self) -> str:
        """The aliases of arrays of many dimensions."""
        if not self._arrays.targets:
            return ""
        self._used.add("TypeAlias")
        aliases = self._arrays.targets.items()
        return "".join([assignment(f"{name}: TypeAlias =", target) for name, target in aliases])

    def _class(self, class_name: str, layout: Aggregate) -> str:
        fields = layout.fields
        names = set(map(_NAME, fields))
        speller = self._speller_beside(names, layout)
        base = "Union" if layout.keyword == "union" else "Struct"
        self._used.add(base)
        bases = [base, *self._enum_values.bases(layout)]
        docstring = self._docstrings.of_aggregate(layout)
        header = f'{class_header(class_name, *bases)}    """{docstring}"""\n\n'
        lines, params = [], []
        spelt = speller.fields(fields)
        for field, (descriptor, argument, c) in zip(fields, spelt, strict=True):
            name, _, bit_offset, _, bitfield_size, _, _, _, _ = field
            place = bit_offset >> 3 if bitfield_size is None else _bits_text(field)
            line = f"    {name}: {descriptor}  # {place}: {c}\n"
            if len(line) > WIDTH or not line.isascii():
                line = annotated(f"    {name}: ", descriptor, f"{place}: {c}")
            lines.append(line)
            params.append(f"{name}: {argument}")
        lines += map(_unreadable, layout.unreadable)
        if lines:
            lines.append("\n")
        return f"{header}{''.join(lines)}{_init(names, params)}"

    def _speller_beside(self, names: set[str], layout: Aggregate) -> Speller:
        """The speller that writes the annotations in the class of *layout*.

        *names* are the names of the fields. If they hide names that the annotations may need, the
        speller writes second names instead.
        """
        if names.isdisjoint(self._outer):
            return self._speller
        outer = {self._names.of(inner.type_id) for inner in inside(layout)}
        shadowed = names & (SPELT | outer)
        if not shadowed:
            return self._speller
        return Speller(
            self._table,
            self._c,
            self._names,
            self._used,
            self._arrays,
            shadowed,
            self._second_name,
        )

    def _second_name(self, name: str) -> str:
        other = self._second_names.get(name)
        if other is None:
            other = self._second_names[name] = self._unshadowed(f"_{name}")
        return other

    def _unshadowed(self, wanted: str) -> str:
        """A new name like *wanted* that no member of any class has."""
        while (name := self._names.reserve(wanted)) in self._member_names:
            pass
        return name

    @cached_property
    def _member_names(self) -> set[str]:
        """The names of the members of all classes."""
        layouts = (*self._contents.aggregates, *self._contents.sections)
        names = set().union(*[map(_NAME, layout.fields) for _, layout in layouts])
        for _, enum in self._contents.enums:
            names.update(self._enum_members(enum))
        return names

    def _enum_members(self, enum: AnyEnum) -> dict[str, int]:
        """The Python names of the members of *enum*, and their values."""
        found = self._members_of_enums.get(enum.id)
        if found is None:
            found = identifiers.enum_members(enum)
            self._members_of_enums[enum.id] = found
        return found

    def _enum(self, name: str, enum: AnyEnum) -> str:
        self._used.add("IntEnum")
        members = self._enum_members(enum)
        # mypy reports an enum in which it sees no members, but such an enum is correct.
        pragma = "" if any(map(_is_public, members)) else "  # type: ignore[misc]"
        lines = [
            class_header(name, "IntEnum", pragma=pragma),
            f'    """{self._docstrings.of_enum(enum)}"""\n',
        ]
        if members:
            lines.append("\n")
        for member, value in members.items():
            if member[0] != "_" or _is_public(member):
                line = f"    {member} = {value}\n"
                fits = len(line) <= WIDTH and line.isascii()
                lines.append(line if fits else assignment(f"    {member} =", str(value)))
            else:
                own = self._second_name(name) if name in members else name
                lines.append(annotated(f"    {member}: ", own, str(value)))
        return "".join(lines)

    def _alias(self, name: str, type_id: int) -> str:
        self._used.add("TypeAlias")
        comment = self._c.type_name(type_id)
        target = self._names.of(type_id)
        if target is None:
            target = self._speller.ctype(self._contents.layouts.ctype(type_id))
        return assignment(f"{name}: TypeAlias =", target, comment)

    def _refusal(self, refused: Refused) -> str:
        c_name = self._c.type_name(refused.type_id)
        safe = printable(refused.reason).replace("#", "?")  # a second # could begin a pragma
        return f"# No class for {c_name}: {clip(safe)}\n"


def _order_of_imports(module: str) -> tuple[bool, str]:
    return module.startswith(_PACKAGE), module


def _names_in(contents: Contents) -> int:
    """The approximate number of names in the stub.

    Each field counts twice, because it is also a parameter of the constructor.
    """
    fields = sum([len(layout.fields) for _, layout in contents.aggregates])
    enumerators = sum([len(enum.enumerators) for _, enum in contents.enums])
    return 2 * fields + enumerators + 4 * len(contents.aggregates) + len(contents.aliases)


def _split(layouts: NamedLayouts) -> tuple[NamedLayouts, NamedLayouts]:
    """Split *layouts* into those with the name of a built-in object, and the others.

    In the lines above a class ``filter``, mypy takes ``filter`` for the built-in object. The first
    group therefore comes first in a stub.
    """
    early = [named for named in layouts if named[0] in _BUILT_IN]
    late = [named for named in layouts if named[0] not in _BUILT_IN]
    return in_dependency_order(early), late


def _is_public(member: str) -> bool:
    """Whether type checkers see an enum attribute called *member* as a member of the enum."""
    return not member.startswith("_") or not (member.startswith("__") or member.endswith("_"))


def _unreadable(member: Unreadable) -> str:
    """The comment about a member that has no field."""
    why = printable(member.reason).replace("#", "?")  # a second # could begin a pragma
    return f"    # No field {member.name}, at {member.bit_offset >> 3}: {clip(why)}\n"


def _bits_text(field: Field) -> str:
    """The place of the bitfield *field*, for its comment: ``4, bits 0-2``."""
    offset, bit = divmod(field.bit_offset, 8)
    if field.bit_size == 1:
        return f"{offset}, bit {bit}"
    return f"{offset}, bits {bit}-{bit + field.bit_size - 1}"


def _init(names: set[str], params: list[str]) -> str:
    """The constructor, in which each of *params* is an optional keyword argument.

    Args:
        names: the names of all fields. If ``self`` is one of them, the parameter gets a new name.
        params: the fields, each with its type.
    """
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
    """The parameter *param*, wrapped over several lines; without the comma after it."""
    name, _, value = param.partition(": ")
    return wrapped(f"        {name}: ", value, " = ...,", "        ").removesuffix(",")
