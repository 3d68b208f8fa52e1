"""The text of the ``.pyi`` stub or the generated module for an object.

``btf-stubs`` and the mypy plugin both use this module. `Rendering` is the stub of one object. It
can also compare a stub on disk with the object, and it has the class name of each type.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from btf_typing.bpf_object import BpfObject

from . import header
from .names import Names
from .object_digest import object_digest, whole_file_digest
from .pyi_writer import Writer
from .selected_types import Collector, Contents, Progress
from .selection import EVERYTHING, Selection


def stub_text(
    obj: BpfObject[Any],
    *,
    object_path_as_shown: str,
    selection: Selection = EVERYTHING,
) -> str:
    """The text of the stub for an object.

    Args:
        obj: the object, or raw BTF.
        object_path_as_shown: path of the object, relative to the stub. The first line shows it.
        selection: the types to include; all of them by default.

    Raises:
        BtfFormatError: the BTF is malformed.
    """
    return Rendering(obj, selection).text(object_path_as_shown)


def module_text(
    obj: BpfObject[Any], *, object_path_as_shown: str, selection: Selection = EVERYTHING
) -> str:
    """The text of the ``--runtime`` module for an object. It uses the names of the stub.

    The arguments and errors are those of `stub_text`.
    """
    from .module_writer import ModuleWriter  # noqa: PLC0415  # only for --runtime

    contents, names = collect(obj, selection)
    body = ModuleWriter(obj, names, contents).write()
    rest = header.options_and_pragmas(selection) + body
    return _complete(obj, object_path_as_shown, rest)


def _complete(obj: BpfObject[Any], object_path_as_shown: str, rest: str) -> str:
    digests = object_digest(obj), whole_file_digest(obj)
    return header.complete(object_path_as_shown, *digests, rest)


def collect(
    obj: BpfObject[Any], selection: Selection, progress: Progress | None = None
) -> tuple[Contents, Names]:
    """The contents of the stub for *obj*, and the Python names of its types."""
    names = Names(obj.btf.table)
    return Collector(obj, names).collect(selection, progress), names


def type_ids(obj: BpfObject[Any], selection: Selection) -> dict[str, int]:
    """The names in the stub of *obj*, and the ids of the types that they stand for.

    An alias has the id of its target, and comes after the target. A section of globals has the id
    from ``Sections.type_id()``.
    """
    contents, _ = collect(obj, selection)
    records = (*contents.aggregates, *contents.sections)
    found = {name: layout.type_id for name, layout in records}
    found |= {name: enum.id for name, enum in contents.enums}
    return found | dict(contents.aliases)


class Rendering:
    """The stub of one object. The constructor collects the types; `text` writes the text.

    Args:
        obj: the object, or raw BTF.
        selection: the types to include.
        progress: called from time to time with two numbers: the types done so far, and all types.

    Raises:
        BtfFormatError: the BTF is malformed.
    """

    def __init__(
        self,
        obj: BpfObject[Any],
        selection: Selection = EVERYTHING,
        progress: Progress | None = None,
    ) -> None:
        self._obj = obj
        self._selection = selection
        self._contents, self._names = collect(obj, selection, progress)

    @cached_property  # writing reserves names, so a second run would use different names
    def _rest(self) -> str:
        """The text of the stub after its first line."""
        live = self._selection.live
        body = Writer(self._obj, self._names, self._contents, live=live).write()
        return header.options_and_pragmas(self._selection) + header.FOR_CHECKERS + body

    def text(self, object_path_as_shown: str) -> str:
        """The text of the stub. *object_path_as_shown* is relative to the stub."""
        return _complete(self._obj, object_path_as_shown, self._rest)

    def is_current(self, stub: str) -> bool:
        """Whether the text *stub* is up to date.

        The comparison ignores the digests in the first line. They can change although the text
        stays the same, for example with the version of this package.
        """
        return header.is_current(stub, self._rest)

    @property
    def class_count(self) -> int:
        """Number of classes in the stub."""
        contents = self._contents
        return len(contents.enums) + len(contents.aggregates) + len(contents.sections)

    @property
    def refused_count(self) -> int:
        """Number of structs, unions, enums and sections that have no class."""
        return len(self._contents.refused)

    @cached_property
    def class_names(self) -> dict[int, str]:
        """Names of the classes of structs, unions, enums and sections of globals, by type id.

        The id of a section comes from ``Sections.type_id()``. Typedefs have no entry. For a
        typedef, look up the id of the type that ``Search.find()`` returns.
        """
        return self._contents.class_names()
