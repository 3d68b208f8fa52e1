"""The dependencies of a module on stubs, objects and settings, for mypy's cache.

mypy asks the plugin two questions:

- ``get_additional_deps``: which modules does this file need without importing them? The answer is
  the stubs.
- ``report_config_data``: what makes the cached result of a module invalid, other than its source?
  The answer is a digest, which changes when an object, a stub or a setting changes.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

from mypy.nodes import Import, ImportAll, ImportFrom, MypyFile
from mypy.plugin import ReportConfigContext

from btf_typing_mypy import compat, fullnames

from .external_files import ExternalFiles

_IDENTITY_MODULES = (fullnames.BTF_MODULE, fullnames.OBJECT_MODULE)


class Dependencies:
    """Answers both questions for the modules of one run.

    Args:
        files: files of the project that mypy does not know.
        daemon: True in the daemon, and in a run that writes a cache for the daemon.
    """

    def __init__(self, files: ExternalFiles, *, daemon: bool) -> None:
        self._files = files
        self._daemon = daemon

    @cached_property
    def _digest(self) -> str:
        """Digest of all objects, stubs and settings when mypy started.

        Computed once: a file that changes during a run must look changed to the next run.
        """
        return self._files.digest()

    @cached_property
    def _first_stub_modules(self) -> str:
        """Digest of the stubs' names when mypy started; short, because mypy compares it often."""
        return hashlib.sha256(repr(self._files.stub_files.modules()).encode()).hexdigest()

    def config_data(self, ctx: ReportConfigContext) -> object:
        """Return data for a module's cache entry; if it changes, mypy checks the module again.

        The two modules that define ``Btf`` and ``BpfObject`` have the digest of all objects,
        stubs and settings as their data. If it changes, mypy checks these two modules again. mypy
        also counts the data as part of their interface. So it checks every module again that uses
        one of the two classes in its types.
        """
        if ctx.id in _IDENTITY_MODULES:
            return self._digest
        if fullnames.TYPESHED in ctx.path:
            return None
        if ctx.path.endswith(".pyi"):
            # The error about an outdated stub appears only when mypy analyzes the stub again.
            object_path = self._files.stub_files.object_path(ctx.path)
            if object_path:
                return [self._first_stub_modules, self._files.object_digest(object_path)]
        # When a stub is new, mypy must call `additional_deps` again for the modules that need it.
        return self._first_stub_modules

    def additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Return the stubs that mypy must load for *file*, if it imports btf_typing.

        Outside the daemon, such a file depends on the first stub only, and the first stub depends
        on all others. If every file depended on every stub, then with twenty stubs and many files
        mypy would spend more time on these dependencies than on the files.

        In the daemon, every such file does depend on every stub. The daemon follows changes from
        file to file. Suppose that another module of the same name hides a stub for a while. When
        that module is gone, the daemon finds the stub again only through these dependencies.

        Returns:
            (priority, module, line) of each dependency, as mypy expects them.
        """
        if fullnames.TYPESHED in file.path:
            return []  # saves time: most files are from typeshed, and none of them needs a stub
        self._files.read_tracker.forget_reads(file.path)
        is_first = not self._daemon and file.fullname in self._files.stub_files.modules()[:1]
        if not is_first and not _needs_stubs(file):
            return []
        with self._files.read_tracker.checking(file.path):
            modules = self._files.stub_files.modules()
            if self._daemon:
                needed = modules
            elif is_first:
                needed = modules[1:]
            else:
                needed = [] if self._files.stub_files.has(file.path) else modules[:1]
        return [(compat.DEPENDENCY_PRIORITY, module, -1) for module in needed]


def _needs_stubs(file: MypyFile) -> bool:
    return not fullnames.is_ours(file.fullname) and any(map(imports_btf_typing, file.imports))


def imports_btf_typing(statement: object) -> bool:
    """Whether *statement* imports btf_typing or one of its modules."""
    match statement:
        case Import():
            modules = [name for name, _ in statement.ids]
        case ImportFrom() | ImportAll():
            modules = [statement.id]
        case _:
            return False
    return any(map(fullnames.is_ours, modules))
