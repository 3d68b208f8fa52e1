"""Files that ``btf-stubs`` writes: it replaces its own, and never anybody else's."""

# ruff: noqa: PTH118  # pathlib takes longer to import than most objects take to describe

from __future__ import annotations

import os
import warnings

from btf_typing._stubs import header
from btf_typing._wire import files
from btf_typing.errors import BtfError


def read(path: str) -> str | None:
    """The text of a generated file; None if there is no file at *path*.

    Raises:
        BtfError: something else is there: a file that ``btf-stubs`` did not write, a directory, or
            a pipe, which could be read forever.
        OSError: the file cannot be read.
    """
    try:
        with files.open_regular(path, "remove it, or use --module") as stream:
            content = stream.read()
    except FileNotFoundError:
        return None
    text = content.decode("utf-8", "replace")
    if not header.is_generated(text):
        raise BtfError("not written by btf-stubs, left alone; move it, or use --module", path=path)
    return text


def require_python(text: str, path: str) -> None:
    """Refuse to write a file that Python cannot parse: our mistake must not become the user's.

    Raises:
        BtfError: *text* is not Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f" in line {line}" if line else ""
        raise BtfError(
            f"not written: the generated text is not Python{where} ({error}); please report this",
            path=path,
        ) from error


def hidden_module(stub_path: str) -> str | None:
    """The path of a module that type checkers no longer see once the stub is beside it.

    A module that ``btf-stubs`` wrote belongs to the stub, which hides it on purpose.
    """
    path = stub_path.removesuffix("i")
    try:
        read(path)
    except (BtfError, OSError):
        return path
    return None


def old_stub(directory: str, old_module: str, new_module: str, object_shown: str) -> str | None:
    """The path of an earlier stub of the same object, from before modules ended in ``_bpf``."""
    path = os.path.join(directory, f"{old_module}.pyi")
    if old_module == new_module:
        return None
    try:
        text = read(path)
    except (BtfError, OSError):
        return None
    first_line = (text or "").partition("\n")[0]
    return path if header.object_shown(first_line) == object_shown else None
