"""Which code decides: what other code concluded, or this in another Python, does not count."""

from __future__ import annotations

# ruff: noqa: PTH118, PTH120, PTH123, PTH208  # every run waits for this; pathlib takes longer
import hashlib
import os
import sys

import btf_typing


def _digest() -> str:
    """Of the sources of the plugin and of the package, and of the Python whose ctypes answers.

    Each may change what is right.
    """
    digester = hashlib.sha256(f"{sys.version} {sys.platform}".encode())
    for module in (__file__, btf_typing.__file__):
        directory = os.path.dirname(module)
        for name in sorted(os.listdir(directory)):
            if name.endswith((".py", ".pyi")):
                with open(os.path.join(directory, name), "rb", buffering=0) as source:
                    digester.update(source.read())
    return digester.hexdigest()


CODE = _digest()
"""A digest of that code."""
