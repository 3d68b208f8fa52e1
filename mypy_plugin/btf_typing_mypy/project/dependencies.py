"""What mypy must know so that its cache is never out of date."""

from __future__ import annotations

import hashlib
from functools import cached_property

from mypy.nodes import Import, ImportAll, ImportFrom, MypyFile
from mypy.plugin import ReportConfigContext

from btf_typing_mypy import compat, fullnames

from .external_files import ExternalFiles

_IDENTITY_MODULES = (fullnames.BTF_MODULE, fullnames.OBJECT_MODULE)


class Dependencies:
    """What modules depend on that is not in their sources.

    Args:
        files: of the project.
        daemon: whether what is told here is for the daemon, now or by way of its cache.
    """

    def __init__(self, files: ExternalFiles, *, daemon: bool) -> None:
        self._files = files
        self._daemon = daemon

    @cached_property
    def _digest(self) -> str:
        """Of all objects and stubs, when mypy started: one that changes meanwhile counts later."""
        return self._files.digest()

    @cached_property
    def _first_stub_modules(self) -> str:
        """The stubs that there were when mypy started; short, since mypy compares it often."""
        return hashlib.sha256(repr(self._files.stub_files.modules()).encode()).hexdigest()

    def config_data(self, ctx: ReportConfigContext) -> object:
        """What a module must be checked again for when it changes.

        Every module whose types mention ``Btf`` or ``BpfObject`` depends on the interface of the
        modules that define these, of which this data is a part.
        """
        if ctx.id in _IDENTITY_MODULES:
            return self._digest
        if fullnames.TYPESHED in ctx.path:
            return None
        # A stub that is new does not join the modules that need it unless these are read again.
        return self._first_stub_modules

    def additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """The stubs that *file* may need: all of them where it imports btf_typing.

        Outside the daemon, the others come through the first, which depends on them: if each module
        depended on twenty stubs, mypy would be busier with that than with what is in the modules.
        The daemon follows changes from file to file, and loses a stub that was hidden for a while
        unless every other stub depends on it too.
        """
        if fullnames.TYPESHED in file.path:
            return []  # the standard library needs none, and is most of what mypy reads
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
    return not fullnames.is_ours(file.fullname) and any(map(_imports_btf_typing, file.imports))


def _imports_btf_typing(statement: object) -> bool:
    match statement:
        case Import():
            modules = [name for name, _ in statement.ids]
        case ImportFrom() | ImportAll():
            modules = [statement.id]
        case _:
            return False
    return any(map(fullnames.is_ours, modules))
