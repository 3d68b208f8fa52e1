"""Reading files: every failure but a missing file becomes a `BtfError`."""

from __future__ import annotations

import os
import stat

from btf_typing._typing import TYPE_CHECKING
from btf_typing.errors import BtfError, BtfFormatError

from . import kernel
from .format import LARGEST, MAGIC, Contents

if TYPE_CHECKING:
    from typing import IO

_ELF_MAGIC = b"\x7fELF"


def read(path: str) -> Contents:
    """The BTF in the file *path*: an ELF file, or raw BTF.

    Raises:
        BtfFormatError: the file is neither.
        FileNotFoundError: there is no such file.
        BtfError: it cannot be read, or is no regular file (reading a pipe might never end).
    """
    try:
        status = os.stat(path)  # noqa: PTH116  # pathlib costs more to import than all of this
        _refuse_irregular(path, status.st_mode)
        with open(path, "rb") as stream:  # noqa: PTH123
            return contents(stream, status.st_size, path, from_kernel=kernel.is_kernels(path))
    except (FileNotFoundError, BtfError):
        raise
    except OSError as error:
        raise BtfError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:  # a NUL in the path
        raise BtfError(f"{path!r}: {error}") from error


def contents(stream: IO[bytes], length: int, path: str, *, from_kernel: bool = False) -> Contents:
    """The BTF in the *length* bytes that *stream* reads from *path*.

    Raises:
        BtfFormatError: they are neither ELF nor raw BTF.
    """
    try:
        return _contents(stream, length, from_kernel)
    except BtfFormatError as error:
        error.path = path
        raise


def _contents(stream: IO[bytes], length: int, from_kernel: bool) -> Contents:
    head = stream.read(4)
    stream.seek(0)
    if head == _ELF_MAGIC:
        from . import elf  # noqa: PLC0415  # raw BTF needs none of it

        return elf.read(stream, length)
    if head[:2] in MAGIC:
        if length > LARGEST:
            raise BtfFormatError(f"a file of {length} bytes; no BTF is that large")
        mapped = _mapped(stream) if from_kernel else None
        return Contents(mapped or stream.read(), None, None, None)
    found = f"begins with 0x{head.hex()}" if head else "is empty"
    raise BtfFormatError(f"neither an ELF object nor raw BTF: the file {found}")


def _mapped(stream: IO[bytes]) -> memoryview | None:
    """The kernel's BTF where it lies: sysfs copies it a page at a time, which takes far longer.

    No other file is mapped: whoever shortens one would kill the processes that have it mapped.

    Returns:
        None for modules, and from kernels before Linux 6.16.
    """
    import mmap  # noqa: PLC0415  # for this alone

    try:
        return memoryview(
            mmap.mmap(stream.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
        )
    except (OSError, ValueError):
        return None


def _refuse_irregular(path: str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise BtfError(f"{path}: {what}; an ELF object or a raw BTF file expected")
