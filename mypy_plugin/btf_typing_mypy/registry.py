"""The objects of a project, each by its canonical path, read once while it stays the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from . import late
from .inputs import Record, Signature, signature

if TYPE_CHECKING:
    from btf_typing._format import Contents
    from btf_typing._search import Search
    from btf_typing.bpf_object import BpfObject
    from btf_typing.btf import Btf

KIND = "object"
MISSING = "missing"


class Known(NamedTuple):
    """What is known of an object.

    Attributes:
        name: its identity, the path that messages show.
        path: absolute.
        object: what ``load`` gives; None where it cannot be read.
        btf: its types, likewise.
        search: its types by name, likewise.
        problem: why it cannot be read; empty where it can.
    """

    name: str
    path: str
    object: BpfObject | None
    btf: Btf[Any] | None
    search: Search | None
    problem: str


class Objects:
    """Objects by path.

    Args:
        record: where to note what was read.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._read: dict[str, tuple[Signature | None, Known]] = {}

    def get(self, name: str, path: str) -> Known:
        """The object at the absolute *path*, which messages call *name*."""
        self.digest(path)
        current = signature(path)
        cached = self._read.get(path)
        if cached is None or cached[0] != current or cached[1].name != name:
            cached = self._read[path] = current, _read(name, path)
        return cached[1]

    def digest(self, path: str) -> str:
        """The digest of the object at the absolute *path*, whatever is there."""
        return self._record.digest(KIND, path, _digest)

    def recorded(self) -> list[str]:
        """The absolute path of every object that this run or an earlier one has asked for."""
        return self._record.paths(KIND)


def _digest(path: str) -> str:
    """What an object has to say, in short: equal for files of equal BTF and globals' places."""
    try:
        return _digest_of(late.files.read(path))
    except FileNotFoundError:
        return MISSING
    except late.errors.BtfError as error:
        return f"unreadable: {error}"


def _digest_of(contents: Contents) -> str:
    """The digest of the BTF in *contents*, its base and the size of pointers included."""
    digester = hashlib.sha256(contents.btf)
    places = _places_of_globals(contents.elf)
    digester.update(repr((contents.base, contents.pointer_size, places)).encode())
    return digester.hexdigest()


def _places_of_globals(elf: bytes | None) -> list[object] | str:
    """Where the globals are, which BTF does not tell; or why that is not known."""
    if elf is None:
        return []
    try:
        found = late.elf.data_sections(elf)
    except late.errors.BtfError as error:
        return str(error)
    return [
        (name, section.size, sorted(section.symbols.items()), _sorted(section.statics))
        for name, section in sorted(found.items())
    ]


def _sorted(statics: dict[str, set[int]]) -> list[tuple[str, list[int]]]:
    return sorted((name, sorted(offsets)) for name, offsets in statics.items())


def _read(name: str, path: str) -> Known:
    try:
        read = late.bpf_object.load(path)
    except FileNotFoundError:
        return Known(name, path, None, None, None, "no such file")
    except late.errors.BtfError as error:
        problem = str(error).removeprefix(f"{path}: ")
        return Known(name, path, None, None, None, problem)
    return Known(name, path, read, read.btf, late.search.Search(read.btf.table, name), "")
