"""The digest of our own source code. If it changes, results of earlier runs become invalid.

An update of btf_typing may change mypy's errors for the same program. The plugin's ``__version__``
begins with this digest, so mypy discards its cache when the digest changes. Every result in the
plugin's own `DiskCache` also contains the digest. If the digest has changed, ``dmypy run`` restarts
the daemon. ``dmypy check`` continues with the code that the daemon has loaded.

Every run of mypy needs the digest, and reading all sources takes longer than the rest of a run in
which nothing has changed. So `DiskCache` stores the digest, together with the result of `state`.
"""

from __future__ import annotations

# ruff: noqa: PTH120  # every run waits for this code, and pathlib is slower
import hashlib
import os
import sys

import btf_typing
from btf_typing import mypy_support

PLUGIN = os.path.dirname(os.path.dirname(__file__))
"""The folder of the plugin's own sources."""


def state() -> str:
    """Return a text that changes when a source file or Python changes, without reading the files.

    The text depends on the ctime of each file, the time when its inode changed. The ctime changes
    even if a program restores a file with the old modification time.
    """
    found = [_python()]
    for folder in _folders():
        for name, entry in mypy_support.source_files(folder):
            status = entry.stat()
            found.append(f"{name} {status.st_ctime_ns} {status.st_size}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def digest() -> str:
    """Return the digest of the sources of both packages and of Python's version, in hexadecimal."""
    found = [_python(), *map(mypy_support.sources_digest, _folders())]
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def _python() -> str:
    """Return Python's version and platform, because ctypes layouts depend on them."""
    return f"{sys.version} {sys.platform}"


def _folders() -> list[str]:
    """Return the folders of both packages."""
    return [PLUGIN, *btf_typing.__path__]
