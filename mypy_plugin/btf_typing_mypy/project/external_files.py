"""The files that the plugin reads and that mypy does not track: settings, objects and stubs."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from mypy.errors import CompileError
from mypy.options import Options

import btf_typing
from btf_typing import mypy_support

from . import settings
from .directories import Directories
from .disk_cache import DiskCache
from .read_tracker import ReadTracker
from .stub_files import StubFiles

if TYPE_CHECKING:
    from btf_typing_mypy.compat import Modules

    from .object_files import ObjectFiles
    from .unread_objects import UnreadObjects

_OBJECT = "object"
_LIVE_MODULE = "live module"


class ExternalFiles:
    """The external files of one project, and their digests.

    If nothing has changed since the last run, the plugin needs only these digests. If something has
    changed, `Project` also uses the contents of the files.

    Args:
        options: mypy's options.
        modules: returns every module that mypy has loaded, by name.

    Attributes:
        problem: the error message if the settings are wrong; else empty. mypy then checks nothing.
        settings: the current settings; if they are wrong, the last valid ones.
        directories: where the files are.
        read_tracker: records which source file depends on which external file.
        disk_cache: digests and results of earlier runs.
        stub_files: the stubs.
    """

    def __init__(self, options: Options, modules: Modules) -> None:
        self.problem = ""
        self._reported_digest = ""
        self._config = options.config_file
        try:
            self.settings = self._read_settings()
        except settings.ConfigError as error:
            self.problem = str(error)
            self.settings = _DEFAULT
        self.directories = Directories(options, self.settings)
        # In the daemon, `ReadTracker` changes the daemon's file watcher. But ``dmypy run`` also
        # creates plugins that check nothing: it only reads their versions. The tracker of such a
        # plugin must leave the watcher alone. It does so because the plugin's options do not set
        # ``fine_grained_incremental``.
        self.read_tracker = ReadTracker(
            daemon=options.fine_grained_incremental, most_outdated=self._most_outdated
        )
        self.disk_cache = DiskCache(options, self.read_tracker)
        self.stub_files = StubFiles(self.directories, self.disk_cache, self.read_tracker, modules)

    def _read_settings(self) -> settings.Settings:
        return settings.read(self._config) if self._config else _DEFAULT

    def _reload_settings(self) -> str:
        """Read the settings, which may change while the daemon runs, and return a digest."""
        try:
            self.settings = self._read_settings()
            self.directories.apply(self.settings)
            self.problem = ""
        except settings.ConfigError as error:
            self.problem = str(error)
        return self._settings_digest()

    def _settings_digest(self) -> str:
        return repr(self.settings) + self.problem

    def depend_on_settings(self) -> None:
        """Record that the file that mypy is checking depends on the settings."""
        digest = self._settings_digest()
        self.read_tracker.record_read("settings", digest, self._reload_settings)

    def stop_daemon_update(self, module: str) -> NoReturn:
        """Report wrong settings in the daemon as if *module* had a syntax error.

        The daemon then shows only this error, as a cold run does. It checks *module* again once the
        settings have changed.

        Raises:
            CompileError: always.
        """
        self.depend_on_settings()
        self._reported_digest = self._settings_digest()
        raise CompileError([self.problem], module_with_blocker=module)

    def _most_outdated(self) -> int | None:
        """Return how many outdated files the daemon may check again; None means all of them.

        If the settings are wrong, one file is enough to report it. The daemon would keep all others
        in a list that it never clears, and check them twice once the settings are right.
        """
        if not self.problem:
            self._reported_digest = ""
            return None
        return 0 if self._reported_digest == self._settings_digest() else 1

    @cached_property
    def object_files(self) -> ObjectFiles:
        """The contents of objects."""
        from .object_files import ObjectFiles  # noqa: PLC0415  # unused if nothing has changed

        return ObjectFiles()

    @cached_property
    def unread_objects(self) -> UnreadObjects:
        """The objects that the plugin need not read."""
        from .unread_objects import UnreadObjects  # noqa: PLC0415  # as above

        return UnreadObjects(self.stub_files)

    def clear_caches(self) -> None:
        """Forget the digests and look-ups of this run. Call this after writing stubs."""
        self.read_tracker.clear_caches()

    def object_digest(self, path: str) -> str:
        """Return a digest of the object at the absolute *path*, even if it is unreadable."""

        def compute(path: str) -> str:
            unread = self.unread_objects.get(path)
            return unread.digest if unread else self.object_files.contents(path).digest

        return self.disk_cache.digest(_OBJECT, path, compute)

    def live_module_digest(self, stub_path: str) -> str:
        """Return a digest of the module beside a stub; empty if there is none.

        ``btf-stubs --live`` writes this module. It names the base BTF of the object. mypy reads
        only the stub, so it does not notice when the module changes.
        """
        return self.disk_cache.digest(_LIVE_MODULE, stub_path.removesuffix("i"), _digest_of)

    def known_objects(self) -> list[str]:
        """List the absolute path of every object that this run or an earlier one looked for."""
        return self.disk_cache.paths(_OBJECT)

    def digest(self) -> str:
        """Return a digest of the settings and of every object and stub of the project."""
        stubs = self.stub_files.all()
        objects = {stub.object_path for stub in stubs}.union(self.known_objects())
        state: list[object] = [self.settings]
        state += [[path, self.object_digest(path)] for path in sorted(objects)]
        state += [[stub.path, self.stub_files.digest(stub)] for stub in stubs]
        state += self.stub_files.objects_beside()
        return hashlib.sha256(repr(state).encode()).hexdigest()


_DEFAULT = settings.Settings()


def _digest_of(path: str) -> str:
    """Return a digest of the file *path*; empty if it cannot be read."""
    try:
        return hashlib.sha256(mypy_support.read_regular(path)).hexdigest()
    except (btf_typing.BtfError, OSError):
        return ""
