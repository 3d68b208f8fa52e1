"""The plugin class. mypy creates one for each run.

Its methods ``get_…_hook`` answer mypy's questions about types, see ``hook_tables.py``. Two more
methods, ``get_additional_deps`` and ``report_config_data``, concern mypy's cache and not types, see
``project/dependencies.py``.

If no file has changed since the last run, mypy asks only about its cache. So this module imports
the tables on demand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mypy.errors import CompileError
from mypy.plugin import Plugin

from . import mypy_processes
from .project.dependencies import Dependencies
from .project.external_files import ExternalFiles

if TYPE_CHECKING:
    from mypy.nodes import MypyFile
    from mypy.options import Options
    from mypy.plugin import (
        AnalyzeTypeContext,
        AttributeContext,
        ClassDefContext,
        FunctionContext,
        MethodContext,
        MethodSigContext,
        ReportConfigContext,
    )
    from mypy.types import FunctionLike, Type

    from .hook_tables import HookTables
    from .project.object_types import Project


class BtfTyping(Plugin):
    """The plugin.

    mypy calls ``get_…_hook`` for nearly every name that it checks. So each of them is a property
    that returns the look-up method of a dictionary, and most of mypy's calls run no Python code.

    Args:
        options: mypy's options.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._loaded: Mapping[str, MypyFile] = {}
        self._files = ExternalFiles(options, lambda: self._loaded)
        package: Any = sys.modules[__package__]
        # ``dmypy run`` creates the plugin again. If ``__version__`` differs, dmypy restarts the
        # daemon. ``__version__`` contains the error message for a wrong setting. So a wrong setting
        # restarts the daemon, and the new daemon reports the setting. If the old daemon reported
        # it, that daemon would end with a traceback.
        package.__version__ = self._files.disk_cache.code_digest + self._files.problem
        fine_grained = options.fine_grained_incremental or options.cache_fine_grained
        self._dependencies = Dependencies(self._files, daemon=fine_grained)
        if self._files.settings.sync and not mypy_processes.in_worker():
            from .project.stub_sync import sync_stubs  # noqa: PLC0415  # slow, and rarely needed

            sync_stubs(self._project)

    @cached_property
    def _project(self) -> Project:
        """The contents of the project's objects and stubs."""
        from .project.object_types import Project  # noqa: PLC0415  # unused if nothing is checked

        return Project(self._files)

    @cached_property
    def _hook_tables(self) -> HookTables:
        from .hook_tables import HookTables  # noqa: PLC0415  # unused if nothing is checked

        return HookTables(self._project, lambda: self._loaded, self.options)

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """Receive the modules that mypy has loaded.

        This method also reports an error in the settings. If `__init__` reported it, mypy would end
        with a traceback.

        Raises:
            CompileError: a setting of the plugin is wrong.
        """
        super().set_modules(modules)
        self._loaded = modules
        if self._files.problem:
            raise CompileError([self._files.problem])

    @cached_property
    def get_function_hook(self) -> Callable[[str], Callable[[FunctionContext], Type] | None]:
        """Look up the hook for calls of a function."""
        return self._hook_tables.function()

    @cached_property
    def get_method_hook(self) -> Callable[[str], Callable[[MethodContext], Type] | None]:
        """Look up the hook for calls of a method."""
        return self._hook_tables.method()

    @cached_property
    def get_method_signature_hook(
        self,
    ) -> Callable[[str], Callable[[MethodSigContext], FunctionLike] | None]:
        """Look up the hook that changes the signature of a method before mypy checks a call."""
        return self._hook_tables.method_signature()

    @cached_property
    def get_attribute_hook(self) -> Callable[[str], Callable[[AttributeContext], Type] | None]:
        """Look up the hook for an attribute."""
        return self._hook_tables.attribute()

    @cached_property
    def get_class_attribute_hook(
        self,
    ) -> Callable[[str], Callable[[AttributeContext], Type] | None]:
        """Look up the hook for an attribute of a class, such as ``Event.pid``."""
        return self.get_attribute_hook

    @cached_property
    def get_type_analyze_hook(self) -> Callable[[str], Callable[[AnalyzeTypeContext], Type] | None]:
        """Look up the hook for a name in an annotation."""
        return self._hook_tables.annotation()

    @cached_property
    def get_base_class_hook(self) -> Callable[[str], Callable[[ClassDefContext], None] | None]:
        """Look up the hook for a class by the full name of one of its bases."""
        return self._hook_tables.base_class()

    @cached_property
    def get_additional_deps(self) -> Callable[[MypyFile], list[tuple[int, str, int]]]:
        """List the stubs that mypy must load for a file."""
        return self._dependencies.additional_deps

    @cached_property
    def report_config_data(self) -> Callable[[ReportConfigContext], object]:
        """Return data for the cache of a module. If the data changes, mypy rechecks the module."""
        return self._dependencies.config_data
