"""The first lines of a generated file: the object that it describes, and the selected types.

The first line has the path of the object, relative to the file, and one or two digests; see
`digests`. If you used options such as ``--type``, a second line repeats them. With these options,
``btf-stubs`` can render the file again:

    # x.o, BTF sha256 0123456789abcdef, file sha256 0123456789abcdef; made by btf-stubs, do not edit
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
from typing import TYPE_CHECKING

from . import digests
from .selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from btf_typing._wire.btf_format import BtfBytes

_OF = ", BTF sha256 "
_FILE = ", file sha256 "
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


def complete(
    object_path_as_shown: str, object_digest: str, whole_file: BtfBytes | None, rest: str
) -> str:
    """The text of a generated file: the first line, and then *rest*.

    Args:
        object_path_as_shown: path of the object, relative to the generated file; or absolute.
        object_digest: digest of the object, from `object_digest.object_digest`.
        whole_file: all bytes of the object's file, if the first line has a second digest; else
            None.
        rest: the other lines, which begin with `options_and_pragmas`.
    """
    found = digest = digests.file_digest(object_digest, rest)
    if whole_file is not None:
        found += _FILE + digests.second_digest(whole_file, digest, rest)
    return _first_line(object_path_as_shown, found) + rest


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


def proves_current(text: str, object_digest: str) -> bool:
    """Whether the first digest proves that a generated file is up to date.

    If it does not, the file may still be up to date.

    Args:
        text: text of the generated file.
        object_digest: digest of the object as it is now, from `object_digest.object_digest`.
    """
    return digest_of(text) == digests.file_digest(object_digest, text.partition("\n")[2])


def has_second_digest(text: str) -> bool:
    """Whether the first line of a stub has a digest of all bytes of the object's file."""
    return bool(_digests(text)[1])


def proves_unchanged(text: str, whole_file: bytes) -> bool:
    """Whether the second digest proves that a stub is up to date.

    If it does not, the stub may still be up to date.

    Args:
        text: text of the stub.
        whole_file: all bytes of the object's file as it is now.
    """
    digest, second = _digests(text)
    rest = text.partition("\n")[2]
    return bool(second) and second == digests.second_digest(whole_file, digest, rest)


def digest_of(text: str) -> str:
    """The first digest in the first line of a generated file; empty if there is none."""
    return _digests(text)[0]


def _digests(text: str) -> tuple[str, str]:
    """Both digests in the first line of a generated file; empty if there are none."""
    first_line = text.partition("\n")[0]
    _, found, end = first_line.removesuffix(f"; {_BY}").rpartition(_OF)
    digest, _, second = end.partition(_FILE) if found else ("", "", "")
    return digest, second


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
