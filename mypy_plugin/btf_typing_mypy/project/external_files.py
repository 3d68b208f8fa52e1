"""The files that the plugin reads and mypy does not: settings, objects, stubs."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from mypy.options import Options

from . import settings
from .directories import Directories
from .disk_cache import DiskCache
from .read_tracker import ReadTracker
from .stub_files import StubFiles

if TYPE_CHECKING:
    from .object_files import ObjectFiles

_OBJECT = "object"


class ExternalFiles:
    """The files of one project, as one run of mypy finds them.

    That is all that is known of a project in a run that finds nothing changed; what is in the
    files is for `Project`.

    Args:
        options: mypy's.

    Attributes:
        problem: what is wrong with the settings, for mypy to say; empty where nothing is.
        settings: as they are now.
        directories: where things are.
        read_tracker: is told what is read.
        disk_cache: what was read.
        stub_files: which stubs there are.
    """

    def __init__(self, options: Options) -> None:
        self.problem = ""
        self._config = options.config_file
        self.settings = self._settings()
        self.directories = Directories(options, self.settings)
        # ``dmypy run`` also makes plugins just to compare them, from options without this.
        self.read_tracker = ReadTracker(daemon=options.fine_grained_incremental)
        self.disk_cache = DiskCache(options, self.read_tracker)
        self.stub_files = StubFiles(self.directories, self.disk_cache, self.read_tracker)

    def _settings(self) -> settings.Settings:
        """The settings as they are now; those that are wrong go to `problem`."""
        self.problem = ""
        try:
            return settings.read(self._config) if self._config else _DEFAULT
        except settings.ConfigError as error:
            self.problem = str(error)
            return _DEFAULT

    def _settings_again(self) -> str:
        """Settings may change while the daemon lives."""
        self.settings = self._settings()
        self.directories.apply(self.settings)
        return repr(self.settings)

    def note_settings(self) -> None:
        """Whoever is reading now depends on the settings."""
        self.read_tracker.record_read("settings", repr(self.settings), self._settings_again)

    @cached_property
    def objects(self) -> ObjectFiles:
        """What was read of objects."""
        from .object_files import ObjectFiles  # noqa: PLC0415  # a run that finds nothing changed reads none

        return ObjectFiles()

    def clear_caches(self) -> None:
        """Forget which stubs there are and what is in them: some were written."""
        self.read_tracker.clear_caches()

    def object_digest(self, path: str) -> str:
        """The digest of the object at the absolute *path*, whatever is there."""
        return self.disk_cache.digest(
            _OBJECT, path, lambda path: self.objects.contents(path).digest
        )

    def recorded(self) -> list[str]:
        """The absolute path of every object that this run or an earlier one has asked for."""
        return self.disk_cache.paths(_OBJECT)

    def digest(self) -> str:
        """A text that changes with the settings, every object and every stub that was ever read."""
        stubs = self.stub_files.all()
        objects = {stub.object_path for stub in stubs}.union(self.recorded())
        state: list[object] = [self.settings]
        state += [[path, self.object_digest(path)] for path in sorted(objects)]
        state += [[stub.path, self.stub_files.digest(stub)] for stub in stubs]
        return hashlib.sha256(repr(state).encode()).hexdigest()


_DEFAULT = settings.Settings()
