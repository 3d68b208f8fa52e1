"""The first lines of a generated file: the object that it describes, and the selected types.

The first line has the path of the object, relative to the file, and digests; see `digests`. If you
used options such as ``--type``, a second line repeats them. With these options, ``btf-stubs`` can
render the file again:

    # x.o, BTF sha256 012…, file sha256 345…, stub sha256 678…; made by btf-stubs, do not edit
    # options: --live --type 'exec_*' --exclude exec_count

Pragmas follow. They keep formatters and linters from changing the file, which would then be out of
date. In a stub, further pragmas make type checkers accept two things: private names of
`btf_typing.records`, and overrides such as ``_Btf.struct``, which accept fewer names than the base
class. mypy does not read these pragmas. It needs a comment on the line of each such override.

With ``--live``, the stub has this header. The header of the module is a single line, without
digests.
"""

from __future__ import annotations

import shlex
from typing import NamedTuple

from . import digests
from .selection import EVERYTHING, Selection

_OF = ", BTF sha256 "
_FILE = ", file sha256 "
_STUB = ", stub sha256 "
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


def complete(object_path_as_shown: str, object_digest: str, file_digest: str, rest: str) -> str:
    """The text of a stub or a ``--runtime`` module: the first line, and then *rest*.

    Args:
        object_path_as_shown: path of the object, relative to the generated file; or absolute.
        object_digest: the first digest of the object.
        file_digest: the second digest of the object; empty if there is none.
        rest: the other lines, which begin with `options_and_pragmas`.
    """
    of_object = f"{object_digest}{_FILE}{file_digest}" if file_digest else object_digest
    of_stub = digests.stub_digest(of_object, rest)
    return _first_line(object_path_as_shown, f"{of_object}{_STUB}{of_stub}") + rest


def _first_line(object_path_as_shown: str, found: str) -> str:
    return f"# {_escaped(object_path_as_shown)}{_OF}{found}; {_BY}\n"


def options_and_pragmas(selection: Selection) -> str:
    """The lines after the first one: the options for *selection*, and pragmas for formatters."""
    options = f"{_OPTIONS}{_options(selection)}\n" if selection != EVERYTHING else ""
    return options + FOR_FORMATTERS


def is_current(text: str, rest: str) -> bool:
    """Whether the lines of a generated file after the first one are *rest*.

    The digests in the first line may be others.
    """
    first_line = text.partition("\n")[0]
    return same_types(text, _first_line(object_shown(first_line), "") + rest)


class Digests(NamedTuple):
    """The digests in the first line of a generated file; see `digests`.

    Attributes:
        of_object: the first digest.
        of_file: the second digest; empty if there is none.
        valid: whether the third digest is right. The file is then up to date if one of the others
            is that of the object as it is now.
    """

    of_object: str
    of_file: str
    valid: bool


def digests_in(text: str) -> Digests:
    """The digests in the first line of a generated file. Those that are missing are empty."""
    first, _, rest = text.partition("\n")
    _, _, found = first.removesuffix(f"; {_BY}").rpartition(_OF)
    of_objects, _, of_stub = found.rpartition(_STUB)
    of_object, _, of_file = of_objects.partition(_FILE)
    return Digests(of_object, of_file, digests.stub_digest(of_objects, rest) == of_stub)


def line_without_digests(object_path_as_shown: str) -> str:
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
    """Whether two stubs are equal except for the digests."""
    return _without_digests(stub) == _without_digests(other)


def _without_digests(stub: str) -> tuple[str, str]:
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
