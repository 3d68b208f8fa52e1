"""The data that the plugin keeps between runs, in files beside mypy's own cache.

mypy does not know that a module depends on objects and stubs. For each module, it stores data from
the plugin. If the data changes, mypy checks the module again (see `dependencies`). For the modules
that define ``Btf`` and ``BpfObject``, the data is a digest over the settings, all stubs, and all
objects that any run has looked for. So the plugin must remember which objects these are.
`DiskCache` writes two files:

* ``btf-typing.jsonl`` contains the digest of each file that was read. It also contains the state of
  the file at that time: its times, size and inode. While the state is the same, the digest is
  valid. One more line contains the digest of our own code.
* ``btf-typing-results.jsonl`` contains results that take long to compute. For example, it stores
  whether a stub is up to date.
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

from btf_typing_mypy import mypy_processes

from . import code_digest
from .read_tracker import ReadTracker

_FILES = "btf-typing.jsonl"
_RESULTS = "btf-typing-results.jsonl"
_CODE = "code"
"""The kind of the entry with the digest of our own code."""

_Key: TypeAlias = tuple[str, str]
_Value: TypeAlias = tuple[str, str]

_MIN_OBSOLETE_LINES = 1 << 10
"""A file with at most this many obsolete lines is not rewritten.

A line is obsolete if the file has a later line with the same key. Reading this many lines takes
less than a millisecond.
"""


def file_state(path: str) -> str:
    """Return a text that changes when the file *path* changes, without reading the file.

    The text is empty if *path* is not a regular file.
    """
    try:
        status = os.stat(path)  # noqa: PTH116  # called for every look-up, and pathlib is slower
    except (OSError, ValueError):
        return ""
    if not stat.S_ISREG(status.st_mode):
        return ""
    # The ctime changes with the permissions, too: the file may have been unreadable.
    return f"{status.st_mtime_ns} {status.st_ctime_ns} {status.st_size} {status.st_ino}"


class DiskCache:
    """Digests of files and results of computations, from this run and earlier runs.

    With ``--no-incremental`` or without a cache directory, the data lasts only for this run.

    Args:
        options: mypy's options, which name the cache directory.
        read_tracker: records which source file depends on a digest.

    Attributes:
        code_digest: the digest of our own code; see the module `code_digest`.
    """

    def __init__(self, options: Options, read_tracker: ReadTracker) -> None:
        self._read_tracker = read_tracker
        kept = options.incremental and options.cache_dir != os.devnull
        self._directory = Path(options.cache_dir) if kept else None
        self._files = self._log(_FILES)
        self._current: dict[_Key, str] = {}
        code = _CODE, code_digest.PLUGIN
        self.code_digest = self._stored_or_new(code, code_digest.state(), code_digest.digest)
        self._may_remember = read_tracker.clear_before_rescan(self.clear_memory)

    @cached_property
    def _results(self) -> _Log:
        """The stored results. They are read on demand; a run without changes does not need them."""
        return self._log(_RESULTS)

    def _log(self, name: str) -> _Log:
        return _Log(self._directory / name if self._directory else None)

    def clear_memory(self) -> None:
        """Forget the digests of this run, because some files may have changed."""
        self._current.clear()

    def paths(self, kind: str) -> list[str]:
        """List every file that this run or an earlier one has read as *kind*."""
        return sorted(path for known, path in self._files.entries if known == kind)

    def has(self, kind: str, path: str) -> bool:
        """Whether this run or an earlier one has read the file *path* as *kind*."""
        return (kind, path) in self._files.entries

    def digest(self, kind: str, path: str, compute: Callable[[str], str]) -> str:
        """Return the digest of *path*, and record it for the source file that mypy is checking.

        For the arguments, see `untracked_digest`.
        """

        def look() -> str:
            return self.untracked_digest(kind, path, compute)

        found = look()
        self._read_tracker.record_read(f"{kind} {path}", found, look)
        return found

    def untracked_digest(self, kind: str, path: str, compute: Callable[[str], str]) -> str:
        """Return the digest of *path*. If the file has not changed, use the stored digest.

        Args:
            kind: the kind of file, such as "object". The same file may be read as several kinds.
            path: absolute path.
            compute: reads the file at a path and returns its digest; must not raise.
        """
        key = kind, path
        found = self._current.get(key)
        if found is None:
            found = self._stored_or_new(key, file_state(path), lambda: compute(path))
            if self._may_remember:
                self._current[key] = found
        return found

    def _stored_or_new(self, key: _Key, state: str, compute: Callable[[], str]) -> str:
        """Return the stored digest if *state* has not changed; else compute and store it."""
        stored = self._files.entries.get(key)
        if stored and stored[0] == state:
            return stored[1]
        digest = compute()
        self._files.store(key, (state, digest))
        return digest

    def result(self, kind: str, subject: str, inputs: str, compute: Callable[[], str]) -> str:
        """Return the result of a computation. Reuse it while its inputs and our code are the same.

        Args:
            kind: the kind of computation, such as "current": whether a stub is up to date.
            subject: the subject of the computation, such as the path of a stub. The cache keeps
                one result for each kind and subject.
            inputs: digest of everything that the result depends on except our code.
            compute: computes the result anew.
        """
        current = f"{self.code_digest[:16]} {inputs}"
        stored = self._results.entries.get((kind, subject))
        if stored and stored[0] == current:
            return stored[1]
        found = compute()
        self._results.store((kind, subject), (current, found))
        return found


class _Log:
    """A dictionary in a file of JSON lines, such as ``["object", "/p/x.bpf.o", "1 2 3", "ab12"]``.

    The first two items are the key: here, a kind and a path. The last two are the value: here, the
    state of the file and its digest. A later line replaces an earlier one with the same key.
    Several processes may append to the file at the same time, so each line is written in one call.

    Args:
        path: the file; None to store nothing.

    Attributes:
        entries: the current values.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        if path and path.exists() and not file_state(str(path)):
            self._path = path = None  # not a regular file; reading a pipe could block forever
        lines = self._lines()
        self.entries = dict(_parsed(lines))
        too_long = len(lines) > _MIN_OBSOLETE_LINES + 2 * len(self.entries)
        if path and too_long and not mypy_processes.in_worker():
            self._drop_obsolete_lines(path)

    def store(self, key: _Key, value: _Value) -> None:
        """Set one entry."""
        self.entries[key] = value
        if self._path is not None:
            try:
                with _appending(self._path) as stream:
                    stream.write(_line(key, value).encode())
            except OSError:
                self._path = None  # mypy itself reports that its cache cannot be written

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text("utf-8").splitlines() if self._path else []
        except (OSError, ValueError):
            return []

    def _drop_obsolete_lines(self, path: Path) -> None:
        from btf_typing import mypy_support  # noqa: PLC0415  # needed once in a thousand runs

        try:
            text = "".join(_line(key, value) for key, value in self.entries.items())
            mypy_support.replace(str(path), text)
        except OSError:
            pass  # the file with obsolete lines still works


def _appending(path: Path) -> FileIO:
    """Open *path* to append to it. Create the cache directory if it does not exist."""
    try:
        return path.open("ab", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab", buffering=0)


def _line(key: _Key, value: _Value) -> str:
    return json.dumps([*key, *value]) + "\n"


def _parsed(lines: list[str]) -> Iterator[tuple[_Key, _Value]]:
    """Yield the entry of each line. Skip invalid lines, such as one that a crash cut off."""
    for line in lines:
        try:
            kind, key, state, value = map(str, json.loads(line))
        except (TypeError, ValueError, RecursionError):
            continue
        yield (kind, key), (state, value)
