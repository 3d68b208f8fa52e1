"""The objects of a project and their contents. An object is read again only if it changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import btf_typing
from btf_typing import mypy_support
from btf_typing.mypy_support import NamedTuple

from .disk_cache import file_state

if TYPE_CHECKING:
    from btf_typing.bpf_object import BpfObject
    from btf_typing.btf import Btf
    from btf_typing.mypy_support import Search


MISSING = "missing"
"""The digest of an object that does not exist."""


class ObjectFile(NamedTuple):
    """An object of the project.

    Attributes:
        name: canonical name; see the module `directories`. Types and messages show this name.
        path: absolute path.
        bpf_object: the object as ``load`` returns it; None if the object cannot be read.
        btf: the types of the object; None if the object cannot be read.
        search: finds the types by name; None if the object cannot be read.
        problem: the reason why the object cannot be read; empty if it can be read.
        digest: digest of the contents; see `ObjectContents`.
        base: canonical name of the base BTF that the program passes for split BTF; else empty.
    """

    name: str
    path: str
    bpf_object: BpfObject | None
    btf: Btf[Any] | None
    search: Search | None
    problem: str
    digest: str
    base: str = ""


class ObjectContents(NamedTuple):
    """The contents of an object, without its name.

    Attributes:
        bpf_object: the object as ``load`` returns it; None if it cannot be read.
        problem: the reason why the object cannot be read; empty if it can be read.
        digest: digest of everything that a stub depends on. It usually stays the same if a new
            build of the object has the same types, globals and programs.
    """

    bpf_object: BpfObject | None
    problem: str
    digest: str


class ObjectFiles:
    """The objects that this run has read."""

    def __init__(self) -> None:
        self._contents: dict[tuple[str, str], tuple[tuple[str, str], ObjectContents]] = {}
        self._object_files: dict[tuple[str, str, str], tuple[ObjectContents, ObjectFile]] = {}

    def contents(self, path: str, base_path: str = "") -> ObjectContents:
        """Return the contents of the object at the absolute *path*; never raises.

        Args:
            path: absolute path.
            base_path: absolute path of the base BTF for split BTF; empty if there is none.
        """
        state = file_state(path), file_state(base_path) if base_path else ""
        cached = self._contents.get((path, base_path))
        if cached is None or cached[0] != state:
            base = self.contents(base_path) if base_path else None
            cached = self._contents[path, base_path] = state, _read(path, base)
        return cached[1]

    def get(self, name: str, path: str, base: str = "", base_path: str = "") -> ObjectFile:
        """Return the object at the absolute *path* with the canonical *name*; never raises.

        Args:
            name: canonical name.
            path: absolute path.
            base: canonical name of the base BTF for split BTF; empty if the program passes none.
            base_path: absolute path of the base BTF; empty if there is none.
        """
        contents = self.contents(path, base_path)
        cached = self._object_files.get((name, path, base))
        if cached is None or cached[0] is not contents:
            new = _object_file(name, path, contents)._replace(base=base)
            cached = self._object_files[name, path, base] = contents, new
        return cached[1]


def _read(path: str, base: ObjectContents | None) -> ObjectContents:
    try:
        contents = mypy_support.read(path)
    except FileNotFoundError:
        return ObjectContents(None, "no such file", MISSING)
    except btf_typing.BtfError as error:
        return ObjectContents(None, error.message, f"unreadable: {error}")
    if base and base.bpf_object is None:
        return _unreadable(contents.btf, f"its base BTF cannot be read: {base.problem}")
    try:
        base_btf = base.bpf_object.btf if base and base.bpf_object else None
        found = mypy_support.object_from_contents(path, contents, base_btf)
    except btf_typing.BtfError as error:
        return _unreadable(contents.btf, error.message)
    return ObjectContents(found, "", mypy_support.object_digest(found))


def _unreadable(btf: bytes | memoryview, problem: str) -> ObjectContents:
    digest = hashlib.sha256(btf).hexdigest()
    return ObjectContents(None, problem, f"unreadable: {digest} {problem}")


def _object_file(name: str, path: str, contents: ObjectContents) -> ObjectFile:
    bpf_object = contents.bpf_object
    btf = bpf_object.btf if bpf_object else None
    search = None if btf is None else mypy_support.Search(btf.table, name)
    return ObjectFile(name, path, bpf_object, btf, search, contents.problem, contents.digest)
