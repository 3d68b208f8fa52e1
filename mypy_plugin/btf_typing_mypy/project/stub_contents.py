"""What the stub of an object says of it, whether that is so, and the command that mends it."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import btf_typing
from btf_typing import mypy_support

from .external_files import ExternalFiles
from .object_files import MISSING, ObjectFile
from .stub_files import StubFile

if TYPE_CHECKING:
    from btf_typing.bpf_object import BpfObject
    from btf_typing.mypy_support import Rendering, Selection


class StubContents:
    """The stubs of a project.

    Args:
        files: of it.
    """

    def __init__(self, files: ExternalFiles) -> None:
        self._files = files
        self._names: dict[str, tuple[str, dict[int, str]]] = {}

    def of(self, known: ObjectFile) -> StubFile | None:
        """The stub of an object; of several the one with the usual name."""
        found = [stub for stub in self._files.stub_files.all() if stub.object_path == known.path]
        if not found[1:]:
            return found[0] if found else None
        usual = mypy_support.module_name(known.path)
        return min(found, key=lambda stub: (stub.module != usual, stub.module))

    def is_current(self, stub: StubFile, known: ObjectFile) -> bool:
        """Whether *stub* is what ``btf-stubs`` would write for the object today."""
        obj = known.bpf_object
        if obj is None:
            return True  # an object that cannot be read is an error of its own

        def compare() -> str:
            text = self._text(stub)
            try:
                rendering = self._rendering(stub, known, obj, text)
                return "current" if rendering.is_current(text) else ""
            except btf_typing.BtfError:
                return ""

        return bool(self._conclusion("current", stub.path, stub, known, compare))

    def class_name(self, stub: StubFile, known: ObjectFile, type_id: int) -> str:
        """What *stub* calls the class of a type; empty where it has none."""

        def look_up() -> str:
            return self._names_in(stub, known).get(type_id, "")

        return self._conclusion("class", f"{type_id} {stub.path}", stub, known, look_up)

    def class_names(self, stub: StubFile, known: ObjectFile) -> dict[int, str]:
        """What *stub* calls each class, by the id of its type; nothing where that cannot be read.

        Raises:
            BtfError: the object is malformed.
        """
        try:
            return self._names_in(stub, known)
        except (OSError, ValueError):
            return {}

    def _names_in(self, stub: StubFile, known: ObjectFile) -> dict[int, str]:
        if known.bpf_object is None:
            return {}
        found = self._names.get(stub.path)
        if found is None or found[0] != self._grounds(stub, known):
            rendering = self._rendering(stub, known, known.bpf_object, self._text(stub))
            return rendering.class_names
        return found[1]

    def _rendering(self, stub: StubFile, known: ObjectFile, obj: BpfObject, text: str) -> Rendering:
        """What *stub*, which says *text*, is to be like; of it the names alone are kept."""
        rendering = mypy_support.Rendering(obj, mypy_support.selection_of(text))
        self._names[stub.path] = self._grounds(stub, known), rendering.class_names
        return rendering

    def _conclusion(
        self, kind: str, subject: str, stub: StubFile, known: ObjectFile, compute: Callable[[], str]
    ) -> str:
        """What *compute* gives, or gave for the same object and stub; empty where it fails."""
        grounds = self._grounds(stub, known)
        try:
            return self._files.disk_cache.result(kind, subject, grounds, compute)
        except (OSError, ValueError):
            return ""

    def _grounds(self, stub: StubFile, known: ObjectFile) -> str:
        """What all that is concluded from the two follows from."""
        return f"{known.digest} {self._files.stub_files.digest(stub)}"

    def _text(self, stub: StubFile) -> str:
        """The text of *stub*.

        Raises:
            OSError: it cannot be read, or is not what it was when mypy looked.
            ValueError: it is not in UTF-8.
        """
        text = Path(stub.path).read_bytes()
        if hashlib.sha256(text).hexdigest() != self._files.stub_files.digest(stub):
            raise OSError(f"{stub.path} has just changed")
        return text.decode("utf-8")

    def selection(self, stub: StubFile) -> Selection:
        """Which types *stub* was asked to have."""
        try:
            with Path(stub.path).open(encoding="utf-8", errors="replace") as text:
                head = text.readline() + text.readline()
        except OSError:
            head = ""
        return mypy_support.selection_of(head)

    def _taken(self) -> Iterator[str]:
        """The names of stubs whose objects are there: an object that has moved keeps its stub's."""
        for stub in self._files.stub_files.all():
            if self._files.object_digest(stub.object_path) != MISSING:
                yield stub.module

    def command(self, known: ObjectFile, stub: StubFile | None, *types: str) -> str:
        """The command that writes the stub of an object, for the directory of the configuration.

        Args:
            known: the object.
            stub: the one that is there, whose name and selection are kept; None where none is.
            types: to add to a selection.
        """
        directories = self._files.directories
        words = ["btf-stubs", known.name, "-o", directories.canonical_name(directories.new_stubs)]
        usual = mypy_support.module_name(known.path)
        if stub:
            words[-1] = directories.canonical_name(str(Path(stub.path).parent))
            selection = self.selection(stub)
            words += [f"--type={glob}" for glob in (*selection.types, *types)]
            words += [f"--exclude={glob}" for glob in selection.exclude]
            module = stub.module
        else:
            taken = set(self._taken())
            module = (
                mypy_support.module_name(known.name.replace("/", "_")) if usual in taken else usual
            )
        return shlex.join(words if module == usual else [*words, "--module", module])
