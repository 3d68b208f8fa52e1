"""Which files the plugin has read for which source file; the daemon needs to know.

The daemon checks a source file again when the file has changed, or something that it names. It
knows nothing of the objects and stubs that the plugin reads. So `ReadTracker` records every such
read. Just before the daemon looks for changed source files, it compares: a source file for which
an object or a stub has changed since is reported to the daemon as changed itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple, ParamSpec, TypeVar

from btf_typing_mypy import compat

_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Read(NamedTuple):
    """Something that was read for a source file.

    Attributes:
        digest: its digest at that time.
        digest_now: returns its current digest.
    """

    digest: str
    digest_now: Callable[[], str]


class ReadTracker:
    """Records what is read for each source file.

    Outside the daemon it records nothing, because a run ends before anything changes.

    Args:
        daemon: whether mypy checks for the daemon.
    """

    def __init__(self, *, daemon: bool) -> None:
        self._daemon = daemon
        self._reads: dict[str, dict[str, _Read]] = {}
        self._source = ""
        self._active = daemon and compat.before_daemon_rescan(self._outdated)
        self._clear_functions: list[Callable[[], None]] = []
        self._may_remember = self._active or not daemon

    def clear_before_rescan(self, clear: Callable[[], None]) -> bool:
        """Call *clear* each time before the daemon looks for changed source files.

        Returns:
            Whether the caller may remember what it has read until then. False in a daemon whose
            rescans cannot be noticed: there, every look-up must read its files again.
        """
        self._clear_functions.append(clear)
        return self._may_remember

    def clear_caches(self) -> None:
        """Call all functions that `clear_before_rescan` has received."""
        for clear in self._clear_functions:
            clear()

    def cached(self, function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Return *function* with a cache of its results, but not in the daemon.

        There, the function must run for every source file, so that its reads are recorded for
        each of them.
        """
        if self._daemon:
            return function
        remembered = cache(function)
        self.clear_before_rescan(remembered.cache_clear)
        typed: Callable[..., _R] = remembered
        return typed

    @contextmanager
    def checking(self, source: str) -> Iterator[None]:
        """Inside this context, every read is recorded for the file *source*."""
        before, self._source = self._source, source
        try:
            yield
        finally:
            self._source = before

    def record_read(self, key: str, digest: str, digest_now: Callable[[], str]) -> None:
        """Record that the current source file depends on something.

        Args:
            key: names it, such as "object /p/x.bpf.o".
            digest: its digest as just read.
            digest_now: returns its digest at any later time.
        """
        if self._active and self._source:
            self._reads.setdefault(self._source, {})[key] = _Read(digest, digest_now)

    def forget_reads(self, source: str) -> None:
        """Drop the reads for a file that mypy has parsed anew and will check completely."""
        self._reads.pop(source, None)

    def _outdated(self) -> list[str]:
        """List the source files for which something was read that has changed since."""
        self.clear_caches()
        current: dict[str, str] = {}
        found = []
        for source, reads in self._reads.items():
            for key, read in reads.items():
                if key not in current:
                    current[key] = read.digest_now()
                if current[key] != read.digest:
                    found.append(source)
                    break
        return found
