"""The directories of a project in which the plugin looks for objects and stubs.

Messages, and types such as ``BpfObject[Literal["prog.bpf.o"]]``, show the canonical name of an
object. The canonical name is the object's path, relative to the directory of mypy's configuration
file. For an object outside that directory, the canonical name is its absolute path. The name does
not depend on the directory in which you run mypy.
"""

# ruff: noqa: PTH100, PTH118, PTH120  # mypy has paths as strings; pathlib has no normpath

from __future__ import annotations

import os

from mypy.options import Options

from .settings import Settings

_DEFAULT_STUBS = "stubs"
"""Directory for new stubs if neither the settings nor ``mypy_path`` name one."""


class Directories:
    """The directories of one project.

    Args:
        options: mypy's options.
        settings: the plugin's settings.

    Attributes:
        root: directory of mypy's configuration file.
        stub_directories: the directories in ``MYPYPATH``, then those on ``mypy_path``.
        new_stubs: directory in which new stubs are written.
    """

    def __init__(self, options: Options, settings: Settings) -> None:
        config = os.path.abspath(options.config_file or "mypy.ini")
        self.root = os.path.dirname(config)
        found = os.environ.get("MYPYPATH", "").split(os.pathsep) + options.mypy_path
        self.stub_directories = list(dict.fromkeys(os.path.abspath(part) for part in found if part))
        self.apply(settings)

    def apply(self, settings: Settings) -> None:
        """Use *settings* from now on. The settings may change while mypy's daemon runs."""
        self._object_path = [os.path.join(self.root, part) for part in settings.object_path]
        stubs = settings.stubs or next(iter(self.stub_directories), _DEFAULT_STUBS)
        self.new_stubs = os.path.normpath(os.path.join(self.root, stubs))

    def missing_mypy_path_entry(self, directory: str) -> str:
        """The entry to add to ``mypy_path`` so that mypy finds *directory*; empty if not needed."""
        if os.path.realpath(directory) in map(os.path.realpath, self.stub_directories):
            return ""
        return os.path.normpath(
            os.path.join("$MYPY_CONFIG_FILE_DIR", self.canonical_name(directory))
        )

    def absolute(self, path: str, beside: str = "") -> str:
        """Return the first path of `candidates` that exists; if none exists, the first of all."""
        candidates = self.candidates(path, beside)
        return next(filter(os.path.exists, candidates), candidates[0])

    def candidates(self, path: str, beside: str = "") -> list[str]:
        """List the absolute paths at which the plugin looks for the object *path*, in order.

        For a relative path, the plugin searches the root, then the directories of the setting
        ``object-path``, and last the directory of the source file.

        Args:
            path: the path in the program.
            beside: directory of the source file; empty if the path is not from a source file.
        """
        directories = [self.root, *self._object_path]
        if beside:
            directories.append(os.path.abspath(beside))
        found = (os.path.normpath(os.path.join(part, path)) for part in directories)
        return list(dict.fromkeys(found))

    def canonical_name(self, absolute: str) -> str:
        """Return the name that types and messages show for the file at the path *absolute*."""
        inside = f"{absolute}/".startswith(self.root.rstrip("/") + "/")
        return os.path.relpath(absolute, self.root) if inside else absolute
