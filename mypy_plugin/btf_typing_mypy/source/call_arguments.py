"""Finds the values that the calls in a module pass for a parameter.

``obj`` in ``show`` has one value here, ``load("prog.bpf.o")``::

    class Tool:
        def show(self, obj: BpfObject) -> None: ...

    tool = Tool()
    tool.show(load("prog.bpf.o"))

mypy may not have checked the calls yet. So the plugin does not use the types that mypy infers, and
finds the class of ``tool`` in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from mypy.nodes import (
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    SuperExpr,
    SymbolNode,
    TypeInfo,
    Var,
)
from mypy.types import Instance, NoneType, Type, UnionType, get_proper_type

from . import syntax_tree
from .assignment_targets import targets
from .assignments import assignments_and_to_self
from .module_index import bindings_of, calls_of, functions_of
from .references import class_of_self, declared_type, referenced_node

FindClass: TypeAlias = Callable[[Expression], TypeInfo | None]
"""Returns the class of which an expression is an instance; None if unknown."""

_MOST_STEPS = 5
"""How many variables the plugin follows to the class of an object before it gives up."""


def passed_values(tree: MypyFile, parameter: Var) -> list[Expression | None]:
    """The values that the calls in *tree* pass for *parameter*. A field of a dataclass counts, too.

    A value is None if the source does not show it, as in ``show(*arguments)``.
    """
    if any(
        isinstance(target, NameExpr) and target.node is parameter
        for _, statement in bindings_of(tree, parameter.name)
        for target, _ in targets(statement)
    ):
        return [None]  # def show(obj: BpfObject) -> None: obj = other
    found: list[tuple[int, int, Expression | None]] = []
    for function, position in _functions_with(tree, parameter):
        default = function.arguments[position].initializer
        for call in calls_of(tree):
            skipped = _parameters_before_arguments(call, function, tree)
            if skipped is not None and position >= skipped:
                passed = syntax_tree.argument(call, parameter.name, position - skipped)
                found.append((call.line, call.column, passed or default))
    return [value for _, _, value in sorted(found, key=lambda each: each[:2])]


def class_of(expression: Expression, tree: MypyFile, depth: int = 0) -> TypeInfo | None:
    """The class of which *expression* is an instance; None if the source does not show it."""
    if isinstance(expression, CallExpr):
        return _called_class(expression.callee, tree)
    self_class = class_of_self(expression, tree)
    variable = None if self_class else definition(expression, lambda e: class_of(e, tree, depth))
    if not isinstance(variable, Var) or depth > _MOST_STEPS:
        return self_class
    type_ = declared_type(variable)
    if type_ is not None:  # def main(tool: Tool): ...
        declared = declared_instance(type_)
        return declared.type if declared else None
    found = assignments_and_to_self(tree, variable)  # tool = Tool()
    classes = {
        class_of(each.value, tree, depth + 1) if each.value and not each.entered else None
        for each in found
    }
    return classes.pop() if len(classes) == 1 else None


def declared_instance(type_: Type | None) -> Instance | None:
    """The class in an annotation such as ``Tool`` or ``Tool | None``; None for other types."""
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        items = [item for item in map(get_proper_type, proper.items) if item != NoneType()]
        proper = items[0] if len(items) == 1 else proper
    return proper if isinstance(proper, Instance) else None


def definition(expression: Expression, find_class: FindClass) -> SymbolNode | None:
    """The variable or function that *expression* refers to, such as the attribute ``tool.obj``.

    Args:
        expression: a name or an attribute; for other expressions, the result is None.
        find_class: finds the class of ``tool``.
    """
    if not isinstance(expression, NameExpr | MemberExpr):
        return None
    node = referenced_node(expression)
    if node is None and isinstance(expression, MemberExpr):
        class_ = find_class(expression.expr)
        symbol = class_.get(expression.name) if class_ else None
        node = symbol.node if symbol else None
    return node


def _functions_with(tree: MypyFile, parameter: Var) -> Iterator[tuple[FuncDef, int]]:
    """The functions that have *parameter*, with its position."""
    for function in functions_of(tree):
        for position, argument in enumerate(function.arguments):
            if argument.variable is parameter:
                yield function, position
    symbol = parameter.info.names.get("__init__") if parameter.info else None
    if symbol and symbol.plugin_generated and isinstance(symbol.node, FuncDef):  # @dataclass
        for position, argument in enumerate(symbol.node.arguments):
            if argument.variable.name == parameter.name:
                yield symbol.node, position


def _parameters_before_arguments(call: CallExpr, function: FuncDef, tree: MypyFile) -> int | None:
    """The number of parameters that Python passes itself: 1 for ``self``, otherwise 0.

    The result is None if *call* does not call *function*.
    """
    callee = call.callee
    node = callee.node if isinstance(callee, RefExpr) else None
    if function in (node, _function(node)):  # show(obj)
        return 0
    class_ = _called_class(callee, tree)
    if class_:
        return 1 if _method(class_, "__init__") is function else None
    if not isinstance(callee, MemberExpr | SuperExpr) or callee.name != function.name:
        return None
    is_bound = not function.is_static
    if isinstance(callee, SuperExpr):  # super().show(obj)
        bases = callee.info.mro[1:] if callee.info else []
        class_ = next((base for base in bases if callee.name in base.names), None)
    elif isinstance(callee.expr, RefExpr) and isinstance(callee.expr.node, TypeInfo):
        class_ = callee.expr.node  # Tool.show(tool, obj)
        is_bound = function.is_class
    else:  # tool.show(obj)
        class_ = class_of(callee.expr, tree)
    return int(is_bound) if class_ and _method(class_, callee.name) is function else None


def _called_class(callee: Expression, tree: MypyFile) -> TypeInfo | None:
    """The class in ``Tool(obj)``, and in ``cls(obj)`` in a method of the class."""
    node = callee.node if isinstance(callee, RefExpr) else None
    if isinstance(node, Var) and node.is_cls:
        return class_of_self(callee, tree)
    return node if isinstance(node, TypeInfo) else None


def _method(class_: TypeInfo, name: str) -> FuncDef | None:
    symbol = class_.get(name)
    return _function(symbol.node) if symbol else None


def _function(node: SymbolNode | None) -> FuncDef | None:
    function = node.func if isinstance(node, Decorator) else node
    return function if isinstance(function, FuncDef) else None
