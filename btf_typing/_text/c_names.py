"""BTF types as C text: the names that C programmers know them by.

Text from here goes into comments and docstrings of generated Python, and to terminals. Names in
BTF can hold any bytes, so `clean` keeps only what an identifier may hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from btf_typing import model
from btf_typing._wire.table import TypeTable
from btf_typing.model import Type

_MAX_LINKS = 256
"""Pointers, arrays and qualifiers around one type; real ones have a handful."""

_MAX_PARAMS_DEPTH = 4
"""Prototypes inside the parameters, or returned by, prototypes that are spelt out."""

NAMELESS_ENUM = "enum {...}"
"""How the type of an enum without a tag begins."""

_LONGEST_PARAMS = 400
"""Characters of a list of parameters, after which the others are ``...``."""

_QUALIFIERS: dict[type[Type], str] = {
    model.Const: "const",
    model.Volatile: "volatile",
    model.Restrict: "restrict",
}
_QUALIFYING = (model.Const, model.Volatile, model.Restrict)
_AROUND = (model.Array, model.FuncProto)


def clean(name: str) -> str:
    """*name* with ``?`` for each character that no identifier has, spaces apart.

    No name can then end a comment, a string or a line, or begin a comment of its own.
    """
    if name.isidentifier():
        return name
    return "".join([c if c == " " or f"_{c}".isidentifier() else "?" for c in name])


def printable(text: str) -> str:
    """*text* with ``?`` for what could end a line or hide in it."""
    return "".join([c if c.isprintable() else "?" for c in text])


class CText:
    """Spells the types of one BTF in C.

    Args:
        table: the types.
    """

    def __init__(self, table: TypeTable) -> None:
        self._table = table
        self._names: dict[int, str] = {}
        self._plain: dict[int, str] = {}
        """Types that stand before whatever is declared as one: no arrays, no functions."""

    def type_name(self, type_id: int) -> str:
        """A type without a declarator: ``char[16]``, ``struct task_struct *``.

        Ids below zero are of sections, as in `btf_typing.sections.Sections`.
        """
        found = self._names.get(type_id)
        if found is None:
            found = self.declare(type_id, "") if type_id >= 0 else self._section(-type_id)
            self._names[type_id] = found
        return found

    def _section(self, type_id: int) -> str:
        name = self._table.by_id(type_id).name
        return f"section {'.'.join(map(clean, name.split('.')))}"

    def declare(self, type_id: int, name: str, depth: int = _MAX_PARAMS_DEPTH) -> str:
        """The declaration of *name*, already clean, as *type_id*: ``char comm[16]``.

        Args:
            type_id: of its type.
            name: empty for the type alone.
            depth: of prototypes in prototypes; beyond it parameters are ``...``.
        """
        plain = self._plain.get(type_id)
        if plain is None:
            plain, around = self._declare(type_id, name, depth)
            if around:
                return plain
            self._plain[type_id] = plain
        return _before(plain, name)

    def _declare(self, type_id: int, name: str, depth: int) -> tuple[str, bool]:
        """The same, with *name* in it if the type goes around it, and whether it does."""
        declarator, around = "", False
        qualifiers: list[str] = []
        for _ in range(_MAX_LINKS):
            if type_id in self._plain and not qualifiers and not around:
                return _before(self._plain[type_id], declarator), around
            type_ = self._table.by_id(type_id)
            if isinstance(type_, model.Ptr):
                declarator = _join("*" + " ".join(qualifiers), declarator)
                qualifiers = []
            elif isinstance(type_, _QUALIFYING):
                qualifiers.append(_QUALIFIERS[type(type_)])
            elif isinstance(type_, _AROUND):
                declarator = _grouped(declarator if around else _join(declarator, name))
                around = True
                if isinstance(type_, model.FuncProto):
                    declarator += f"({self._params(type_.params, depth)})"
                    # A prototype that returns one counts too, or each doubles the text.
                    depth = max(depth - 1, 0)
                    type_id = type_.return_type_id
                    continue
                declarator += f"[{type_.length}]"
            elif not isinstance(type_, model.TypeTag):
                return _declaration(qualifiers, _base(type_), declarator), around
            type_id = type_.type_id
        return _declaration(qualifiers, "...", declarator), around

    def _params(self, params: Iterable[model.Param], depth: int) -> str:
        if not depth:
            return "..."
        spelt: list[str] = []
        length = 0
        for param in params:
            if length > _LONGEST_PARAMS:
                return ", ".join([*spelt, "..."])
            varargs = not param.type_id and not param.name
            spelt.append(
                "..." if varargs else self.declare(param.type_id, clean(param.name), depth - 1)
            )
            length += len(spelt[-1])
        return ", ".join(spelt) or "void"


def _base(type_: Type) -> str:
    """A type at the end of a declaration, where its declarator begins."""
    keyword = model.KEYWORDS.get(type(type_))
    if isinstance(type_, model.Fwd):
        keyword = "union" if type_.union else "struct"
    if keyword is None:
        return clean(type_.name or "?")
    return tagged(keyword, type_.name)


def tagged(keyword: str, tag: str) -> str:
    """A struct, union or enum as C names it."""
    return f"{keyword} {clean(tag) or '{...}'}"


def _before(plain: str, declarator: str) -> str:
    """*declarator*, of pointers or a name alone, as the type *plain*."""
    if not declarator or plain.endswith("*"):
        return plain + declarator
    return f"{plain} {declarator}"


def _join(left: str, right: str) -> str:
    """*left* and *right*, with a space where two words would touch."""
    both_words = left[-1:].isidentifier() and (right[:1].isidentifier() or right[:1] == "*")
    return f"{left} {right}" if both_words else left + right


def _grouped(declarator: str) -> str:
    """*declarator* in parentheses where a pointer would bind less than what follows."""
    return f"({declarator})" if declarator.startswith("*") else declarator


def _declaration(qualifiers: list[str], base: str, declarator: str) -> str:
    specifiers = " ".join([*qualifiers, base]) if qualifiers else base
    if not declarator or declarator.startswith(("[", "(void", "(...")):
        return specifiers + declarator
    if declarator.startswith("(") and not declarator.startswith("(*"):
        return specifiers + declarator
    return f"{specifiers} {declarator}"
