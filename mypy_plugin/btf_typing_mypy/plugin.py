"""Dispatch: which hook answers for which name. What the hooks do is in the other modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from mypy.errors import CompileError
from mypy.nodes import MypyFile
from mypy.options import Options
from mypy.plugin import (
    AnalyzeTypeContext,
    ClassDefContext,
    FunctionContext,
    MethodContext,
    Plugin,
    ReportConfigContext,
)
from mypy.types import Type

from . import codes, compat, names
from .annotations import Annotations
from .catalogues import Catalogues
from .dependencies import Inputs
from .identity import Identity
from .lookups import Lookups
from .origins import Origins
from .project import Project
from .sync import sync
from .validation import Validation

_Call = TypeVar("_Call", FunctionContext, MethodContext)


class BtfTyping(Plugin):
    """The plugin.

    Args:
        options: mypy's.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        project = self._project = Project(options)
        if project.settings.sync and not compat.in_worker():
            sync(project)
        modules = partial(compat.modules_of, self)
        identity = Identity(project, modules)
        lookups = Lookups(project, modules)
        origins = Origins(project, modules)
        self._inputs = Inputs(project)
        self._annotations = Annotations(project, origins, modules)
        self._validation = Validation(project, origins, lookups, modules)
        self._functions: dict[str, Callable[[FunctionContext], Type]] = {
            names.LOAD: identity.load,
            names.FROM_FILE: identity.load,
            names.FROM_KERNEL: identity.from_kernel,
        }
        self._methods: dict[str, Callable[[MethodContext], Type]] = {
            names.FROM_FILE: identity.load,
            names.FROM_KERNEL: identity.from_kernel,
            names.VALIDATE: self._validation.decorator,
            names.VALIDATE_STRUCT: self._validation.call,
        }
        for fullname, keyword in names.LOOKUPS.items():
            self._methods[fullname] = partial(lookups.find, keyword=keyword)
        catalogues = Catalogues(project, lookups, modules)
        self._methods |= dict.fromkeys(names.CATALOGUE_ITEMS, catalogues.item)
        self._method_names = {fullname.rpartition(".")[2] for fullname in self._methods}

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """The modules are there: the first moment at which mypy takes a complaint as such."""
        super().set_modules(modules)
        if self._project.problem:
            raise CompileError([self._project.problem])

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """``load`` and its like."""
        found = self._functions.get(fullname)
        return self._call(found) if found else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Methods of ``Btf``, of what derives from it, and of maps and sections."""
        class_, _, name = fullname.rpartition(".")
        if name not in self._method_names:
            return None
        for base in compat.bases_of(self, class_):
            found = self._methods.get(f"{base}.{name}")
            if found:
                return self._call(found)
        return None

    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """Variables that hold a class of ours, as annotations."""
        found = self._annotations.hook(fullname)
        if found is None:
            return None

        def hook(ctx: AnalyzeTypeContext) -> Type:
            with self._project.readers.reading(compat.semantic_analyzer(ctx.api).cur_mod_node.path):
                return found(ctx)

        return hook

    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Classes that are written by hand."""
        if not self._validation.describes(fullname):
            return None

        def hook(ctx: ClassDefContext) -> None:
            with self._project.readers.reading(compat.analyzer_of(ctx.api).cur_mod_node.path):
                self._validation.class_defined(ctx)

        return hook

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """The stubs, for a module that imports btf_typing."""
        return self._inputs.additional(file)

    def report_config_data(self, ctx: ReportConfigContext) -> Any:
        """What the results of a module depend on besides sources."""
        return self._inputs.data(ctx.id, ctx.path)

    def _call(self, callback: Callable[[_Call], Type]) -> Callable[[_Call], Type]:
        """*callback*, for the module that is checked, and never mypy's undoing."""

        def hook(ctx: _Call) -> Type:
            with self._project.readers.reading(compat.tree_of(ctx.api).path):
                try:
                    return callback(ctx)
                except Exception as error:
                    if self.options.show_traceback:
                        raise
                    what = f"btf_typing_mypy failed here, please report it: {error!r}"
                    ctx.api.fail(what, ctx.context, code=codes.BTF_STUB)
                    return ctx.default_return_type

        return hook
