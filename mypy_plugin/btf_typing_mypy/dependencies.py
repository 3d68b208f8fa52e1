"""What mypy must know so that its cache is never out of date."""

from __future__ import annotations

import hashlib
from functools import cached_property

from mypy.nodes import Import, ImportAll, ImportFrom, MypyFile
from mypy.plugin import ReportConfigContext

from . import compat, names
from .files import Files

_IDENTITY_MODULES = (names.BTF_MODULE, names.OBJECT_MODULE)


class Inputs:
    """What modules depend on that is not in their sources.

    Args:
        files: of the project.
    """

    def __init__(self, files: Files) -> None:
        self._files = files

    @cached_property
    def _digest(self) -> str:
        """Of all objects and stubs, when mypy started: one that changes meanwhile counts later."""
        return self._files.digest()

    def _stub_modules(self) -> list[str]:
        return sorted(stub.module for stub in self._files.listing.all())

    @cached_property
    def _first_stub_modules(self) -> str:
        """The stubs that there were when mypy started; short, since mypy compares it often."""
        return hashlib.sha256(repr(self._stub_modules()).encode()).hexdigest()

    def data(self, ctx: ReportConfigContext) -> object:
        """What a module must be checked again for when it changes.

        Every module whose types mention ``Btf`` or ``BpfObject`` depends on the interface of the
        modules that define these, of which this data is a part.
        """
        if ctx.id in _IDENTITY_MODULES:
            return self._digest
        if names.TYPESHED in ctx.path:
            return None
        # A stub that is new does not join the modules that need it unless these are read again.
        return self._first_stub_modules

    def additional(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """The stubs that *file* may need: all of them where it imports btf_typing."""
        self._files.readers.forget(file.path)
        own = file.fullname.partition(".")[0] == names.PACKAGE
        if own or not any(map(_imports_btf_typing, file.imports)):
            return []
        with self._files.readers.reading(file.path):
            modules = self._stub_modules()
        return [(compat.DEPENDENCY_PRIORITY, module, -1) for module in modules]


def _imports_btf_typing(statement: object) -> bool:
    match statement:
        case Import():
            modules = [name for name, _ in statement.ids]
        case ImportFrom() | ImportAll():
            modules = [statement.id]
        case _:
            return False
    return any(module.partition(".")[0] == names.PACKAGE for module in modules)
