"""Files outside mypy's sight: when one changes, what was checked with it must be checked again.

mypy keeps the results of a run, and knows nothing of objects. It asks each plugin for data that
must not change while a result is to be used again. That data is, for the modules that define
``Btf`` and ``BpfObject`` and hence for all that use these, the digests of every object that any
run has read. `Record` remembers which ones those are.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from mypy.options import Options

from .daemon import Readers
from .version import CODE

_RECORD = "btf-typing.jsonl"


class Signature(NamedTuple):
    """What tells that a file has not changed, without reading it."""

    mtime_ns: int
    size: int
    inode: int


def signature(path: str) -> Signature | None:
    """The signature of the regular file *path*; None where there is none that can be looked at."""
    try:
        status = os.stat(path)  # noqa: PTH116  # called for every look-up
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Signature(status.st_mtime_ns, status.st_size, status.st_ino)


class _Entry(NamedTuple):
    """A line of the record.

    Attributes:
        kind: of file, or of conclusion.
        key: a path, or what a conclusion was drawn from.
        signature: of a file.
        value: a file's digest, or the conclusion.
    """

    kind: str
    key: str
    signature: Signature | None
    value: str


class Record:
    """What this run and earlier ones have read, kept beside mypy's cache.

    Parallel workers append to one file; a line is written at once, and the last one counts.

    Args:
        options: mypy's, which say where the cache is.
        readers: are told what is read.
    """

    def __init__(self, options: Options, readers: Readers) -> None:
        self._readers = readers
        kept = options.incremental and options.cache_dir != os.devnull
        self._path = Path(options.cache_dir, _RECORD) if kept else None
        self._entries = {entry[:2]: entry for entry in self._read()}

    def paths(self, kind: str) -> list[str]:
        """Every file of that *kind* that was read."""
        return sorted(key for known, key in self._entries if known == kind)

    def digest(self, kind: str, path: str, compute: Callable[[str], str]) -> str:
        """The digest of *path*: the recorded one while the file is the same, else a new one.

        Args:
            kind: what it is read as.
            path: absolute.
            compute: from the path, the digest of what is there now; must not fail.
        """

        def look() -> str:
            current = signature(path)
            known = self._entries.get((kind, path))
            if known is not None and known.signature == current:
                return known.value
            return self._keep(_Entry(kind, path, current, compute(path)))

        found = look()
        self._readers.note(f"{kind} {path}", found, look)
        return found

    def conclusion(self, kind: str, key: str, compute: Callable[[], str]) -> str:
        """What follows from *key*, which must tell all that it follows from but this code."""
        key = f"{CODE[:16]} {key}"
        known = self._entries.get((kind, key))
        return known.value if known else self._keep(_Entry(kind, key, None, compute()))

    def _keep(self, entry: _Entry) -> str:
        self._entries[entry[:2]] = entry
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(entry) + "\n")
            except OSError:
                self._path = None  # mypy itself reports a cache that cannot be written
        return entry.value

    def _read(self) -> Iterator[_Entry]:
        if self._path is None:
            return
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except (OSError, ValueError):
            return
        for line in lines:
            try:
                kind, key, known, value = json.loads(line)
                found = Signature(*known) if known is not None else None
            except (TypeError, ValueError):
                continue  # cut off by a crash, or not ours
            yield _Entry(str(kind), str(key), found, str(value))
