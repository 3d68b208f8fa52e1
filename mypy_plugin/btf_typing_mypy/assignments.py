"""Where a module gives a name its values.

mypy tells the type of a name, and not its value. The plugin reads the value from the syntax tree of
the module that is being checked; those of other modules are gone by then, or would be missing in
an incremental run, so that names of other modules are known by their types alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from mypy.nodes import (
    AssignmentStmt,
    Block,
    CallExpr,
    ClassDef,
    Decorator,
    DelStmt,
    Expression,
    ForStmt,
    FuncDef,
    IfStmt,
    Import,
    ImportFrom,
    ListExpr,
    MatchStmt,
    MemberExpr,
    MypyFile,
    NameExpr,
    OperatorAssignmentStmt,
    OverloadedFuncDef,
    RefExpr,
    StarExpr,
    Statement,
    SymbolNode,
    TempNode,
    TryStmt,
    TupleExpr,
    TypeInfo,
    WhileStmt,
    WithStmt,
)

from btf_typing._typing import NamedTuple


class Assigned(NamedTuple):
    """One place that gives a name a value.

    Attributes:
        value: the expression; None where the value is a part of something, or comes from a loop.
        entered: a context manager's, so that the value is what entering it gives.
    """

    value: Expression | None
    entered: bool = False


def assignments(tree: MypyFile, node: SymbolNode) -> list[Assigned]:
    """Every place in *tree* that gives the variable *node* a value, functions included."""
    return [found for target, found in _index(tree).get(node.name, ()) if _is(target, node)]


_Index: TypeAlias = dict[str, list[tuple[NameExpr | MemberExpr, Assigned]]]

_KEPT = 16
"""Of how many modules the index is kept: mypy goes from one to the next, cycles aside."""

_indices: dict[MypyFile, tuple[list[Statement], _Index]] = {}


def _index(tree: MypyFile) -> _Index:
    """The targets of all assignments in *tree*, by the last part of their names."""
    known = _indices.pop(tree, None)
    # The daemon gives a module that is parsed again another list, and keeps the module.
    if known is None or known[0] is not tree.defs:
        index: _Index = {}
        for target, found in _all(tree.defs):
            if isinstance(target, NameExpr | MemberExpr):
                index.setdefault(target.name, []).append((target, found))
        known = tree.defs, index
    _indices[tree] = known  # the last one used is the last one to go
    if len(_indices) > _KEPT:
        del _indices[next(iter(_indices))]
    return known[1]


def statements(body: Iterable[Statement], *, functions: bool = True) -> Iterator[Statement]:
    """The statements in *body* and in their blocks, however deep; classes' and functions' too."""
    for statement in body:
        yield statement
        for block in _blocks(statement, functions):
            yield from statements(block.body, functions=functions)


def _blocks(statement: Statement, functions: bool) -> Iterator[Block]:
    match statement:
        case IfStmt():
            yield from statement.body
        case TryStmt():
            yield statement.body
            yield from statement.handlers
            if statement.finally_body:
                yield statement.finally_body
        case MatchStmt():
            yield from statement.bodies
        case ForStmt() | WhileStmt() | WithStmt():
            yield statement.body
        case ClassDef() if functions:
            yield statement.defs
        case Block():
            yield statement
        case _ if functions:
            yield from _bodies(statement)
    otherwise = getattr(statement, "else_body", None)
    if otherwise:
        yield otherwise


def _bodies(statement: Statement) -> Iterator[Block]:
    """The bodies of the functions that *statement* defines."""
    match statement:
        case FuncDef():
            yield statement.body
        case Decorator():
            yield statement.func.body
        case OverloadedFuncDef():
            for item in statement.items:
                yield from _bodies(item)


def _all(body: Iterable[Statement]) -> Iterator[tuple[Expression, Assigned]]:
    """Every target of an assignment, and what it is given."""
    for statement in statements(body):
        for target, found in _assigned(statement):
            yield from _targets(target, found)


def _assigned(statement: Statement) -> Iterator[tuple[Expression, Assigned]]:
    """The targets of *statement* itself, not unpacked."""
    match statement:
        # ``name: type`` alone has a TempNode for its value.
        case AssignmentStmt() if not isinstance(statement.rvalue, TempNode):
            for target in statement.lvalues:
                yield target, Assigned(statement.rvalue)
        case OperatorAssignmentStmt():
            yield statement.lvalue, Assigned(None)
        case ForStmt():
            yield statement.index, Assigned(None)
        case WithStmt():
            for expression, entered in zip(statement.expr, statement.target, strict=True):
                if entered is not None:
                    yield entered, Assigned(expression, entered=True)
        case DelStmt():
            yield statement.expr, Assigned(None)


def _targets(target: Expression, found: Assigned) -> Iterator[tuple[Expression, Assigned]]:
    """*target* itself, or the names that a value is unpacked to."""
    if isinstance(target, StarExpr):
        target = target.expr
    if isinstance(target, TupleExpr | ListExpr):
        for item in target.items:
            yield from _targets(item, Assigned(None))
    else:
        yield target, found


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
