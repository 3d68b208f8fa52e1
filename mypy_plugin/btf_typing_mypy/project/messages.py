"""Turns errors of btf_typing into messages in the style of mypy.

An example is ``no struct "evnt" in "prog.bpf.o"; did you mean "event"?``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .object_files import ObjectFile

if TYPE_CHECKING:
    import btf_typing
    from btf_typing import TypeNotFoundError


def name_problem(error: TypeNotFoundError, object_file: ObjectFile) -> str:
    """The message with the code ``[btf-name]`` for *error*."""
    of = f'"{error.name}"' if error.type_id is None else f"with id {error.type_id}"
    close = " or ".join(f'"{suggestion}"' for suggestion in error.suggestions)
    hints = [error.hint, f"did you mean {close}?" if close else ""]
    return "; ".join([f'no {error.kind} {of} in "{object_file.name}"', *filter(None, hints)])


def malformed(error: btf_typing.BtfError, object_file: ObjectFile) -> str:
    """The message for an object with malformed BTF."""
    return f'"{object_file.name}" is malformed: {error.message}'
