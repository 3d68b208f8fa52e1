"""The digest of our own source code. If it changes, results of earlier runs become invalid.

An update of btf_typing may change mypy's errors for the same program. The plugin's ``__version__``
begins with this digest, so mypy discards its cache when the digest changes. Every result in the
plugin's own `DiskCache` also contains the digest. If the digest has changed, ``dmypy run`` restarts
the daemon. ``dmypy check`` continues with the code that the daemon has loaded.

Every run of mypy needs the digest, and reading all sources takes longer than the rest of a run in
which nothing has changed. So `DiskCache` stores the digest, together with the result of `state`.
"""

from __future__ import annotations

# ruff: noqa: PTH120, PTH123  # every run waits for this code, and pathlib is slower
import hashlib
import os
import sys
from collections.abc import Iterator

import btf_typing

PLUGIN = os.path.dirname(os.path.dirname(__file__))
"""The folder of the plugin's own sources."""


def state() -> str:
    """Return a text that changes when a source file changes, without reading the files.

    The text depends on the ctime of each file, the time when its inode changed. The ctime changes
    even if a program restores a file with the old modification time.
    """
    found = [_python()]
    for name, entry in _source_files():
        status = entry.stat()
        found.append(f"{name} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_size}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def digest() -> str:
    """Return the digest of the sources of btf_typing and of the plugin, in hexadecimal."""
    digester = hashlib.sha256(_python().encode())
    for name, entry in _source_files():
        with open(entry.path, "rb", buffering=0) as source:
            text = source.read()
        digester.update(f"{name} {len(text)} ".encode())
        digester.update(text)
    return digester.hexdigest()


def _python() -> str:
    """Return Python's version and platform, because ctypes layouts depend on them."""
    return f"{sys.version} {sys.platform}"


def _source_files() -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield each Python file of both packages, with its path relative to the package."""
    for package in (PLUGIN, *btf_typing.__path__):
        yield from sorted(_in_folder(package, ""), key=lambda pair: pair[0])


def _in_folder(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield each Python file below *folder*, with a relative path that begins with *prefix*."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if name.endswith((".py", ".pyi")):
                yield name, entry
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _in_folder(entry.path, f"{name}/")
