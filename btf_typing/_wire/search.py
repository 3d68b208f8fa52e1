"""Finding a type by name, and saying what to do where it is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from btf_typing import model
from btf_typing.errors import LayoutError, TypeNotFoundError
from btf_typing.model import Type, kind_of

from .table import TypeTable

_STRUCT: tuple[type[Type], ...] = (model.Struct,)
_UNION: tuple[type[Type], ...] = (model.Union,)
_ENUM: tuple[type[Type], ...] = (model.Enum, model.Enum64)

_WANTED: dict[str, tuple[type[Type], ...]] = {"struct": _STRUCT, "union": _UNION, "enum": _ENUM}
"""The kinds that `Search.find` looks for by their C keyword."""

_PREFERENCE = (*_STRUCT, *_UNION, *_ENUM, model.Typedef, model.Int, model.Float)
"""Which type `Search.any` gives where several share a name; then any other, forward ones last."""

_NOT_TYPES = (model.Func, model.Var, model.Datasec, model.DeclTag, model.TypeTag)
"""What has a name that a type may have too."""

_LONGEST_COMPARED = 128
"""Characters of a name that is still compared with others for a suggestion."""

_SHORT = 3
"""Characters of a name that is short."""

_MOST_COMPARED = 1 << 15
"""Names of about its length that it is compared with: more than any kernel has."""


class Search:
    """Looks types up by name.

    Args:
        table: the types.
        where: what to call them in messages, such as the path.
    """

    def __init__(self, table: TypeTable, where: str) -> None:
        self._table = table
        self._where = where

    def find(self, name: str | int, *keywords: str) -> Type:
        """The struct, union or enum *name*: a tag, a typedef that leads to one, or an id.

        Where several types share a name, the first in the BTF wins, and a tag before a typedef.

        Args:
            name: of the type.
            keywords: what it may be, the likeliest first: it goes before the others, and into
                the message.

        Raises:
            TypeNotFoundError: there is none.
        """
        candidates = []
        for candidate in self._candidates(name):
            if isinstance(candidate, _WANTED[keywords[0]]):
                return candidate
            candidates.append(candidate)
        typedefs = [type_ for type_ in candidates if isinstance(type_, model.Typedef)]
        for keyword in keywords:
            for found in (*candidates, *map(self._target, typedefs)):
                if isinstance(found, _WANTED[keyword]):
                    return found
        raise self._not_found(name, keywords[0], candidates)

    def any(self, name: str | int) -> Type:
        """The type *name*, or of that id, whatever its kind; a struct where several share it.

        Raises:
            TypeNotFoundError: there is none.
        """
        candidates = list(self._candidates(name))
        if not candidates:
            raise self._not_found(name, "type", candidates)
        return min(candidates, key=_rank)

    def names(self, kinds: Iterable[str] | None) -> Iterator[str]:
        """The distinct names of types of those *kinds*, or of all, in the order of the BTF."""
        table = self._table
        types = table if kinds is None else map(table.by_id, table.ids_of(frozenset(kinds)))
        yield from dict.fromkeys(type_.name for type_ in types if type_.name)

    def _candidates(self, name: str | int) -> Iterator[Type]:
        """The types of that name or id, none of them read ahead: the first may be all we need."""
        if isinstance(name, str):
            yield from map(self._table.by_id, self._table.ids_by_name(name))
        elif not isinstance(name, int):
            raise TypeError(f"the name of a type, or its id, expected, not {name!r}")
        elif self._table.has_id(name):
            yield self._table.by_id(name)

    def _target(self, typedef: model.Typedef) -> Type | None:
        """What *typedef* leads to; None where it leads nowhere."""
        try:
            return self._table.skip_modifiers(typedef.id)
        except LayoutError:
            return None

    def _not_found(
        self, name: str | int, keyword: str, candidates: list[Type]
    ) -> TypeNotFoundError:
        if not isinstance(name, str):
            return TypeNotFoundError(
                f"type id {name} of {self._where} is no {keyword}"
                if candidates
                else f"no type id {name} in {self._where} (ids are 0..{len(self._table) - 1})"
            )
        what = f"no {keyword} {name!r} in {self._where}"
        for found in map(self._resolved, candidates):
            hint = _what_it_is(name, found, keyword) if found is not None else ""
            if hint:
                return TypeNotFoundError(f"{what}: {hint}", name=name)
        nameless = next(self._nameless(name), None)
        if nameless:
            return TypeNotFoundError(f"{what}: {nameless}", name=name)
        suggestions = self._suggestions(name, keyword)
        if suggestions:
            close = " or ".join(map(repr, suggestions))
            return TypeNotFoundError(
                f"{what}; did you mean {close}?", name=name, suggestions=suggestions
            )
        return TypeNotFoundError(f"{what}; {_how_to_keep(name, keyword)}", name=name)

    def _nameless(self, name: str) -> Iterator[str]:
        """What *name* is, where it is but the name of a class: of a struct's member without one."""
        for at in (at for at, c in enumerate(name[:_LONGEST_COMPARED]) if c == "_"):
            outer, inner = name[:at], name[at + 1 :]
            for found in map(self._resolved, self._candidates(outer)):
                if not isinstance(found, model.Struct | model.Union):
                    continue
                for member in found.members:
                    if member.name == inner and self._has_no_name(member.type_id):
                        keyword = kind_of(found).lower()
                        yield (
                            f"it is the type of member {inner!r} of {keyword} {outer!r}, which has"
                            " no name in C; reach it through that field"
                        )

    def _has_no_name(self, type_id: int) -> bool:
        try:
            type_ = self._table.skip_arrays(type_id)
        except LayoutError:
            return False
        return isinstance(type_, model.Struct | model.Union) and not type_.name

    def _suggestions(self, name: str, keyword: str) -> list[str]:
        """Names of that kind, typedefs among them, that look like *name*."""
        kinds = _WANTED.get(keyword)
        name = name.rpartition(" ")[2]  # of "struct event" the tag
        names = dict.fromkeys(
            type_.name
            for type_ in self._table
            if type_.name
            and abs(len(type_.name) - len(name)) <= max(3, len(name) // 3)
            and (kinds is None or isinstance(self._resolved(type_), kinds))
        )
        return closest(name, names)

    def _resolved(self, type_: Type) -> Type | None:
        return self._target(type_) if isinstance(type_, model.Typedef) else type_


def closest(name: str, names: Iterable[str]) -> list[str]:
    """At most three of *names* that look like *name*, the closest first."""
    from difflib import get_close_matches  # noqa: PLC0415  # for errors alone

    if len(name) > _LONGEST_COMPARED:
        return []
    # Of three letters, two are enough.
    cutoff = 0.7 if len(name) > _SHORT else 0.6
    # Whoever writes "EVENT" for "event" is as near as can be.
    spellings: dict[str, str] = {}
    for spelling in islice(names, _MOST_COMPARED):
        spellings.setdefault(spelling.casefold(), spelling)
    found = get_close_matches(name.casefold(), spellings, n=3, cutoff=cutoff)
    return [spellings[spelling] for spelling in found]


def _rank(type_: Type) -> int:
    if isinstance(type_, _PREFERENCE):
        return _PREFERENCE.index(type(type_))
    return len(_PREFERENCE) + isinstance(type_, model.Fwd)


def _what_it_is(name: str, found: Type, keyword: str) -> str:
    """That *name* is there, and what it is; empty for what can share a name with a *keyword*."""
    if isinstance(found, model.Fwd):
        declared = "union" if found.union else "struct"
        article = "" if declared == keyword else f"as a {declared} "
        return (
            f"it is declared there {article}but not defined (a forward declaration); include the"
            " header that defines it where the program is compiled"
        )
    for other, kinds in _WANTED.items():
        if isinstance(found, kinds):
            return f"it is {_article(other)} {other}; use {other}({name!r})"
    if isinstance(found, _NOT_TYPES):
        return ""
    return f"it is {_article(kind_of(found))} {kind_of(found)}"


def _article(word: str) -> str:
    return "an" if word[0] in "aeioAEIO" else "a"


def _how_to_keep(name: str, keyword: str) -> str:
    """Why a type may be missing, and the one line of C that makes a compiler keep it."""
    why = "compilers leave out the types that no global, map or function needs"
    if not name.isidentifier():
        return why
    what = "it" if keyword in _WANTED else "a struct of that name"
    line = f"{keyword if keyword in _WANTED else 'struct'} {name} *unused_{name}"
    return f"{why}; to keep {what}, add '{line} __attribute__((unused));' to the C file"
