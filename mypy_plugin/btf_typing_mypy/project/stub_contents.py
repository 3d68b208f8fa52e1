"""The contents of a stub: is it up to date, and which type does each of its classes represent?"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import btf_typing
from btf_typing import mypy_support

from .external_files import ExternalFiles
from .object_files import ObjectFile
from .stub_files import StubFile

if TYPE_CHECKING:
    from btf_typing.bpf_object import BpfObject
    from btf_typing.btf import Btf
    from btf_typing.mypy_support import Names, Rendering, Selection

_CLASS = re.compile(r"^class ([^(:]+)", re.MULTILINE)


class _ProvenStub:
    """A stub that is proven to be up to date.

    Args:
        text: text of the stub.
        btf: types of its object.
    """

    def __init__(self, text: str, btf: Btf[Any]) -> None:
        self._btf = btf
        self._classes = frozenset(_CLASS.findall(text))

    @cached_property
    def _names(self) -> Names:
        return mypy_support.Names(self._btf.table)

    def class_name(self, type_id: int) -> str | None:
        """Return the name of the class for a type; empty if there is no such class.

        The result is None if the type has no name in C. The name of its class then depends on all
        types that refer to it.
        """
        name = self._names.class_name(type_id)
        return name if name is None or name in self._classes else ""


class StubContents:
    """The contents of the stubs of a project.

    The digests in the first line of a stub show in most cases that the stub is up to date. If they
    do not, the plugin computes again what ``btf-stubs`` writes. For a large object, this
    computation takes long, so the `DiskCache` stores the results.

    Args:
        files: external files of the project.
    """

    def __init__(self, files: ExternalFiles) -> None:
        self._files = files
        self._class_names: dict[str, tuple[str, dict[int, str]]] = {}
        self._proven: dict[str, tuple[str, _ProvenStub | None]] = {}
        self._selections: dict[str, tuple[str, Selection]] = {}

    def is_current(self, stub: StubFile, object_file: ObjectFile) -> bool:
        """Whether the stub is up to date: equal to a new stub, except for the digests.

        Raises:
            BtfError: the object is malformed.
        """
        bpf_object = object_file.bpf_object
        if bpf_object is None:
            return True  # another error reports that the object cannot be read

        def compare() -> str:
            if self._proven_stub(stub, object_file):
                return "current"
            text = self._files.stub_files.text(stub)
            rendering = self._rendering(stub, object_file, bpf_object, text)
            return "current" if rendering.is_current(text) else ""

        return bool(self._stored_result("current", stub.path, stub, object_file, compare))

    def class_name(self, stub: StubFile, object_file: ObjectFile, type_id: int) -> str:
        """Return the name of the class in *stub* for a type; empty if there is no such class.

        Raises:
            BtfError: the object is malformed.
        """

        def look_up() -> str:
            proven = self._proven_stub(stub, object_file)
            known = proven.class_name(type_id) if proven else None
            if known is not None:
                return known
            return self._compute_class_names(stub, object_file).get(type_id, "")

        subject = f"{type_id} {stub.path}"
        return self._stored_result("class", subject, stub, object_file, look_up)

    def class_names(self, stub: StubFile, object_file: ObjectFile) -> dict[int, str]:
        """Return the names of all classes of *stub* by type id; empty if *stub* is unreadable.

        Raises:
            BtfError: the object is malformed.
        """
        try:
            return self._compute_class_names(stub, object_file)
        except btf_typing.BtfError:  # some are ValueErrors, which the next clause would hide
            raise
        except (OSError, ValueError):
            return {}

    def selection(self, stub: StubFile) -> Selection:
        """Return the ``--type``, ``--exclude`` and ``--live`` with which *stub* was written."""
        digest = self._files.stub_files.digest(stub)
        known = self._selections.get(stub.path)
        if known is None or known[0] != digest:
            known = self._selections[stub.path] = digest, self._read_selection(stub)
        return known[1]

    @staticmethod
    def _read_selection(stub: StubFile) -> Selection:
        try:
            text = mypy_support.read_regular(stub.path).decode("utf-8", "replace")
        except (btf_typing.BtfError, OSError):
            text = ""
        return mypy_support.selection_of(text)

    def live_base(self, stub: StubFile) -> str:
        """Return the absolute path of the base BTF for a stub of ``btf-stubs --live``.

        The module beside *stub* contains this path, relative to its own directory. The result is
        empty if there is no base.
        """
        if not self.selection(stub).live:
            return ""
        self._files.live_module_digest(stub.path)  # records that the result depends on the module
        module = Path(stub.path).with_suffix(".py")
        try:
            statements = ast.parse(mypy_support.read_regular(str(module))).body
        except (btf_typing.BtfError, OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return ""
        for statement in statements:
            match statement:  # _module(globals(), "nf_conntrack.ko", base="vmlinux")
                case ast.Expr(ast.Call(keywords=keywords)):
                    for keyword in keywords:
                        if keyword.arg == "base" and isinstance(keyword.value, ast.Constant):
                            path = module.parent / str(keyword.value.value)
                            return os.path.normpath(path)
        return ""

    def _proven_stub(self, stub: StubFile, object_file: ObjectFile) -> _ProvenStub | None:
        """Return *stub* if the digests in its first line prove that it is up to date; else None.

        Raises:
            OSError, ValueError: as for `StubFiles.text`.
        """
        inputs = self._inputs(stub, object_file)
        found = self._proven.get(stub.path)
        if found is None or found[0] != inputs:
            text, btf = self._files.stub_files.text(stub), object_file.btf
            digests = mypy_support.digests_in(text)
            is_proven = digests.valid and digests.of_object == object_file.digest
            proven = None if btf is None or not is_proven else _ProvenStub(text, btf)
            found = self._proven[stub.path] = inputs, proven
        return found[1]

    def _compute_class_names(self, stub: StubFile, object_file: ObjectFile) -> dict[int, str]:
        if object_file.bpf_object is None:
            return {}
        found = self._class_names.get(stub.path)
        if found is None or found[0] != self._inputs(stub, object_file):
            text = self._files.stub_files.text(stub)
            return self._rendering(stub, object_file, object_file.bpf_object, text).class_names
        return found[1]

    def _rendering(
        self, stub: StubFile, object_file: ObjectFile, bpf_object: BpfObject, text: str
    ) -> Rendering:
        """Render *stub* again with the options in its *text*, and remember its class names."""
        rendering = mypy_support.Rendering(bpf_object, mypy_support.selection_of(text))
        self._class_names[stub.path] = self._inputs(stub, object_file), rendering.class_names
        return rendering

    def _stored_result(
        self,
        kind: str,
        subject: str,
        stub: StubFile,
        object_file: ObjectFile,
        compute: Callable[[], str],
    ) -> str:
        """Return the stored result for this object and stub, or compute it.

        The result is empty if the stub is unreadable.

        Raises:
            BtfError: the object is malformed.
        """
        inputs = self._inputs(stub, object_file)
        try:
            return self._files.disk_cache.result(kind, subject, inputs, compute)
        except btf_typing.BtfError:  # some are ValueErrors, which the next clause would hide
            raise
        except (OSError, ValueError):
            return ""

    def _inputs(self, stub: StubFile, object_file: ObjectFile) -> str:
        """Return a digest of all data that a result about the stub and the object depends on."""
        return f"{object_file.digest} {self._files.stub_files.digest(stub)}"
