"""Names that mean nothing to the plugin; mypy asks for most of them again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Answer = TypeVar("_Answer")


class IgnoredNames(dict[str, _Answer | None]):
    """The names that mean nothing to the plugin; any other name is answered anew each time.

    mypy asks about each name in each annotation, of every library too: a hundred thousand times
    in a project of two hundred modules, for a few thousand names. The question is ``names[name]``,
    so that asking again takes no Python code.

    Args:
        nothing: whether a name means nothing, and will mean nothing until this is cleared.
        answer: for the others.
    """

    def __init__(
        self, nothing: Callable[[str], bool], answer: Callable[[str], _Answer | None]
    ) -> None:
        super().__init__()
        self._nothing = nothing
        self._answer = answer

    def __missing__(self, name: str) -> _Answer | None:
        if self._nothing(name):
            self[name] = None
            return None
        return self._answer(name)
