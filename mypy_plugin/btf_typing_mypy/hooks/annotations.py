"""Names in annotations: does this variable stand for a class of a stub?

::

    ExecEvent = obj.btf.struct("exec_event")

    def show(event: ExecEvent) -> None: ...

To mypy, ``ExecEvent`` is a variable, and a variable is not valid as a type. mypy asks the plugin
about every name in an annotation before it says so. That is during semantic analysis, when no
types are inferred yet: the plugin reads the assignment from the syntax tree.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import MypyFile, TypeAlias, TypeInfo, Var
from mypy.plugin import AnalyzeTypeContext
from mypy.types import AnyType, Instance, Type, TypeOfAny, TypeType, get_proper_type

from btf_typing_mypy import compat
from btf_typing_mypy.project.object_types import NameProblemError, Project
from btf_typing_mypy.source.btf_classes import BtfClass, BtfClasses


class Annotations:
    """The hook for annotations that name a variable.

    Args:
        project: objects and stubs of the project.
        btf_classes: finds the object type that a variable holds a class for.
        modules: returns every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, btf_classes: BtfClasses, modules: compat.Modules) -> None:
        self._project = project
        self._btf_classes = btf_classes
        self._modules = modules
        self._left_to_mypy = False

    def never(self, fullname: str) -> bool:
        """Whether *fullname* is not a variable of the program, and never becomes one."""
        module, _, name = fullname.rpartition(".")
        tree = self._modules().get(module)
        if tree is None:
            return False
        if tree.is_stub:
            return True
        symbol = tree.names.get(name)
        return symbol is not None and isinstance(symbol.node, TypeInfo | TypeAlias)

    def hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """Return the hook for an annotation that means *fullname*, or None if not a variable."""
        if self._left_to_mypy:
            return None
        module, _, name = fullname.rpartition(".")
        if not module:
            return self._local_name
        tree = self._modules().get(module)
        symbol = tree.names.get(name) if tree else None
        node = symbol.node if symbol else None
        if tree is None or not isinstance(node, Var):
            return None
        return lambda ctx: self._variable(ctx, tree, node)

    def _local_name(self, ctx: AnalyzeTypeContext) -> Type:
        """Return the type of an annotation that names something in the function around it."""
        analyzer = compat.annotation_analyzer(ctx.api)
        symbol = analyzer.lookup_qualified(ctx.type.name, ctx.type, suppress_errors=True)
        if symbol and isinstance(symbol.node, Var):
            return self._variable(ctx, analyzer.cur_mod_node, symbol.node)
        return self._leave_to_mypy(ctx)

    def _leave_to_mypy(self, ctx: AnalyzeTypeContext) -> Type:
        """Return the type that mypy itself gives the annotation.

        mypy would ask the plugin about the same name again, without end: `hook` then returns None.
        """
        self._left_to_mypy = True
        try:
            return ctx.api.analyze_type(ctx.type)
        finally:
            self._left_to_mypy = False

    def _variable(self, ctx: AnalyzeTypeContext, tree: MypyFile, node: Var) -> Type:
        """Return the type of an annotation that names the variable *node* of the module *tree*."""
        if ctx.type.args:  # ``ExecEvent[int]``
            return self._leave_to_mypy(ctx)
        class_ = self.class_of(node, tree)
        if class_ is None:
            return self._leave_to_mypy(ctx)
        compat.depend_in_annotation(ctx.api, node.fullname)
        if isinstance(class_, AnyType):
            return class_
        compat.depend_in_annotation(ctx.api, class_.fullname)
        return Instance(class_, [], ctx.type.line, ctx.type.column)

    def class_of(self, variable: Var, tree: MypyFile) -> TypeInfo | AnyType | None:
        """Return the class of a stub that *variable* holds; None if it holds something else.

        Args:
            variable: a variable of *tree*, or of another module.
            tree: the module that uses it.

        Returns:
            Any if the program has an error, which the call that assigns *variable* reports.
        """
        btf_class = self._btf_classes.of_variable(variable, tree)
        # Prefer the syntax tree: in the daemon, the inferred type is that of the previous run.
        return self.stub_class(btf_class) if btf_class else self._class_by_type(variable)

    def _class_by_type(self, node: Var) -> TypeInfo | AnyType | None:
        """Return the class of a stub that is the inferred type of *node*; None for another type.

        This finds variables of other modules, whose syntax trees mypy may no longer have.

        Returns:
            Any if another module hides the stub. The call that assigns *node* reports that.
        """
        proper = get_proper_type(node.type)
        item = proper.item if isinstance(proper, TypeType) else None
        if not isinstance(item, Instance) or not self._project.is_stub(item.type.module_name):
            return None
        tree = self._modules().get(item.type.module_name)
        if tree and self._project.hidden(item.type.module_name, tree.path):
            return AnyType(TypeOfAny.from_error)
        return item.type

    def stub_class(self, btf_class: BtfClass) -> TypeInfo | AnyType:
        """Return the class of *btf_class* in its stub, or Any; the call itself reports why."""
        try:
            found = self._project.find(btf_class.object, btf_class.keyword, btf_class.name)
        except NameProblemError:
            return AnyType(TypeOfAny.from_error)
        tree = self._modules().get(found.module)
        if tree is None or self._project.hidden(found.module, tree.path):
            return AnyType(TypeOfAny.from_error)
        symbol = tree.names.get(found.name)
        if symbol and isinstance(symbol.node, TypeInfo):
            return symbol.node
        return AnyType(TypeOfAny.from_error)
