"""Output of the commands: files replaced in one step, errors and progress on a terminal."""

# ruff: noqa: PTH105, PTH108, PTH116, PTH123, T201
# pathlib takes longer to import than most objects take to describe; commands print

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import suppress

from btf_typing.errors import BtfError

_PATIENCE = 0.5
"""Seconds of work before progress is shown."""


def replace(path: str, content: str | bytes) -> None:
    """Replace the contents of the file *path* with *content*, in one step.

    Readers see either the old contents or the new, never a part. The file keeps its permissions,
    and a symbolic link stays a link.
    """
    target = os.path.realpath(path)
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "xb") as stream:
            with suppress(FileNotFoundError):
                os.fchmod(stream.fileno(), os.stat(target).st_mode & 0o7777)
            stream.write(content.encode() if isinstance(content, str) else content)
        os.replace(temporary, target)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):  # the user knows nothing of the temporary file
            error.filename, error.filename2 = path, None
        raise


def one_line(text: str) -> str:
    """*text* on one line, without control characters: names in BTF may hold any bytes."""
    return "".join([c if c.isprintable() else "?" for c in " ".join(text.split())])


def report(command: str, path: str | None, error: BtfError | OSError | str) -> None:
    """Print an error on stderr, in one line: ``btf-stubs: prog.bpf.o: no such file``.

    Args:
        command: name of the command.
        path: path of the file that the command was working on; None if it was not one file.
        error: the error, or its message without the path.
    """
    other_path, text = _parts(error)
    paths = dict.fromkeys(each for each in (path, other_path) if each)  # equal ones only once
    print(one_line(": ".join([command, *paths, text])), file=sys.stderr)


def _parts(error: BtfError | OSError | str) -> tuple[str | None, str]:
    """The path of the file that *error* is about, and its message without the path."""
    if isinstance(error, str):
        return None, error
    if isinstance(error, BtfError):
        return error.path, error.message
    text = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
    return error.filename and str(error.filename), text or str(error)


def escape_unencodable() -> None:
    """Let stdout print characters that its encoding lacks, as backslash escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def discard_stdout() -> None:
    """Discard what is still to be printed, because the reader has stopped, as ``head`` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Progress:
    """Shows on a terminal how far some work is, if it takes long.

    Args:
        title: what the line begins with.
    """

    def __init__(self, title: str) -> None:
        self._title = one_line(title)
        self._start = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - self._start > _PATIENCE:
            self._shown = True
            sys.stderr.write(f"\r{self._title}: {done} of {total} types")
            sys.stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
