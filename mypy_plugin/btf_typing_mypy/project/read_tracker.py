"""What makes the daemon look again at a module whose objects or stubs have changed.

The daemon checks a module again when its source changes, or something that its source names. It
asks its watcher of files which sources have changed. Just before the watcher looks, `ReadTracker`
has it forget the sources whose objects are not what they were when these sources were checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple, ParamSpec, TypeVar

from btf_typing_mypy import compat

_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Reading(NamedTuple):
    """Something that was read for a module.

    Attributes:
        digest: what it was then.
        again: gives what it is now.
    """

    digest: str
    again: Callable[[], str]


class ReadTracker:
    """Which module has read what.

    Does nothing outside the daemon, where a run ends before anything changes.

    Args:
        daemon: whether this is for the daemon's checks.
    """

    def __init__(self, *, daemon: bool) -> None:
        self._daemon = daemon
        self._readings: dict[str, dict[str, _Reading]] = {}
        self._reader = ""
        self._active = daemon and compat.before_daemon_rescan(self._outdated)
        self._clear_before_rescan: list[Callable[[], None]] = []
        self._tells = self._active or not daemon

    def clear_before_rescan(self, forget: Callable[[], None]) -> bool:
        """Have *forget* called each time the daemon is about to look for changes.

        Returns:
            Whether nothing needs to be read twice until then; not in a daemon that does not tell.
        """
        self._clear_before_rescan.append(forget)
        return self._tells

    def clear_caches(self) -> None:
        """Have all forget what may be out of date."""
        for forget in self._clear_before_rescan:
            forget()

    def cached(self, function: Callable[_P, _R]) -> Callable[_P, _R]:
        """*function*, which outside the daemon need not read the same twice for the same arguments.

        In the daemon it must, or a module that asks second would not be noted as a reader.
        """
        if self._daemon:
            return function
        remembered = cache(function)
        self.clear_before_rescan(remembered.cache_clear)
        typed: Callable[..., _R] = remembered
        return typed

    @contextmanager
    def checking(self, path: str) -> Iterator[None]:
        """What is read inside is read for the source file *path*."""
        before, self._reader = self._reader, path
        try:
            yield
        finally:
            self._reader = before

    def record_read(self, key: str, digest: str, again: Callable[[], str]) -> None:
        """Something was read; see `_Reading`."""
        if self._active and self._reader:
            self._readings.setdefault(self._reader, {})[key] = _Reading(digest, again)

    def forget_reads(self, path: str) -> None:
        """The source file *path* is parsed anew, and will be checked from its first line."""
        self._readings.pop(path, None)

    def _outdated(self) -> list[str]:
        """The source files for which something was read that has changed since."""
        self.clear_caches()
        current: dict[str, str] = {}
        found = []
        for path, readings in self._readings.items():
            for key, reading in readings.items():
                if key not in current:
                    current[key] = reading.again()
                if current[key] != reading.digest:
                    found.append(path)
                    break
        return found
