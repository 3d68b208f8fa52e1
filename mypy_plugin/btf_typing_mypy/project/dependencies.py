"""The dependencies of a module on stubs, objects and settings, for mypy's cache.

mypy asks the plugin two questions:

- ``get_additional_deps``: which modules does this file need without importing them? The answer is
  the stubs.
- ``report_config_data``: what does the cached result of a module depend on, apart from its source?
  The answer is a digest of objects, stubs or settings; see `Dependencies.config_data`.
"""

from __future__ import annotations

import os
from functools import cached_property

from mypy.nodes import Import, ImportAll, ImportFrom, MypyFile
from mypy.plugin import ReportConfigContext

from btf_typing_mypy import fullnames

from .external_files import ExternalFiles

_DEPENDENCY_PRIORITY = 10
"""Priority of an additional dependency, the same as for an ``import`` at the top of a file."""

_IDENTITY_MODULES = (fullnames.BTF_MODULE, fullnames.OBJECT_MODULE)


class Dependencies:
    """Answers mypy's two questions for the modules of one run.

    Args:
        files: files of the project that mypy does not know.
        daemon: True in the daemon, and in a run that writes a cache for the daemon.
    """

    def __init__(self, files: ExternalFiles, *, daemon: bool) -> None:
        self._files = files
        self._daemon = daemon

    @cached_property
    def _digest(self) -> str:
        """Digest of all objects, stubs and settings, as they were when mypy started.

        It is computed only once. If a file changes during this run, the digest stays the same. So
        the next run computes another digest and notices the change.
        """
        return self._files.digest()

    @cached_property
    def _stubs_at_start(self) -> list[str]:
        """The module names of the stubs, as they were when mypy started."""
        return self._files.stub_files.modules()

    def config_data(self, ctx: ReportConfigContext) -> object:
        """Return data for a module's cache entry. If the data changes, mypy rechecks the module.

        For the two modules that define ``Btf`` and ``BpfObject``, the data is the digest of all
        objects, stubs and settings. If the digest changes, mypy checks these two modules again.
        mypy counts the data as part of a module's interface. So it also checks again every module
        that uses one of the two classes in its types.
        """
        if ctx.id in _IDENTITY_MODULES:
            return self._digest
        if fullnames.TYPESHED in ctx.path:
            return None
        stubs = self._stubs_at_start
        is_pyi = ctx.path.endswith(".pyi")
        object_path = self._files.stub_files.object_path(ctx.path) if is_pyi else ""
        # If our code has changed, mypy itself discards its cache. But it does so only for the
        # modules that the first run after the change checks. If the needed stubs have changed, mypy
        # calls `additional_deps` again for the module.
        is_stub = bool(object_path) and self._files.stub_files.has(ctx.path)
        needed = self._needed_stubs(ctx.id, stubs, is_stub=is_stub)
        state = [self._files.disk_cache.code_digest, *needed]
        if not object_path:
            return state
        # If the object changes, mypy must analyze its stub again. Only then can the plugin report
        # that the stub is out of date.
        path = os.path.abspath(ctx.path)  # noqa: PTH100  # mypy has paths as strings
        object_digest = self._files.object_digest(object_path)
        return [state, object_digest, self._files.live_module_digest(path)]

    def additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Return the stubs that mypy must load for *file*, if it imports btf_typing.

        Returns:
            (priority, module, line) of each dependency, as mypy expects them.

        Raises:
            CompileError: the settings have become wrong while the daemon runs.
        """
        if fullnames.TYPESHED in file.path:
            return []  # saves time: most files are from typeshed, and none of them needs a stub
        self._files.read_tracker.forget_reads(file.path)
        if self._files.problem:
            with self._files.read_tracker.checking(file.path):
                self._files.stop_daemon_update(file.fullname)
        # Our own modules must record no read of the stubs, so `checking` begins below. Otherwise,
        # the daemon would check them again for each new stub, and sometimes end with a KeyError.
        stubs = self._files.stub_files.modules()
        is_first = not self._daemon and stubs[:1] == [file.fullname]
        if not is_first and not _needs_stubs(file):
            return []
        with self._files.read_tracker.checking(file.path):
            stubs = self._files.stub_files.modules()
            is_stub = file.is_stub and self._files.stub_files.has(file.path)
            needed = self._needed_stubs(file.fullname, stubs, is_stub=is_stub)
        return [(_DEPENDENCY_PRIORITY, module, -1) for module in needed]

    def _needed_stubs(self, module: str, stubs: list[str], *, is_stub: bool) -> list[str]:
        """List those of *stubs* that mypy must load for *module*, if it imports btf_typing.

        A stub in a package is not in *stubs*. It needs the same stubs as other modules.

        Outside the daemon, such a module depends only on the first stub, and the first stub depends
        on all others. This saves time: with twenty stubs and many files, mypy would otherwise spend
        more time on the dependencies than on the files. It also means that a new stub makes mypy
        check fewer modules again.

        In the daemon, such a module depends on every stub, because the daemon finds changed modules
        through dependencies. For example, you add a module that has the same name as a stub, so
        mypy reads the module instead of the stub. When you delete the module, the daemon finds the
        stub again only if some file depends on the stub.
        """
        if fullnames.is_ours(module):
            return []
        if self._daemon:
            return stubs
        if stubs[:1] == [module]:
            return stubs[1:]
        return [] if is_stub else stubs[:1]


def _needs_stubs(file: MypyFile) -> bool:
    return not fullnames.is_ours(file.fullname) and any(map(imports_btf_typing, file.imports))


def imports_btf_typing(statement: object) -> bool:
    """Whether *statement* imports btf_typing or one of its modules."""
    if isinstance(statement, ImportFrom | ImportAll):
        return fullnames.is_ours(statement.id)
    return isinstance(statement, Import) and any(
        fullnames.is_ours(name) for name, _ in statement.ids
    )
