"""Where a module gives a name its values.

mypy tells the type of a name, and not its value. The plugin reads the value from the syntax tree of
the module that is being checked; those of other modules are gone by then, or would be missing in
an incremental run, so that names of other modules are known by their types alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

from mypy.nodes import (
    AssignmentExpr,
    AssignmentStmt,
    CallExpr,
    DelStmt,
    Expression,
    ForStmt,
    GlobalDecl,
    Import,
    ImportFrom,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    NonlocalDecl,
    OperatorAssignmentStmt,
    RefExpr,
    StarExpr,
    Statement,
    SymbolNode,
    TempNode,
    TupleExpr,
    TypeInfo,
    WithStmt,
)
from mypy.patterns import AsPattern, MappingPattern, StarredPattern

from btf_typing._typing import NamedTuple

from . import syntax


class Assigned(NamedTuple):
    """One place that gives a name a value.

    Attributes:
        value: the expression; None where the value is a part of something, or comes from a loop.
        entered: a context manager's, so that the value is what entering it gives.
    """

    value: Expression | None
    entered: bool = False


_UNKNOWN = Assigned(None)

_Target: TypeAlias = tuple[Expression, Assigned]
"""What is assigned to, and how."""


def assignments(tree: MypyFile, node: SymbolNode) -> list[Assigned]:
    """Every place in *tree* that gives the variable *node* a value, functions included."""
    places = _index(tree).get(node.name, ())
    targets = [
        *chain.from_iterable(map(_targets, {statement: None for _, statement in places})),
        *chain.from_iterable(scope.hidden for scope in {scope: None for scope, _ in places}),
    ]
    return [found for target, found in targets if _is(target, node)]


class _Scope:
    """A scope that has statements which assign to names, or say that others may.

    Args:
        statements: of it, those in blocks too.
    """

    def __init__(self, statements: list[Statement]) -> None:
        self._statements = statements

    @cached_property
    def hidden(self) -> list[_Target]:
        """Targets in expressions and patterns, for which one has to look at every one of them."""
        found = syntax.parts(self._statements, _HIDING)
        return [target for node in found for target in _inside(node)]


_Index: TypeAlias = dict[str, list[tuple[_Scope, Statement]]]

_KEPT = 16
"""Of how many modules the index is kept: mypy goes from one to the next, cycles aside."""

_indices: dict[MypyFile, tuple[list[Statement], _Index]] = {}


def _index(tree: MypyFile) -> _Index:
    """The statements of *tree* that give names values, by the last part of each name."""
    known = _indices.pop(tree, None)
    # The daemon gives a module that is parsed again another list, and keeps the module.
    if known is None or known[0] is not tree.defs:
        index: _Index = defaultdict(list)
        for statements in syntax.scopes(tree.defs):
            scope = _Scope(statements)
            for statement in statements:
                about = _ABOUT.get(type(statement))
                for name in about(statement) if about else ():
                    index[name].append((scope, statement))
        known = tree.defs, index
    _indices[tree] = known  # the last one used is the last one to go
    if len(_indices) > _KEPT:
        del _indices[next(iter(_indices))]
    return known[1]


def _names(targets: Iterable[Expression | None]) -> list[str]:
    """The last parts of the names among *targets*."""
    found = []
    for target in targets:
        if isinstance(target, NameExpr | MemberExpr):
            found.append(target.name)
        elif target is not None:
            parts = [part for part, _ in _unpacked(target, _UNKNOWN) if part is not target]
            found += _names(parts)
    return found


_ABOUT: dict[type[Statement], Callable[[Any], list[str]]] = {
    AssignmentStmt: lambda s: _names(s.lvalues),
    OperatorAssignmentStmt: lambda s: _names([s.lvalue]),
    ForStmt: lambda s: _names([s.index]),
    WithStmt: lambda s: _names(s.target),
    DelStmt: lambda s: _names([s.expr]),
    GlobalDecl: lambda s: s.names,
    NonlocalDecl: lambda s: s.names,
}
"""Gives the last parts of the names that a statement assigns to, or says that others may."""


def _targets(statement: Statement) -> Iterator[_Target]:
    """What *statement* assigns to."""
    match statement:
        # ``name: type`` alone has a TempNode for its value.
        case AssignmentStmt() if not isinstance(statement.rvalue, TempNode):
            for target in statement.lvalues:
                yield from _unpacked(target, Assigned(statement.rvalue))
        case OperatorAssignmentStmt():
            yield statement.lvalue, _UNKNOWN
        case ForStmt():
            yield from _unpacked(statement.index, _UNKNOWN)
        case WithStmt():
            for expression, entered in zip(statement.expr, statement.target, strict=True):
                if entered is not None:
                    yield from _unpacked(entered, Assigned(expression, entered=True))
        case DelStmt():
            yield from _unpacked(statement.expr, _UNKNOWN)


def _unpacked(target: Expression, found: Assigned) -> Iterator[_Target]:
    """*target* itself, or the names that a value is unpacked to."""
    if isinstance(target, StarExpr):
        target = target.expr
    if isinstance(target, TupleExpr | ListExpr):
        for item in target.items:
            yield from _unpacked(item, _UNKNOWN)
    else:
        yield target, found


_HIDING = frozenset({AssignmentExpr, AsPattern, MappingPattern, StarredPattern})


def _inside(node: Node) -> list[_Target]:
    """What *node*, an expression or a pattern, itself assigns to."""
    match node:
        case AssignmentExpr():
            return [(node.target, Assigned(node.value))]
        case AsPattern(name=NameExpr() as name) | MappingPattern(rest=NameExpr() as name):
            return [(name, _UNKNOWN)]
        case StarredPattern(capture=NameExpr() as name):
            return [(name, _UNKNOWN)]
    return []


def _is(target: Expression, node: SymbolNode) -> bool:
    if isinstance(target, MemberExpr):
        return owned(target) is node
    return isinstance(target, NameExpr) and target.node is node


def imported(tree: MypyFile) -> set[str]:
    """The modules that *tree* names in its imports."""
    found: set[str] = set()
    for statement in tree.imports:
        if isinstance(statement, Import):
            found.update(name for name, _ in statement.ids)
        elif isinstance(statement, ImportFrom) and not statement.relative:
            found.add(statement.id)
            found.update(f"{statement.id}.{name}" for name, _ in statement.names)
    return found


def owned(expression: MemberExpr) -> SymbolNode | None:
    """What *expression* is: a name of a module, or an attribute of a class that is named."""
    owner = expression.expr.node if isinstance(expression.expr, RefExpr) else None
    if expression.node is None and isinstance(owner, TypeInfo):
        symbol = owner.get(expression.name)
        return symbol.node if symbol else None
    return expression.node


def callee_name(call: CallExpr) -> str:
    """The full name of the function, class or method that is called; empty where unknown."""
    callee = call.callee
    if isinstance(callee, MemberExpr) and not callee.fullname:
        node = owned(callee)
        return node.fullname if node else ""
    return callee.fullname if isinstance(callee, RefExpr) else ""
