"""Dispatch: what mypy asks the plugin for, and which module answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

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
from .answers import Answers
from .dependencies import Inputs
from .files import Files

if TYPE_CHECKING:
    from .hooks import Hooks
    from .project import Project

_Hook = TypeVar("_Hook")
_Call = TypeVar("_Call", FunctionContext, MethodContext)


class BtfTyping(Plugin):
    """The plugin.

    What mypy asks for by name are properties that hold `Answers`, not methods.

    Args:
        options: mypy's.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._trees: Mapping[str, MypyFile] = {}
        self._files = Files(options)
        fine_grained = options.fine_grained_incremental or options.cache_fine_grained
        self._inputs = Inputs(self._files, daemon=fine_grained)
        if self._files.settings.sync and not compat.in_worker():
            from .sync import sync  # noqa: PLC0415  # slow to import, and seldom needed

            sync(self._project)

    @cached_property
    def _project(self) -> Project:
        """What is in the files, once that matters."""
        from .project import Project  # noqa: PLC0415  # a run with nothing to check needs none

        return Project(self._files)

    @cached_property
    def _hooks(self) -> Hooks:
        """What answers once there is something to check."""
        from .hooks import Hooks  # noqa: PLC0415  # a run with nothing to check needs none

        return Hooks(self._project, lambda: self._trees)

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """The modules are there: the first moment at which mypy takes a complaint as such."""
        super().set_modules(modules)
        self._trees = modules
        if self._files.problem:
            raise CompileError([self._files.problem])

    @cached_property
    def get_function_hook(self) -> Callable[[str], Callable[[FunctionContext], Type] | None]:
        """``load`` and its like."""
        functions = self._hooks.functions

        def answer(fullname: str) -> Callable[[FunctionContext], Type]:
            return self._call(functions[fullname])

        return self._answers(lambda fullname: fullname not in functions, answer)

    @cached_property
    def get_method_hook(self) -> Callable[[str], Callable[[MethodContext], Type] | None]:
        """Methods of ``Btf``, of what derives from it, and of maps and sections."""
        methods, method_names = self._hooks.methods, self._hooks.method_names

        def answer(fullname: str) -> Callable[[MethodContext], Type] | None:
            found = methods.get(fullname)
            if found:
                return self._call(found)
            class_, _, name = fullname.rpartition(".")
            for base in compat.bases_of(self._trees, class_):
                found = methods.get(f"{base}.{name}")
                if found:
                    return self._call(found)
            return None

        return self._answers(lambda name: name.rpartition(".")[2] not in method_names, answer)

    @cached_property
    def get_type_analyze_hook(self) -> Callable[[str], Callable[[AnalyzeTypeContext], Type] | None]:
        """Variables that hold a class of ours, as annotations."""
        annotations = self._hooks.annotations

        def answer(fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
            found = annotations.hook(fullname)
            if found is None:
                return None

            def hook(ctx: AnalyzeTypeContext) -> Type:
                with self._reading(compat.semantic_analyzer(ctx.api).cur_mod_node):
                    return found(ctx)

            return hook

        return self._answers(annotations.never, answer)

    @cached_property
    def get_base_class_hook(self) -> Callable[[str], Callable[[ClassDefContext], None] | None]:
        """Classes that are written by hand."""
        hooks = self._hooks

        def hook(ctx: ClassDefContext) -> None:
            tree = compat.analyzer_of(ctx.api).cur_mod_node
            if not tree.is_stub and not names.is_ours(tree.fullname):
                with self._reading(tree):
                    hooks.class_defined(ctx)

        def answer(fullname: str) -> Callable[[ClassDefContext], None] | None:
            return hook if hooks.bases.describes(fullname) else None

        return self._answers(hooks.bases.never, answer)

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """The stubs, for a module that imports btf_typing."""
        return self._inputs.additional(file)

    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """What the results of a module depend on besides sources."""
        return self._inputs.data(ctx)

    def _answers(
        self, never: Callable[[str], bool], answer: Callable[[str], _Hook | None]
    ) -> Callable[[str], _Hook | None]:
        answers = Answers(never, answer)
        lasting = self._files.readers.before_looking(answers.clear)
        return answers.__getitem__ if lasting else answer

    def _reading(self, module: MypyFile) -> AbstractContextManager[None]:
        return self._files.readers.reading(module.path)

    def _call(self, callback: Callable[[_Call], Type]) -> Callable[[_Call], Type]:
        """*callback*, for the module that is checked, and never mypy's undoing."""

        def hook(ctx: _Call) -> Type:
            with self._reading(compat.tree_of(ctx.api)):
                try:
                    return callback(ctx)
                except Exception as error:
                    if self.options.show_traceback:
                        raise
                    what = f"btf_typing_mypy failed here, please report it: {error!r}"
                    ctx.api.fail(what, ctx.context, code=codes.BTF_STUB)
                    return ctx.default_return_type

        return hook
