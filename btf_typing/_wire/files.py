"""Reads files. In `read`, every failure except a missing file becomes a `BtfError`."""

from __future__ import annotations

import os
import stat

from btf_typing._typing_stand_ins import TYPE_CHECKING
from btf_typing.errors import BtfError, BtfFormatError

from . import kernel
from .btf_format import MAGIC, MAX_BYTES, BtfBytes
from .file_contents import FileContents, FileIdentity

if TYPE_CHECKING:
    from typing import IO

_ELF_MAGIC = b"\x7fELF"

_OTHER_FORMATS = {
    b"BC\xc0\xde": "the file is LLVM bitcode; compile without -emit-llvm and -flto",
    b"!<arch>\n": "the file is an archive; load one of its objects",
    b"\x1f\x8b": "the file is compressed; run gunzip first",
    b"\xfd7zXZ": "the file is compressed; run unxz first",
    b"(\xb5/\xfd": "the file is compressed; run unzstd first",
}
"""Formats that people confuse with an object, by their first bytes."""

_GLANCE = 256
"""Number of bytes to read to see whether a file is text."""

_WHITE_SPACE = dict.fromkeys(b"\t\n\r\f", " ")


def in_utf8(path: str) -> str:
    """*path* as Python would spell it if the encoding of file names were UTF-8.

    Names of modules and generated text use this spelling, so they are the same in every locale.
    With ``LC_ALL=C PYTHONUTF8=0``, Python spells ``ö`` as two surrogates instead.
    """
    if path.isascii():
        return path
    try:
        return os.fsencode(path).decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # the path does not come from the file system
        return path


def in_locale(path: str) -> str:
    """The inverse of `in_utf8`."""
    return path if path.isascii() else os.fsdecode(path.encode("utf-8", "surrogateescape"))


def read(path: str) -> FileContents:
    """Read the BTF in the file *path*, an ELF file or raw BTF.

    Raises:
        BtfFormatError: the file holds no BTF, or is malformed.
        FileNotFoundError: there is no such file.
        BtfError: the file cannot be read, or is not a regular file. We refuse pipes, because
            reading one could block forever.
    """
    try:
        with open_regular(path, "expected an ELF object or a raw BTF file") as stream:
            status = os.fstat(stream.fileno())
            is_kernel_btf = kernel.is_kernel_btf(path)
            contents = read_stream(stream, status.st_size, path, is_kernel_btf=is_kernel_btf)
        return contents._replace(identity=_identity(status, contents.btf))
    except (FileNotFoundError, BtfError):
        raise
    except OSError as error:
        raise BtfError(error.strerror or str(error), path=path) from error
    except ValueError as error:  # "embedded null byte", for a path such as "a\0b"
        raise BtfError(str(error), path=path) from error


def _identity(status: os.stat_result, btf: BtfBytes) -> FileIdentity:
    btf_hash = hash(btf) if isinstance(btf, bytes) else 0
    return FileIdentity(
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        btf_hash,
    )


def read_stream(
    stream: IO[bytes], length: int, path: str, *, is_kernel_btf: bool = False
) -> FileContents:
    """Read the BTF in *stream*, an ELF file or raw BTF.

    Args:
        stream: the open file, at its start.
        length: size of the file in bytes.
        path: path of the file, for messages.
        is_kernel_btf: whether the file is BTF of the running kernel. If so, we try to map it into
            memory instead of reading it.

    Raises:
        BtfFormatError: the file holds no BTF, or is malformed.
    """
    try:
        return _read_stream(stream, length, is_kernel_btf)
    except BtfFormatError as error:
        error.path = path
        raise


def _read_stream(stream: IO[bytes], length: int, is_kernel_btf: bool) -> FileContents:
    start = stream.read(4)
    stream.seek(0)
    if start == _ELF_MAGIC:
        from . import elf  # noqa: PLC0415  # raw BTF does not need it

        return elf.read(stream, length)
    if start[:2] in MAGIC:
        if length > MAX_BYTES:
            raise BtfFormatError(f"raw BTF of {length} bytes; at most {MAX_BYTES} are supported")
        mapped = _mapped(stream) if is_kernel_btf else None
        btf = mapped or stream.read()
        return FileContents(btf, None, None, whole_file=btf)
    raise BtfFormatError(f"neither an ELF object nor raw BTF: {_found(stream.read(_GLANCE))}")


def _found(start: bytes) -> str:
    """A description of a file that begins with *start*, and advice for known formats."""
    if not start:
        return "the file is empty"
    for magic, found in _OTHER_FORMATS.items():
        if start.startswith(magic):
            return found
    if start.isascii() and start.decode().translate(_WHITE_SPACE).isprintable():
        return (
            "the file is text; if it is C, compile it with clang -target bpf -O2 -g -c, and load"
            " the object"
        )
    return f"the file begins with 0x{start[:4].hex()}"


def _mapped(stream: IO[bytes]) -> memoryview | None:
    """Map the kernel's BTF into memory.

    It would take longer to read the file, because the kernel would copy it a page at a time.

    We map no ordinary files. If another process truncated a mapped file, this process would die of
    SIGBUS.

    Returns:
        The BTF; None if the kernel does not support mapping: before Linux 6.16, and for modules.
    """
    import mmap  # noqa: PLC0415  # only needed here

    try:
        return memoryview(
            mmap.mmap(stream.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
        )
    except (OSError, ValueError):
        return None


def open_regular(path: str, advice: str = "expected a regular file") -> IO[bytes]:
    """Open the regular file *path* for reading. Never opens a device or waits for a pipe.

    Reading a pipe could block forever, and opening a device can have side effects.

    Args:
        path: path of the file.
        advice: end of the error message, which begins with the kind of file found.

    Raises:
        BtfError: *path* is not a regular file.
        OSError: the file cannot be opened.
    """
    _require_regular(path, os.stat(path).st_mode, advice)  # noqa: PTH116  # pathlib is slow to import
    # A pipe may have replaced the file after the check above. O_NONBLOCK keeps open() from waiting
    # for a process that writes to the pipe.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    stream = os.fdopen(descriptor, "rb")
    try:
        _require_regular(path, os.fstat(descriptor).st_mode, advice)
    except BtfError:
        stream.close()
        raise
    return stream


def read_regular(path: str) -> bytes:
    """The content of the regular file *path*. The errors are those of `open_regular`."""
    with open_regular(path) as stream:
        return stream.read()


def _require_regular(path: str, mode: int, advice: str) -> None:
    if not stat.S_ISREG(mode):
        found = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        raise BtfError(f"{found}; {advice}", path=path)
