"""Layouts rendered as a ``.pyi`` stub.

One renderer serves ``btf-stubs`` and the mypy plugin:

* `render` gives the text of a stub.
* `Rendering.is_current` tells whether a stub says what `render` would say for an object as it is.
* `Rendering.class_names` tells what the stub calls each type, by id.
* `_names.module_name` tells what the stub itself is called: ``execsnoop.bpf.o`` gives
  ``execsnoop_bpf``.

The first line of a stub names the object, as seen from the stub, and the digest of its BTF; the
second, if only some types were asked for, says which, so that the stub can be rendered again:

    # execsnoop.bpf.o, BTF sha256 0123456789abcdef; made by btf-stubs, do not edit
    # selection: --type 'exec_*' --exclude exec_count
"""

from __future__ import annotations

import shlex
import sys
from array import array
from functools import cached_property
from typing import Any

from ._table import TypeTable
from .bpf_object import BpfObject
from .btf import Btf
from .stub_contents import EVERYTHING, Collector, Contents, Progress, Selection
from .stub_names import Names
from .stub_writer import Writer

_OF = ", BTF sha256 "
_BY = "made by btf-stubs, do not edit"
_SELECTION = "# selection: "
_DIGEST_DIGITS = 16


def render(
    obj: BpfObject[Any],
    *,
    object_path_as_shown: str,
    selection: Selection = EVERYTHING,
    progress: Progress | None = None,
) -> str:
    """The text of the stub for *obj*.

    Args:
        obj: the object, or raw BTF.
        object_path_as_shown: for the first line; as seen from the stub.
        selection: of the types; all of them by default.
        progress: told how far it is.
    """
    return Rendering(obj, selection, progress).text(object_path_as_shown)


def render_runtime(
    obj: BpfObject[Any], *, object_path_as_shown: str, selection: Selection = EVERYTHING
) -> str:
    """The text of the run-time module beside that stub; arguments as for `render`."""
    from .runtime_module import ModuleWriter  # noqa: PLC0415  # seldom asked for

    header = stub_header(obj.btf, object_path_as_shown, selection)
    contents, names = collect(obj, selection)
    return header + ModuleWriter(obj.btf, names).write(contents)


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
        return stub_header(self._btf, object_path_as_shown, self._selection) + self._body

    def is_current(self, stub: str) -> bool:
        """Whether *stub* says what this stub says.

        The digest does not count: it changes with every line of the program, of which BTF keeps the
        text, while the types stay what they are.
        """
        return same_types(stub, self.text(object_shown(stub.partition("\n")[0])))

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


def stub_header(btf: Btf[Any], object_path_as_shown: str, selection: Selection) -> str:
    """The first lines of a stub, with the newline."""
    lines = f"# {_escaped(object_path_as_shown)}{_OF}{digest(btf)}; {_BY}\n"
    if selection != EVERYTHING:
        lines += f"{_SELECTION}{_options(selection)}\n"
    return lines


def _options(selection: Selection) -> str:
    return _escaped(shlex.join(selection_options(selection)))


def selection_options(selection: Selection) -> list[str]:
    """*selection* as ``btf-stubs`` is told it."""
    types = [word for glob in selection.types for word in ("--type", glob)]
    return types + [word for glob in selection.exclude for word in ("--exclude", glob)]


def object_shown(line: str) -> str:
    """The path of the object, as seen from the stub whose first *line* this is; empty for none."""
    path, _, _ = line.rpartition(_OF)
    return _unescaped(path.removeprefix("# ")) if path.startswith("# ") else ""


def same_types(stub: str, other: str) -> bool:
    """Whether two stubs differ in nothing but the digest."""
    return _without_digest(stub) == _without_digest(other)


def _without_digest(stub: str) -> tuple[str, str]:
    first, _, rest = stub.partition("\n")
    path, _, _ = first.rpartition(_OF)
    return path, rest


def selection_of(stub: str) -> Selection:
    """The selection that *stub* was made with."""
    second = stub.split("\n", 2)[1:2]
    if not second or not second[0].startswith(_SELECTION):
        return EVERYTHING
    try:
        words = shlex.split(_unescaped(second[0].removeprefix(_SELECTION)))
    except ValueError:
        return EVERYTHING
    pairs = list(zip(words[::2], words[1::2], strict=False))
    return Selection(
        tuple(glob for option, glob in pairs if option == "--type"),
        tuple(glob for option, glob in pairs if option == "--exclude"),
    )


def _escaped(text: str) -> str:
    """*text* in ASCII, on one line, and no pragma whatever it says."""
    plain = text.encode("unicode_escape").decode("ascii")
    return plain.replace("#", "\\x23").replace(":", "\\x3a")


def _unescaped(text: str) -> str:
    return text.encode("latin-1", "replace").decode("unicode_escape", "replace")


def digest(btf: Btf[Any]) -> str:
    """A fingerprint of the BTF, and of the base that it continues: 16 hexadecimal digits."""
    from hashlib import sha256  # noqa: PLC0415  # it loads OpenSSL

    result = sha256()
    table: TypeTable | None = btf.table
    while table is not None:
        result.update(f"{table.byteorder} {table.pointer_size}\n".encode())
        words = array("I", table.raw.words.tobytes())
        if sys.byteorder != "little":
            words.byteswap()
        result.update(words)
        result.update(table.raw.strings)
        table = table.base
    return result.hexdigest()[:_DIGEST_DIGITS]
