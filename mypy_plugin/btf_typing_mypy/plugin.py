"""Dispatch: what mypy asks the plugin for, and which module answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from mypy.errors import CompileError
from mypy.nodes import Context, MypyFile
from mypy.options import Options
from mypy.plugin import (
    AnalyzeTypeContext,
    CheckerPluginInterface,
    ClassDefContext,
    FunctionContext,
    MethodContext,
    Plugin,
    ReportConfigContext,
    SemanticAnalyzerPluginInterface,
    TypeAnalyzerPluginInterface,
)
from mypy.types import AnyType, Type, TypeOfAny

from . import compat, error_codes, fullnames
from .ignored_names import IgnoredNames
from .project.dependencies import Dependencies
from .project.external_files import ExternalFiles

if TYPE_CHECKING:
    from .hooks.features import Features
    from .project.project import Project

_Hook = TypeVar("_Hook")
_Call = TypeVar("_Call", FunctionContext, MethodContext)
_Api: TypeAlias = (
    CheckerPluginInterface | SemanticAnalyzerPluginInterface | TypeAnalyzerPluginInterface
)


class BtfTyping(Plugin):
    """The plugin.

    What mypy asks for by name are properties that hold `IgnoredNames`, not methods.

    Args:
        options: mypy's.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._trees: Mapping[str, MypyFile] = {}
        self._files = ExternalFiles(options)
        fine_grained = options.fine_grained_incremental or options.cache_fine_grained
        self._dependencies = Dependencies(self._files, daemon=fine_grained)
        if self._files.settings.sync and not compat.in_worker():
            from .project.stub_sync import sync_stubs  # noqa: PLC0415  # slow to import, and seldom needed

            sync_stubs(self._project)

    @cached_property
    def _project(self) -> Project:
        """What is in the files, once that matters."""
        from .project.project import Project  # noqa: PLC0415  # a run with nothing to check needs none

        return Project(self._files)

    @cached_property
    def _hooks(self) -> Features:
        """What answers once there is something to check."""
        from .hooks.features import Features  # noqa: PLC0415  # a run with nothing to check needs none

        return Features(self._project, lambda: self._trees)

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
        return {fullname: self._call(found) for fullname, found in functions.items()}.get

    @cached_property
    def get_method_hook(self) -> Callable[[str], Callable[[MethodContext], Type] | None]:
        """Methods of ``Btf``, of what derives from it, and of maps and sections."""
        methods, method_names = self._hooks.methods, self._hooks.method_names

        def never(fullname: str) -> bool:
            class_, _, name = fullname.rpartition(".")
            return name not in method_names or compat.is_in_typeshed(self._trees, class_)

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

        return self._answers(never, answer)

    @cached_property
    def get_type_analyze_hook(self) -> Callable[[str], Callable[[AnalyzeTypeContext], Type] | None]:
        """Variables that hold a class of ours, as annotations."""
        annotations = self._hooks.annotations

        def answer(fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
            found = annotations.hook(fullname)
            if found is None:
                return None

            def hook(ctx: AnalyzeTypeContext) -> Type:
                tree = compat.annotation_analyzer(ctx.api).cur_mod_node
                type_: Type = AnyType(TypeOfAny.from_error)
                with self._working(tree, ctx.api, ctx.context):
                    type_ = found(ctx)
                return type_  # noqa: RET504  # or what it was, after a failure

            return hook

        return self._answers(annotations.never, answer)

    @cached_property
    def get_base_class_hook(self) -> Callable[[str], Callable[[ClassDefContext], None] | None]:
        """Classes that are written by hand."""
        hooks = self._hooks

        def hook(ctx: ClassDefContext) -> None:
            tree = compat.class_analyzer(ctx.api).cur_mod_node
            if not tree.is_stub and not fullnames.is_ours(tree.fullname):
                with self._working(tree, ctx.api, ctx.cls):
                    hooks.class_defined(ctx)

        def answer(fullname: str) -> Callable[[ClassDefContext], None] | None:
            return hook if hooks.bases.describes(fullname) else None

        return self._answers(hooks.bases.never, answer)

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """The stubs, for a module that imports btf_typing."""
        return self._dependencies.additional_deps(file)

    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """What the results of a module depend on besides sources."""
        return self._dependencies.config_data(ctx)

    def _answers(
        self, never: Callable[[str], bool], answer: Callable[[str], _Hook | None]
    ) -> Callable[[str], _Hook | None]:
        answers = IgnoredNames(never, answer)
        lasting = self._files.read_tracker.clear_before_rescan(answers.clear)
        return answers.__getitem__ if lasting else answer

    def _call(self, callback: Callable[[_Call], Type]) -> Callable[[_Call], Type]:
        """*callback*, for the module that is checked."""

        def hook(ctx: _Call) -> Type:
            type_ = ctx.default_return_type
            with self._working(compat.tree_of(ctx.api), ctx.api, ctx.context):
                type_ = callback(ctx)
            return type_  # noqa: RET504  # or what it was, after a failure

        return hook

    @contextmanager
    def _working(self, tree: MypyFile, api: _Api, context: Context) -> Iterator[None]:
        """What is done inside is for the module *tree*, and a bug in it is not mypy's undoing."""
        with self._files.read_tracker.checking(tree.path):
            try:
                yield
            except CompileError:
                raise
            except Exception as error:
                if self.options.show_traceback:
                    raise
                what = f"btf_typing_mypy failed here, please report it: {error!r}"
                api.fail(what, context, code=error_codes.BTF_STUB)
