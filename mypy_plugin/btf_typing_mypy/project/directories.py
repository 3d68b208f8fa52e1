"""Where things are: the project's root, the canonical names of objects, the directories of stubs.

An object is called by its path relative to the directory of mypy's configuration file, whatever
directory mypy runs in; one outside that directory by its absolute path.
"""

# ruff: noqa: PTH100, PTH118, PTH120  # mypy has paths as strings; pathlib has no normpath

from __future__ import annotations

import os

from mypy.options import Options

from .settings import Settings

_STUBS = "stubs"
"""The directory of stubs for those who have none on ``mypy_path``."""


class Directories:
    """The directories of one project.

    Args:
        options: mypy's.
        settings: the plugin's own.

    Attributes:
        root: the directory of the configuration file.
        stub_directories: those of ``mypy_path``.
        new_stubs: where new stubs go.
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
        stubs = settings.stubs or next(iter(self.stub_directories), _STUBS)
        self.new_stubs = os.path.normpath(os.path.join(self.root, stubs))

    @property
    def missing_mypy_path_entry(self) -> str:
        """What ``mypy_path`` needs for `new_stubs` to be found there; empty where it has it."""
        if os.path.realpath(self.new_stubs) in map(os.path.realpath, self.stub_directories):
            return ""
        return os.path.normpath(
            os.path.join("$MYPY_CONFIG_FILE_DIR", self.canonical_name(self.new_stubs))
        )

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

    def canonical_name(self, absolute: str) -> str:
        """What messages and types call the file *absolute*."""
        inside = f"{absolute}/".startswith(self.root.rstrip("/") + "/")
        return os.path.relpath(absolute, self.root) if inside else absolute
