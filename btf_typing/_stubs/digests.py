"""The digests in the first line of a generated file, which show whether it is up to date.

A generated file depends on the object, on this package, and on the options. The first line contains
three digests:

* ``BTF sha256``: the types, globals and programs of the object; see `object_digest`.
* ``file sha256``: all bytes of the object's file. A new build of the object usually changes them,
  even if the types stay the same. But you need not decode the object to compute this digest. It is
  missing if the object is not in one file that we have read as a whole: for split BTF, which also
  needs the file of its base, and for ELF files other than BPF objects, which can be very large.
* ``stub sha256``: the other two, the rest of the file, the code of this package, and the properties
  of Python and of the machine that matter.

If the first or the second digest is that of the object, and the third is right, ``btf-stubs`` would
write the same text after the first line. Otherwise, the file may be up to date or not.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from struct import calcsize

from btf_typing import _sources
from btf_typing._version import __version__
from btf_typing._wire import files
from btf_typing._wire.btf_format import MAX_BYTES
from btf_typing.errors import BtfError

_DIGITS = 16
"""How many hexadecimal digits of each SHA-256 the first line contains."""

_HOST = f"{sys.byteorder} {calcsize('P')} {calcsize('BQ')} {sys.version_info[:2]}"
"""The byte order, the size of a pointer, the alignment of 64-bit integers, and Python's version.

On a machine that differs in one of the first three, some fields have other ctypes types. Python's
version determines its keywords and built-in names, which generated files avoid.
"""


def shortened(digest: str) -> str:
    """The digits of a SHA-256 that the first line contains."""
    return digest[:_DIGITS]


def file_digest(path: str) -> str:
    """The second digest of the file *path*.

    The result is empty if the file is empty, is too large for BTF, or cannot be read. Files in
    ``/proc`` count as empty. Reading some of them never ends.
    """
    try:
        with files.open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            if not 0 < size <= MAX_BYTES:
                return ""
            content = stream.read(size) or b""  # None if reading would block
            return shortened(hashlib.sha256(content).hexdigest())
    except (BtfError, OSError, ValueError):
        return ""


def stub_digest(of_object: str, text: str) -> str:
    """The third digest.

    Args:
        of_object: the other digests, as the first line contains them.
        text: the text of the file after its first line.
    """
    found = hashlib.sha256(f"{_package_digest()} {_HOST} {of_object}\n{text}".encode())
    return shortened(found.hexdigest())


@cache
def _package_digest() -> str:
    """A digest of the code that generates files.

    If the sources cannot be read, as in a ZIP file, the result is the version of the package.
    """
    try:
        return __version__ + _sources.sources_digest(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120  # faster
    except OSError:
        return __version__
