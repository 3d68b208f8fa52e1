"""Stubs written when mypy starts, for those who have set ``sync``."""

from __future__ import annotations

import os
from pathlib import Path

from btf_typing import mypy_support
from btf_typing.errors import BtfError
from btf_typing.mypy_support import EVERYTHING, Selection

from .objects import Known
from .project import Project


def sync(project: Project) -> None:
    """Write the stubs of all known objects that are missing or out of date.

    Known are the objects that have a stub, and those that an earlier run has met. One that cannot
    be read is left alone, as is a file that ``btf-stubs`` has not written.
    """
    stubs = project.files.listing.all()
    for stub in stubs:
        known = project.known_at(stub.object)
        if known.btf and not project.stubs.is_current(stub, known):
            _write(known, stub.path, project.stubs.selection(stub))
    described = {stub.object for stub in stubs}
    for path in project.files.recorded():
        known = project.known_at(path)
        to = Path(project.files.paths.stubs, f"{mypy_support.module_name(path)}.pyi")
        if path not in described and known.btf and not to.exists():
            _write(known, str(to), EVERYTHING)
    project.files.look_again()


def _write(known: Known, path: str, selection: Selection) -> None:
    """Write a stub; what goes wrong is reported where the stub is used."""
    if known.object is None:
        return
    shown = os.path.relpath(known.path, Path(path).parent)
    try:
        text = mypy_support.stub_text(known.object, object_path_as_shown=shown, selection=selection)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        mypy_support.replace(path, text)
    except (BtfError, OSError):
        return
