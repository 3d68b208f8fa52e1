"""Which hook answers for which name. What the hooks do is in the other modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mypy.plugin import FunctionContext, MethodContext
from mypy.types import Type

from . import compat, names
from .annotations import Annotations
from .catalogues import Catalogues
from .identity import Identity
from .lookups import Lookups
from .origins import Origins
from .project import Project
from .validation import Validation


class Hooks:
    """The hooks of one run.

    Args:
        project: knows the objects and the stubs.
        modules: every module that mypy has loaded, by name.

    Attributes:
        functions: by full name.
        methods: by full name.
        method_names: the last parts of those.
        annotations: for types.
        validation: for classes.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        identity = Identity(project, modules)
        lookups = Lookups(project, modules)
        origins = Origins(project, modules)
        catalogues = Catalogues(project, lookups, modules)
        self.annotations = Annotations(project, origins, modules)
        self.validation = Validation(project, origins, lookups, modules)
        self.functions: dict[str, Callable[[FunctionContext], Type]] = {
            names.LOAD: identity.load,
            names.FROM_FILE: identity.load,
            names.FROM_KERNEL: identity.from_kernel,
        }
        self.methods: dict[str, Callable[[MethodContext], Type]] = {
            names.FROM_FILE: identity.load,
            names.FROM_KERNEL: identity.from_kernel,
            names.VALIDATE: self.validation.decorator,
            names.VALIDATE_STRUCT: self.validation.call,
            **dict.fromkeys(names.CATALOGUE_ITEMS, catalogues.item),
        }
        for fullname, keyword in names.LOOKUPS.items():
            self.methods[fullname] = partial(lookups.find, keyword=keyword)
        self.method_names = frozenset(name.rpartition(".")[2] for name in self.methods)
