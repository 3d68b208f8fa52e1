"""Dispatch: which hook answers for which name. What the hooks do is in the other modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

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

from . import compat, dependencies, names
from .annotations import Annotations
from .identity import Identity
from .lookups import Lookups
from .origins import Origins
from .project import Project
from .validation import Validation


class BtfTyping(Plugin):
    """The plugin.

    Args:
        options: mypy's.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._project = Project(options)
        self._inputs = dependencies.Inputs(self._project)
        modules = partial(compat.modules_of, self)
        identity = Identity(self._project, modules)
        lookups = Lookups(self._project, modules)
        origins = Origins(self._project, modules)
        self._annotations = Annotations(self._project, origins, modules)
        self._validation = Validation(self._project, origins, lookups, modules)
        self._functions: dict[str, Callable[[FunctionContext], Type]] = {
            names.LOAD: identity.load,
            names.FROM_FILE: identity.load,
            names.FROM_KERNEL: identity.from_kernel,
        }
        self._methods: dict[str, Callable[[MethodContext], Type]] = {
            names.FROM_FILE: identity.load,
            names.FROM_KERNEL: identity.from_kernel,
        }
        for fullname, keyword in names.LOOKUPS.items():
            self._methods[fullname] = partial(lookups.find, keyword=keyword)
        self._methods[names.VALIDATE] = self._validation.decorator
        self._methods[names.VALIDATE_STRUCT] = self._validation.call

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """``load`` and its like."""
        return self._functions.get(fullname)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        """Methods of ``Btf``."""
        return self._methods.get(fullname)

    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """Variables that hold a class of ours, as annotations."""
        return self._annotations.hook(fullname)

    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Classes that are written by hand."""
        return self._validation.class_defined if self._validation.describes(fullname) else None

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """The stubs, for a module that imports btf_typing."""
        return self._inputs.additional(file)

    def report_config_data(self, ctx: ReportConfigContext) -> Any:
        """What the results of a module depend on besides sources."""
        return self._inputs.data(ctx.id, ctx.path)
