"""What maps and sections have in common: things by name, made when first asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

from ._typing import Generic
from ._wire.search import closest
from .errors import TypeNotFoundError

Thing = TypeVar("Thing")
Definition = TypeVar("Definition")
Default = TypeVar("Default")


class Catalogue(Mapping[str, Thing], Generic[Thing, Definition]):
    """Things by name.

    Args:
        what: one of them is, in messages.
        where: they are, in messages.
        definitions: what each is made from.
    """

    def __init__(self, what: str, where: str, definitions: Mapping[str, Definition]) -> None:
        self._what = what
        self._where = where
        self._definitions = definitions
        self._made: dict[str, Thing] = {}

    @abstractmethod
    def _make(self, name: str, definition: Definition) -> Thing:
        """The thing *name*."""

    def _none(self) -> str:
        """Why there is nothing of any name."""
        return "there are none"

    def definition(self, name: str) -> Definition:
        """What *name* is made from.

        Raises:
            TypeNotFoundError: there is nothing of that name.
        """
        try:
            return self._definitions[name]
        except (KeyError, TypeError):
            raise self._not_found(name) from None

    def __getitem__(self, name: str) -> Thing:
        definition = self.definition(name)
        if name not in self._made:
            self._made.setdefault(name, self._make(name, definition))
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._definitions

    @overload
    def get(self, name: str, /) -> Thing | None: ...

    @overload
    def get(self, name: str, /, default: Thing | Default) -> Thing | Default: ...

    def get(self, name: str, /, default: object = None) -> object:
        """The thing *name*, or *default*: Mapping's own looks for a KeyError."""
        return self[name] if name in self else default  # noqa: SIM401  # this is that get()

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._where}: {', '.join(self) or 'none'}>"

    def _not_found(self, name: object) -> TypeNotFoundError:
        what = f"no {self._what} {name!r} in {self._where}"
        suggestions = closest(name, self._definitions) if isinstance(name, str) else []
        if suggestions:
            hint = f"did you mean {' or '.join(map(repr, suggestions))}?"
        else:
            hint = f"there are: {', '.join(self)}" if self._definitions else self._none()
        return TypeNotFoundError(f"{what}; {hint}", name=str(name), suggestions=suggestions)
