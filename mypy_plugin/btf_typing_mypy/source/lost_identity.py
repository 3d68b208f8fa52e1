"""Finds the annotation that makes a program lose the identity of an object.

The identity of an object is the literal in ``BpfObject[Literal["prog.bpf.o"]]``. In the program
below, the annotation is only ``BpfObject``. So the plugin cannot check the call of ``struct``. To
find the annotation, the plugin starts at ``opened()``, the expression before ``.btf``::

    def opened() -> BpfObject:
        return load("prog.bpf.o")

    opened().btf.struct("event")
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mypy.nodes import (
    CallExpr,
    Context,
    Decorator,
    Expression,
    ExpressionStmt,
    FuncDef,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    ReturnStmt,
    SymbolNode,
    Var,
    YieldExpr,
)
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, get_proper_type

from btf_typing_mypy import fullnames

from . import syntax_tree
from .assignment_targets import targets
from .btf_classes import BtfClasses
from .module_index import bindings_of
from .object_identity import objects_of

_PARTS = frozenset({"btf", "maps", "programs", "sections"})
_MOST_STEPS = 10
"""How many variables the plugin follows before it gives up.

A call or a property ends the search. The only annotation that the plugin considers there is the
return annotation of the called function.
"""

TypeOf = Callable[[Expression], Type]
"""Returns the type that mypy has inferred for an expression."""


class Loss(NamedTuple):
    """An annotation that loses the identity of an object, or a function without an annotation.

    Attributes:
        class_name: the class that the annotation names, ``BpfObject`` or ``Btf``; empty if there is
            no annotation.
        objects: identities of the objects that the variable may hold, or that the function may
            return.
    """

    class_name: str
    objects: list[str]

    @property
    def cure(self) -> str:
        """The annotation to write instead."""
        literal = ", ".join(json.dumps(name, ensure_ascii=False) for name in self.objects)
        return f"{self.class_name or 'BpfObject'}[Literal[{literal}]]"


class LostIdentity:
    """Finds annotations in one module that lose the identity of an object.

    Args:
        tree: the module.
        btf_classes: finds the objects that expressions stand for.
        type_of: returns the type of an expression that mypy has checked.
    """

    def __init__(self, tree: MypyFile, btf_classes: BtfClasses, type_of: TypeOf) -> None:
        self._tree = tree
        self._btf_classes = btf_classes
        self._type_of = type_of

    def of_call(self, call: Context) -> Loss | None:
        """The annotation that keeps the plugin from checking *call*; None if there is none.

        Args:
            call: an expression such as ``obj.btf.struct("event")`` or ``obj.maps["m"]``.
        """
        if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr):
            return self._of(call.callee.expr, 0)
        return self._of(call.base, 0) if isinstance(call, IndexExpr) else None

    def of_result(self, function: FuncDef) -> Loss | None:
        """The loss if *function* returns a known object that its annotation omits; else None.

        The class name in the loss is empty if *function* has no return annotation.
        """
        type_ = function.type
        returned = get_proper_type(type_.ret_type) if isinstance(type_, CallableType) else None
        is_missing = isinstance(returned, AnyType) and returned.type_of_any == TypeOfAny.unannotated
        if returned is not None and not is_missing:
            return self._of_function(function)
        objects = self._objects(_results(function))
        return Loss("", objects) if objects else None

    def _of(self, expression: Expression, depth: int) -> Loss | None:
        while isinstance(expression, MemberExpr) and expression.name in _PARTS:  # obj.btf
            expression = expression.expr
        if depth > _MOST_STEPS:
            return None
        if isinstance(expression, CallExpr):  # opened().btf
            return self._of_function(self._node(expression.callee))
        node = self._node(expression)
        if isinstance(node, Decorator):  # the property or cached_property self.obj
            return self._of_function(node)
        if not isinstance(node, Var):
            return None
        values = list(self._values(node))
        # obj: BpfObject = load("prog.bpf.o")
        loss = self._loss(node.type, values or list(self._arguments(node)))
        if loss is None:  # obj = opened()
            found = (self._of(value, depth + 1) for value in values)
            loss = next((each for each in found if each), None)
        return loss

    def _of_function(self, node: SymbolNode | None) -> Loss | None:
        function = node.func if isinstance(node, Decorator) else node
        if not isinstance(function, FuncDef) or not isinstance(function.type, CallableType):
            return None
        returned = function.type.ret_type
        inside = get_proper_type(returned)
        if isinstance(inside, Instance) and inside.args and _class_name(returned) == "":
            returned = inside.args[0]  # Iterator[BpfObject]
        # mypy may not have the body of a function of another module, so the plugin looks only at
        # functions of this module.
        if not _class_name(returned) or function not in self._functions():
            return None
        return self._loss(returned, list(_results(function)))

    def _loss(self, declared: Type | None, values: list[Expression]) -> Loss | None:
        name = _class_name(declared)
        objects = self._objects(values) if name and not objects_of(declared) else []
        return Loss(name, objects) if objects else None

    def _objects(self, values: Iterable[Expression]) -> list[str]:
        found = [self._btf_classes.objects(value, self._tree) for value in values]
        return list(dict.fromkeys(each for part in found for each in part))

    def _node(self, expression: Expression) -> SymbolNode | None:
        """The variable or function that *expression* names."""
        if isinstance(expression, RefExpr) and expression.node is not None:
            return expression.node
        if isinstance(expression, MemberExpr):  # self.obj
            owner = get_proper_type(self._type_of(expression.expr))
            symbol = owner.type.get(expression.name) if isinstance(owner, Instance) else None
            return symbol.node if symbol else None
        return None

    def _values(self, variable: Var) -> Iterator[Expression]:
        """The values that the module assigns to *variable*.

        For an attribute, these include the values of all attributes with the same name.
        """
        for _, statement in bindings_of(self._tree, variable.name):
            for target, assigned in targets(statement):
                own = isinstance(target, NameExpr) and target.node is variable
                # self.obj: BpfObject = load("prog.bpf.o")
                attribute = isinstance(target, MemberExpr) and bool(variable.info)
                if (own or attribute) and assigned.value is not None:
                    yield assigned.value

    def _arguments(self, parameter: Var) -> Iterator[Expression]:
        """The arguments that calls in the module pass for *parameter*."""
        for function in self._functions():
            for position, argument in enumerate(function.arguments):
                if argument.variable is parameter:
                    yield from self._passed(function, position, parameter.name)

    def _passed(self, function: FuncDef, position: int, name: str) -> Iterator[Expression]:
        for scope in syntax_tree.scopes(self._tree.defs):
            for call in syntax_tree.nodes_in(scope, {CallExpr}):
                if isinstance(call, CallExpr) and _calls(call, function):
                    passed = syntax_tree.argument(call, name, position)
                    if passed is not None:
                        yield passed

    def _functions(self) -> list[FuncDef]:
        return [
            function
            for statement in syntax_tree.all_statements(self._tree.defs)
            for function in syntax_tree.functions(statement)
        ]


def _calls(call: CallExpr, function: FuncDef) -> bool:
    node = call.callee.node if isinstance(call.callee, RefExpr) else None
    return (node.func if isinstance(node, Decorator) else node) is function


def _class_name(type_: Type | None) -> str:
    """``BpfObject`` or ``Btf`` if *type_* is one of these; else empty."""
    proper = get_proper_type(type_)
    full = proper.type.fullname if isinstance(proper, Instance) else ""
    bare = (fullnames.BPF_OBJECT, fullnames.BTF, fullnames.TINYBPF_OBJECT)
    return full.rpartition(".")[2] if full in bare else ""


def _results(function: FuncDef) -> Iterator[Expression]:
    """The expressions that *function* returns, or yields in a statement such as ``yield obj``."""
    for statement in syntax_tree.scope_statements(function.body.body):
        found = statement.expr if isinstance(statement, ReturnStmt | ExpressionStmt) else None
        if isinstance(statement, ExpressionStmt):
            found = found.expr if isinstance(found, YieldExpr) else None
        if found:
            yield found
