"""Stubs written when mypy starts, for those who have set ``sync``."""

from __future__ import annotations

import os
from pathlib import Path

from btf_typing import mypy_support
from btf_typing.errors import BtfError
from btf_typing.mypy_support import EVERYTHING, Selection

from .object_files import ObjectFile
from .project import Project


def sync_stubs(project: Project) -> None:
    """Write the stubs of all known objects that are missing or out of date.

    Known are the objects that have a stub, and those that an earlier run has met. One that cannot
    be read is left alone, as is a file that ``btf-stubs`` has not written.
    """
    stubs = project.files.stub_files.all()
    for stub in stubs:
        known = project.object_file_at(stub.object_path)
        if known.btf and not project.stub_contents.is_current(stub, known):
            _write(known, stub.path, project.stub_contents.selection(stub))
    described = {stub.object_path for stub in stubs}
    for path in project.files.recorded():
        known = project.object_file_at(path)
        to = Path(project.files.directories.new_stubs, f"{mypy_support.module_name(path)}.pyi")
        if path not in described and known.btf and not to.exists():
            _write(known, str(to), EVERYTHING)
    project.files.clear_caches()


def _write(known: ObjectFile, path: str, selection: Selection) -> None:
    """Write a stub; what goes wrong is reported where the stub is used."""
    if known.bpf_object is None:
        return
    shown = os.path.relpath(known.path, Path(path).parent)
    try:
        text = mypy_support.stub_text(
            known.bpf_object, object_path_as_shown=shown, selection=selection
        )
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        mypy_support.replace(path, text)
    except (BtfError, OSError):
        return
