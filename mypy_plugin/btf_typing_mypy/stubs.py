"""The stubs on ``mypy_path``: which object each describes, and whether it is up to date."""

# ruff: noqa: PTH118, PTH120, PTH123, PTH208  # mypy has paths as strings; this is done often

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from btf_typing import __version__

from . import late
from .daemon import Readers
from .inputs import Record, Signature, signature
from .paths import Paths
from .registry import Known, Objects

if TYPE_CHECKING:
    from btf_typing.stub_contents import Selection

_KIND = "stub"
_HEAD = 4096
_FIRST_LINE = re.compile(r"# (.+), BTF sha256 [0-9a-f]+\b")


class Stub(NamedTuple):
    """A stub that ``btf-stubs`` wrote.

    Attributes:
        module: its name as a module.
        path: absolute.
        object: the absolute path of the object that it describes.
    """

    module: str
    path: str
    object: str


class Stubs:
    """The stubs of a project.

    Args:
        paths: where to look.
        record: what is known from earlier runs.
        readers: are told what is read.
    """

    def __init__(self, paths: Paths, record: Record, readers: Readers) -> None:
        self._paths = paths
        self._record = record
        self._readers = readers
        self._heads: dict[str, tuple[Signature | None, str]] = {}
        self._found: list[Stub] = []
        self._looks: int | None = None

    def all(self) -> list[Stub]:
        """Every stub; where two have one name, only the first can be imported."""
        if self._looks is None or self._looks != self._readers.looks:
            self._found, self._looks = self._all(), self._readers.looks
        found = self._found
        self._readers.note("stubs", str(hash(tuple(found))), lambda: str(hash(tuple(self._all()))))
        return found

    def look_again(self) -> None:
        """Forget which stubs there are: some were written."""
        self._looks = None

    def _all(self) -> list[Stub]:
        found: dict[str, Stub] = {}
        for path in self._files():
            described = self._described(path)
            if described:
                module = Path(path).stem
                found.setdefault(module, Stub(module, path, described))
        return list(found.values())

    def of(self, known: Known) -> Stub | None:
        """The stub of an object; of several the one with the usual name."""
        found = [stub for stub in self.all() if stub.object == known.path]
        usual = late.names.module_name(known.path)
        return min(found, key=lambda stub: (stub.module != usual, stub.module), default=None)

    def digest(self, stub: Stub) -> str:
        """The digest of a stub's text."""
        return self._record.digest(_KIND, stub.path, _digest)

    def is_current(self, stub: Stub, known: Known, objects: Objects) -> bool:
        """Whether *stub* is what ``btf-stubs`` would write for the object today."""
        obj = known.object
        if obj is None:
            return True  # an object that cannot be read is an error of its own

        def compare() -> str:
            try:
                text = Path(stub.path).read_text("utf-8")
                return "current" if late.stubgen.is_current(text, obj) else ""
            except (late.errors.BtfError, OSError, ValueError):
                return ""

        key = " ".join([__version__, objects.digest(known.path), self.digest(stub)])
        return bool(self._record.conclusion("current", key, compare))

    def class_name(self, stub: Stub, known: Known, type_id: int, objects: Objects) -> str:
        """What *stub* calls the class of a type; empty where it has none."""
        obj = known.object
        if obj is None:
            return ""

        def look_up() -> str:
            return late.stubgen.class_names(obj, self.selection(stub)).get(type_id, "")

        parts = [__version__, objects.digest(known.path), self.digest(stub), str(type_id)]
        return self._record.conclusion("class", " ".join(parts), look_up)

    def selection(self, stub: Stub) -> Selection:
        """Which types *stub* was asked to have."""
        return late.stubgen.selection_of(self._head(stub.path))

    def command(self, known: Known, stub: Stub | None, *types: str) -> str:
        """The command that writes the stub of an object, for the directory of the configuration.

        Args:
            known: the object.
            stub: the one that is there, whose name and selection are kept; None where none is.
            types: to add to a selection.
        """
        words = ["btf-stubs", known.name, "-o", self._paths.name(self._paths.stubs) or "."]
        usual = late.names.module_name(known.path)
        if stub:
            words[-1] = self._paths.name(os.path.dirname(stub.path)) or "."
            selection = self.selection(stub)
            words += [f"--type={glob}" for glob in (*selection.types, *types)]
            words += [f"--exclude={glob}" for glob in selection.exclude]
            module = stub.module
        else:
            taken = {other.module for other in self.all()}
            module = (
                late.names.module_name(known.name.replace("/", "_")) if usual in taken else usual
            )
        return shlex.join(words if module == usual else [*words, "--module", module])

    def _files(self) -> Iterator[str]:
        """Every stub file below the directories of ``mypy_path``, not those of packages."""
        for directory in self._paths.stub_directories:
            try:
                names = sorted(os.listdir(directory))
            except OSError:
                continue
            yield from (os.path.join(directory, name) for name in names if name.endswith(".pyi"))

    def _described(self, path: str) -> str:
        """The absolute path of the object that the stub at *path* describes; empty for others."""
        first = _FIRST_LINE.match(self._head(path))
        if first is None:
            return ""
        shown = first[1].encode("latin-1", "replace").decode("unicode_escape", "replace")
        return os.path.normpath(os.path.join(os.path.dirname(path), shown))

    def _head(self, path: str) -> str:
        """The first lines of a stub."""
        current = signature(path)
        known = self._heads.get(path)
        if known is None or known[0] != current:
            try:
                with open(path, encoding="utf-8", errors="replace") as stream:
                    text = stream.read(_HEAD)
            except OSError:
                text = ""
            known = self._heads[path] = current, text
        return known[1]


def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
