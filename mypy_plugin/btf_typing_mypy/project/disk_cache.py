"""Files outside mypy's sight: when one changes, what was checked with it must be checked again.

mypy keeps the results of a run, and knows nothing of objects. It asks each plugin for data that
must not change while a result is to be used again. That data is, for the modules that define
``Btf`` and ``BpfObject`` and hence for all that use these, the digests of every object that any
run has read. `DiskCache` remembers which ones those are.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from functools import cached_property
from io import FileIO
from pathlib import Path
from typing import TypeAlias

from mypy.options import Options

from btf_typing_mypy import compat

from .code_digest import CODE_DIGEST
from .read_tracker import ReadTracker

_FILES = "btf-typing.jsonl"
_RESULTS = "btf-typing-results.jsonl"

_Key: TypeAlias = tuple[str, str]
_Value: TypeAlias = tuple[str, str]

_SPARE_LINES = 1 << 10
"""Lines of a log that nobody minds: less than a millisecond to read."""


def signature(path: str) -> str:
    """What tells that the regular file *path* has not changed, without reading it.

    Empty where there is none that can be looked at.
    """
    try:
        status = os.stat(path)  # noqa: PTH116  # called for every look-up
    except (OSError, ValueError):
        return ""
    if not stat.S_ISREG(status.st_mode):
        return ""
    return f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"


class DiskCache:
    """What this run and earlier ones have read, kept beside mypy's cache.

    Args:
        options: mypy's, which say where the cache is.
        read_tracker: is told what is read.
    """

    def __init__(self, options: Options, read_tracker: ReadTracker) -> None:
        self._read_tracker = read_tracker
        kept = options.incremental and options.cache_dir != os.devnull
        self._directory = Path(options.cache_dir) if kept else None
        self._files = self._log(_FILES)
        self._seen: dict[_Key, str] = {}
        self._lasting = read_tracker.clear_before_rescan(self.clear_memory)

    def clear_memory(self) -> None:
        """Forget what was seen: some of it may be out of date."""
        self._seen.clear()

    @cached_property
    def _results(self) -> _Log:
        """A run that finds nothing changed draws none."""
        return self._log(_RESULTS)

    def _log(self, name: str) -> _Log:
        return _Log(self._directory / name if self._directory else None)

    def paths(self, kind: str) -> list[str]:
        """Every file of that *kind* that was read."""
        return sorted(path for known, path in self._files.entries if known == kind)

    def digest(self, kind: str, path: str, compute: Callable[[str], str]) -> str:
        """The digest of *path*, as `untracked_digest`; whoever is reading now depends on it."""

        def look() -> str:
            return self.untracked_digest(kind, path, compute)

        found = look()
        self._read_tracker.record_read(f"{kind} {path}", found, look)
        return found

    def untracked_digest(self, kind: str, path: str, compute: Callable[[str], str]) -> str:
        """The digest of *path*: the recorded one while the file is the same, else a new one.

        Args:
            kind: what it is read as.
            path: absolute.
            compute: from the path, the digest of what is there now; must not fail.
        """
        key = kind, path
        found = self._seen.get(key)
        if found is None:
            found = self._look(key, compute)
            if self._lasting:
                self._seen[key] = found
        return found

    def _look(self, key: _Key, compute: Callable[[str], str]) -> str:
        current = signature(key[1])
        known = self._files.entries.get(key)
        if known and known[0] == current:
            return known[1]
        digest = compute(key[1])
        self._files.keep(key, (current, digest))
        return digest

    def result(self, kind: str, subject: str, grounds: str, compute: Callable[[], str]) -> str:
        """What follows for *subject* from *grounds*.

        Args:
            kind: of conclusion.
            subject: of it; what followed from other grounds is forgotten.
            grounds: must tell all that it follows from but this code.
            compute: gives it.
        """
        current = f"{CODE_DIGEST[:16]} {grounds}"
        known = self._results.entries.get((kind, subject))
        if known and known[0] == current:
            return known[1]
        found = compute()
        self._results.keep((kind, subject), (current, found))
        return found


class _Log:
    """Pairs of texts by pairs of texts, in a file with one on each line, of which the last counts.

    Parallel workers append to one file; a line is written at once.

    Args:
        path: of the file; None to keep nothing.

    Attributes:
        entries: as they are now.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = self._lines()
        self.entries = dict(_parsed(lines))
        if path and len(lines) > _SPARE_LINES + 2 * len(self.entries) and not compat.in_worker():
            self._shorten(path)

    def keep(self, key: _Key, value: _Value) -> None:
        """Set an entry."""
        self.entries[key] = value
        if self._path is not None:
            try:
                with _appending(self._path) as stream:
                    stream.write(_line(key, value).encode())
            except OSError:
                self._path = None  # mypy itself reports a cache that cannot be written

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text("utf-8").splitlines() if self._path else []
        except (OSError, ValueError):
            return []

    def _shorten(self, path: Path) -> None:
        """Drop the lines that do not count."""
        from btf_typing import mypy_support  # noqa: PLC0415  # once in a thousand runs

        try:
            text = "".join(_line(key, value) for key, value in self.entries.items())
            mypy_support.replace(str(path), text)
        except OSError:
            pass  # it stays long, and counts all the same


def _appending(path: Path) -> FileIO:
    """Opens *path* to append to it, in a cache that may not be there yet or any more."""
    try:
        return path.open("ab", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab", buffering=0)


def _line(key: _Key, value: _Value) -> str:
    return json.dumps([*key, *value]) + "\n"


def _parsed(lines: list[str]) -> Iterator[tuple[_Key, _Value]]:
    for line in lines:
        try:
            kind, key, state, value = map(str, json.loads(line))
        except (TypeError, ValueError, RecursionError):
            continue  # cut off by a crash, or not ours
        yield (kind, key), (state, value)
