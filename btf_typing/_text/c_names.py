"""Types and declarations in C syntax, such as ``const char *name[4]``.

The text goes into comments and docstrings of generated Python, and to terminals. A name in BTF may
hold any bytes, so `clean` keeps only spaces and the characters that an identifier may have.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from btf_typing import model
from btf_typing._wire.type_table import TypeTable
from btf_typing.model import Type, maker

_MAX_LINKS = 256
"""Largest number of pointers, arrays, prototypes and qualifiers around one type.

Real types have a handful. If a type has more, ``...`` replaces the rest.
"""

_MAX_PARAMS_DEPTH = 4
"""Largest depth of nested function prototypes. Deeper prototypes are written as ``(...)``."""

_LONGEST_PARAMS = 400
"""After this many characters, ``...`` replaces the remaining parameters of a function."""

_BODY = " {...}"
"""Text after the keyword of a struct, union or enum without a tag. It stands for the members."""

_QUALIFIERS: dict[type[Type], str] = {
    model.Const: "const",
    model.Volatile: "volatile",
    model.Restrict: "restrict",
}
_QUALIFYING = (model.Const, model.Volatile, model.Restrict, model.TypeTag)

_ATTRIBUTE = "__attribute__"

_DERIVED = (model.Ptr, model.Array, model.FuncProto, *_QUALIFYING)
"""The kinds that C writes around the name of another type, such as ``*`` and ``const``."""


def clean(name: str) -> str:
    """*name* with ``?`` instead of each character that an identifier cannot have. Spaces stay.

    A clean name cannot begin or end a comment, and cannot end a string or a line.
    """
    if not name or name.isidentifier():
        return name
    return "".join([c if c == " " or f"_{c}".isidentifier() else "?" for c in name])


def printable(text: str) -> str:
    """*text* with ``?`` for each character that could end a line or is invisible."""
    return "".join([c if c.isprintable() else "?" for c in text])


class Declaration(NamedTuple):
    """A declaration in two parts, as in the grammar of C; ``str()`` joins them.

    Attributes:
        specifier: qualifiers and type name, such as ``const struct file`` or ``unsigned int``.
            A type without a tag has its keyword instead of the name, such as ``const struct``.
        has_body: the type is a struct, union or enum without a tag, so that in C its members
            follow the specifier.
        declarator: the declared name with its ``*``, ``[]`` and ``()``, such as ``*name[4]``. It
            begins with a space if C style puts a space after the specifier: ``int *name``, but
            ``int[4]``. It is empty for a type such as ``int`` without a declared name.
    """

    specifier: str
    has_body: bool
    declarator: str

    def __str__(self) -> str:
        return f"{self.specifier}{_BODY if self.has_body else ''}{self.declarator}"


class _Base(NamedTuple):
    """A type without ``[]`` and ``()``. Its whole text goes before the declared name.

    Attributes:
        specifier: qualifiers and type name, as in a `Declaration`.
        has_body: the type is a struct, union or enum without a tag.
        pointers: each ``*`` and its qualifiers, such as ``*const *``; may be empty.
        ends_in_word: *pointers* end in a qualifier, such as ``*const``.
        text: the type alone, such as ``void *const``.
        space: separator of *text* and the declared name: empty after ``*``, else a space.
    """

    specifier: str
    has_body: bool
    pointers: str
    ends_in_word: bool
    text: str
    space: str

    def pointer(self) -> _Base:
        """A pointer to this type."""
        pointers = f"{self.pointers}{' ' if self.ends_in_word else ''}*"
        text = f"{self.text}{self.space}*"
        return _new_base((self.specifier, self.has_body, pointers, False, text, ""))


_new_base = maker(_Base)

_TOO_LONG = _Base("...", False, "", False, "...", " ")  # noqa: FBT003
"""Stands for a pointer type whose text has more than `_MAX_LINKS` characters of pointers.

Without this limit, each type in a long chain of pointers would repeat the text of the type before
it. All texts together would then grow with the square of the size of the file.
"""


class _Declarator:
    """Collects the text on both sides of a declared name, from the inside out.

    Attributes:
        left: the text before the name, such as ``(*``.
        right: the text after the name, such as ``)[4]``.
        ends_in_word: *left* ends in a qualifier, so that a space goes before the name.
    """

    __slots__ = ("_pointer_is_last", "ends_in_word", "left", "right")

    def __init__(self) -> None:
        self.left = ""
        self.right = ""
        self.ends_in_word = False
        self._pointer_is_last = False

    def add_pointers(self, pointers: str, *, ends_in_word: bool) -> None:
        """Add *pointers*, such as ``*const``, to the left."""
        space = " " if ends_in_word and self.left else ""
        if not self.left:
            self.ends_in_word = ends_in_word
        self.left = f"{pointers}{space}{self.left}"
        self._pointer_is_last = True

    def add_suffix(self, suffix: str) -> None:
        """Add ``[]`` or ``()`` to the right. They bind more tightly than ``*``: ``(*name)[4]``."""
        if self._pointer_is_last:
            self.left = f"({self.left}"
            self.right += ")"
            self._pointer_is_last = False
        self.right += suffix

    def of(self, name: str) -> str:
        """The declarator with *name* in it. Pass an empty *name* for the type alone."""
        space = " " if name or self.left else ""
        space_before_name = " " if name and self.ends_in_word else ""
        return f"{space}{self.left}{space_before_name}{name}{self.right}"


class CText:
    """Writes the types of one BTF in C syntax.

    Args:
        table: the types.
        tags: whether to write type tags, such as ``__user`` of the kernel.
    """

    def __init__(self, table: TypeTable, *, tags: bool = False) -> None:
        self._table = table
        self._tags = tags
        self._names: dict[int, str] = {}
        self._bases: dict[int, _Base] = {}

    def type_name(self, type_id: int) -> str:
        """A type without a declared name: ``char[16]``, ``struct task_struct *``.

        For a section of globals, *type_id* is the negated id of its DATASEC.
        """
        found = self._names.get(type_id)
        if found is None:
            found = self.declare(type_id) if type_id >= 0 else self._section(-type_id)
            self._names[type_id] = found
        return found

    def _section(self, type_id: int) -> str:
        name = self._table.by_id(type_id).name
        return f"section {'.'.join(map(clean, name.split('.')))}"

    def declare(self, type_id: int, name: str = "", depth: int = _MAX_PARAMS_DEPTH) -> str:
        """The declaration of *name* with the type *type_id*, as text. See `declaration`."""
        base = self._bases.get(type_id) or self._base(type_id)
        if base is None:
            return str(self.declaration(type_id, name, depth))
        return f"{base.text}{base.space}{name}" if name else base.text

    def _base(self, type_id: int) -> _Base | None:
        """The `_Base` of the type *type_id* in two simple cases; else None.

        In the first case, the type is not one of `_DERIVED`. In the second, it is a pointer, and
        its target is not one of `_DERIVED` or already is in ``_bases``.
        """
        type_ = self._table.by_id(type_id)
        if not isinstance(type_, _DERIVED):
            base = _named(type_)
        elif isinstance(type_, model.Ptr):
            target = self._table.by_id(type_.type_id)
            known = self._bases.get(type_.type_id)
            if known is None and isinstance(target, _DERIVED):
                return None
            base = (known or _named(target)).pointer()
            if len(base.pointers) > _MAX_LINKS:
                base = _TOO_LONG
        else:
            return None
        self._bases[type_id] = base
        return base

    def has_body(self, type_id: int) -> bool:
        """`Declaration.has_body` of the type *type_id*."""
        base = self._bases.get(type_id) or self._base(type_id)
        return base.has_body if base else self.declaration(type_id).has_body

    def declaration(
        self, type_id: int, name: str = "", depth: int = _MAX_PARAMS_DEPTH
    ) -> Declaration:
        """The declaration of *name* with the type *type_id*, such as ``char comm[16]``.

        Args:
            type_id: type id of the type.
            name: the declared name, already clean; empty for the type alone.
            depth: levels of prototypes inside prototypes; the parameters of deeper ones are
                ``...``.
        """
        declarator = _Declarator()
        specifier, has_body = self._walk(type_id, declarator, depth)
        if not declarator.right and len(declarator.left) <= _MAX_LINKS:
            pointers, ends_in_word = declarator.left, declarator.ends_in_word
            text = f"{specifier}{_BODY if has_body else ''}{declarator.of('')}"
            space = "" if pointers and not ends_in_word else " "
            self._bases[type_id] = _Base(specifier, has_body, pointers, ends_in_word, text, space)
        return Declaration(specifier, has_body, declarator.of(name))

    def _walk(self, type_id: int, declarator: _Declarator, depth: int) -> tuple[str, bool]:
        """Follow *type_id* to the specifier; add pointers, arrays and prototypes to *declarator*.

        Returns:
            `Declaration.specifier` and `Declaration.has_body`.
        """
        qualifiers: list[str] = []
        for _ in range(_MAX_LINKS):
            base = self._bases.get(type_id)
            if base and not qualifiers:
                if base.pointers:
                    declarator.add_pointers(base.pointers, ends_in_word=base.ends_in_word)
                return base.specifier, base.has_body
            type_ = self._table.by_id(type_id)
            if not isinstance(type_, _DERIVED):
                specifier, has_body = _specifier(type_)
                if qualifiers:
                    specifier = _qualified(specifier, has_body, qualifiers)
                return specifier, has_body
            if isinstance(type_, model.Ptr):
                declarator.add_pointers(f"*{' '.join(qualifiers)}", ends_in_word=bool(qualifiers))
                qualifiers = []
            elif isinstance(type_, _QUALIFYING):
                qualifiers += self._qualifier(type_)
            elif isinstance(type_, model.Array):
                declarator.add_suffix(f"[{type_.length}]")
            elif isinstance(type_, model.FuncProto):
                declarator.add_suffix(f"({self._params(type_.params, depth)})")
                # A function can return a pointer to a function, and so on. The prototype of the
                # returned function counts as one level deeper. If all of these prototypes had
                # parameters of the full depth, a small BTF could have a huge text.
                depth = max(depth - 1, 0)
                type_id = type_.return_type_id
                continue
            type_id = type_.type_id
        return " ".join([*qualifiers, "..."]), False

    def _qualifier(self, type_: Type) -> list[str]:
        """The text of a qualifier or type tag; empty for a type tag if *tags* is False."""
        if isinstance(type_, model.TypeTag):
            return [_tag(type_)] if self._tags else []
        return [_QUALIFIERS[type(type_)]]

    def _params(self, params: Iterable[model.Param], depth: int) -> str:
        if not depth:
            return "..."
        texts: list[str] = []
        length = 0
        for name, type_id in params:
            if length > _LONGEST_PARAMS:
                return ", ".join([*texts, "..."])
            varargs = not type_id and not name
            text = "..." if varargs else self.declare(type_id, name and clean(name), depth - 1)
            texts.append(text)
            length += len(text)
        return ", ".join(texts) or "void"


def _named(type_: Type) -> _Base:
    """The `_Base` of *type_*, which is not one of `_DERIVED`."""
    specifier, has_body = _specifier(type_)
    text = specifier + _BODY if has_body else specifier
    return _new_base((specifier, has_body, "", False, text, " "))


def _specifier(type_: Type) -> tuple[str, bool]:
    """`Declaration.specifier` without qualifiers, and `Declaration.has_body`."""
    keyword: str | None = model.KEYWORDS.get(type(type_))
    if isinstance(type_, model.Fwd):
        keyword = "union" if type_.union else "struct"
    if keyword is None:
        return clean(type_.name or "?"), False
    return (tagged(keyword, type_.name), False) if type_.name else (keyword, True)


def _qualified(specifier: str, has_body: bool, qualifiers: list[str]) -> str:
    """*specifier* with qualifiers before it and type tags after it.

    If *has_body*, the type tags are left out: in C they follow the body, and the body is not part
    of the specifier.
    """
    tags = [word for word in qualifiers if word.startswith(_ATTRIBUTE)]
    words = [word for word in qualifiers if not word.startswith(_ATTRIBUTE)]
    return " ".join([*words, specifier, *(() if has_body else tags)])


def _tag(tag: model.TypeTag) -> str:
    """A type tag as clang reads it: ``__attribute__((btf_type_tag("user")))``.

    If the tag stands for another attribute, that attribute is the result, such as
    ``__attribute__((address_space(1)))``.
    """
    name = clean(tag.name)
    text = name if tag.attribute else f'btf_type_tag("{name}")'
    return f"{_ATTRIBUTE}(({text}))"


def tagged(keyword: str, tag: str) -> str:
    """The C name of a struct, union or enum with a *tag*: ``struct task_struct``."""
    return f"{keyword} {clean(tag)}"
