"""The ``btf-stubs`` command that writes a stub, for the messages of the plugin.

You run the command in the directory of mypy's configuration file.
"""

from __future__ import annotations

import shlex
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from btf_typing import mypy_support

from .external_files import ExternalFiles
from .object_files import MISSING, ObjectFile
from .stub_contents import StubContents
from .stub_files import StubFile

if TYPE_CHECKING:
    from btf_typing.mypy_support import Selection


class StubCommand:
    """Commands for the stubs of a project.

    Args:
        files: external files of the project.
        stub_contents: finds the options that a stub was written with.
    """

    def __init__(self, files: ExternalFiles, stub_contents: StubContents) -> None:
        self._files = files
        self._stub_contents = stub_contents

    def create(self, object_file: ObjectFile) -> str:
        """Return the command that writes the first stub of an object.

        An example is ``btf-stubs build/prog.bpf.o -o stubs``. If another object already has a stub
        ``prog_bpf``, the command also has ``--module build_prog_bpf``.
        """
        directories = self._files.directories
        usual = mypy_support.module_name(object_file.path)
        module = usual
        if usual in self._modules_in_use():
            module = mypy_support.module_name(object_file.name.replace("/", "_"))
        return _command(
            object_file, directories.canonical_name(directories.new_stubs), [], module, usual
        )

    def update(self, object_file: ObjectFile, stub: StubFile, missing: str = "") -> str:
        """Return the command that writes *stub* again, with the options that it was written with.

        Args:
            object_file: the object that *stub* describes.
            stub: the stub, which is out of date or lacks a type.
            missing: C name of a type that the options leave out. The command selects this type too.
        """
        selection = self._stub_contents.selection(stub)
        if missing:
            types, exclude = selection.types, selection.exclude
            selection = selection._replace(
                exclude=tuple(glob for glob in exclude if not fnmatchcase(missing, glob))
            )
            if not selection.has(missing):
                selection = selection._replace(types=(*types, missing))
        return self.write(object_file, stub, selection)

    def write(self, object_file: ObjectFile, stub: StubFile, selection: Selection) -> str:
        """Return the command that writes *stub* with the options of *selection*."""
        options = ["--live"] if selection.live else []
        options += [f"--type={glob}" for glob in selection.types]
        options += [f"--exclude={glob}" for glob in selection.exclude]
        directory = self._files.directories.canonical_name(str(Path(stub.path).parent))
        usual = mypy_support.module_name(object_file.path)
        return _command(object_file, directory, options, stub.module.rpartition(".")[2], usual)

    def _modules_in_use(self) -> set[str]:
        """Return the modules of all stubs whose object exists.

        A stub whose object is gone does not count, because the command may replace that stub. For
        example, the user may have moved ``prog.bpf.o`` to ``build/``.
        """
        return {
            stub.module
            for stub in self._files.stub_files.all()
            if self._files.object_digest(stub.object_path) != MISSING
        }


def _command(
    object_file: ObjectFile, directory: str, options: list[str], module: str, usual: str
) -> str:
    base = ["--base-btf", object_file.base] if object_file.base else []
    words = ["btf-stubs", object_file.name, *base, "-o", directory, *options]
    return shlex.join(words if module == usual else [*words, "--module", module])
