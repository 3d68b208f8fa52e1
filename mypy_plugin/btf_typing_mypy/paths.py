"""Where things are: the project's root, the canonical names of objects, the directories of stubs.

An object is called by its path relative to the directory of mypy's configuration file, whatever
directory mypy runs in; one outside that directory by its absolute path.
"""

# ruff: noqa: PTH100, PTH118, PTH120  # mypy has paths as strings; pathlib has no normpath

from __future__ import annotations

import os

from mypy.options import Options

from .config import Settings


class Paths:
    """The directories of one project.

    Args:
        options: mypy's.
        settings: the plugin's own.
    """

    def __init__(self, options: Options, settings: Settings) -> None:
        config = os.path.abspath(options.config_file or "mypy.ini")
        self.root = os.path.dirname(config)
        found = os.environ.get("MYPYPATH", "").split(os.pathsep) + options.mypy_path
        self.stub_directories = list(dict.fromkeys(os.path.abspath(part) for part in found if part))
        self.apply(settings)

    def apply(self, settings: Settings) -> None:
        """Take *settings*, which may have changed."""
        self._object_path = [os.path.join(self.root, part) for part in settings.object_path]
        stubs = os.path.join(self.root, settings.stubs) if settings.stubs else ""
        self.stubs = stubs or next(iter(self.stub_directories), self.root)

    def absolute(self, path: str, beside: str = "") -> str:
        """The absolute path of the object at *path*.

        A relative path is looked for below the root, then in the directories of the setting
        ``object-path``, then in the directory of the source file.

        Args:
            path: as the program has it.
            beside: the directory of the source file that has it; empty where none does.
        """
        candidates = self.candidates(path, beside)
        return next(filter(os.path.exists, candidates), candidates[0])

    def candidates(self, path: str, beside: str = "") -> list[str]:
        """Every absolute path that *path* might stand for, the preferred one first."""
        directories = [self.root, *self._object_path]
        if beside:
            directories.append(os.path.abspath(beside))
        found = (os.path.normpath(os.path.join(part, path)) for part in directories)
        return list(dict.fromkeys(found))

    def name(self, absolute: str) -> str:
        """What messages and types call the file *absolute*."""
        inside = absolute.startswith(self.root.rstrip("/") + "/")
        return os.path.relpath(absolute, self.root) if inside else absolute
