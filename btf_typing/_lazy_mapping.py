"""The base class of `Maps`, `Programs` and `Sections`. It makes a value on the first look-up."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, overload

from ._typing_stand_ins import Generic
from ._wire.type_search import closest
from .errors import TypeNotFoundError

Value = TypeVar("Value")
Definition = TypeVar("Definition")
Default = TypeVar("Default")


class LazyMapping(Mapping[str, Value], Generic[Value, Definition]):
    """Values by name. Each value is made from a definition, such as the C variable of a map.

    Args:
        kind: word for a value in messages, such as ``"map"``.
        path: path of the file, for messages; None for BTF from memory.
        definitions: the definition of each value, by name.
    """

    def __init__(self, kind: str, path: str | None, definitions: Mapping[str, Definition]) -> None:
        self._kind = kind
        self._path = path
        self._definitions = definitions
        self._values: dict[str, Value] = {}

    @abstractmethod
    def _make(self, name: str, definition: Definition) -> Value:
        """Make the value *name*."""

    def _why_empty(self) -> str:
        """The hint for an object without any definition."""
        return "there are none"

    def _why_missing(self, name: str) -> str:  # noqa: ARG002  # subclasses use it
        """The hint if *name* is another thing in the object, such as a global; else empty."""
        return ""

    def definition(self, name: str) -> Definition:
        """The definition of *name*.

        Raises:
            TypeNotFoundError: there is no definition of that name.
        """
        try:
            return self._definitions[name]
        except (KeyError, TypeError):
            raise self._not_found(name) from None

    def __getitem__(self, name: str) -> Value:
        definition = self.definition(name)
        if name not in self._values:
            self._values.setdefault(name, self._make(name, definition))
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._definitions

    @overload
    def get(self, name: str, /) -> Value | None: ...

    @overload
    def get(self, name: str, /, default: Value | Default) -> Value | Default: ...

    def get(self, name: str, /, default: object = None) -> object:
        """The value *name*, or *default* if there is none."""
        # Mapping.get catches only KeyError, but __getitem__ raises TypeNotFoundError.
        return self[name] if name in self else default  # noqa: SIM401  # this is get() itself

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    def __repr__(self) -> str:
        where = self._path or "BTF from memory"
        return f"<{type(self).__name__} of {where}: {', '.join(self) or 'none'}>"

    def _not_found(self, name: Any) -> TypeNotFoundError:
        why = self._why_missing(name) if isinstance(name, str) else ""
        close = isinstance(name, str) and not why
        suggestions = closest(name, self._definitions) if close else []
        there = f"there are: {', '.join(self)}" if self._definitions else self._why_empty()
        return TypeNotFoundError(
            kind=self._kind,
            name=name,
            path=self._path,
            hint=why or ("" if suggestions else there),
            suggestions=suggestions,
        )
