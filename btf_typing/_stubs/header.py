"""The first lines of a generated file: the object that it describes, and the selected types.

The first line has the path of the object, relative to the file, and a digest; see `digests`. If you
used options such as ``--type``, a second line repeats them. With these options, ``btf-stubs`` can
render the file again:

    # execsnoop.bpf.o, BTF sha256 0123456789abcdef; made by btf-stubs, do not edit
    # options: --live --type 'exec_*' --exclude exec_count

Pragmas follow. They keep formatters and linters from changing the file, which would then be out of
date. In a stub, further pragmas make type checkers accept two things: private names of
`btf_typing.records`, and overrides such as ``_Btf.struct``, which accept fewer names than the base
class. mypy does not read these pragmas. It needs a comment on the line of each such override.

With ``--live``, the stub has this header. The header of the module is a single line, without a
digest.
"""

from __future__ import annotations

import shlex
from typing import Any

from btf_typing.bpf_object import BpfObject

from . import digests
from .selection import EVERYTHING, Selection

_OF = ", BTF sha256 "
_BY = "made by btf-stubs, do not edit"
_OPTIONS = "# options: "

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


def complete(obj: BpfObject[Any], object_path_as_shown: str, rest: str) -> str:
    """The text of a stub or a ``--runtime`` module: the first line, and then *rest*.

    Args:
        obj: the object.
        object_path_as_shown: path of the object, relative to the generated file; or absolute.
        rest: the other lines, which begin with `options_and_pragmas`.
    """
    digest = digests.file_digest(digests.object_digest(obj), rest)
    return _first_line(object_path_as_shown, digest) + rest


def _first_line(object_path_as_shown: str, digest: str) -> str:
    return f"# {_escaped(object_path_as_shown)}{_OF}{digest}; {_BY}\n"


def options_and_pragmas(selection: Selection) -> str:
    """The lines after the first one: the options for *selection*, and pragmas for formatters."""
    options = f"{_OPTIONS}{_options(selection)}\n" if selection != EVERYTHING else ""
    return options + FOR_FORMATTERS


def is_current(text: str, rest: str) -> bool:
    """Whether the lines of a generated file after the first one are *rest*.

    The digest in the first line may be another one.
    """
    first_line = text.partition("\n")[0]
    return same_types(text, _first_line(object_shown(first_line), "") + rest)


def proves_current(text: str, object_digest: str) -> bool:
    """Whether the digest in the first line proves that a generated file is up to date.

    If it does not, the file may still be up to date.

    Args:
        text: text of the generated file.
        object_digest: digest of the object as it is now, from `digests.object_digest`.
    """
    first, _, rest = text.partition("\n")
    return first.endswith(f"{_OF}{digests.file_digest(object_digest, rest)}; {_BY}")


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
