"""What commands write: files in one step, lines on a terminal."""

# ruff: noqa: PTH105, PTH108, PTH116, PTH123
# pathlib costs more to import than most objects to describe

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

_PATIENCE = 0.5
"""Seconds of work before progress is shown."""


def read(path: str) -> str | None:
    """The text of the file *path*; None if there is none, or none in UTF-8."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def replace(path: str, text: str) -> None:
    """Make *text* the contents of the file *path*, in one step.

    Nobody ever reads half of it. The file keeps its permissions, and a symbolic link stays one.
    """
    path = os.path.realpath(path)
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as stream:
            with suppress(FileNotFoundError):
                os.fchmod(stream.fileno(), os.stat(path).st_mode & 0o7777)
            stream.write(text)
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def one_line(text: str) -> str:
    """*text* for a terminal, on one line: names in BTF may hold anything."""
    return "".join([c if c.isprintable() else "?" for c in " ".join(text.split())])


class Progress:
    """Shows on a terminal how far some work is, if it takes long.

    Args:
        what: is being worked on.
    """

    def __init__(self, what: str) -> None:
        self._what = one_line(what)
        self._start = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - self._start > _PATIENCE:
            self._shown = True
            sys.stderr.write(f"\r{self._what}: {done} of {total} types")
            sys.stderr.flush()

    def end(self) -> None:
        """Wipe the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
