"""The objects of a project, each by its canonical path, read once while it stays the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import btf_typing
from btf_typing import mypy_support

from .disk_cache import signature

if TYPE_CHECKING:
    from btf_typing.bpf_object import BpfObject
    from btf_typing.btf import Btf
    from btf_typing.mypy_support import Search


MISSING = "missing"
"""The digest of an object that is not there."""


class ObjectFile(NamedTuple):
    """What is known of an object.

    Attributes:
        name: its identity, the path that messages show.
        path: absolute.
        bpf_object: what ``load`` gives; None where it cannot be read.
        btf: its types, likewise.
        search: its types by name, likewise.
        problem: why it cannot be read; empty where it can.
        digest: of what it has to say.
    """

    name: str
    path: str
    bpf_object: BpfObject | None
    btf: Btf[Any] | None
    search: Search | None
    problem: str
    digest: str


class ObjectFiles:
    """Objects by path, each read once while its file stays the same."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[str, ObjectContents]] = {}
        self._known: dict[tuple[str, str], tuple[ObjectContents, ObjectFile]] = {}

    def contents(self, path: str) -> ObjectContents:
        """The object at the absolute *path*, whatever is there."""
        current = signature(path)
        cached = self._read.get(path)
        if cached is None or cached[0] != current:
            cached = self._read[path] = current, _read(path)
        return cached[1]

    def object_file(self, name: str, path: str) -> ObjectFile:
        """The object at the absolute *path*, which messages call *name*."""
        read = self.contents(path)
        cached = self._known.get((name, path))
        if cached is None or cached[0] is not read:
            cached = self._known[name, path] = read, _known(name, path, read)
        return cached[1]


class ObjectContents(NamedTuple):
    """What was read of an object.

    Attributes:
        bpf_object: what ``load`` gives; None where it cannot be read.
        problem: why it cannot be read; empty where it can.
        digest: what it has to say, in short: equal for files of equal BTF, places of globals and
            names of programs.
    """

    bpf_object: BpfObject | None
    problem: str
    digest: str


def _read(path: str) -> ObjectContents:
    """Read the object at *path*, whatever is there."""
    try:
        contents = mypy_support.read(path)
    except FileNotFoundError:
        return ObjectContents(None, "no such file", MISSING)
    except btf_typing.BtfError as error:
        return ObjectContents(None, error.message, f"unreadable: {error}")
    digester = hashlib.sha256(contents.btf)
    try:
        found = mypy_support.object_from_contents(path, contents)
    except btf_typing.BtfError as error:
        return ObjectContents(None, error.message, digester.hexdigest())
    places = _places_of_globals(found)
    programs = _names_of_programs(found)
    parts = (contents.distilled_base, contents.pointer_size, places, programs)
    digester.update(repr(parts).encode())
    return ObjectContents(found, "", digester.hexdigest())


def _places_of_globals(read: BpfObject) -> list[object] | str:
    """Where the globals are, which BTF does not tell; or why that is not known."""
    try:
        found = read.sections.places
    except btf_typing.BtfError as error:
        return error.message
    return [
        (name, section.size, sorted(section.symbols.items()), _sorted(section.statics))
        for name, section in sorted(found.items())
    ]


def _names_of_programs(read: BpfObject) -> list[str] | str:
    """The names of the programs (BTF mixes them with subprograms), or why they are unknown."""
    try:
        return sorted(read.programs)
    except btf_typing.BtfError as error:
        return error.message


def _sorted(statics: dict[str, set[int]]) -> list[tuple[str, list[int]]]:
    return sorted((name, sorted(offsets)) for name, offsets in statics.items())


def _known(name: str, path: str, read: ObjectContents) -> ObjectFile:
    btf = read.bpf_object.btf if read.bpf_object else None
    search = mypy_support.Search(btf.table, name) if btf else None
    return ObjectFile(name, path, read.bpf_object, btf, search, read.problem, read.digest)
