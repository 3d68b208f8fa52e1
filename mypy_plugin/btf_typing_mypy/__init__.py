"""The mypy plugin of btf_typing.

Enable it with ``plugins = btf_typing_mypy`` in mypy's configuration. `plugin.BtfTyping` is the
place to start reading.
"""

from __future__ import annotations

from . import error_codes  # noqa: F401  # mypy looks the codes up before it asks for hooks
from .plugin import BtfTyping

__all__ = ["plugin"]


def plugin(version: str) -> type[BtfTyping]:  # noqa: ARG001  # mypy passes its version
    """Return the plugin class; mypy calls this function by name."""
    return BtfTyping


__version__ = ""
"""Digest of our own code, followed by the error message for a wrong setting, if any.

mypy discards its cache when this value changes. `plugin.BtfTyping` sets the value when mypy creates
the plugin. mypy reads it after that.
"""
