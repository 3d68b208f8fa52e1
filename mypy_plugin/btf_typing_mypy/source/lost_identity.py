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
from itertools import chain
from typing import NamedTuple

from mypy.nodes import (
    CallExpr,
    ComparisonExpr,
    Context,
    Decorator,
    Expression,
    ExpressionStmt,
    FuncDef,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    ReturnStmt,
    SymbolNode,
    TypeInfo,
    Var,
    YieldExpr,
)
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, get_proper_type

from btf_typing_mypy import fullnames

from . import syntax_tree
from .assignments import assignments_and_to_self
from .call_arguments import (
    FindClass,
    class_of,
    declared_instance,
    definition,
    passed_values,
)
from .module_index import functions_of
from .object_identity import objects_of
from .references import declared_type, is_defined_in

_PARTS = frozenset({"btf", "maps", "programs", "sections"})
_BPF_OBJECT = "BpfObject"

Objects = Callable[[Expression, MypyFile], list[str]]
"""Returns the identities of the objects that an expression may refer to; [] if unknown."""

TypeOf = Callable[[Expression], Type]
"""Returns the type that mypy has inferred for an expression."""


class Loss(NamedTuple):
    """An annotation that loses the identity of an object, or a function without an annotation.

    Attributes:
        class_name: the class that the annotation names, ``BpfObject`` or ``Btf``; empty if there is
            no annotation.
        objects: identities of the objects that the variable may hold, or that the function may
            return.
        is_passed: whether the variable is a parameter, so that calls pass the object.
        generated: full name of the class ``Object`` of a generated module, such as
            ``prog_bpf.Object``, if all objects have this class; otherwise empty.
    """

    class_name: str
    objects: list[str]
    is_passed: bool = False
    generated: str = ""

    @property
    def cure(self) -> str:
        """The annotation to write instead."""
        if self.generated and self.class_name == _BPF_OBJECT:
            return self.generated
        literal = ", ".join(json.dumps(name, ensure_ascii=False) for name in self.objects)
        return f"{self.class_name or _BPF_OBJECT}[Literal[{literal}]]"


class LostIdentity:
    """Finds annotations in one module that lose the identity of an object.

    The plugin follows variables, parameters and functions of this module. mypy may not have the
    bodies of the functions of another module.

    Args:
        tree: the module.
        objects: finds the objects that expressions stand for.
        type_of: returns the type of an expression that mypy has checked.
    """

    def __init__(self, tree: MypyFile, objects: Objects, type_of: TypeOf) -> None:
        self._tree = tree
        self._objects = objects
        self._type_of = type_of

    def of(self, expression: Expression) -> Loss | None:
        """The annotation that loses the identity of *expression*; None if there is none.

        Args:
            expression: an object, or a part of one such as ``obj.btf``. mypy has checked it.
        """
        return self._of_definition(self._definition(expression, self._class_by_type), ())

    def of_result(self, function: FuncDef) -> Loss | None:
        """The loss if *function* returns a known object that its annotation omits; else None.

        The class name in the loss is empty if *function* has no return annotation.
        """
        type_ = function.type
        returned = get_proper_type(type_.ret_type) if isinstance(type_, CallableType) else None
        is_missing = isinstance(returned, AnyType) and returned.type_of_any == TypeOfAny.unannotated
        if returned is not None and not is_missing:
            return self._of_function(function, ())
        return _joined("", self._losses(_results(function), ()))

    def _of_definition(self, node: SymbolNode | None, seen: tuple[Var, ...]) -> Loss | None:
        """The annotation of a variable or function, or of one from which it gets its value.

        Args:
            node: the variable or function.
            seen: the variables that led to *node*.
        """
        if isinstance(node, Var):
            return self._of_variable(node, seen)
        function = node.func if isinstance(node, Decorator) else node
        return self._of_function(function, seen) if isinstance(function, FuncDef) else None

    def _of_variable(self, variable: Var, seen: tuple[Var, ...]) -> Loss | None:
        assigned = assignments_and_to_self(self._tree, variable)
        values = [each.value for each in assigned] or passed_values(self._tree, variable)
        losses = self._losses(values, (*seen, variable))
        declared = declared_type(variable)
        if declared is None:  # obj = opened()
            return next((loss for loss in losses if loss.class_name), None)
        name = bare_class(declared)  # obj: BpfObject = load("prog.bpf.o")
        return _joined(name, losses, is_passed=not assigned) if name else None

    def _of_function(self, function: FuncDef, seen: tuple[Var, ...]) -> Loss | None:
        if not isinstance(function.type, CallableType):
            return None
        returned = function.type.ret_type
        inside = get_proper_type(returned)
        if isinstance(inside, Instance) and inside.args and not bare_class(returned):
            returned = inside.args[0]  # Iterator[BpfObject]
        name = bare_class(returned)
        if not name or function not in functions_of(self._tree):
            return None
        return _joined(name, self._losses(_results(function), seen))

    def _losses(self, values: Iterable[Expression | None], seen: tuple[Var, ...]) -> list[Loss]:
        """The objects that *values* stand for, each with the annotation that loses it, if any.

        None and the variables *seen* do not count. The list is empty if the object of any other
        value is unknown.
        """
        found: list[Loss] = []
        for value in values:
            if value is None:
                return []
            node = self._definition(value, self._class_by_syntax)
            if node in seen or (isinstance(value, NameExpr) and value.fullname == "builtins.None"):
                continue
            objects = self._objects(value, self._tree)
            if objects:
                loss: Loss | None = Loss("", objects, generated=_generated_class(node))
            else:
                loss = self._of_definition(node, seen)
            if loss is None:
                return []
            found.append(loss)
        return found

    def _definition(self, expression: Expression, find_class: FindClass) -> SymbolNode | None:
        """The variable or function of *expression*, an object, a part of one, or a call.

        For ``opened().btf``, it is the function ``opened``.
        """
        while isinstance(expression, MemberExpr | CallExpr):
            callee = expression.callee if isinstance(expression, CallExpr) else expression
            node = definition(callee, find_class)
            if isinstance(expression, CallExpr) or self._is_own(expression.name, node):
                return node
            expression = expression.expr  # obj.btf
        return definition(expression, find_class)

    def _is_own(self, name: str, node: SymbolNode | None) -> bool:
        """Whether *node* is no part of an object, but an attribute that the program defines."""
        variable = node.var if isinstance(node, Decorator) else node
        return name not in _PARTS or (
            isinstance(variable, Var) and is_defined_in(variable, self._tree)
        )

    def _class_by_type(self, expression: Expression) -> TypeInfo | None:
        owner = get_proper_type(self._type_of(expression))
        return owner.type if isinstance(owner, Instance) else None

    def _class_by_syntax(self, expression: Expression) -> TypeInfo | None:
        return class_of(expression, self._tree)


def looked_up_in(look_up: Context, name: Expression) -> Expression | None:
    """The object, or the part of one, in which *look_up* looks for *name*; None if unknown.

    It is ``obj.btf`` for ``obj.btf.struct("event")``, and ``obj.maps`` for both ``obj.maps["m"]``
    and ``"m" in obj.maps``.
    """
    match look_up:
        case CallExpr(callee=MemberExpr(expr=owner)):
            return owner
        case IndexExpr(base=owner):
            return owner
        case ComparisonExpr(operands=operands) if name in operands[:-1]:
            return operands[operands.index(name) + 1]
    return None


def _joined(class_name: str, losses: list[Loss], *, is_passed: bool = False) -> Loss | None:
    """A loss with the objects of *losses*; None if there are none."""
    if not losses:
        return None
    objects = list(dict.fromkeys(chain.from_iterable(loss.objects for loss in losses)))
    generated = {loss.generated for loss in losses}
    is_passed = is_passed or any(loss.is_passed for loss in losses)
    return Loss(class_name, objects, is_passed, generated.pop() if len(generated) == 1 else "")


def bare_class(type_: Type | None) -> str:
    """``BpfObject`` or ``Btf`` if *type_* is one of these, without an identity; else empty."""
    declared = declared_instance(type_)
    full = declared.type.fullname if declared and not objects_of(declared) else ""
    bare = (fullnames.BPF_OBJECT, fullnames.BTF, fullnames.TINYBPF_OBJECT)
    known = full in bare or fullnames.is_tinybpfs(full, _BPF_OBJECT)
    return full.rpartition(".")[2] if known else ""


def _generated_class(node: SymbolNode | None) -> str:
    """The full name of the class ``Object``, if it is in the annotation of *node*; else empty."""
    type_ = get_proper_type(node.type) if isinstance(node, Var | FuncDef) else None
    declared = declared_instance(type_.ret_type if isinstance(type_, CallableType) else type_)
    bases = declared.type.mro if declared else []
    is_generated = any(base.fullname == fullnames.STUB_OBJECT for base in bases)
    return declared.type.fullname if declared and is_generated else ""


def _results(function: FuncDef) -> Iterator[Expression]:
    """The expressions that *function* returns, or yields in a statement such as ``yield obj``."""
    for statement in syntax_tree.scope_statements(function.body.body):
        found = statement.expr if isinstance(statement, ReturnStmt | ExpressionStmt) else None
        if isinstance(statement, ExpressionStmt):
            found = found.expr if isinstance(found, YieldExpr) else None
        if found:
            yield found
