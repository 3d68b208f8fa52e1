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

from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

from mypy.nodes import (
    ARG_NAMED,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    ArgKind,
    CallExpr,
    ClassDef,
    Decorator,
    DictExpr,
    EllipsisExpr,
    Expression,
    ExpressionStmt,
    FuncDef,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    StarExpr,
    StrExpr,
    SuperExpr,
    SymbolNode,
    TupleExpr,
    TypeInfo,
    Var,
)
from mypy.types import Instance, NoneType, Type, UnionType, get_proper_type

from . import syntax_tree
from .assignment_targets import targets
from .assignments import assignments_and_to_self
from .module_index import bindings_of, calls_of, functions_of, lambda_parameters_of, module_index
from .references import class_of_self, declared_type, referenced_node

FindClass: TypeAlias = Callable[[Expression], TypeInfo | None]
"""Returns the class of which an expression is an instance; None if unknown."""

_CONSTRUCTORS = ("__init__", "__new__")

_MOST_STEPS = 5
"""How many variables the plugin follows to the class of an object before it gives up."""

_Argument: TypeAlias = tuple[Expression, ArgKind, str | None]
"""An argument of a call, its kind, and the name before ``=``, if any."""

_PACKAGES = frozenset({"asyncio", "concurrent", "functools", "multiprocessing", "threading"})
"""Packages with functions and classes that call another function."""

_PARTIAL = "partial"

_MORE = EllipsisExpr()
"""Stands for the arguments that calls of ``partial(show, obj)`` add."""

_PASS_ON = {_PARTIAL: 0, "submit": 0, "to_thread": 0, "run_in_executor": 1}
"""Functions that call another function, and how many arguments they have before that function.

The arguments after the function are its own.
"""

_MAYBE = -1
"""Stands for a number of parameters if the source does not show which function a call calls."""


def passed_values(tree: MypyFile, parameter: Var) -> list[Expression | None]:
    """The values of *parameter*: those that the calls in *tree* pass, and those assigned to it.

    If there is no call, the default counts. A field of a dataclass or NamedTuple is a parameter,
    too. A value is None if the source does not show it, as in ``show(*arguments)``. It is also None
    for ``tool.show(obj)`` if the class of ``tool`` is unknown.

    A call that passes the function on with its arguments, such as ``pool.submit(show, obj)`` or
    ``partial(show, obj)``, counts as a call of the function.
    """
    assigned = [] if parameter.info else list(_assigned_to_parameter(tree, parameter))
    of_lambdas = lambda_parameters_of(tree)

    def find_class(expression: Expression) -> TypeInfo | None:
        # mypy infers the type of a lambda's parameter when it checks the lambda. The plugin may
        # see the type in one mode and not in another. So it never uses this type.
        return None if _uses(expression, of_lambdas) else class_of(expression, tree)

    calls = [
        (call, each)
        for call in calls_of(tree)
        for each in (call, _passed_on(call, find_class))
        if each
    ]
    found: list[tuple[int, int, Expression | None]] = []
    for function, position in _functions_with(tree, parameter):
        default = function.arguments[position].initializer
        before = len(found)
        for call, each in calls:
            values = _passed(each, function, position, tree, find_class)
            known = [_without_parameters(value, of_lambdas) for value in values]
            found += [(call.line, call.column, value) for value in known]
        if len(found) == before and not parameter.info and (default or assigned):
            # map(function, objects): other code calls it.
            found.append((0, 0, None if _is_named(tree, function) else default))
    return [*assigned, *(value for _, _, value in sorted(found, key=lambda each: each[:2]))]


def _without_parameters(
    value: Expression | None, of_lambdas: dict[Var, Expression | None]
) -> Expression | None:
    """*value*, or the default of the parameter of a lambda that it names.

    The result is None if it depends on another parameter of a lambda.
    """
    if isinstance(value, NameExpr) and isinstance(value.node, Var):
        value = of_lambdas.get(value.node, value)  # lambda data, obj=obj: show(obj, data)
    return None if value and _uses(value, of_lambdas) else value


def _uses(expression: Expression, variables: Collection[SymbolNode | None]) -> bool:
    """Whether *expression* contains the name of one of *variables*."""
    if not variables:  # the usual case
        return False
    names = syntax_tree.nodes_in(syntax_tree.Scope(None, [ExpressionStmt(expression)]), {NameExpr})
    return any(isinstance(name, NameExpr) and name.node in variables for name in names)


def _passed(
    call: CallExpr, function: FuncDef, position: int, tree: MypyFile, find_class: FindClass
) -> Iterator[Expression | None]:
    """The value of a parameter in *call* if it calls *function*; None if unknown."""
    skipped = _parameters_before_arguments(call, function, tree, find_class)
    if skipped is None or position < skipped:
        return
    value = None
    parameter = function.arguments[position]
    if skipped != _MAYBE and not parameter.kind.is_star():
        # Positional arguments cannot reach a parameter after ``*``.
        at = len(call.args) if parameter.kind.is_named() else position - skipped
        is_complete = not any(kind.is_star() for kind in call.arg_kinds)
        passed = syntax_tree.explicit_argument(call, parameter.variable.name, at)
        value = passed or (parameter.initializer if is_complete else None)
    # For mypy, the default of a field is ``...``. The field itself has its value.
    is_default_of_field = isinstance(value, EllipsisExpr)
    # def show(obj: BpfObject) -> None: show(obj)
    is_parameter = isinstance(value, NameExpr) and value.node is parameter.variable
    if not is_default_of_field and not is_parameter:
        yield value


def _passed_on(call: CallExpr, find_class: FindClass) -> CallExpr | None:
    """The call ``show(obj)`` that ``pool.submit(show, obj)`` leads to; None for other calls.

    ``Thread(target=show, args=(obj,), kwargs={"count": 1})`` has the arguments in a tuple and a
    dictionary. The result of ``partial(show, obj)`` may get more arguments, see `_MORE`.
    """
    callee = call.callee
    if not isinstance(callee, NameExpr | MemberExpr):
        return None
    called = definition(callee, find_class)
    if called and called.fullname.partition(".")[0] not in _PACKAGES:
        return None
    name = called.name if called else callee.name  # from functools import partial as bind
    before = _PASS_ON.get(name)
    if before is None:
        if not isinstance(called, TypeInfo) or "target" not in call.arg_names:
            return None
        named = dict(zip(call.arg_names, call.args, strict=True))  # Thread
        arguments = [*_positional(named.get("args")), *_named(named.get("kwargs"))]
        return _call(named["target"], arguments)
    if call.arg_kinds[: before + 1] != [ARG_POS] * (before + 1):
        return None
    given = list(zip(call.args, call.arg_kinds, call.arg_names, strict=True))[before + 1 :]
    if name == _PARTIAL:
        given.append((_MORE, ARG_STAR2, None))
    return _call(call.args[before], given)


def _call(callee: Expression, arguments: list[_Argument]) -> CallExpr:
    values, kinds, names = zip(*arguments, strict=True) if arguments else ((), (), ())
    return CallExpr(callee, list(values), list(kinds), list(names))


def _positional(items: Expression | None) -> Iterator[_Argument]:
    """The arguments in the tuple or list *items*."""
    if isinstance(items, TupleExpr | ListExpr):
        for item in items.items:
            yield item, ARG_STAR if isinstance(item, StarExpr) else ARG_POS, None
    elif items:
        yield items, ARG_STAR, None


def _named(items: Expression | None) -> Iterator[_Argument]:
    """The arguments in the dictionary *items*."""
    pairs = items.items if isinstance(items, DictExpr) else [(None, items)] if items else []
    for key, value in pairs:
        name = key.value if isinstance(key, StrExpr) else None
        yield value, ARG_STAR2 if name is None else ARG_NAMED, name


def _is_named(tree: MypyFile, function: FuncDef) -> bool:
    """Whether *tree* contains the name of *function*, apart from its definition."""
    return any(
        isinstance(node, NameExpr | MemberExpr) and node.name == function.name
        for scope in syntax_tree.scopes(tree.defs)
        for node in syntax_tree.nodes_in_lambdas_too(scope, {NameExpr, MemberExpr})
    )


def _assigned_to_parameter(tree: MypyFile, parameter: Var) -> Iterator[Expression | None]:
    """The values that a function assigns to its *parameter*; None for each unknown value."""
    for _, statement in bindings_of(tree, parameter.name):
        for target, assigned in targets(statement):
            if isinstance(target, NameExpr) and target.node is parameter:
                yield None if assigned.entered else assigned.value


def class_of(expression: Expression, tree: MypyFile, seen: tuple[Var, ...] = ()) -> TypeInfo | None:
    """The class of which *expression* is an instance; None if the source does not show it.

    Args:
        expression: an expression.
        tree: the module that contains *expression*.
        seen: the variables that led to *expression*.
    """
    if isinstance(expression, CallExpr):
        return _called_class(expression.callee, tree)
    self_class = class_of_self(expression, tree)
    variable = None if self_class else definition(expression, lambda e: class_of(e, tree, seen))
    if not isinstance(variable, Var) or variable in seen or len(seen) > _MOST_STEPS:
        return self_class
    type_ = declared_type(variable)
    if type_ is not None:  # def main(tool: Tool): ...
        declared = declared_instance(type_)
        return declared.type if declared else None
    classes: set[TypeInfo] = set()
    for each in assignments_and_to_self(tree, variable):  # tool = Tool()
        value = None if each.entered else each.value
        found = class_of(value, tree, (*seen, variable)) if value else None
        if found is None:
            return None
        classes.add(found)
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
    """The functions that have *parameter*, with its position.

    For a field of a dataclass, these are the generated ``__init__`` of the class and of the classes
    derived from it in this module. A NamedTuple has a generated ``__new__`` instead.
    """
    for function in functions_of(tree):
        for position, argument in enumerate(function.arguments):
            if argument.variable is parameter:
                yield function, position
    for class_ in classes_with(tree, parameter):
        for name in _CONSTRUCTORS:
            symbol = class_.names.get(name)
            if symbol and symbol.plugin_generated and isinstance(symbol.node, FuncDef):
                for position, argument in enumerate(symbol.node.arguments):
                    if argument.variable.name == parameter.name:
                        yield symbol.node, position


def classes_with(tree: MypyFile, attribute: Var | FuncDef) -> Iterator[TypeInfo]:
    """The classes of *tree* that have *attribute*: the one that defines it, and derived classes.

    There are none if *attribute* is no attribute or method of a class.
    """
    for scope in module_index(tree).scopes if attribute.info else ():
        for statement in scope.statements:
            info = statement.info if isinstance(statement, ClassDef) else None
            if info and attribute.info in info.mro:
                yield info


def _parameters_before_arguments(
    call: CallExpr, function: FuncDef, tree: MypyFile, find_class: FindClass
) -> int | None:
    """The number of parameters that Python passes itself: 1 for ``self``, otherwise 0.

    The result is None if *call* does not call *function*, and `_MAYBE` if this is unknown.
    """
    callee = call.callee
    node = callee.node if isinstance(callee, RefExpr) else None
    if function in (node, _function(node)):  # show(obj)
        return 0
    class_ = _called_class(callee, tree)
    if class_:
        return 1 if function in [_method(class_, name) for name in _CONSTRUCTORS] else None
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
        class_ = find_class(callee.expr)
        if node is None and _may_be_instance(class_, function.info):
            return _MAYBE
    return int(is_bound) if class_ and _method(class_, callee.name) is function else None


def _may_be_instance(known: TypeInfo | None, class_: TypeInfo) -> bool:
    """Whether an object may be an instance of *class_*, but the source does not show it.

    Args:
        known: the class of the object, as far as the source shows it; None if unknown.
        class_: the class; false for a function that is no method.
    """
    if not class_ or known is class_:
        return False
    return known is None or known.is_protocol or known in class_.mro


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
