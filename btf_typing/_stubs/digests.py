"""Digests that show whether a generated file is up to date, without generating it again.

A generated file depends on the object, on this package, and on the options. `file_digest` computes
a digest of all of them and of the text of the file. The first line of every stub and of every
``--runtime`` module contains it. If `file_digest` returns the same digest later, ``btf-stubs``
would write the same text after the first line. If it returns another digest, the file may be up to
date or not.

The first line of a stub also contains the result of `second_digest`, which covers all bytes of the
object's file. A new build of the object usually changes the second digest, even if the types stay
the same. But you need not decode the object to compute it.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import sha256
from struct import calcsize
from typing import TYPE_CHECKING

from btf_typing import _sources
from btf_typing._version import __version__

if TYPE_CHECKING:
    from btf_typing._wire.btf_format import BtfBytes

_DIGITS = 16
"""How many hexadecimal digits of the SHA-256 the first line contains."""

_HOST = f"{sys.byteorder} {calcsize('P')} {calcsize('BQ')} {sys.version_info[:2]}"
"""The byte order, the size of a pointer, the alignment of 64-bit integers, and Python's version.

On a machine that differs in one of the first three, some fields have other ctypes types. Python's
version determines its keywords and built-in names, which generated files avoid.
"""


def file_digest(object_digest: str, text: str) -> str:
    """The digest in the first line of a generated file.

    Args:
        object_digest: the result of `object_digest.object_digest`.
        text: the text of the file after its first line.
    """
    found = sha256(f"{_package_digest()} {_HOST} {object_digest}\n{text}".encode())
    return found.hexdigest()[:_DIGITS]


def second_digest(whole_file: BtfBytes, digest: str, text: str) -> str:
    """The second digest in the first line of a stub.

    Args:
        whole_file: all bytes of the object's file.
        digest: the first digest.
        text: the text of the stub after its first line.
    """
    return file_digest(f"{sha256(whole_file).hexdigest()} {digest}", text)


@cache
def _package_digest() -> str:
    """A digest of the code that generates files.

    If the sources cannot be read, as in a ZIP file, the result is the version of the package.
    """
    try:
        return __version__ + _sources.sources_digest(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120  # faster
    except OSError:
        return __version__
