"""Resolves the names in a class definition and rejects names with several definitions.

In ``_fields_ = [("id", u32)]``, the name ``u32`` may refer to an assignment ``u32 = c_uint32`` in
the module. If the module defines ``u32`` twice, the layout of the class is unknown.
"""

from __future__ import annotations

from mypy.nodes import (
    Expression,
    MemberExpr,
    MypyFile,
    NameExpr,
    PlaceholderNode,
    RefExpr,
    SymbolNode,
    TypeAlias,
    Var,
)
from mypy.types import Instance, get_proper_type

from btf_typing_mypy.source.ambiguity import why_ambiguous
from btf_typing_mypy.source.assignments import assignments
from btf_typing_mypy.source.references import referenced_node

from .class_description import UnboundNameError, UnknownLayoutError


class NameResolver:
    """Resolves the names of one module.

    Args:
        tree: the module.

    Attributes:
        dependencies: full names of the definitions found in other modules. If one of these
            definitions changes, the plugin's description of each class that uses it is out of date;
            see ``class_description.py``.
    """

    def __init__(self, tree: MypyFile) -> None:
        self._tree = tree
        self.dependencies: set[str] = set()

    def resolve(self, expression: NameExpr | MemberExpr) -> SymbolNode | None:
        """The definition that *expression* refers to; None for an attribute of a value (``e.pid``).

        Raises:
            UnknownLayoutError: *expression* may refer to more than one definition.
            UnboundNameError: mypy has not bound *expression* yet.
        """
        reason = why_ambiguous(self._tree, expression)
        if reason:
            raise UnknownLayoutError(reason)
        if isinstance(expression, MemberExpr):
            # self.Inner
            # A subclass may override Inner, and self may be an instance of the subclass.
            if isinstance(expression.expr, RefExpr) and isinstance(expression.expr.node, Var):
                return None
        elif expression.node is None:
            raise UnboundNameError(f'"{expression.name}" is not defined')
        node = referenced_node(expression)
        if isinstance(node, PlaceholderNode):
            raise UnboundNameError(f'mypy has not analyzed "{expression.name}"')
        if node and node.fullname.rpartition(".")[0] not in ("", self._tree.fullname):
            self.dependencies.add(node.fullname)
        return node

    def assigned_value(self, expression: Expression) -> Expression | None:
        """The only value of the variable *expression*; None if unknown.

        Raises:
            UnknownLayoutError: *expression* may refer to more than one definition.
        """
        if not isinstance(expression, NameExpr | MemberExpr):
            return None
        node = self.resolve(expression)
        if not isinstance(node, Var):
            return None
        found = assignments(self._tree, node)
        if len(found) != 1 or found[0].entered:
            return None
        return found[0].value


def target_of_alias(node: SymbolNode | None) -> SymbolNode | None:
    """The class that the alias *node* stands for, or *node* itself if it is no alias.

    ``Number = c_uint32`` is an alias of a class. For any other alias, such as
    ``Number = c_uint32 | c_uint64``, the result is None.
    """
    if not isinstance(node, TypeAlias):
        return node
    target = get_proper_type(node.target)
    return target.type if isinstance(target, Instance) and not target.args else None
