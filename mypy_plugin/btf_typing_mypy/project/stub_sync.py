"""The setting ``sync``: the plugin writes missing and outdated stubs when mypy starts."""

from __future__ import annotations

import os
from pathlib import Path

from btf_typing import mypy_support
from btf_typing.errors import BtfError
from btf_typing.mypy_support import EVERYTHING, Selection

from .object_files import ObjectFile
from .object_types import Project
from .stub_files import StubFile


def sync_stubs(project: Project) -> None:
    """Write the missing and outdated stubs of all known objects.

    An object is known if it has a stub, or if an earlier run of mypy has looked for it. The
    function skips objects that it cannot read, and does not replace files that ``btf-stubs`` did
    not write.
    """
    stubs = project.files.stub_files.all()
    for stub in stubs:
        if project.files.unread_objects.of_stub(stub):
            continue
        object_file = project.object_file_at(stub.object_path)
        if object_file.btf is not None and _is_outdated(project, stub, object_file):
            _write(object_file, stub.path, project.stub_contents.selection(stub))
    described = {stub.object_path for stub in stubs}
    for path in project.files.known_objects():
        new = Path(project.files.directories.new_stubs, f"{mypy_support.module_name(path)}.pyi")
        # Path.exists() may raise an OSError.
        if path in described or os.path.exists(new):  # noqa: PTH110
            continue
        object_file = project.object_file_at(path)
        if object_file.btf is not None:
            _write(object_file, str(new), EVERYTHING)
    project.files.clear_caches()


def _is_outdated(project: Project, stub: StubFile, object_file: ObjectFile) -> bool:
    try:
        return not project.stub_contents.is_current(stub, object_file)
    except BtfError:
        return False  # the object is malformed, so no stub can be written


def _write(object_file: ObjectFile, path: str, selection: Selection) -> None:
    """Write a stub. If this fails, a hook later reports that the stub is missing or outdated."""
    if object_file.bpf_object is None:
        return
    shown = os.path.relpath(object_file.path, Path(path).parent)
    try:
        text = mypy_support.stub_text(
            object_file.bpf_object, object_path_as_shown=shown, selection=selection
        )
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        mypy_support.replace(path, text)
    except (BtfError, OSError):
        return
