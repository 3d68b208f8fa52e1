"""Layouts rendered as a ``.pyi`` stub or a module.

One renderer serves ``btf-stubs`` and the mypy plugin: `Rendering` is the stub of one object, and
says whether a stub on disk is current and what it calls each type.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from btf_typing.bpf_object import BpfObject

from . import header
from .contents import EVERYTHING, Collector, Contents, Progress, Selection
from .names import Names
from .stub import Writer


def stub_text(
    obj: BpfObject[Any],
    *,
    object_path_as_shown: str,
    selection: Selection = EVERYTHING,
) -> str:
    """The text of the stub for *obj*.

    Args:
        obj: the object, or raw BTF.
        object_path_as_shown: for the first line; as seen from the stub.
        selection: of the types; all of them by default.
    """
    return Rendering(obj, selection).text(object_path_as_shown)


def module_text(
    obj: BpfObject[Any], *, object_path_as_shown: str, selection: Selection = EVERYTHING
) -> str:
    """The text of the run-time module beside that stub; arguments as for `stub_text`."""
    from .runtime_module import ModuleWriter  # noqa: PLC0415  # seldom asked for

    first_lines = header.text(obj.btf, object_path_as_shown, selection)
    contents, names = collect(obj, selection)
    return first_lines + ModuleWriter(obj.btf, names).write(contents)


def collect(
    obj: BpfObject[Any], selection: Selection, progress: Progress | None = None
) -> tuple[Contents, Names]:
    """What the stub of *obj* holds, and the names of it all."""
    names = Names(obj.btf.table)
    return Collector(obj, names).collect(selection, progress), names


class Rendering:
    """The stub of an object in the making, for which its types are collected once.

    Args:
        obj: the object, or raw BTF.
        selection: of the types.
        progress: told how far it is.
    """

    def __init__(
        self,
        obj: BpfObject[Any],
        selection: Selection = EVERYTHING,
        progress: Progress | None = None,
    ) -> None:
        self._btf = obj.btf
        self._selection = selection
        self._contents, self._names = collect(obj, selection, progress)

    @cached_property  # writing takes names; a second time it would take others
    def _body(self) -> str:
        return Writer(self._btf, self._names).write(self._contents)

    def text(self, object_path_as_shown: str) -> str:
        """All of it; the path is for the first line, as seen from the stub."""
        return header.text(self._btf, object_path_as_shown, self._selection) + self._body

    def is_current(self, stub: str) -> bool:
        """Whether *stub* says what this stub says.

        The digest does not count: it changes with every line of the program, of which BTF keeps the
        text, while the types stay what they are.
        """
        return header.same_types(stub, self.text(header.object_shown(stub.partition("\n")[0])))

    @property
    def class_count(self) -> int:
        """Number of classes in the stub."""
        contents = self._contents
        return len(contents.enums) + len(contents.records) + len(contents.sections)

    @property
    def refused_count(self) -> int:
        """Number of structs, unions and sections that have no class."""
        return len(self._contents.refused)

    @cached_property
    def class_names(self) -> dict[int, str]:
        """What it calls the types that are in it, by type id.

        Structs, unions and enums have classes, and sections, by ``Sections.type_id()``. A typedef
        of one has the name of its target here: look up the id that ``Btf`` finds for a name, and
        this is the class.
        """
        records = (*self._contents.records, *self._contents.sections)
        found = {layout.type_id: name for name, layout in records}
        found |= {enum.id: name for name, enum in self._contents.enums}
        return found
