"""A dictionary of the full names that the plugin ignores.

mypy asks the plugin about every name in every annotation, in libraries too. For a project of 200
modules, it asks about a hundred thousand times, but only about a few thousand names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Hook = TypeVar("_Hook")


class IgnoredNames(dict[str, _Hook | None]):
    """Maps each name to its hook, and each name that the plugin ignores to None.

    A look-up is ``names[name]``. Only ignored names are stored, so the second look-up of an ignored
    name runs no Python code. The hook of any other name may change, so each look-up calls
    *hook_for*.

    Args:
        is_ignored: whether the plugin ignores a name. The answer must stay true until the
            dictionary is cleared.
        hook_for: returns the hook of a name that is not ignored.
    """

    def __init__(
        self, is_ignored: Callable[[str], bool], hook_for: Callable[[str], _Hook | None]
    ) -> None:
        super().__init__()
        self._is_ignored = is_ignored
        self._hook_for = hook_for

    def __missing__(self, name: str) -> _Hook | None:
        if self._is_ignored(name):
            self[name] = None
            return None
        return self._hook_for(name)
