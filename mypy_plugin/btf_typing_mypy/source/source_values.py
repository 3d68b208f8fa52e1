"""The values that a module assigns to a variable, for modules without a syntax tree.

If mypy loads a module from its cache, the module has no syntax tree, so `assignments` finds no
values. This module parses the source with Python's own parser, and converts the values to mypy's
nodes. That takes far longer than a look-up in a syntax tree. So the plugin does it only to explain
an error.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from operator import attrgetter

from mypy.nodes import (
    ARG_POS,
    CallExpr,
    EllipsisExpr,
    Expression,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    StrExpr,
    SymbolNode,
    TupleExpr,
    Var,
)

import btf_typing
from btf_typing import mypy_support
from btf_typing_mypy import compat

from .references import referenced_node


def source_values(tree: MypyFile, variable: Var, modules: compat.Modules) -> list[Expression]:
    """The values that the source of *tree* assigns to *variable*, in the order of the source.

    The function does not find values in functions. It converts names, attributes, calls without
    keyword arguments, items, ``|``, tuples and strings. Any other expression becomes an ellipsis.

    Args:
        tree: the module. If its file cannot be read, the result is empty.
        variable: a global variable of *tree*, or an attribute of a class in *tree*.
        modules: returns every module that mypy has loaded, by name.
    """
    *owners, name = variable.fullname.removeprefix(f"{tree.fullname}.").split(".")
    converter = _Converter(tree, owners, modules)
    try:
        module = ast.parse(mypy_support.read_regular(tree.path))
        values = [
            value
            for target, value in _assigned(module, owners)
            if isinstance(target, ast.Name) and target.id == name
        ]
        values.sort(key=attrgetter("lineno", "col_offset"))
        return [converter.node(value) for value in values]
    except (btf_typing.BtfError, OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _assigned(module: ast.Module, owners: list[str]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target and value of the assignments in the body of a class or module.

    Args:
        module: the module.
        owners: the names of the class and the classes around it; empty for the module.
    """
    waiting: list[tuple[ast.AST, list[str]]] = [(module, owners)]
    while waiting:
        node, inner = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.ClassDef):
            if [node.name] != inner[:1]:
                continue
            inner = inner[1:]
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]
        if not inner:
            yield from _pairs(node)


def _pairs(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Each target and value of *node*, which may be an assignment."""
    found: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, ast.Assign):
        found += [(target, node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        found.append((node.target, node.value))
    for target, value in found:  # the list grows during the loop
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            found += zip(target.elts, value.elts, strict=False)
    return found


class _Converter:
    """Converts the expressions of Python's parser to mypy's nodes.

    Args:
        tree: the module that contains the expressions.
        owners: the names of the class that contains them and the classes around it.
        modules: returns every module that mypy has loaded, by name.
    """

    def __init__(self, tree: MypyFile, owners: list[str], modules: compat.Modules) -> None:
        self._tree = tree
        self._owners = owners
        self._modules = modules

    def node(self, expression: ast.expr) -> Expression:
        """Return the node for *expression*."""
        match expression:
            case ast.Name(id=name):
                own = compat.definition(self._tree, [*self._owners, name])
                return _bound(NameExpr(name), own or compat.definition(self._tree, [name]))
            case ast.Attribute(value=owner, attr=name):
                found = MemberExpr(self.node(owner), name)
                return _bound(found, self._attribute(found))
            case ast.Call(func=function, args=args, keywords=[]):
                kinds, names = [ARG_POS] * len(args), [None] * len(args)
                return CallExpr(self.node(function), [*map(self.node, args)], kinds, [*names])
            case ast.Subscript(value=base, slice=index):
                return IndexExpr(self.node(base), self.node(index))
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return OpExpr("|", self.node(left), self.node(right))
            case ast.Tuple(elts=items):
                return TupleExpr([*map(self.node, items)])
            case ast.Constant(value=str() as text):
                return StrExpr(text)
        return EllipsisExpr()

    def _attribute(self, expression: MemberExpr) -> SymbolNode | None:
        """The definition of an attribute of a module or class."""
        owner = expression.expr
        module = owner.node if isinstance(owner, NameExpr | MemberExpr) else None
        if not isinstance(module, MypyFile):
            return referenced_node(expression)
        fullname = f"{module.fullname}.{expression.name}"
        found = self._modules().get(fullname)
        return found or compat.definition(module, [expression.name])


def _bound(expression: NameExpr | MemberExpr, node: SymbolNode | None) -> Expression:
    """Return *expression* as a reference to *node*."""
    expression.node = node
    expression.fullname = node.fullname if node else ""
    return expression
