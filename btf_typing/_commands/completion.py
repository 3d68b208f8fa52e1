"""Completion of arguments in shells, if argcomplete is installed.

By default, a shell completes only names of files. After
``eval "$(register-python-argcomplete btf-stubs)"``, the shell runs the command with the environment
variable ``_ARGCOMPLETE``, and the command prints the completions.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from btf_typing.errors import BtfError

from .inputs import opened


def complete(parser: argparse.ArgumentParser) -> None:
    """Print the completions and exit, if a shell asks for them."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    try:
        import argcomplete  # noqa: PLC0415
        from argcomplete.completers import BaseCompleter, FilesCompleter  # noqa: PLC0415
    except ImportError:
        return
    files = FilesCompleter()

    class Completer(BaseCompleter):
        """Completes names of types for some options, and names of files for the others."""

        def __call__(self, *, action: argparse.Action, **asked: Any) -> list[str]:
            if action.dest in ("types", "exclude"):
                return names(asked["parsed_args"])
            return list(files(action=action, **asked))

    argcomplete.autocomplete(parser, default_completer=Completer())


def names(options: argparse.Namespace) -> list[str]:
    """The names of types and sections in the object that is on the command line.

    The list is empty if *options* name no object, or if the object cannot be read.
    """
    given = vars(options)
    path = given.get("object") or given.get("old") or next(iter(given.get("objects") or ()), None)
    if path is None:
        return []
    try:
        obj = opened(path, given.get("base_btf"))
        return [*obj.btf.names(), *obj.sections]
    except (BtfError, OSError):
        return []
