"""Look-ups of types by name or id, with suggestions for names that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from btf_typing import model
from btf_typing.errors import LayoutError, TypeNotFoundError
from btf_typing.model import Type, kind_of, reference

from .type_table import TypeTable

_BY_KEYWORD: dict[str, tuple[type[Type], ...]] = {
    keyword: tuple(kind for kind, other in model.KEYWORDS.items() if other == keyword)
    for keyword in model.KEYWORDS.values()
}
"""The kinds of type that each C keyword declares."""

_PREFERENCE = (*model.KEYWORDS, model.Typedef, model.Int, model.Float)
"""The order in which `Search.any` chooses between types that share a name.

Other kinds come after these, and forward declarations last.
"""

_NOT_TYPES = (model.Func, model.Var, model.Datasec, model.DeclTag, model.TypeTag)
"""Kinds whose names are not type names in C, so that a struct may have the same name."""

_LONGEST_COMPARED = 128
"""Longest name, in characters, that gets suggestions."""

_SHORT = 3
"""Longest name, in characters, for which weaker matches are suggested."""

_MOST_COMPARED = 1 << 16
"""The largest number of names that are compared for suggestions.

Linux 6.18 has up to 47,000 names of similar length, most of them functions.
"""


class Search:
    """Looks types up by name.

    Args:
        table: the types.
        path: path of the file, for messages; None for BTF from memory.
    """

    def __init__(self, table: TypeTable, path: str | None) -> None:
        self._table = table
        self._path = path

    def find(self, name: str | int, *keywords: str) -> Type:
        """Find a struct, union or enum.

        If several types share the name, the one whose keyword comes first in *keywords* wins. Of
        those with the same keyword, a tag wins over a typedef. Of several tags or several
        typedefs, the first in the BTF wins.

        Args:
            name: a tag, a typedef that leads to the type, or a type id.
            keywords: the C keywords of the kinds to look for. Messages show the first.

        Raises:
            TypeNotFoundError: there is no such type.
        """
        candidates = []
        for candidate in self._candidates(name):
            if isinstance(candidate, _BY_KEYWORD[keywords[0]]):
                return candidate
            candidates.append(candidate)
        typedefs = [type_ for type_ in candidates if isinstance(type_, model.Typedef)]
        for keyword in keywords:
            for found in (*candidates, *map(self._target, typedefs)):
                if isinstance(found, _BY_KEYWORD[keyword]):
                    return found
        raise self._not_found(name, keywords[0], candidates)

    def any(self, name: str | int) -> Type:
        """Find a type of any kind. A struct wins if several types share the name.

        Raises:
            TypeNotFoundError: there is no such type.
        """
        candidates = list(self._candidates(name))
        if not candidates:
            raise self._not_found(name, "type", candidates)
        return min(candidates, key=_rank)

    def names(self, kinds: Iterable[str] | None) -> Iterator[str]:
        """The distinct names of all types of the *kinds*, in BTF order; None means every kind."""
        table = self._table
        types = table if kinds is None else map(table.by_id, table.ids_of(frozenset(kinds)))
        yield from dict.fromkeys(type_.name for type_ in types if type_.name)

    def _candidates(self, name: str | int) -> Iterator[Type]:
        """Yield the types with this name or id. Callers often need only the first one."""
        if isinstance(name, str):
            yield from map(self._table.by_id, self._table.ids_by_name(name))
        elif not isinstance(name, int):
            raise TypeError(f"expected the name of a type or its id, not {name!r}")
        elif self._table.has_id(name):
            yield self._table.by_id(name)

    def _target(self, typedef: model.Typedef) -> Type | None:
        """The type that *typedef* leads to; None if typedefs form a cycle."""
        try:
            return self._table.skip_modifiers(typedef.id)
        except LayoutError:
            return None

    def _resolved(self, type_: Type) -> Type | None:
        return self._target(type_) if isinstance(type_, model.Typedef) else type_

    def _not_found(
        self, name: str | int, keyword: str, candidates: list[Type]
    ) -> TypeNotFoundError:
        hint, suggestions = self._hint(name, keyword, candidates), []
        if not hint and isinstance(name, str):
            suggestions = self._suggestions(name, keyword)
            hint = self._why_missing(name, keyword, candidates, suggestions)
        return TypeNotFoundError(
            kind=keyword,
            name=name if isinstance(name, str) else "",
            type_id=name if isinstance(name, int) else None,
            path=self._path,
            hint=hint,
            suggestions=suggestions,
        )

    def why_missing(self, name: str, keyword: str, suggestions: Sequence[str]) -> str:
        """A hint why no type is called *name*, for callers that find similar names themselves.

        Args:
            name: the name that was looked up.
            keyword: the C keyword of the kind that was looked for.
            suggestions: the similar names. If there are none, the hint also says how to keep a type
                in the BTF.
        """
        candidates = list(self._candidates(name))
        hint = self._hint(name, keyword, candidates)
        return hint or self._why_missing(name, keyword, candidates, suggestions)

    def _why_missing(
        self, name: str, keyword: str, candidates: list[Type], suggestions: Sequence[str]
    ) -> str:
        """As `why_missing`, if `_hint` is empty for these *candidates*."""
        other_use = next(filter(None, map(self._other_use, candidates)), "")
        how_to_keep = "" if suggestions else _how_to_keep(name, keyword)
        return "; ".join(filter(None, [other_use, how_to_keep]))

    def _hint(self, name: str | int, keyword: str, candidates: list[Type]) -> str:
        """A hint why no type with this *keyword* is called *name*; empty if nothing is known."""
        if isinstance(name, int):
            for found in candidates:
                return f"the type with this id is {reference(found)}"
            return f"ids are 0 to {len(self._table) - 1}"
        for type_ in map(self._resolved, candidates):
            hint = _what_it_is(name, type_, keyword) if type_ is not None else ""
            if hint:
                return hint
        return next(self._nameless(name), "") or self._enumerator(name)

    def _other_use(self, found: Type) -> str:
        """A hint that *found* is a function, map or variable; empty for types."""
        if isinstance(found, model.Func):
            return "it is a function"
        if not isinstance(found, model.Var):
            return ""
        maps = [t for t in self._table if isinstance(t, model.Datasec) and t.name == ".maps"]
        if any(variable.type_id == found.id for t in maps for variable in t.variables):
            return f"it is a map: see obj.maps[{found.name!r}]"
        return "it is a global variable"

    def _enumerator(self, name: str) -> str:
        """A hint that *name* is an enumerator; empty if it is not."""
        for type_ in self._table:
            if isinstance(type_, model.ANY_ENUM):
                for enumerator in type_.enumerators:
                    if enumerator.name == name:
                        of = f"enum {type_.name!r}" if type_.name else "an enum without a tag"
                        return f"it is an enumerator of {of}, with the value {enumerator.value}"
        return ""

    def _nameless(self, name: str) -> Iterator[str]:
        """Hints that *name* is only the name of a class in the stub. In C, its type has no name.

        For example, the stub has a class ``event_addr`` for the type of ``addr`` in
        ``struct event { struct { ... } addr; }``.
        """
        for at in (at for at, c in enumerate(name[:_LONGEST_COMPARED]) if c == "_"):
            outer, inner = name[:at], name[at + 1 :]
            if not inner:  # "event_"
                continue
            for found in map(self._resolved, self._candidates(outer)):
                if not isinstance(found, model.Struct | model.Union):
                    continue
                for member in found.members:
                    if member.name == inner and self._has_no_name(member.type_id):
                        keyword = kind_of(found).lower()
                        yield (
                            f"it is the type of member {inner} of {keyword} {outer}, which has no"
                            " name in C; access it through that member"
                        )

    def _has_no_name(self, type_id: int) -> bool:
        """Whether *type_id* is an anonymous struct or union, or an array of them."""
        try:
            type_ = self._table.skip_arrays(type_id)
        except LayoutError:
            return False
        return isinstance(type_, model.Struct | model.Union) and not type_.name

    def _suggestions(self, name: str, keyword: str) -> list[str]:
        """Similar names of types with this *keyword*, and of typedefs of such types."""
        kinds = _BY_KEYWORD.get(keyword)
        name = name.rpartition(" ")[2]  # the user may have written "struct event"
        names = dict.fromkeys(
            type_.name
            for type_ in self._table
            if type_.name
            and abs(len(type_.name) - len(name)) <= max(3, len(name) // 3)
            and (kinds is None or isinstance(self._resolved(type_), kinds))
        )
        return closest(name, names)


def closest(name: str, names: Iterable[str]) -> list[str]:
    """At most three of *names* that are similar to *name*, the closest first."""
    from difflib import get_close_matches  # noqa: PLC0415  # only errors need it

    if len(name) > _LONGEST_COMPARED:
        return []
    # In a name of three letters, two equal letters are enough.
    cutoff = 0.7 if len(name) > _SHORT else 0.6
    # Upper and lower case count as equal: "EVENT" is very close to "event".
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
    """A hint with the kind of *found*, a type called *name*.

    The hint is empty for functions and the other `_NOT_TYPES`: in C, a struct may have the same
    name, so *found* does not explain why there is no struct.
    """
    if isinstance(found, model.Fwd):
        declared = "union" if found.union else "struct"
        declaration = "" if declared == keyword else f" as a {declared}"
        return (
            f"it is only declared there{declaration} (a forward declaration); include the header"
            " that defines it in the C file"
        )
    for other, kinds in _BY_KEYWORD.items():
        if isinstance(found, kinds):
            return f"it is {_article(other)} {other}, so use {other}({name!r})"
    if isinstance(found, _NOT_TYPES):
        return ""
    return f"it is {_article(kind_of(found))} {kind_of(found)}"


def _article(word: str) -> str:
    return "an" if word[0] in "aeioAEIO" else "a"


def _how_to_keep(name: str, keyword: str) -> str:
    """The usual reason for a missing type, and the line of C that makes a compiler keep it."""
    why = "compilers leave out the types that no global, map or function needs"
    if not name.isidentifier():
        return why
    tag = keyword if keyword in _BY_KEYWORD else "struct"
    own = f"{_article(tag)} {tag} of your own"
    return (
        f"{why}; for a type of the kernel, use Btf.from_kernel(); to keep {own}, add this line to"
        f" the C file: {keeping_line(f'{tag} {name}')}"
    )


def keeping_line(type_: str) -> str:
    """The line of C that makes a compiler keep a type in the BTF.

    Args:
        type_: The type in C, such as ``struct event``.
    """
    return f"{type_} *unused_{type_.rpartition(' ')[2]} __attribute__((unused));"
