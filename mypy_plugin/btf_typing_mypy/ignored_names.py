"""A dictionary of the hooks by full name. It remembers the names that the plugin ignores.

mypy asks the plugin about every name in every annotation, in libraries too. In a project of 200
modules, mypy asks roughly 100,000 times, but most questions repeat an earlier one. There are only a
few thousand different names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

_Hook = TypeVar("_Hook")


class IgnoredNames(dict[str, _Hook | None]):
    """Finds the hook of a name, and remembers the names that the plugin ignores.

    A look-up is ``names[name]``. Fixed hooks and ignored names are stored, so their look-ups run no
    Python code, except for the first look-up of an ignored name. The hook of any other name may
    change, so each look-up of such a name calls *hook_for*.

    Args:
        fixed: hooks that never change, by name.
        is_ignored: returns whether the plugin ignores a name. The answer True must stay correct
            until the dictionary is cleared.
        hook_for: returns the hook of a name that is not ignored.

    Attributes:
        remembers: whether ignored names are stored.
    """

    def __init__(
        self,
        fixed: Mapping[str, _Hook],
        is_ignored: Callable[[str], bool],
        hook_for: Callable[[str], _Hook | None],
    ) -> None:
        super().__init__(fixed)
        self._fixed = fixed
        self._is_ignored = is_ignored
        self._hook_for = hook_for
        self.remembers = True

    def clear(self) -> None:
        """Forget the ignored names, but keep the fixed hooks."""
        super().clear()
        self.update(self._fixed)

    def __missing__(self, name: str) -> _Hook | None:
        if not self._is_ignored(name):
            return self._hook_for(name)
        if self.remembers:
            self[name] = None
        return None
