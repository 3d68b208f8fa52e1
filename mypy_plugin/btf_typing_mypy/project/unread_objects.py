"""Objects that have not changed since their stubs were written. The plugin need not read them.

The first line of a stub contains a digest of the bytes of the object's file. If this digest is
right, the stub is up to date. Most look-ups then need only the text of the stub, and the plugin
does not even import the code that reads objects.
"""

from __future__ import annotations

from typing import NamedTuple

import btf_typing
from btf_typing import mypy_support

from .disk_cache import file_state
from .stub_files import StubFile, StubFiles


class UnreadObject(NamedTuple):
    """An object that is still the one that its stub describes.

    Attributes:
        stub: its stub.
        digest: digest of the types, globals and programs, from the first line of the stub.
        classes: keyword and name of types, such as ``("struct", "event")``. In the stub, the class
            of each of these types has the name of the type.
    """

    stub: StubFile
    digest: str
    classes: frozenset[tuple[str, str]]


class UnreadObjects:
    """The objects on ``mypy_path`` that the plugin need not read.

    Args:
        stub_files: the stubs.
    """

    def __init__(self, stub_files: StubFiles) -> None:
        self._stub_files = stub_files
        self._found: dict[str, tuple[tuple[str, StubFile, str], UnreadObject | None]] = {}

    def get(self, path: str) -> UnreadObject | None:
        """The object at the absolute *path*; None if the plugin must read it."""
        stub = self._stub_files.listed_of_object(path)
        if stub is None:
            return None
        inputs = file_state(path), stub, self._stub_files.digest(stub)
        known = self._found.get(path)
        if known is None or known[0] != inputs:
            known = self._found[path] = inputs, self._compare(stub)
        return known[1]

    def digest_after_reading(self, path: str, object_digest: str) -> str:
        """The digest for an object that the plugin has read.

        If its stub is up to date, it is the digest that `get` would return for the same types.

        Args:
            path: absolute path of the object.
            object_digest: the digest that the plugin has computed.
        """
        stub = self._stub_files.listed_of_object(path)
        text = self._text(stub) if stub else ""
        if mypy_support.proves_current(text, object_digest):
            return mypy_support.digest_of(text)
        return object_digest

    def _compare(self, stub: StubFile) -> UnreadObject | None:
        text = self._text(stub)
        if not mypy_support.has_second_digest(text):
            return None  # the object may be large, such as a vmlinux with debug information
        try:
            whole_file = mypy_support.read_regular(stub.object_path)
        except (btf_typing.BtfError, OSError):
            return None
        if not mypy_support.proves_unchanged(text, whole_file):
            return None
        digest = mypy_support.digest_of(text)
        return UnreadObject(stub, digest, mypy_support.classes_of_tags(text))

    def _text(self, stub: StubFile) -> str:
        try:
            return self._stub_files.text(stub)
        except (OSError, ValueError):
            return ""
