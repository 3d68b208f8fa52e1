"""The digest of our own source code. If it changes, results of earlier runs become invalid.

An update of btf_typing may change mypy's errors for the same program. The plugin's ``__version__``
is this digest, so mypy discards its cache when the digest changes. Every result in the plugin's own
`DiskCache` also contains the digest. mypy's daemon continues with the code that it has loaded.
"""

from __future__ import annotations

# ruff: noqa: PTH118, PTH120, PTH123  # every run waits for this code, and pathlib is slower
import hashlib
import os
import sys
from collections.abc import Iterator

import btf_typing

_PLUGIN = os.path.dirname(os.path.dirname(__file__))


def _digest() -> str:
    """Return the digest of the sources of btf_typing and of the plugin, in hexadecimal.

    The digest includes Python's version and platform, because ctypes layouts depend on them.
    """
    digester = hashlib.sha256(f"{sys.version} {sys.platform}".encode())
    for package in (_PLUGIN, *btf_typing.__path__):
        for name in sorted(_source_files(package)):
            with open(os.path.join(package, name), "rb", buffering=0) as source:
                text = source.read()
            digester.update(f"{name} {len(text)} ".encode())
            digester.update(text)
    return digester.hexdigest()


def _source_files(package: str, folder: str = "") -> Iterator[str]:
    """Yield the path of each Python file below *folder*, relative to the directory *package*."""
    with os.scandir(os.path.join(package, folder)) as entries:
        for entry in entries:
            name = os.path.join(folder, entry.name)
            if name.endswith((".py", ".pyi")):
                yield name
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _source_files(package, name)


CODE_DIGEST = _digest()
"""The digest of the code that is running, in hexadecimal."""
