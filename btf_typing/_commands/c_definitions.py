"""The types that a C file itself defines, found in the output of its preprocessor.

If nothing in the object needs a type, the compiler leaves it out of the BTF. So the BTF cannot show
which types are missing, but the preprocessor's output can. This output is C without macros, and its
markers say which lines come from headers. Clang's syntax tree shows the same facts, but takes too
long. For a file that includes ``vmlinux.h``, the tree is 180 MB of JSON, and writing and reading
the JSON takes half a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_MARKER = re.compile(r'#(?:line)? (\d+)(?: "(?:[^"\\]|\\.)*"((?: \d)*))?')
"""After ``# 7 "event.h" 1``, the next line is line 7 of event.h. The flag 1 means a file begins."""

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_$][\w$]*|[^\w\s]')
_ENTERS, _LEAVES = "1", "2"
_KEYWORDS = frozenset({"struct", "union", "enum"})
_ATTRIBUTES = frozenset({"__attribute__", "__attribute", "__declspec", "alignas", "_Alignas"})
_QUALIFIERS = frozenset({"const", "volatile", "_Atomic"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Definition(NamedTuple):
    """A type that has a name and a body.

    Attributes:
        keyword: ``struct``, ``union``, ``enum``; ``typedef`` if only a typedef names the type.
        name: the tag, or the name of the typedef.
        line: line of the C file where the definition begins, from 1.
        parts: keywords and names of types such as ``("struct", "owner")``. The definition has
            members of these types, so the compiler keeps them if it keeps the definition. Types
            behind pointers are not listed.
    """

    keyword: str
    name: str
    line: int
    parts: frozenset[tuple[str, str]] = frozenset()

    @property
    def key(self) -> tuple[str, str]:
        """Keyword and name, as in the *parts* of another definition."""
        return self.keyword, self.name


class Group(NamedTuple):
    """A definition, and others that the compiler keeps together with it.

    Attributes:
        outer: the definition.
        inner: parts of *outer*, parts of these parts, and so on, in the order of the C file.
    """

    outer: Definition
    inner: tuple[Definition, ...]


class _Token(NamedTuple):
    text: str
    line: int


def definitions(preprocessed: str) -> Iterator[Definition]:
    """The structs, unions and enums that a C file defines outside functions and other types.

    Args:
        preprocessed: output of the preprocessor for the file, with line markers.
    """
    tokens = list(_tokens(preprocessed))
    at, is_typedef = 0, False
    while at < len(tokens):
        text = tokens[at].text
        if text in _KEYWORDS:
            found = _definition(tokens, at, is_typedef)
            if found.definition is not None:
                yield found.definition
            at = found.end
            continue
        is_typedef = text == "typedef" or (is_typedef and text != ";")
        # Skip parameters and bodies of functions: they declare nothing for the whole file.
        at = _skipped(tokens, at) if text in _CLOSING else at + 1


def groups(missing: Iterable[Definition]) -> list[Group]:
    """Group *missing*: to keep all of them, it is enough to keep the outer definitions.

    Args:
        missing: definitions of one C file, in its order.

    Returns:
        The groups, in the order of their outer definitions. Each definition is in one group.
    """
    outer_of: dict[tuple[str, str], Definition] = {}
    inner: dict[Definition, list[Definition]] = {}
    for definition in reversed(list(missing)):  # C wants a part defined before the whole
        outer = outer_of.get(definition.key, definition)
        if outer is definition:
            inner[outer] = []
        else:
            inner[outer].append(definition)
        outer_of.update(dict.fromkeys(definition.parts, outer))
    return [Group(outer, tuple(reversed(others))) for outer, others in reversed(inner.items())]


class _Found(NamedTuple):
    """A definition, or None for a type without body or name, and the position of the next token."""

    definition: Definition | None
    end: int


def _definition(tokens: Sequence[_Token], at: int, is_typedef: bool) -> _Found:
    """The definition, or the mention of a type, that begins with the keyword at position *at*."""
    keyword, line = tokens[at]
    at = _without_attributes(tokens, at + 1)
    tag = tokens[at].text if at < len(tokens) else ""
    if _is_identifier(tag):
        at = _without_attributes(tokens, at + 1)
    if keyword == "enum":
        at = _without_underlying_type(tokens, at)
    if at >= len(tokens) or tokens[at].text != "{":
        return _Found(None, at)
    begin, at = at + 1, _skipped(tokens, at)
    parts = frozenset[tuple[str, str]]() if keyword == "enum" else _parts(tokens[begin : at - 1])
    if _is_identifier(tag):
        return _Found(Definition(keyword, tag, line, parts), at)
    name_at = _without_attributes(tokens, at)
    while name_at < len(tokens) and tokens[name_at].text in _QUALIFIERS:
        name_at = _without_attributes(tokens, name_at + 1)
    name = tokens[name_at].text if name_at < len(tokens) else ""
    if is_typedef and _is_identifier(name):
        return _Found(Definition("typedef", name, line, parts), name_at)
    return _Found(None, at)


class _Body:
    """The part of a struct's or union's body that has been read.

    Attributes:
        parts: the types that its members contain by value.
    """

    def __init__(self) -> None:
        self.parts: set[tuple[str, str]] = set()
        self._begin_member()

    def _begin_member(self) -> None:
        self._words: list[str] = []
        self._nested: set[tuple[str, str]] | None = None
        self._is_value = True

    def add(self, text: str) -> None:
        """Read one token of the current member, outside brackets."""
        if text in {"*", "(", "_Atomic"}:  # a pointer, or something that we do not understand
            self._is_value = False
        elif text not in _QUALIFIERS:
            self._words.append(text)

    def add_nested(self, body: _Body) -> None:
        """Read the body of the current member's own struct, union or enum."""
        self._nested = body.parts

    def end_member(self) -> None:
        """Read the ``;`` after a member."""
        if self._is_value and self._nested is not None:
            self.parts |= self._nested
        elif self._is_value and self._words:
            first, second, *_ = *self._words, ""
            self.parts.add((first, second) if first in _KEYWORDS else ("typedef", first))
        self._begin_member()


def _parts(tokens: Sequence[_Token]) -> frozenset[tuple[str, str]]:
    """The types that a struct or union contains by value: keywords and names.

    Args:
        tokens: the body, without its brackets.
    """
    bodies = [_Body()]  # the current one is last
    at = 0
    while at < len(tokens):
        after_attributes = _without_attributes(tokens, at)
        if after_attributes > at:
            at = after_attributes
            continue
        text = tokens[at].text
        at = _skipped(tokens, at) if text in {"(", "["} else at + 1
        if text == "{":
            bodies.append(_Body())
        elif text == "}" and len(bodies) > 1:
            nested = bodies.pop()
            bodies[-1].add_nested(nested)
        elif text == ";":
            bodies[-1].end_member()
        else:
            bodies[-1].add(text)
    return frozenset(bodies[0].parts)


def _without_attributes(tokens: Sequence[_Token], at: int) -> int:
    """The position after attributes such as ``__attribute__((packed))`` and ``[[deprecated]]``."""
    while at < len(tokens):
        if tokens[at].text in _ATTRIBUTES:
            at = _skipped(tokens, at + 1)
        elif [token.text for token in tokens[at : at + 2]] == ["[", "["]:
            at = _skipped(tokens, at)
        else:
            break
    return at


def _without_underlying_type(tokens: Sequence[_Token], at: int) -> int:
    """The position after ``: unsigned char`` in ``enum tag : unsigned char {``."""
    if at < len(tokens) and tokens[at].text == ":":
        at += 1
        while at < len(tokens) and _is_identifier(tokens[at].text):
            at += 1
    return at


def _skipped(tokens: Sequence[_Token], at: int) -> int:
    """The position after the bracket that closes the bracket at *at*.

    If no bracket closes it, the result is the end of *tokens*. If *at* is no bracket, the result is
    *at*.
    """
    opening = tokens[at].text if at < len(tokens) else ""
    if opening not in _CLOSING:
        return at
    closing, depth = _CLOSING[opening], 0
    while at < len(tokens):
        depth += (tokens[at].text == opening) - (tokens[at].text == closing)
        at += 1
        if not depth:
            break
    return at


def _is_identifier(text: str) -> bool:
    return text[:1].isalpha() or text[:1] in {"_", "$"}


def _tokens(preprocessed: str) -> Iterator[_Token]:
    """The tokens of the C file itself, without those of headers.

    Numbers give no tokens, except from their first letter on: ``0x1F`` gives ``x1F``.
    """
    depth, number = 0, 0
    for line in preprocessed.split("\n"):
        if line.startswith("#"):
            if marker := _MARKER.match(line):
                flags = (marker[2] or "").split()
                depth += (_ENTERS in flags) - (_LEAVES in flags)
                number = int(marker[1])
            else:  # a pragma counts as a line of the file
                number += 1
            continue
        if not depth:
            for token in _TOKEN.finditer(line):
                yield _Token(token[0], number)
        number += 1
