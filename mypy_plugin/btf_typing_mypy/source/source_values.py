"""The values that other modules assign to their variables.

mypy keeps the syntax trees of other modules in some runs and drops them in others, so `assignments`
does not always find the values. This module parses the source with Python's own parser, and
converts the values to mypy's nodes. That takes far longer than a look-up in a syntax tree. So the
plugin does it only to explain an error.
"""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping

from mypy.nodes import (
    ARG_NAMED,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
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
from btf_typing_mypy.project.read_tracker import ReadTracker

from .references import referenced_node

_OPERATORS: Mapping[type[ast.operator], str] = {ast.BitOr: "|", ast.Add: "+", ast.Div: "/"}


class SourceValues:
    """Finds the values that other modules assign to their variables.

    Args:
        modules: returns every module that mypy has loaded, by name.
        read_tracker: calls back when the sources may have changed.
    """

    def __init__(self, modules: compat.Modules, read_tracker: ReadTracker) -> None:
        self._modules = modules
        self._known: dict[str, Mapping[str, list[ast.expr]]] = {}
        self._remembers = read_tracker.clear_before_rescan(self._known.clear)

    def of(self, variable: Var, tree: MypyFile) -> list[Expression]:
        """The values that the source of *tree* assigns to *variable*, in the order of the source.

        The method does not find values in functions. It converts names, attributes, calls, items,
        the operators ``|``, ``+`` and ``/``, tuples and strings. Any other expression becomes an
        ellipsis.

        Args:
            variable: a global variable of *tree*, or an attribute of a class in *tree*.
            tree: the module. If its file cannot be read, the result is empty.
        """
        name = variable.fullname.removeprefix(f"{tree.fullname}.")
        converter = _Converter(tree, name.split(".")[:-1], self._modules)
        try:
            return [converter.node(value) for value in self._of_module(tree.path).get(name, ())]
        except RecursionError:
            return []

    def _of_module(self, path: str) -> Mapping[str, list[ast.expr]]:
        found = self._known.get(path)
        if found is None:
            found = _of_source(path)
            if self._remembers:
                self._known[path] = found
        return found


def _of_source(path: str) -> Mapping[str, list[ast.expr]]:
    """The values of each variable in a source file: global variables and attributes of classes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as "invalid escape sequence"
            module = ast.parse(mypy_support.read_regular(path))
    except (btf_typing.BtfError, OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found = defaultdict(list)
    for name, value in _assigned(module):
        found[name].append(value)
    for values in found.values():
        values.sort(key=lambda value: (value.lineno, value.col_offset))
    return {**found}


def _assigned(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield each variable that *module* assigns, such as ``Tool.Event``, with its value."""
    waiting: list[tuple[ast.AST, str]] = [(module, "")]
    while waiting:
        node, prefix = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.ClassDef):
            prefix = f"{prefix}{node.name}."
        waiting += [(child, prefix) for child in ast.iter_child_nodes(node)]
        for target, value in _pairs(node):
            if isinstance(target, ast.Name):
                yield f"{prefix}{target.id}", value


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
            case ast.Call():
                return self._call(expression)
            case ast.Subscript(value=base, slice=index):
                return IndexExpr(self.node(base), self.node(index))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return OpExpr(_OPERATORS[type(operator)], self.node(left), self.node(right))
            case ast.Tuple(elts=items):
                return TupleExpr([*map(self.node, items)])
            case ast.Constant(value=str() as text):
                return StrExpr(text)
        return EllipsisExpr()

    def _call(self, call: ast.Call) -> CallExpr:
        kinds = [ARG_STAR if isinstance(each, ast.Starred) else ARG_POS for each in call.args]
        kinds += [ARG_NAMED if each.arg else ARG_STAR2 for each in call.keywords]
        names = [*[None] * len(call.args), *(each.arg for each in call.keywords)]
        values = [*call.args, *(each.value for each in call.keywords)]
        return CallExpr(self.node(call.func), [*map(self.node, values)], kinds, names)

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
