"""The targets of one statement, expression or pattern, and the values that it assigns to them.

A target is anything that gets a value. The right column lists the targets of each statement::

    path = "a.bpf.o"                      path
    first, (second, *rest) = values       first, second, rest
    with open("a") as file:               file
    for each in values:                   each
    while (line := read()):               line, which is nested in an expression
    match value:
        case {"path": path, **rest}:      path and rest, which are nested in patterns
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any, TypeAlias

from mypy.nodes import (
    AssignmentExpr,
    AssignmentStmt,
    ClassDef,
    Decorator,
    DelStmt,
    DictionaryComprehension,
    Expression,
    ForStmt,
    FuncDef,
    GeneratorExpr,
    GlobalDecl,
    Import,
    ImportAll,
    ImportFrom,
    ListExpr,
    MemberExpr,
    NameExpr,
    Node,
    NonlocalDecl,
    OperatorAssignmentStmt,
    OverloadedFuncDef,
    StarExpr,
    Statement,
    SymbolNode,
    TempNode,
    TryStmt,
    TupleExpr,
    TypeInfo,
    Var,
    WithStmt,
)
from mypy.patterns import AsPattern, MappingPattern, StarredPattern

from btf_typing.mypy_support import NamedTuple

from . import syntax_tree


class Assignment(NamedTuple):
    """One value that a variable gets.

    Attributes:
        value: the expression that is assigned; None if the source contains no such expression, as
            in ``for x in values`` or ``x, y = pair``.
        entered: True for ``with value as x``. The variable gets the result of ``__enter__``, and
            not *value* itself.
        iterable: the expression ``values`` in ``for x in values``; None for all other targets.
        unpacked: the expression ``pair`` in ``x, y = pair`` and ``with pair as (x, y)``; None for
            all other targets.
        positions: where the variable is in *unpacked*, or in each element of *iterable*: ``(0,)``
            for ``x``, and ``(1, 0)`` for ``y``, in ``for x, (y, z) in values``. It is () if the
            variable gets the whole element, and None if the source does not show it, as for ``y``
            in ``for *x, y in values``.
    """

    value: Expression | None
    entered: bool = False
    iterable: Expression | None = None
    unpacked: Expression | None = None
    positions: tuple[int, ...] | None = ()


UNKNOWN = Assignment(None)
"""An assignment whose value the source does not show, as in ``except Error as x``."""

Target: TypeAlias = tuple[Node, Assignment]
"""A target and the value that is assigned to it.

The node is a name, an attribute, an index expression, or the variable of a function's parameter.
"""


def targets(statement: Statement) -> list[Target]:
    """The targets of *statement*, without those nested in its expressions and patterns."""
    target_nodes = _TARGET_NODES.get(type(statement))
    nodes = target_nodes(statement) if target_nodes else ()
    assigned: Iterable[Assignment] = repeat(UNKNOWN)
    match statement:
        case AssignmentStmt(rvalue=TempNode()):  # x: str
            nodes = ()
        case AssignmentStmt():  # x = y = value
            assigned = repeat(Assignment(statement.rvalue))
        case WithStmt():  # with value as x, other as y:
            assigned = [Assignment(value, entered=True) for value in statement.expr]
        case ForStmt():  # for x in values:
            assigned = repeat(Assignment(None, iterable=statement.expr))
    # zip() is not strict, because repeat() never ends.
    pairs = zip(nodes, assigned, strict=False)
    return [target for node, value in pairs if node for target in _unpack(node, value)]


def _unpack(node: Node, assigned: Assignment = UNKNOWN) -> Iterator[Target]:
    """The targets in *node*, which may be a tuple or list of targets."""
    match node:
        case StarExpr():  # *x, as in "first, *x = values"
            yield from _unpack(node.expr)
        case TupleExpr() | ListExpr():
            values: Iterable[Assignment] = repeat(UNKNOWN)
            parallel = _parallel_values(node, assigned)
            if parallel:  # x, y = 1, 2
                values = [Assignment(value) for value in parallel]
            elif assigned.value:  # x, y = pair
                values = _parts(node, Assignment(None, unpacked=assigned.value))
            elif assigned.iterable or assigned.unpacked:  # for x, y in values:
                values = _parts(node, assigned)
            for item, value in zip(node.items, values, strict=False):  # x, y = values
                yield from _unpack(item, value)
        case _:  # x = value
            yield node, assigned


def _parallel_values(node: TupleExpr | ListExpr, assigned: Assignment) -> list[Expression]:
    """The value of each target in *node*, as in ``x, y = 1, 2``.

    The list is empty if the source does not show one value for each target, as in ``x, y = pair``.
    """
    value = assigned.value
    if assigned.entered or not isinstance(value, TupleExpr | ListExpr):
        return []
    starred = any(isinstance(item, StarExpr) for item in (*node.items, *value.items))
    return value.items if not starred and len(node.items) == len(value.items) else []


def _parts(node: TupleExpr | ListExpr, assigned: Assignment) -> Iterator[Assignment]:
    """What each target in *node* gets, as in ``x, y = pair`` and ``for x, y in values``.

    Args:
        node: the targets.
        assigned: what they get together.
    """
    positions = assigned.positions
    for position, item in enumerate(node.items):
        if isinstance(item, StarExpr):
            positions = None
        yield assigned._replace(positions=None if positions is None else (*positions, position))


def _names_before_star_import(statement: ImportAll) -> list[Node]:
    """The names that ``from module import *`` binds although they already have a definition.

    mypy lists these names in the statement.
    """
    return [lvalue for assignment in statement.assignments for lvalue in assignment.lvalues]


def _parameters(statement: Statement) -> list[Node]:
    functions = syntax_tree.functions(statement)
    return [argument.variable for function in functions for argument in function.arguments]


_TARGET_NODES: dict[type[Statement], Callable[[Any], Sequence[Node | None]]] = {
    AssignmentStmt: lambda s: s.lvalues,  # x = value
    OperatorAssignmentStmt: lambda s: (s.lvalue,),  # x += value
    ForStmt: lambda s: (s.index,),  # for x in values:
    WithStmt: lambda s: s.target,  # with value as x:
    TryStmt: lambda s: s.vars,  # except Error as x:
    DelStmt: lambda s: (s.expr,),  # del x
    ImportAll: _names_before_star_import,  # from module import *
    FuncDef: lambda s: [argument.variable for argument in s.arguments],  # def f(x):
    Decorator: _parameters,
    OverloadedFuncDef: _parameters,
}
"""For each kind of statement, a function that returns its targets. A tuple counts as one target."""

NESTED_KINDS = frozenset(
    {
        *(AssignmentExpr, GeneratorExpr, DictionaryComprehension),
        *(AsPattern, MappingPattern, StarredPattern),
    }
)
"""The kinds of expressions and patterns that have targets; see `nested_targets`."""


def nested_targets(node: Node) -> list[Target]:
    """The targets of *node*, an expression or a pattern, without those nested deeper in it."""
    match node:
        case AssignmentExpr():  # (x := value)
            return [(node.target, Assignment(node.value))]
        case AsPattern(name=NameExpr() as name):  # "case x:" or "case str() as x:"
            return [(name, UNKNOWN)]
        case MappingPattern(rest=NameExpr() as name):  # case {"key": 1, **x}:
            return [(name, UNKNOWN)]
        case StarredPattern(capture=NameExpr() as name):  # case [1, *x]:
            return [(name, UNKNOWN)]
        case GeneratorExpr() | DictionaryComprehension():  # [0 for x in values]
            pairs = zip(node.indices, node.sequences, strict=True)
            found = (_unpack(index, Assignment(None, iterable=values)) for index, values in pairs)
            return list(chain.from_iterable(found))
    return []


def defines(statement: Statement, node: SymbolNode | None) -> bool:
    """Whether *statement* itself defines *node*, which is a class or a variable."""
    if isinstance(node, TypeInfo) and statement is node.defn:  # class Event(Structure): ...
        return True
    return any(
        isinstance(target, NameExpr) and target.node is node for target, _ in targets(statement)
    )


_NAMED = frozenset({NameExpr, MemberExpr, Var})


def last_names(nodes: Sequence[Node | None]) -> list[str]:
    """The last part of each name in the targets *nodes*: ``a`` of ``a``, ``b`` of ``a.b``."""
    found = [node for node in nodes if node]
    if not all(type(node) in _NAMED for node in found):
        found = [part for node in found for part, _ in _unpack(node) if type(part) in _NAMED]
    named: list[Any] = found
    return [node.name for node in named]


def _names_of_targets(
    target_nodes: Callable[[Any], Sequence[Node | None]],
) -> Callable[[Any], list[str]]:
    return lambda statement: last_names(target_nodes(statement))


ANY_NAME = "*"
"""Stands for every name: the result of `bound_names` for ``from module import *``."""

_BOUND_NAMES: dict[type[Statement], Callable[[Any], list[str]]] = {
    **{kind: _names_of_targets(target_nodes) for kind, target_nodes in _TARGET_NODES.items()},
    FuncDef: lambda s: [s.name, *last_names(_TARGET_NODES[FuncDef](s))],
    Decorator: lambda s: [s.name, *last_names(_parameters(s))],
    OverloadedFuncDef: lambda s: [s.name, *last_names(_parameters(s))],
    ClassDef: lambda s: [s.name],
    GlobalDecl: lambda s: s.names,
    NonlocalDecl: lambda s: s.names,
    Import: lambda s: [other or name.partition(".")[0] for name, other in s.ids],
    ImportFrom: lambda s: [other or name for name, other in s.names],
    ImportAll: lambda _: [ANY_NAME],
}


def bound_names(statement: Statement) -> list[str]:
    """The last part of each name that *statement* binds or declares, without nested targets.

    The result is ``b`` for ``a.b = value``, and ``a`` for ``global a``. ``import a.b`` binds ``a``.
    """
    names = _BOUND_NAMES.get(type(statement))
    return names(statement) if names else []
