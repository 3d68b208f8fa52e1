"""``ExecEvent = obj.btf.struct("exec_event")`` as an annotation.

To mypy that is a variable, which no annotation may name. The hook is asked for the type of an
annotation before mypy says so, while no type is inferred yet.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import MypyFile, TypeAlias, TypeInfo, Var
from mypy.plugin import AnalyzeTypeContext
from mypy.types import AnyType, Instance, Type, TypeOfAny, TypeType, get_proper_type

from btf_typing_mypy import compat
from btf_typing_mypy.project.project import NameProblemError, Project
from btf_typing_mypy.source.origins import Origin, Origins


class Annotations:
    """The hook for annotations that name a variable.

    Args:
        project: knows the objects and the stubs.
        origins: tells which class a variable holds.
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, origins: Origins, modules: compat.Modules) -> None:
        self._project = project
        self._origins = origins
        self._modules = modules
        self._passing = False

    def never(self, fullname: str) -> bool:
        """Whether *fullname* is no variable of ours, and will be none for as long as it exists."""
        module, _, name = fullname.rpartition(".")
        tree = self._modules().get(module)
        if tree is None:
            return False
        if tree.is_stub:
            return True
        symbol = tree.names.get(name)
        return symbol is not None and isinstance(symbol.node, TypeInfo | TypeAlias)

    def hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """What to call for an annotation that means *fullname*; None where it is no variable."""
        if self._passing:
            return None
        module, _, name = fullname.rpartition(".")
        if not module:
            return self._local
        tree = self._modules().get(module)
        symbol = tree.names.get(name) if tree else None
        node = symbol.node if symbol else None
        if tree is None or not isinstance(node, Var):
            return None
        return lambda ctx: self._analyzed(ctx, tree, node)

    def _local(self, ctx: AnalyzeTypeContext) -> Type:
        """An annotation that names something of the function around it."""
        analyzer = compat.annotation_analyzer(ctx.api)
        symbol = analyzer.lookup_qualified(ctx.type.name, ctx.type, suppress_errors=True)
        if symbol and isinstance(symbol.node, Var):
            return self._analyzed(ctx, analyzer.cur_mod_node, symbol.node)
        return self._passed(ctx)

    def _passed(self, ctx: AnalyzeTypeContext) -> Type:
        """What mypy makes of the annotation."""
        self._passing = True
        try:
            return ctx.api.analyze_type(ctx.type)
        finally:
            self._passing = False

    def _analyzed(self, ctx: AnalyzeTypeContext, tree: MypyFile, node: Var) -> Type:
        if ctx.type.args:
            return self._passed(ctx)
        origin = self._origins.of_variable(node, tree)
        # The tree wins: in the daemon, the type is that of the run before.
        found = self._stub_class(origin) if origin else self._class_by_type(node)
        if found is None:
            return self._passed(ctx)
        compat.depend_in_annotation(ctx.api, node.fullname)
        if isinstance(found, AnyType):
            return found
        compat.depend_in_annotation(ctx.api, found.fullname)
        return Instance(found, [], ctx.type.line, ctx.type.column)

    def _class_by_type(self, node: Var) -> TypeInfo | AnyType | None:
        """The class of a stub that the inferred type of *node* tells; Any where that is hidden."""
        proper = get_proper_type(node.type)
        item = proper.item if isinstance(proper, TypeType) else None
        if not isinstance(item, Instance) or not self._project.is_stub(item.type.module_name):
            return None
        tree = self._modules().get(item.type.module_name)
        if tree and self._project.hidden(item.type.module_name, tree.path):
            return AnyType(TypeOfAny.from_error)
        return item.type

    def _stub_class(self, origin: Origin) -> TypeInfo | AnyType:
        """The class of *origin*; Any where there is none, which the call itself reports."""
        try:
            found = self._project.find(origin.object, origin.keyword, origin.name)
        except NameProblemError:
            return AnyType(TypeOfAny.from_error)
        tree = self._modules().get(found.module)
        if tree is None or self._project.hidden(found.module, tree.path):
            return AnyType(TypeOfAny.from_error)
        symbol = tree.names.get(found.name)
        if symbol and isinstance(symbol.node, TypeInfo):
            return symbol.node
        return AnyType(TypeOfAny.from_error)
