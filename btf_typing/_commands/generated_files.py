"""Files that ``btf-stubs`` writes. The command replaces only files that it wrote itself."""

# ruff: noqa: PTH118  # importing pathlib takes longer than the work for most objects

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
            a pipe. Reading a pipe could take forever.
        OSError: the file cannot be read.
    """
    try:
        with files.open_regular(path, "remove it, or use --module") as stream:
            content = stream.read()
    except FileNotFoundError:
        return None
    text = content.decode("utf-8", "replace")
    if not header.is_generated(text):
        why = "btf-stubs did not write this file and does not replace it; move it, or use --module"
        raise BtfError(why, path=path)
    return text


def require_python(text: str, path: str) -> None:
    """Raise an error if Python cannot parse *text*, so that ``btf-stubs`` does not write the file.

    Nothing runs a stub, so Python computes no bytecode for it, only the symbol table. That saves a
    third of the time, which is seconds for a kernel.

    Raises:
        BtfError: *text* is not Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.endswith(".pyi"):
                import symtable  # noqa: PLC0415  # --check does not need it

                symtable.symtable(text, path, "exec")
            else:
                compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f" in line {line}" if line else ""
        raise BtfError(
            f"not written: the generated text is not Python{where} ({error}); please report this",
            path=path,
        ) from error


def hidden_module(stub_path: str) -> str | None:
    """The path of a module of yours that the stub hides from type checkers; None if there is none.

    If ``tool.py`` and ``tool.pyi`` are in one directory, type checkers read only ``tool.pyi``. A
    module that ``btf-stubs`` wrote does not count, because its stub is meant to hide it.
    """
    path = stub_path.removesuffix("i")
    try:
        read(path)
    except (BtfError, OSError):
        return path
    return None


def old_stub(directory: str, old_module: str, new_module: str, object_shown: str) -> str | None:
    """The path of a stub that an older version of ``btf-stubs`` wrote for the object, if any.

    Older versions chose module names without the ending ``_bpf``.
    """
    path = os.path.join(directory, f"{old_module}.pyi")
    if old_module == new_module:
        return None
    try:
        text = read(path)
    except (BtfError, OSError):
        return None
    first_line = (text or "").partition("\n")[0]
    return path if header.object_shown(first_line) == object_shown else None
