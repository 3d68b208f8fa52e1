"""The mypy plugin of btf_typing: ``plugins = btf_typing_mypy`` in mypy's configuration."""

from __future__ import annotations

from .plugin import BtfTyping
from .project.code_digest import CODE_DIGEST

__all__ = ["plugin"]


def plugin(version: str) -> type[BtfTyping]:  # noqa: ARG001  # mypy passes its version
    """What mypy calls for the class of the plugin."""
    return BtfTyping


__version__ = CODE_DIGEST
"""mypy forgets its cache when this changes."""
