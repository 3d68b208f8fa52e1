"""The mypy plugin of btf_typing: ``plugins = btf_typing_mypy`` in mypy's configuration."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .plugin import BtfTyping

__all__ = ["plugin"]


def plugin(version: str) -> type[BtfTyping]:  # noqa: ARG001  # mypy passes its version
    """What mypy calls for the class of the plugin."""
    return BtfTyping


def _own_digest() -> str:
    """A digest of the code that decides: mypy itself looks at this file alone."""
    import btf_typing  # noqa: PLC0415

    digester = hashlib.sha256()
    for module in (__file__, btf_typing.__file__):
        for source in sorted(Path(module).parent.glob("*.py*")):
            digester.update(source.read_bytes())
    return digester.hexdigest()


__version__ = _own_digest()
"""mypy forgets its cache when this changes."""
