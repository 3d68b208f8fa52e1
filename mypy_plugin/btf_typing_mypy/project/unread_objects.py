"""Objects that have not changed since their stubs were written. The plugin need not read them.

The first line of a stub contains a digest of the bytes of the object's file, and a digest of the
stub itself. If both are right, the stub is up to date. Most look-ups then need only the text of the
stub, and the plugin does not even import the code that reads objects.
"""

from __future__ import annotations

from btf_typing import mypy_support
from btf_typing.mypy_support import NamedTuple

from .disk_cache import file_state
from .stub_files import StubFile, StubFiles


class UnreadObject(NamedTuple):
    """An object that is still the one that its stub describes.

    Attributes:
        stub: its stub.
        digest: digest of the types, globals and programs, as in `ObjectContents`.
        classes: keyword and name of types, such as ``("struct", "event")``. In the stub, the class
            of each of these types has the name of the type.
    """

    stub: StubFile
    digest: str
    classes: frozenset[tuple[str, str]]


class UnreadObjects:
    """The objects that the plugin need not read.

    Args:
        stub_files: the stubs.
    """

    def __init__(self, stub_files: StubFiles) -> None:
        self._stub_files = stub_files
        self._found: dict[StubFile, tuple[tuple[str, str], UnreadObject | None]] = {}

    def get(self, path: str) -> UnreadObject | None:
        """The object at the absolute *path*, with the stub that look-ups in this object use.

        The result is None if the plugin must read the object.
        """
        stub = self._stub_files.of_object(path)
        return self.of_stub(stub) if stub else None

    def of_stub(self, stub: StubFile) -> UnreadObject | None:
        """The object of *stub*; None if the plugin must read it."""
        inputs = file_state(stub.object_path), self._stub_files.digest(stub)
        known = self._found.get(stub)
        if known is None or known[0] != inputs:
            known = self._found[stub] = inputs, self._compare(stub)
        return known[1]

    def _compare(self, stub: StubFile) -> UnreadObject | None:
        text = self._text(stub)
        found = mypy_support.digests_in(text)
        if not found.valid or not found.of_file:
            return None
        if mypy_support.file_digest(stub.object_path) != found.of_file:
            return None
        return UnreadObject(stub, found.of_object, mypy_support.classes_of_tags(text))

    def _text(self, stub: StubFile) -> str:
        try:
            return self._stub_files.text(stub)
        except (OSError, ValueError):
            return ""
