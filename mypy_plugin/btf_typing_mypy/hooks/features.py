"""Which hook answers for which name. What the hooks do is in the other modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from mypy.plugin import ClassDefContext, FunctionContext, MethodContext
from mypy.types import Type

from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.handwritten.bases import Bases
from btf_typing_mypy.project.project import Project
from btf_typing_mypy.source.origins import Origins

from .annotations import Annotations
from .load import Load
from .lookups import Lookups

if TYPE_CHECKING:
    from .maps_and_sections import MapsAndSections
    from .validate import Validation


class Features:
    """The hooks of one run.

    Args:
        project: knows the objects and the stubs.
        modules: every module that mypy has loaded, by name.

    Attributes:
        functions: by full name.
        methods: by full name.
        method_names: the last parts of those.
        annotations: for types.
        bases: which classes `class_defined` is for.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        self._project = project
        self._modules = modules
        self._lookups = Lookups(project, modules)
        self._origins = Origins(project, modules)
        self.annotations = Annotations(project, self._origins, modules)
        self.bases = Bases(modules)
        load = Load(project, modules)
        self.functions: dict[str, Callable[[FunctionContext], Type]] = {
            fullnames.LOAD: load.load,
            fullnames.FROM_FILE: load.load,
            fullnames.FROM_KERNEL: load.from_kernel,
        }
        self.methods: dict[str, Callable[[MethodContext], Type]] = {
            fullnames.FROM_FILE: load.load,
            fullnames.FROM_KERNEL: load.from_kernel,
            fullnames.VALIDATE: self._decorator,
            fullnames.VALIDATE_STRUCT: self._call,
            **dict.fromkeys(fullnames.CATALOGUE_ITEMS, self._item),
        }
        for fullname, keyword in fullnames.LOOKUPS.items():
            self.methods[fullname] = partial(self._lookups.find, keyword=keyword)
        self.method_names = frozenset(name.rpartition(".")[2] for name in self.methods)

    def class_defined(self, ctx: ClassDefContext) -> None:
        """A class of those that `bases` tells is defined; see `Validation`."""
        self._validation.class_defined(ctx)

    def _decorator(self, ctx: MethodContext) -> Type:
        return self._validation.decorator(ctx)

    def _call(self, ctx: MethodContext) -> Type:
        return self._validation.call(ctx)

    def _item(self, ctx: MethodContext) -> Type:
        return self._catalogues.item(ctx)

    # Most projects validate no class, and many ask for no map: who does imports what does it.

    @cached_property
    def _validation(self) -> Validation:
        from .validate import Validation  # noqa: PLC0415

        return Validation(self._project, self._origins, self._lookups)

    @cached_property
    def _catalogues(self) -> MapsAndSections:
        from .maps_and_sections import MapsAndSections  # noqa: PLC0415

        return MapsAndSections(self._project, self._lookups, self._modules)
