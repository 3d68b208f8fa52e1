"""The first lines of a generated file: the object that it describes, and the selected types.

The first line has the path of the object, relative to the file, and the digest of its BTF. If you
used options such as ``--type``, a second line repeats them. With these options, ``btf-stubs`` can
render the file again:

    # execsnoop.bpf.o, BTF sha256 0123456789abcdef; made by btf-stubs, do not edit
    # options: --live --type 'exec_*' --exclude exec_count

Pragmas follow. They keep formatters and linters from changing the file, which would then be out of
date. In a stub, further pragmas make type checkers accept two things: private names of
`btf_typing.records`, and overrides such as ``_Btf.struct``, which accept fewer names than the base
class. mypy does not read these pragmas. It needs a comment on the line of each such override.

With ``--live``, the stub has this header. The module has only a single line without a digest.
"""

from __future__ import annotations

import shlex
import sys
from array import array
from typing import Any

from btf_typing._wire.type_table import TypeTable
from btf_typing.btf import Btf

from .selected_types import EVERYTHING, Selection

_OF = ", BTF sha256 "
_BY = "made by btf-stubs, do not edit"
_OPTIONS = "# options: "
_DIGEST_DIGITS = 16

FOR_FORMATTERS = """\
# fmt: off
# isort: skip_file
# ruff: noqa
"""
"""Pragmas of every stub, and of every module of ``--runtime``."""

FOR_CHECKERS = """\
# pyright: basic
# pyrefly: ignore-errors
"""
"""Further pragmas of a stub."""


def text(btf: Btf[Any], object_path_as_shown: str, selection: Selection) -> str:
    """The first lines of a stub or a ``--runtime`` module, with a newline at the end.

    Args:
        btf: the BTF of the object.
        object_path_as_shown: path of the object, relative to the generated file; or absolute.
        selection: the selected types.
    """
    lines = f"# {_escaped(object_path_as_shown)}{_OF}{digest(btf)}; {_BY}\n"
    if selection != EVERYTHING:
        lines += f"{_OPTIONS}{_options(selection)}\n"
    return lines + FOR_FORMATTERS


def without_digest(object_path_as_shown: str) -> str:
    """The first line of a ``--live`` module. It stays the same when the object changes."""
    return f"# {_escaped(object_path_as_shown)}; {_BY}\n"


def _options(selection: Selection) -> str:
    return _escaped(shlex.join(selection_options(selection)))


def selection_options(selection: Selection) -> list[str]:
    """*selection* as options of ``btf-stubs``, such as ``["--type", "exec_*"]``."""
    live = ["--live"] if selection.live else []
    types = [word for glob in selection.types for word in ("--type", glob)]
    return live + types + [word for glob in selection.exclude for word in ("--exclude", glob)]


def is_generated(text: str) -> bool:
    """Whether the first line of a file says that ``btf-stubs`` wrote it."""
    first_line = text.partition("\n")[0]
    return first_line.startswith("# ") and first_line.endswith(f"; {_BY}")


def object_shown(line: str) -> str:
    """The path in the first *line* of a stub, relative to the stub; empty if there is none."""
    path, _, _ = line.rpartition(_OF)
    return _unescaped(path.removeprefix("# ")) if path.startswith("# ") else ""


def same_types(stub: str, other: str) -> bool:
    """Whether two stubs are equal except for the digest."""
    return _without_digest(stub) == _without_digest(other)


def _without_digest(stub: str) -> tuple[str, str]:
    first, _, rest = stub.partition("\n")
    path, _, _ = first.rpartition(_OF)
    return path, rest


def selection_of(stub: str) -> Selection:
    """The selection in the second line of *stub*; `EVERYTHING` if there is no valid one."""
    second = stub.split("\n", 2)[1:2]
    if not second or not second[0].startswith(_OPTIONS):
        return EVERYTHING
    try:
        words = shlex.split(_unescaped(second[0].removeprefix(_OPTIONS)))
    except ValueError:
        return EVERYTHING
    live = words[:1] == ["--live"]
    pairs = list(zip(words[live::2], words[live + 1 :: 2], strict=False))
    return Selection(
        tuple(glob for option, glob in pairs if option == "--type"),
        tuple(glob for option, glob in pairs if option == "--exclude"),
        live,
    )


def _escaped(text: str) -> str:
    """*text* as ASCII on one line that cannot be a pragma.

    Without ``#`` and ``:``, a file name such as ``# type: ignore`` has no effect on type checkers.
    """
    plain = text.encode("unicode_escape").decode("ascii")
    return plain.replace("#", "\\x23").replace(":", "\\x3a")


def _unescaped(text: str) -> str:
    return text.encode("latin-1", "replace").decode("unicode_escape", "replace")


def digest(btf: Btf[Any]) -> str:
    """A digest of the BTF and its base: the first 16 hexadecimal digits of a SHA-256.

    The function hashes little-endian words on every machine, so a file has the same digest on all.
    """
    from hashlib import sha256  # noqa: PLC0415  # slow to import: loads OpenSSL

    result = sha256()
    table: TypeTable | None = btf.table
    while table is not None:
        result.update(f"{table.byteorder} {table.pointer_size}\n".encode())
        words = array("I", table.raw.words.tobytes())
        if sys.byteorder != "little":
            words.byteswap()
        result.update(words)
        if table.raw.old_compiler:  # the same bytes may then mean signed enums
            result.update(b"signed enums are not marked\n")
        result.update(table.raw.strings)
        table = table.base
    return result.hexdigest()[:_DIGEST_DIGITS]
