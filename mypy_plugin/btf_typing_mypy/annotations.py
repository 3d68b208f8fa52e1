"""``ExecEvent = obj.btf.struct("exec_event")`` as an annotation.

To mypy that is a variable, which no annotation may name. The hook is asked for the type of an
annotation before mypy says so, while names are still being bound and no type is inferred yet:
what the variable stands for is read from the syntax tree. Where there is none, because the module
comes from the cache, its inferred type tells.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from mypy.nodes import (
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    TypeInfo,
    Var,
)
from mypy.plugin import AnalyzeTypeContext
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    Type,
    TypeOfAny,
    TypeType,
    get_proper_type,
)

from . import compat, names, patheval
from .assignments import Assigned, assignments, callee_name
from .identity import kernel_names, objects_of
from .project import NameProblemError, Project

_ENTER = frozenset({"enter_context", "__enter__"})
_CLOSING = "contextlib.closing"
_DEEPEST = 20


class Annotations:
    """The hook for annotations that name a variable.

    Args:
        project: knows the objects and the stubs.
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        self._project = project
        self._modules = modules
        self._passing = False

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
        symbol = compat.semantic_analyzer(ctx.api).lookup_qualified(
            ctx.type.name, ctx.type, suppress_errors=True
        )
        if symbol and isinstance(symbol.node, Var):
            tree = compat.semantic_analyzer(ctx.api).cur_mod_node
            return self._analyzed(ctx, tree, symbol.node)
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
        found = self._class_of(node, tree, 0)
        if found is None:
            return self._passed(ctx)
        compat.depend_in_annotation(ctx.api, node.fullname)
        if isinstance(found, AnyType):
            return found
        compat.depend_in_annotation(ctx.api, found.fullname)
        return Instance(found, [], ctx.type.line, ctx.type.column)

    def _class_of(self, node: Var, tree: MypyFile, depth: int) -> TypeInfo | AnyType | None:
        """The class that the variable *node* of *tree* stands for.

        None where it stands for none of ours; Any where it should, and an error says why not.
        """
        found = assignments(tree, node)
        if len(found) == 1 and found[0].value and not found[0].entered and depth < _DEEPEST:
            result = self._class_from(found[0].value, tree, depth + 1)
            if result is not None:
                return result
        return self._class_by_type(node)

    def _class_by_type(self, node: Var) -> TypeInfo | None:
        """The class of a stub that the inferred type of *node* tells."""
        proper = get_proper_type(node.type)
        item = proper.item if isinstance(proper, TypeType) else None
        if isinstance(item, Instance) and self._project.is_stub(item.type.module_name):
            return item.type
        return None

    def _class_from(
        self, value: Expression, tree: MypyFile, depth: int
    ) -> TypeInfo | AnyType | None:
        if isinstance(value, NameExpr | MemberExpr) and isinstance(value.node, Var):
            home = self._home(value.node, tree)
            return self._class_of(value.node, home, depth) if home else None
        if not isinstance(value, CallExpr) or not isinstance(value.callee, MemberExpr):
            return None
        keyword = value.callee.name
        if f"{names.BTF}.{keyword}" not in names.LOOKUPS or keyword == "type" or not value.args:
            return None
        objects = self._objects_of(value.callee.expr, tree, depth)
        if len(objects) != 1:
            return None
        try:
            wanted = patheval.values(value.args[0], tree, self._modules())
        except patheval.UnresolvedError:
            return None
        if len(wanted) != 1 or not isinstance(wanted[0], str):
            return None
        return self._stub_class(objects[0], keyword, wanted[0])

    def _stub_class(self, object_: str, keyword: str, name: str) -> TypeInfo | AnyType:
        try:
            found = self._project.find(self._project.known(object_), keyword, name)
        except NameProblemError:
            return AnyType(TypeOfAny.from_error)
        tree = self._modules().get(found.module)
        symbol = tree.names.get(found.name) if tree else None
        if symbol and isinstance(symbol.node, TypeInfo):
            return symbol.node
        return AnyType(TypeOfAny.from_error)

    def _home(self, node: Var, tree: MypyFile) -> MypyFile | None:
        """The module that defines *node*: *tree* for a local name."""
        module = node.fullname.rpartition(".")[0]
        return self._modules().get(module) if module else tree

    def _objects_of(self, expression: Expression, tree: MypyFile, depth: int) -> list[str]:
        """The canonical names of the objects that *expression* is of; [] where they are unknown.

        It is a ``BpfObject``, its ``btf``, or what leads to one.
        """
        if depth > _DEEPEST:
            return []
        if isinstance(expression, CallExpr):
            return self._objects_from_call(expression, tree, depth + 1)
        if not isinstance(expression, RefExpr):
            return []
        if isinstance(expression.node, Var):
            return self._objects_of_variable(expression.node, tree, depth + 1)
        if isinstance(expression, MemberExpr) and expression.name == "btf":
            return self._objects_of(expression.expr, tree, depth + 1)
        return []

    def _objects_of_variable(self, node: Var, tree: MypyFile, depth: int) -> list[str]:
        if not node.is_inferred and node.type is not None:
            return objects_of(node.type)
        home = self._home(node, tree)
        found = assignments(home, node) if home else []
        if not home or not found:
            return objects_of(node.type)
        parts = [self._objects_assigned(assigned, home, depth) for assigned in found]
        return list(dict.fromkeys(chain(*parts))) if all(parts) else objects_of(node.type)

    def _objects_assigned(self, assigned: Assigned, tree: MypyFile, depth: int) -> list[str]:
        # Entering an object gives the object, and so does entering closing() of one.
        return self._objects_of(assigned.value, tree, depth) if assigned.value else []

    def _objects_from_call(self, call: CallExpr, tree: MypyFile, depth: int) -> list[str]:
        callee = call.callee
        fullname = callee_name(call)
        if fullname in (names.LOAD, names.FROM_FILE):
            try:
                found = patheval.values(call.args[0], tree, self._modules()) if call.args else []
            except patheval.UnresolvedError:
                return []
            return [self._project.identify(path, tree.path) for path in found]
        if fullname == names.FROM_KERNEL:
            return kernel_names(self._project, call.args)
        if isinstance(callee, MemberExpr) and callee.name in _ENTER:
            return self._objects_of(call.args[0] if call.args else callee.expr, tree, depth)
        if fullname == _CLOSING and call.args:
            return self._objects_of(call.args[0], tree, depth)
        return _returned(callee)


def _returned(callee: Expression) -> list[str]:
    """The objects that the annotation of a function says it returns."""
    node = callee.node if isinstance(callee, RefExpr) else None
    function = node.func if isinstance(node, Decorator) else node
    type_ = function.type if isinstance(function, FuncDef) else None
    return objects_of(type_.ret_type) if isinstance(type_, CallableType) else []
