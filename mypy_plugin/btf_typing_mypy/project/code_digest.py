"""A digest of our own sources: a change invalidates cached answers."""

from __future__ import annotations

# ruff: noqa: PTH120, PTH123# every run waits for this; pathlib takes longer
import hashlib
import os
import sys
from collections.abc import Iterator

import btf_typing

_PLUGIN = os.path.dirname(os.path.dirname(__file__))


def _digest() -> str:
    """Digest the sources of both packages and the version of Python, whose ctypes decides too."""
    digester = hashlib.sha256(f"{sys.version} {sys.platform}".encode())
    for package in (_PLUGIN, *btf_typing.__path__):
        for path in sorted(_sources(package)):
            with open(path, "rb", buffering=0) as source:
                digester.update(source.read())
    return digester.hexdigest()


def _sources(directory: str) -> Iterator[str]:
    """The paths of the Python files in *directory* and below."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".pyi")):
                yield entry.path
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _sources(entry.path)


CODE_DIGEST = _digest()
"""The digest, in hexadecimal."""
