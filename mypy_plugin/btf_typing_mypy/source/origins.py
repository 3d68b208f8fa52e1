"""What an expression stands for, before mypy has inferred any type.

Semantic analysis, where annotations and classes are looked at, knows what names mean and not what
type they have. Objects, and the types asked of them, are told from the syntax tree there; what
comes from another module that has none any more, from the type that was inferred for it.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from mypy.nodes import (
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    Var,
)
from mypy.types import CallableType

from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.project.project import Project

from . import paths, syntax
from .assignments import assignments, callee_name
from .identity import kernel_names, objects_of

_ENTER = frozenset({"enter_context", "__enter__"})
_CLOSING = "contextlib.closing"
_DEEPEST = 20


class Origin(NamedTuple):
    """A type asked of an object.

    Attributes:
        object: its canonical name.
        keyword: ``struct``, ``union`` or ``enum``.
        name: as asked for.
    """

    object: str
    keyword: str
    name: str


class Origins:
    """Tells where expressions come from.

    Args:
        project: knows the objects.
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        self._project = project
        self._modules = modules

    def of_variable(self, node: Var, tree: MypyFile, depth: int = 0) -> Origin | None:
        """The type whose class the variable *node* holds; None where that cannot be told.

        Args:
            node: the variable.
            tree: where it is looked at; its own module where that is another one.
            depth: of names that led to it.
        """
        home = self._home(node, tree)
        found = assignments(home, node) if home else []
        if not home or len(found) != 1 or not found[0].value or found[0].entered:
            return None
        return self.of(found[0].value, home, depth + 1)

    def of(self, value: Expression, tree: MypyFile, depth: int = 0) -> Origin | None:
        """The type whose class *value* is; None where that cannot be told."""
        if depth > _DEEPEST:
            return None
        if isinstance(value, NameExpr | MemberExpr) and isinstance(value.node, Var):
            return self.of_variable(value.node, tree, depth)
        if not isinstance(value, CallExpr) or not isinstance(value.callee, MemberExpr):
            return None
        keyword = value.callee.name
        asked = syntax.argument(value, "name")
        if keyword not in fullnames.CLASS_KEYWORDS or asked is None:
            return None
        objects = self._objects_of(value.callee.expr, tree, depth)
        if len(objects) != 1:
            return None
        try:
            wanted = paths.values(asked, tree, self._modules())
        except paths.UnresolvedError:
            return None
        if len(wanted) != 1 or not isinstance(wanted[0], str):
            return None
        return Origin(objects[0], keyword, wanted[0])

    def is_stub(self, module: str) -> bool:
        """Whether *module* is the stub of some object."""
        return self._project.is_stub(module)

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
        # Entering an object gives the object, and so does entering closing() of one.
        parts = [self._objects_of(a.value, home, depth) if a.value else [] for a in found]
        return list(dict.fromkeys(chain(*parts))) if all(parts) else objects_of(node.type)

    def _objects_from_call(self, call: CallExpr, tree: MypyFile, depth: int) -> list[str]:
        callee = call.callee
        fullname = callee_name(call)
        if fullname in (fullnames.LOAD, fullnames.FROM_FILE):
            path = syntax.argument(call, "path")
            try:
                found = paths.values(path, tree, self._modules()) if path else []
            except paths.UnresolvedError:
                return []
            return [self._project.identify(path, tree.path) for path in found]
        if fullname == fullnames.FROM_KERNEL:
            module = syntax.argument(call, "module")
            known = module or not call.args
            return kernel_names(self._project, [module] if module else []) if known else []
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
