"""Records which files the plugin has read for each source file, for mypy's daemon.

The daemon checks a source file again if the file, or a definition that it uses, has changed. The
daemon does not know which objects and stubs the plugin has read. So `ReadTracker` records every
read. Just before the daemon looks for changed source files, `ReadTracker` compares the digests of
the objects and stubs with the recorded digests. If an object or a stub has changed, the daemon
treats the source files that depend on it as changed.
"""

# ruff: noqa: PTH110, PTH117  # mypy has paths as strings; pathlib is slower

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import ParamSpec, TypeVar

from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import fullnames, mypy_processes

_P = ParamSpec("_P")
_R = TypeVar("_R")

_INACTIVE = nullcontext()


class _Read(NamedTuple):
    """Data that the plugin read for a source file.

    Attributes:
        digest: the digest at the time of the read.
        digest_now: returns the current digest.
    """

    digest: str
    digest_now: Callable[[], str]


class ReadTracker:
    """Records which data the plugin reads for each source file.

    Outside the daemon, the tracker records nothing, because mypy checks each file at most once and
    exits.

    Args:
        daemon: whether mypy runs as a daemon.
        most_outdated: returns how many outdated files the daemon may check again; None means all.

    Attributes:
        daemon: whether mypy runs as a daemon.
    """

    def __init__(
        self, *, daemon: bool, most_outdated: Callable[[], int | None] = lambda: None
    ) -> None:
        self._most_outdated = most_outdated
        self.daemon = daemon
        self._reads: dict[str, dict[str, _Read]] = {}
        self._source = ""
        self._active = daemon and mypy_processes.before_daemon_rescan(self._outdated)
        self._clear_functions: list[Callable[[], None]] = []
        self._may_remember = self._active or not daemon

    def clear_before_rescan(self, clear: Callable[[], None]) -> bool:
        """Call *clear* each time before the daemon looks for changed source files.

        Returns:
            Whether the caller may remember the contents of files until *clear* is called. In a
            daemon, the result is False if the plugin cannot detect when the daemon looks for
            changes. Every look-up must then read its files again.
        """
        self._clear_functions.append(clear)
        return self._may_remember

    def clear_caches(self) -> None:
        """Call all functions that `clear_before_rescan` has received."""
        for clear in self._clear_functions:
            clear()

    def cached(self, function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Return *function* with a cache of its results. In the daemon, return it unchanged.

        In the daemon, *function* must run for every source file, so that its reads are recorded
        for each source file.
        """
        if self.daemon:
            return function
        remembered = cache(function)
        self.clear_before_rescan(remembered.cache_clear)
        typed: Callable[..., _R] = remembered
        return typed

    def checking(self, source: str) -> AbstractContextManager[None]:
        """Inside this context, every read is recorded for the file *source*.

        Reads for a file of typeshed are not recorded, because the daemon ends with an internal
        error if such a file counts as changed.
        """
        return self._checking(source) if self._active else _INACTIVE

    @contextmanager
    def _checking(self, source: str) -> Iterator[None]:
        before = self._source
        self._source = "" if fullnames.TYPESHED in source else source
        try:
            yield
        finally:
            self._source = before

    def record_read(self, key: str, digest: str, digest_now: Callable[[], str]) -> None:
        """Record that the source file passed to `checking` depends on a file or on other data.

        Args:
            key: name of the dependency, such as "object /p/x.bpf.o".
            digest: the digest of the data that was read.
            digest_now: returns the current digest.
        """
        if self._active and self._source:
            self._reads.setdefault(self._source, {})[key] = _Read(digest, digest_now)

    def forget_reads(self, source: str) -> None:
        """Drop the reads for *source*, because mypy is going to check the whole file again."""
        self._reads.pop(source, None)

    def _outdated(self) -> list[str]:
        """List the source files that depend on data that has changed since it was read."""
        self.clear_caches()
        current: dict[str, str] = {}
        found = []
        for source, reads in reversed(self._reads.items()):
            for key, read in reads.items():
                if key not in current:
                    current[key] = read.digest_now()
            if any(current[key] != read.digest for key, read in reads.items()):
                found.append(source)
        most = self._most_outdated()
        return found if most is None else sorted(found, key=_not_from_command_line)[:most]


def _not_from_command_line(source: str) -> tuple[bool, bool, bool]:
    """Sort key that puts files first that mypy's command line probably names.

    mypy finds all other files through imports, and then has their absolute paths.
    """
    return not os.path.exists(source), source.endswith(".pyi"), os.path.isabs(source)
