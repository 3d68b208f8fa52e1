"""A dictionary of the full names that mean nothing to the plugin.

mypy asks about every name in every annotation, in libraries too. In a project of 200 modules
that is about a hundred thousand questions about a few thousand names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Hook = TypeVar("_Hook")


class IgnoredNames(dict[str, _Hook | None]):
    """Maps names that the plugin ignores to None and asks for the hook of any other name.

    A look-up is ``names[name]``. The second look-up of an ignored name runs no Python code. The
    hook of any other name is not stored, because it may change.

    Args:
        is_ignored: whether the plugin ignores a name, until the dictionary is cleared.
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
