"""When to colour text. The commands and `dump` share this rule.

Python itself, ruff and uv have the same rule. The first line that applies decides:

1. ``--color always`` or ``--color never``.
2. No colours if the environment variable ``NO_COLOR`` is set and not empty.
3. Colours if ``FORCE_COLOR`` is set and not empty.
4. No colours if ``TERM`` is ``dumb``.
5. Colours on a terminal only.

Source: https://no-color.org, https://force-color.org, CPython ``Lib/_colorize.py``.
"""

from __future__ import annotations

import os

from ._typing_stand_ins import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

CHOICES = ("auto", "always", "never")
"""Values of ``--color``."""

DIM, RED, GREEN, YELLOW, PLAIN = "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"


def wanted(stream: TextIO | None, choice: str = "auto") -> bool:
    """Whether to colour text.

    Args:
        stream: where the text goes; None if it is closed.
        choice: one of `CHOICES`.
    """
    if stream is None or choice == "never":
        return False
    if choice == "always":
        return True
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_capable_terminal(stream)


def is_capable_terminal(stream: TextIO) -> bool:
    """Whether *stream* is a terminal that understands escape sequences."""
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def painted(text: str, color: str) -> str:
    """*text* in *color*; unchanged if either is empty."""
    return f"{color}{text}{PLAIN}" if color and text else text
