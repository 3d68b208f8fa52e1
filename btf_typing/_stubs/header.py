"""The first lines of a generated file: which object it describes, and which of its types.

The first line names the object, as seen from the file, and the digest of its BTF. A second line
repeats the options that chose the types, if any did, so that the file can be rendered again:

    # execsnoop.bpf.o, BTF sha256 0123456789abcdef; made by btf-stubs, do not edit
    # selection: --type 'exec_*' --exclude exec_count
"""

from __future__ import annotations

import shlex
import sys
from array import array
from typing import Any

from btf_typing._wire.table import TypeTable
from btf_typing.btf import Btf

from .contents import EVERYTHING, Selection

_OF = ", BTF sha256 "
_BY = "made by btf-stubs, do not edit"
_SELECTION = "# selection: "
_DIGEST_DIGITS = 16


def text(btf: Btf[Any], object_path_as_shown: str, selection: Selection) -> str:
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
