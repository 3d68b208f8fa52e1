"""Whether a module may change a list after the list is created.

The plugin reads the fields of a structure from a list in the source. The fields are wrong if the
program changes the list later, as the second statement does here::

    FIELDS = [("pid", c_uint32)]
    FIELDS.append(("uid", c_uint32))
"""

from __future__ import annotations

from itertools import chain
from typing import TypeAlias
from weakref import WeakKeyDictionary

from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    DelStmt,
    DictionaryComprehension,
    Expression,
    ForStmt,
    GeneratorExpr,
    IndexExpr,
    LambdaExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    OperatorAssignmentStmt,
    OpExpr,
    StarExpr,
    Statement,
    SymbolNode,
    Var,
)

from . import syntax_tree
from .assignment_targets import last_names, targets
from .module_index import IndexedScope, module_index
from .references import referenced_node

_Reference: TypeAlias = NameExpr | MemberExpr


def may_change(tree: MypyFile, variable: SymbolNode) -> bool | None:
    """Whether *tree* may change the list that *variable* holds.

    Args:
        tree: the module to search.
        variable: a variable or an attribute of a class.

    Returns:
        False if *tree* only reads the list. None if mypy has not bound a name yet and the answer
        depends on that name.
    """
    scopes = module_index(tree).scopes
    uses = [use for scope in scopes for use in _uses(scope) if use.name == variable.name]
    # ``self.names.append("pid")`` may change the attribute ``names`` of any class.
    # ``_fields_`` is an exception: generic code often reads ``type(event)._fields_`` and rarely
    # changes it.
    is_attribute = isinstance(variable, Var) and bool(variable.info)
    any_object = is_attribute and variable.name != "_fields_"
    found = [_refers_to(use, variable, any_object=any_object) for use in uses]
    return True if True in found else None if None in found else False


def _refers_to(use: _Reference, variable: SymbolNode, *, any_object: bool) -> bool | None:
    """Whether *use* may refer to *variable*; None if mypy has not bound a name in *use* yet.

    Args:
        use: a name or an attribute with the same name as *variable*.
        variable: a variable or an attribute of a class.
        any_object: the result for an attribute of an unknown object.
    """
    if isinstance(use, NameExpr):
        return None if use.node is None else use.node is variable
    if isinstance(use.expr, NameExpr) and use.expr.node is None:
        return None
    node = referenced_node(use)
    return node is variable or (node is None and any_object)


_uses_of_scopes: WeakKeyDictionary[IndexedScope, list[_Reference]] = WeakKeyDictionary()


def _uses(scope: IndexedScope) -> list[_Reference]:
    """The names and attributes through which the code in *scope* may change a list."""
    found = _uses_of_scopes.get(scope)
    if found is None:
        found = _uses_of_scopes[scope] = _find_uses(scope)
    return found


def _find_uses(scope: IndexedScope) -> list[_Reference]:
    statements = [*scope.statements, *scope.run_time_statements]
    nodes = syntax_tree.nodes_in(syntax_tree.Scope(scope.owner, statements), _KINDS)
    for node in nodes:  # the list grows during the loop
        if isinstance(node, LambdaExpr):
            body = syntax_tree.Scope(scope.owner, node.body.body)
            nodes += syntax_tree.nodes_in(body, _KINDS)
    only_read = frozenset(chain.from_iterable(map(_only_read, nodes)))
    written_to = frozenset(chain.from_iterable(map(_written_to, nodes)))
    references = [node for node in nodes if isinstance(node, NameExpr | MemberExpr)]
    return [node for node in references if node not in only_read or node in written_to]


_KINDS = frozenset(
    {
        *(NameExpr, MemberExpr, AssignmentStmt, OpExpr, StarExpr, CallExpr, LambdaExpr),
        *(ForStmt, GeneratorExpr, DictionaryComprehension),
        *(IndexExpr, OperatorAssignmentStmt, DelStmt),
    }
)
_READING_FUNCTIONS = frozenset({"dict", "enumerate", "len", "list", "print", "tuple", "zip"})


def _only_read(node: Node) -> list[Expression]:
    """The lists that *node* only reads: it neither changes them nor binds them to another name.

    Two assignments count as reading, too. ``x = [...]`` does not change the list that ``x`` held.
    ``_fields_ = x`` binds the list to another name, but code rarely changes ``_fields_``.
    """
    match node:
        case CallExpr(callee=NameExpr(name=name)) if name in _READING_FUNCTIONS:  # len(x)
            return node.args
        case MemberExpr(name="copy" | "count" | "index" | "get" | "items" | "keys" | "values"):
            # x.index(item), x.values()
            return [node.expr]
        case IndexExpr():  # x[0]
            return [node.base]
        case AssignmentStmt():  # ``x = [...]`` and ``_fields_ = x``
            defines_fields = set(last_names(node.lvalues)) == {"_fields_"}
            return [*node.lvalues, *([node.rvalue] if defines_fields else [])]
        case OpExpr(op="+"):  # ``x + [...]`` creates a new list
            return [node.left, node.right]
        case StarExpr() | ForStmt():  # ``[*x]`` and ``for item in x:``
            return [node.expr]
        case GeneratorExpr() | DictionaryComprehension():  # [item for item in x]
            return node.sequences
    return []


def _written_to(node: Node) -> list[Expression]:
    """The lists whose items *node* replaces or deletes, as in ``x[0] = item`` and ``del x[0]``."""
    found = targets(node) if isinstance(node, Statement) else []
    return [target.base for target, _ in found if isinstance(target, IndexExpr)]
