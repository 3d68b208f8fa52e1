"""Output of the commands: files replaced in one step, standard output, errors and progress."""

# ruff: noqa: PTH105, PTH108, PTH116, T201
# PTH: importing pathlib takes longer than the work for most objects. T201: commands print.

from __future__ import annotations

import errno
import io
import os
import stat
import sys
import time
from argparse import ArgumentParser
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NoReturn

from btf_typing import _colors
from btf_typing.errors import BtfError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from _typeshed import SupportsWrite

_PATIENCE = 0.5
"""Seconds of work before `Progress` prints anything."""

_STANDARD_OUTPUT = "standard output"
"""Name of standard output in messages."""


def replace(path: str, content: str | bytes) -> None:
    """Replace the contents of the file *path* with *content*, in one step.

    Readers see either the old contents or the new, never a part. The file keeps its permissions,
    and a symbolic link stays a link. An error names *path*, not the temporary file beside it.

    Raises:
        OSError: *path* cannot be written, or is not a regular file.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        _replace(os.path.realpath(path), data)
    except OSError as error:
        error.filename, error.filename2 = path, None
        raise


def _replace(target: str, data: bytes) -> None:
    mode = _mode(target)
    # A random name is free: no other process uses it, and no killed process left a file with it.
    # It does not contain the name of the target, which may already be as long as a name can be.
    temporary = os.path.join(os.path.dirname(target), f".btf-stubs-{os.urandom(8).hex()}.tmp")  # noqa: PTH118, PTH120
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            if mode is not None:
                os.fchmod(descriptor, mode)
            stream.write(data)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _mode(path: str) -> int | None:
    """The permissions of the regular file *path*; None if there is no such file.

    Raises:
        OSError: *path* is a device, a pipe or a directory. These must not be replaced.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        found = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise OSError(errno.EINVAL, f"{found}; remove it, or write to another folder", path)
    return stat.S_IMODE(mode)


def printable(text: str) -> str:
    """*text* with ``?`` for each character that is not printable, such as those that move a cursor.

    *text* can hold surrogates for bytes of a path that cannot be decoded. They stay, because
    `escape_unencodable` makes standard output escape them.
    """
    return "".join([c if c.isprintable() or "\ud800" <= c <= "\udfff" else "?" for c in text])


def one_line(text: str) -> str:
    """*text* on one line, without control characters: names in BTF may hold any bytes."""
    return printable(" ".join(text.split()))


class Colors:
    """Chooses whether the output and the messages of a command are coloured.

    Attributes:
        choice: the value of ``--color``.
    """

    choice: str = "auto"

    def on(self, stream: TextIO | None) -> bool:
        """Whether to colour the text for *stream*."""
        return _colors.wanted(stream, self.choice)

    def painter(self, stream: TextIO | None) -> Callable[[str, str], str]:
        """A function that colours text for *stream*, or returns it as it is."""
        return _colors.painted if self.on(stream) else lambda text, _: text


COLORS = Colors()
"""The colours of this process. A command sets the choice when it has parsed its options."""


def add_color_option(parser: ArgumentParser) -> None:
    """Add ``--color`` to *parser*."""
    text = "auto (default), always or never; auto obeys NO_COLOR, FORCE_COLOR and TERM"
    parser.add_argument(
        "--color", choices=_colors.CHOICES, default="auto", metavar="WHEN", help=text
    )


@contextmanager
def help_colors(arguments: Sequence[str] | None) -> Iterator[None]:
    """Apply ``--color`` to the texts of argparse, which are the help and the usage.

    Since Python 3.14, argparse colours them by a rule like that of ``--color auto``. It does not
    know our option. So this function sets the variable ``PYTHON_COLORS``, which overrides the rule.

    Args:
        arguments: the arguments of the command; None for those of the process.
    """
    choice = _color_choice(sys.argv[1:] if arguments is None else arguments)
    value = {"always": "1", "never": "0"}.get(choice)
    before = os.environ.get("PYTHON_COLORS")
    if value is not None:
        os.environ["PYTHON_COLORS"] = value
    try:
        yield
    finally:
        if value is not None:
            os.environ.pop("PYTHON_COLORS")
        if before is not None:
            os.environ["PYTHON_COLORS"] = before


def _color_choice(arguments: Sequence[str]) -> str:
    """The value of ``--color`` in *arguments*, which are not parsed yet; else ``""``."""
    choice = ""
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--":
            break
        if argument == "--color":
            choice = following
        elif argument.startswith("--color="):
            choice = argument.removeprefix("--color=")
    return choice


class Parser(ArgumentParser):
    """A parser whose error messages are one line, without control characters from arguments."""

    def error(self, message: str) -> NoReturn:
        """Print the usage of the command, then *message*, and exit with code 2."""
        super().error(one_line(message))

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print *message*. Raise an error if standard output is full; argparse ignores that."""
        if file is not None and file is sys.stdout:
            put(message)
            flush()
        else:
            super()._print_message(message, file)


def put(text: str | bytes) -> None:
    """Write *text* to standard output. Bytes are written as they are.

    Raises:
        OSError: standard output is closed, or cannot be written to. The ``filename`` of the error
            is ``"standard output"``.
    """
    stream = sys.stdout
    if stream is None:
        raise OSError(errno.EBADF, "closed", _STANDARD_OUTPUT)
    try:
        if isinstance(text, str):
            stream.write(text)
        else:
            stream.buffer.write(text)
    except OSError as error:
        raise _failed(error) from None


def flush() -> None:
    """Write the output that `put` has buffered.

    Raises:
        OSError: standard output cannot be written to.
    """
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            raise _failed(error) from None


def _failed(error: OSError) -> OSError:
    """Name standard output in *error*, and discard the rest of the output."""
    discard_stdout()
    error.filename = _STANDARD_OUTPUT
    return error


def report(
    command: str,
    path: str | None,
    error: BtfError | OSError | str,
    *,
    mild: Literal["warning", "note"] | None = None,
) -> None:
    """Print an error on stderr, in one line: ``btf-stubs: prog.bpf.o: no such file``.

    Args:
        command: name of the command.
        path: path of the file that the command was working on; None if there was none.
        error: the error, or its message without the path.
        mild: for a message that is no error, the word before the message, as in
            ``btf-stubs: prog.pyi: warning: ...``.
    """
    other_path, text = _parts(error)
    paths = dict.fromkeys(each or "''" for each in (path, other_path) if each is not None)
    parts = [*paths, mild, text] if mild else [*paths, text]
    if sys.stderr is not None:
        color = _colors.YELLOW if mild else _colors.RED
        start = COLORS.painter(sys.stderr)(f"{command}:", color)
        with suppress(OSError):  # if stderr is full, there is no other place for messages
            print(start, one_line(": ".join(parts)), file=sys.stderr)


def _parts(error: BtfError | OSError | str) -> tuple[str | None, str]:
    """The path of the file that *error* is about, and its message without the path."""
    if isinstance(error, str):
        return None, error
    if isinstance(error, BtfError):
        return error.path, error.message
    text = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
    path = None if error.filename is None else str(error.filename)
    return path, text or str(error)


def escape_unencodable() -> None:
    """Make stdout print backslash escapes for characters that its encoding lacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def discard_stdout() -> None:
    """Discard unprinted output. Otherwise, Python would try again to print the output at exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Progress:
    """Shows the progress of long work on a terminal.

    Args:
        title: text at the start of the line.
    """

    def __init__(self, title: str) -> None:
        self._title = one_line(title)
        self._start = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        stream = sys.stderr
        if stream is None or time.monotonic() - self._start <= _PATIENCE:
            return
        if _colors.is_capable_terminal(stream):
            self._shown = True
            stream.write(f"\r{self._title}: {done} of {total} types")
            stream.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
