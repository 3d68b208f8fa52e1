"""Where a module gives a name its values.

mypy tells the type of a name, and not its value. The plugin reads the value from the syntax tree of
the module that is being checked; those of other modules are gone by then, or would be missing in
an incremental run, so that names of other modules are known by their types alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

from mypy.nodes import (
    AssignmentExpr,
    AssignmentStmt,
    CallExpr,
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
    ImportBase,
    ImportFrom,
    IndexExpr,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    NonlocalDecl,
    OperatorAssignmentStmt,
    OverloadedFuncDef,
    RefExpr,
    ReturnStmt,
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

Target: TypeAlias = tuple[Node, Assigned]
"""What is assigned to, and how: a name, an attribute, an item, or the variable of a parameter."""


def assignments(tree: MypyFile, node: Var) -> list[Assigned]:
    """Every place in *tree* that gives the variable *node* a value, functions included.

    There is none for a parameter, to which callers give values, and for the variable of another
    module. What other modules assign to one of this module is not seen.
    """
    scopes, places = _index(tree)
    if node.name not in places or not _is_of(node, tree):
        return []
    found_at = [*places[node.name], *places.get(_ANY, ())]
    declared = [
        scope for scope, statement in found_at if isinstance(statement, GlobalDecl | NonlocalDecl)
    ]
    visible = list(chain.from_iterable(map(targets, {s: None for _, s in found_at})))
    if any(target is node for target, _ in visible):
        return []
    # A walrus assigns in its own scope, which is one of these unless another one assigns as well.
    others = declared or node.info or any(isinstance(target, MemberExpr) for target, _ in visible)
    at_home = {scope: None for scope, _ in found_at}
    hidden = (scope.hidden for scope in (scopes if others else at_home))
    found = [
        given for target, how in chain(visible, *hidden) for given in _assigned(target, how, node)
    ]
    if any(isinstance(scope.owner, ClassDef) for scope in declared):
        found.append(_UNKNOWN)  # mypy takes what is assigned there for an attribute
    return found


def statements_about(tree: MypyFile, name: str) -> list[tuple[Statement | None, Statement]]:
    """The statements of *tree* that assign to what is called *name*, and whose scope each is of."""
    return [(scope.owner, statement) for scope, statement in _index(tree)[1].get(name, ())]


def may_change(tree: MypyFile, node: SymbolNode, definition: ClassDef | None = None) -> bool | None:
    """Whether the list that *node* holds may get other items in *tree*: it is not only read.

    None where that cannot be told yet, since names are not bound.

    Args:
        tree: where to look.
        node: the variable.
        definition: of the class in whose body alone it matters.
    """
    scopes = [scope for scope in _index(tree)[0] if not definition or scope.owner is definition]
    used = [one for scope in scopes for one in scope.handed if one.name == node.name]
    if any(one.node is node for one in used):
        return True
    return None if any(isinstance(one, NameExpr) and one.node is None for one in used) else False


def _assigned(target: Node, how: Assigned, node: Var) -> list[Assigned]:
    """What assigning to *target* gives *node*, if anything."""
    if isinstance(target, NameExpr):
        return [how] if target.node is node else []
    if not isinstance(target, MemberExpr) or target.name != node.name:
        return []
    is_ = owned(target)
    if is_ or not node.info:
        return [how] if is_ is node else []
    # An attribute of something that is not followed; one of ``self`` is the instance's alone.
    owner = target.expr.node if isinstance(target.expr, NameExpr) else None
    return [] if isinstance(owner, Var) and owner.is_self else [_UNKNOWN]


def _is_of(node: Var, tree: MypyFile) -> bool:
    """Whether *node* is a variable of *tree*, or of a function or class there."""
    module = node.info.module_name if node.info else node.fullname.rpartition(".")[0]
    return module in ("", tree.fullname)


class _Scope:
    """A scope whose statements were looked at, and whose expressions will be if need be.

    Args:
        scope: in the tree.
    """

    def __init__(self, scope: syntax.Scope) -> None:
        self.owner = scope.owner
        self._scope = scope

    @cached_property
    def hidden(self) -> list[Target]:
        """Targets in expressions and patterns, for which one has to look at every one of them."""
        return [target for node in syntax.parts(self._scope, _HIDING) for target in _inside(node)]

    @cached_property
    def handed(self) -> list[NameExpr | MemberExpr]:
        """What has a method called, is indexed, is passed on, or gets another name."""
        found: list[Expression] = []
        for node in syntax.parts(self._scope, _HANDING):
            match node:
                case MemberExpr():
                    found.append(node.expr)
                case IndexExpr():
                    found.append(node.base)
                case CallExpr():
                    found += node.args
                case AssignmentStmt():
                    lvalues = [t for t in node.lvalues if isinstance(t, NameExpr | MemberExpr)]
                    if all(lvalue.name != "_fields_" for lvalue in lvalues):
                        found.append(node.rvalue)
                case ReturnStmt(expr=Expression() as expression):
                    found.append(expression)
        return [one for one in found if isinstance(one, NameExpr | MemberExpr)]


_HANDING = frozenset({MemberExpr, IndexExpr, CallExpr, AssignmentStmt, ReturnStmt})

_Index: TypeAlias = tuple[list[_Scope], dict[str, list[tuple[_Scope, Statement]]]]
"""The scopes of a module, and the statements that name names, by the last part of each name."""

_KEPT = 16
"""Of how many modules the index is kept: mypy goes from one to the next, cycles aside."""

_indices: dict[MypyFile, tuple[list[Statement], _Index]] = {}


def _index(tree: MypyFile) -> _Index:
    known = _indices.pop(tree, None)
    # The daemon gives a module that is parsed again another list, and keeps the module.
    if known is None or known[0] is not tree.defs:
        known = tree.defs, _made(tree.defs)
    _indices[tree] = known  # the last one used is the last one to go
    if len(_indices) > _KEPT:
        del _indices[next(iter(_indices))]
    return known[1]


def _made(body: list[Statement]) -> _Index:
    scopes: list[_Scope] = []
    places: dict[str, list[tuple[_Scope, Statement]]] = defaultdict(list)
    for found in syntax.scopes(body):
        scope = _Scope(found)
        scopes.append(scope)
        for statement in found.statements:
            if type(statement) in _NAMING:
                for name in _names(statement):
                    places[name].append((scope, statement))
    return scopes, places


_NAMED = NameExpr | MemberExpr | Var

_ANY = "*"
"""The name under which the index has statements that may be about any."""


def _names(statement: Statement) -> list[str]:
    """The last parts of the names that *statement* assigns to, or says that others may."""
    match statement:
        case GlobalDecl() | NonlocalDecl():
            return statement.names
        case Import():
            return [other or name.partition(".")[0] for name, other in statement.ids]
        case ImportFrom():
            return [other or name for name, other in statement.names]
        case ImportAll():
            return [_ANY]
    return [target.name for target, _ in targets(statement) if isinstance(target, _NAMED)]


def targets(statement: Statement) -> Iterator[Target]:
    """What *statement* itself assigns to."""
    giving = _GIVING.get(type(statement))
    for target, found in giving(statement) if giving else ():
        for part in _unpacked(target):
            yield part, found if part is target else _UNKNOWN


def _given(statement: AssignmentStmt) -> list[Target]:
    if isinstance(statement.rvalue, TempNode):  # of ``name: type`` alone
        return []
    return [(target, Assigned(statement.rvalue)) for target in statement.lvalues]


def _entered(statement: WithStmt) -> list[Target]:
    pairs = zip(statement.target, statement.expr, strict=True)
    return [(target, Assigned(value, entered=True)) for target, value in pairs if target]


def _parameters(statement: Statement) -> list[Target]:
    return [
        (argument.variable, _UNKNOWN)
        for function in syntax.functions(statement)
        for argument in function.arguments
    ]


def _imported_over(statement: ImportBase) -> list[Target]:
    """The names that had a value before: those that mypy has found so far."""
    lvalues = chain.from_iterable(assignment.lvalues for assignment in statement.assignments)
    return [(lvalue, _UNKNOWN) for lvalue in lvalues]


_GIVING: dict[type[Statement], Callable[[Any], list[Target]]] = {
    AssignmentStmt: _given,
    OperatorAssignmentStmt: lambda s: [(s.lvalue, _UNKNOWN)],
    ForStmt: lambda s: [(s.index, _UNKNOWN)],
    WithStmt: _entered,
    TryStmt: lambda s: [(caught, _UNKNOWN) for caught in s.vars if caught],
    DelStmt: lambda s: [(s.expr, _UNKNOWN)],
    Import: _imported_over,
    ImportFrom: _imported_over,
    ImportAll: _imported_over,
    FuncDef: _parameters,
    Decorator: _parameters,
    OverloadedFuncDef: _parameters,
}
"""Gives what a statement assigns to, not unpacked."""

_NAMING = _GIVING.keys() | {GlobalDecl, NonlocalDecl}


def _unpacked(lvalue: Node) -> Iterator[Node]:
    """*lvalue* itself, or the names that a value is unpacked to."""
    if isinstance(lvalue, StarExpr):
        yield from _unpacked(lvalue.expr)
    elif isinstance(lvalue, TupleExpr | ListExpr):
        for item in lvalue.items:
            yield from _unpacked(item)
    else:
        yield lvalue


_HIDING = frozenset(
    {
        *(AssignmentExpr, GeneratorExpr, DictionaryComprehension),
        *(AsPattern, MappingPattern, StarredPattern),
    }
)


def _inside(node: Node) -> list[Target]:
    """What *node*, an expression or a pattern, itself assigns to."""
    match node:
        case AssignmentExpr():
            return [(node.target, Assigned(node.value))]
        case AsPattern(name=NameExpr() as name) | MappingPattern(rest=NameExpr() as name):
            return [(name, _UNKNOWN)]
        case StarredPattern(capture=NameExpr() as name):
            return [(name, _UNKNOWN)]
        case GeneratorExpr() | DictionaryComprehension():
            # Names are its own, attributes are not.
            parts = chain.from_iterable(map(_unpacked, node.indices))
            return [(part, _UNKNOWN) for part in parts if isinstance(part, MemberExpr)]
    return []


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
