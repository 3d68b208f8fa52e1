"""The files that the plugin reads and mypy does not: settings, objects, stubs."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from mypy.options import Options

from . import settings
from .cache import Record
from .daemon import Readers
from .paths import Paths
from .stub_files import Listing

if TYPE_CHECKING:
    from .objects import Objects

_OBJECT = "object"


class Files:
    """The files of one project, as one run of mypy finds them.

    That is all that is known of a project in a run that finds nothing changed; what is in the
    files is for `Project`.

    Args:
        options: mypy's.

    Attributes:
        problem: what is wrong with the settings, for mypy to say; empty where nothing is.
        settings: as they are now.
        paths: where things are.
        readers: are told what is read.
        record: what was read.
        listing: which stubs there are.
    """

    def __init__(self, options: Options) -> None:
        self.problem = ""
        self._config = options.config_file
        self.settings = self._settings()
        self.paths = Paths(options, self.settings)
        # ``dmypy run`` also makes plugins just to compare them, from options without this.
        self.readers = Readers(daemon=options.fine_grained_incremental)
        self.record = Record(options, self.readers)
        self.listing = Listing(self.paths, self.record, self.readers)

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
        self.paths.apply(self.settings)
        return repr(self.settings)

    def note_settings(self) -> None:
        """Whoever is reading now depends on the settings."""
        self.readers.note("settings", repr(self.settings), self._settings_again)

    @cached_property
    def objects(self) -> Objects:
        """What was read of objects."""
        from .objects import Objects  # noqa: PLC0415  # a run that finds nothing changed reads none

        return Objects()

    def look_again(self) -> None:
        """Forget which stubs there are and what is in them: some were written."""
        self.readers.look_again()

    def object_digest(self, path: str) -> str:
        """The digest of the object at the absolute *path*, whatever is there."""
        return self.record.digest(_OBJECT, path, lambda path: self.objects.read(path).digest)

    def recorded(self) -> list[str]:
        """The absolute path of every object that this run or an earlier one has asked for."""
        return self.record.paths(_OBJECT)

    def digest(self) -> str:
        """A text that changes with the settings, every object and every stub that was ever read."""
        stubs = self.listing.all()
        objects = {stub.object for stub in stubs}.union(self.recorded())
        state: list[object] = [self.settings]
        state += [[path, self.object_digest(path)] for path in sorted(objects)]
        state += [[stub.path, self.listing.digest(stub)] for stub in stubs]
        return hashlib.sha256(repr(state).encode()).hexdigest()


_DEFAULT = settings.Settings()
