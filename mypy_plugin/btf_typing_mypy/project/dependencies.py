"""What a module depends on besides Python sources: answers to two questions about mypy's cache.

``get_additional_deps``: which modules does this file need that it does not import? The stubs.
``report_config_data``: when must this module be checked again although its source is the same?
When an object, a stub or a setting has changed.
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
    """Answers for the modules of one run.

    Args:
        files: files of the project that mypy does not know.
        daemon: whether the answers are for the daemon, or for a cache that the daemon will use.
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

        The digest of all objects is the data of the two modules that define ``Btf`` and
        ``BpfObject``. mypy then checks these again and, because their interface depends on this
        data, every module that has one of the two classes in its types.
        """
        if ctx.id in _IDENTITY_MODULES:
            return self._digest
        if fullnames.TYPESHED in ctx.path:
            return None
        if ctx.path.endswith(".pyi"):
            # A stub reports that it is out of date when mypy analyzes it.
            object_path = self._files.stub_files.object_path(ctx.path)
            if object_path:
                return [self._first_stub_modules, self._files.object_digest(object_path)]
        # When a stub is new, mypy must call `additional_deps` again for the modules that need it.
        return self._first_stub_modules

    def additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Return the stubs that mypy must load for *file*, if it imports btf_typing.

        Outside the daemon, such a file depends on the first stub only, and that one on all
        others. With twenty stubs and many files, mypy would otherwise spend more time on these
        dependencies than on the files. The daemon follows changes from file to file and loses a
        stub that was hidden for a while, unless every file depends on every stub.

        Returns:
            (priority, module, line) of each dependency, as mypy expects them.
        """
        if fullnames.TYPESHED in file.path:
            return []  # most files that mypy reads, and none needs a stub
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
    """Whether *statement* imports btf_typing or a module of it."""
    match statement:
        case Import():
            modules = [name for name, _ in statement.ids]
        case ImportFrom() | ImportAll():
            modules = [statement.id]
        case _:
            return False
    return any(map(fullnames.is_ours, modules))
