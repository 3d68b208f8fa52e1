"""A cached property that has one value for all threads."""

from __future__ import annotations

from functools import cached_property

from ._typing_stand_ins import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    shared_property = cached_property
else:

    class shared_property(cached_property):  # noqa: N801  # named like cached_property
        """A `functools.cached_property` that gives all threads one value.

        Since Python 3.12, the standard class has no lock. Two threads that read the property at the
        same time can get two objects. One thread then does not see what the other thread changes.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            """Return the value that was stored first."""
            if instance is None:
                return self
            return instance.__dict__.setdefault(self.attrname, self.func(instance))


__all__ = ["shared_property"]
