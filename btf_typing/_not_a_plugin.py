"""The message for ``plugins = btf_typing`` in ``mypy.ini``. The plugin is ``btf_typing_mypy``."""

from __future__ import annotations

from typing import NoReturn


def plugin(_version: str) -> NoReturn:
    """Refuse to be a plugin. mypy calls this, and shows the error without a traceback.

    Raises:
        CompileError: always.
    """
    from mypy.errors import CompileError  # noqa: PLC0415  # only mypy calls this

    message = 'btf_typing is not a mypy plugin; write "plugins = btf_typing_mypy"'
    raise CompileError([f"mypy: error: {message} in mypy's configuration"])
