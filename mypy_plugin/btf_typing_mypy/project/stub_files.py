"""Which stubs are on ``mypy_path``, and which object each describes."""

# ruff: noqa: PTH100, PTH118, PTH119, PTH120, PTH208  # mypy has paths as strings; this is done often

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from btf_typing import mypy_support

from .directories import Directories
from .disk_cache import DiskCache
from .read_tracker import ReadTracker

_KIND = "stub"
_SUFFIX = ".pyi"


class StubFile(NamedTuple):
    """A stub that ``btf-stubs`` wrote.

    Attributes:
        module: its name as a module.
        path: absolute.
        object_path: the absolute path of the object that it describes.
    """

    module: str
    path: str
    object_path: str


class StubFiles:
    """The stubs of a project.

    Args:
        directories: where to look.
        disk_cache: what is known from earlier runs.
        read_tracker: is told what is read.
    """

    def __init__(
        self, directories: Directories, disk_cache: DiskCache, read_tracker: ReadTracker
    ) -> None:
        self._directories = directories
        self._disk_cache = disk_cache
        self._read_tracker = read_tracker
        self._found: tuple[StubFile, ...] | None = None
        self._modules: list[str] = []
        self._digest = ""
        self._lasting = read_tracker.clear_before_rescan(self.clear)

    def all(self) -> tuple[StubFile, ...]:
        """Every stub; where two have one name, only the first can be imported."""
        if self._found is None or not self._lasting:
            self._found = self._all()
            self._modules = sorted((stub.module for stub in self._found), key=_unlikely)
            self._digest = repr(self._found)
        self._read_tracker.record_read("stubs", self._digest, lambda: repr(self._all()))
        return self._found

    def modules(self) -> list[str]:
        """The modules of all stubs in order; the first is one that can be imported, if any can."""
        self.all()
        return self._modules

    def has(self, path: str) -> bool:
        """Whether the file *path* is one of the stubs."""
        absolute = os.path.abspath(path)
        return any(stub.path == absolute for stub in self.all())

    def clear(self) -> None:
        """Forget which stubs there are: it may be out of date."""
        self._found = None

    def digest(self, stub: StubFile) -> str:
        """The digest of a stub's text; whoever is reading now depends on it."""
        return self._disk_cache.digest(_KIND, stub.path, _described).partition(" ")[0]

    def _all(self) -> tuple[StubFile, ...]:
        found: dict[str, StubFile] = {}
        for path in self._files():
            _, _, described = self._disk_cache.untracked_digest(_KIND, path, _described).partition(
                " "
            )
            if described:
                module = os.path.basename(path).removesuffix(_SUFFIX)
                found.setdefault(module, StubFile(module, path, described))
        return tuple(found.values())

    def _files(self) -> Iterator[str]:
        """Every stub file below the directories of ``mypy_path``, not those of packages."""
        for directory in self._directories.stub_directories:
            try:
                names = sorted(os.listdir(directory))
            except OSError:
                continue
            yield from (os.path.join(directory, name) for name in names if name.endswith(_SUFFIX))


def _unlikely(module: str) -> tuple[bool, str]:
    return not module.isidentifier(), module


def _described(path: str) -> str:
    """The digest of a stub and the absolute path of its object; empty for a file of others."""
    try:
        text = Path(path).read_bytes()
    except OSError:
        return ""
    shown = mypy_support.object_shown(text.partition(b"\n")[0].decode("utf-8", "replace"))
    if not shown:
        return ""
    described = os.path.normpath(os.path.join(os.path.dirname(path), shown))
    return f"{hashlib.sha256(text).hexdigest()} {described}"
