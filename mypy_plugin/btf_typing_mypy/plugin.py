"""Dispatch: what mypy asks the plugin for, and which module answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

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
from .dependencies import Inputs
from .project import Project

if TYPE_CHECKING:
    from .hooks import Hooks

_Call = TypeVar("_Call", FunctionContext, MethodContext)


class BtfTyping(Plugin):
    """The plugin.

    Args:
        options: mypy's.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._trees: Mapping[str, MypyFile] = {}
        self._of_library: set[str] = set()
        self._project = Project(options)
        self._inputs = Inputs(self._project)
        if self._project.settings.sync and not compat.in_worker():
            from .sync import sync  # noqa: PLC0415  # slow to import, and seldom needed

            sync(self._project)

    @cached_property
    def _hooks(self) -> Hooks:
        """What answers once there is something to check."""
        from .hooks import Hooks  # noqa: PLC0415  # a run with nothing to check needs none

        return Hooks(self._project, lambda: self._trees)

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """The modules are there: the first moment at which mypy takes a complaint as such."""
        super().set_modules(modules)
        self._trees = modules
        if self._project.problem:
            raise CompileError([self._project.problem])

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """``load`` and its like."""
        found = self._hooks.functions.get(fullname)
        return self._call(found) if found else None

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Methods of ``Btf``, of what derives from it, and of maps and sections."""
        class_, _, name = fullname.rpartition(".")
        if name not in self._hooks.method_names:
            return None
        for base in compat.bases_of(self._trees, class_):
            found = self._hooks.methods.get(f"{base}.{name}")
            if found:
                return self._call(found)
        return None

    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """Variables that hold a class of ours, as annotations."""
        # mypy asks for each name in each annotation, most of them in the library's stubs.
        if fullname in self._of_library:
            return None
        tree = self._trees.get(fullname.rpartition(".")[0])
        if tree and tree.is_stub:
            if names.TYPESHED in tree.path:
                self._of_library.add(fullname)
            return None
        found = self._hooks.annotations.hook(fullname)
        if found is None:
            return None

        def hook(ctx: AnalyzeTypeContext) -> Type:
            with self._project.readers.reading(compat.semantic_analyzer(ctx.api).cur_mod_node.path):
                return found(ctx)

        return hook

    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Classes that are written by hand."""
        validation = self._hooks.validation
        if not validation.describes(fullname):
            return None

        def hook(ctx: ClassDefContext) -> None:
            with self._project.readers.reading(compat.analyzer_of(ctx.api).cur_mod_node.path):
                validation.class_defined(ctx)

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
