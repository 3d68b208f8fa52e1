"""An index of a module: its scopes, and the statements that bind each name.

The plugin builds the index of a module once and uses it many times. The index of the module below
has three entries. ``path`` leads to the assignment and the ``global`` statement, ``change`` leads
to the ``def``, and ``pid`` leads to the last statement::

    path = "a.bpf.o"

    def change():
        global path

    event.pid = 1
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice

from mypy.nodes import (
    CallExpr,
    Expression,
    FuncDef,
    IfStmt,
    LambdaExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    OpExpr,
    Statement,
    UnaryExpr,
    Var,
)

from btf_typing.mypy_support import NamedTuple

from . import syntax_tree
from .assignment_targets import NESTED_KINDS, Target, bound_names, nested_targets


class IndexedScope:
    """A scope in the index.

    Args:
        scope: the scope in the syntax tree.

    Attributes:
        owner: the class or function; None for the module.
        statements: the statements in the scope that mypy analyzes.
        run_time_statements: the statements in branches that run but that mypy does not analyze,
            such as the ``else`` of ``if TYPE_CHECKING:``.
    """

    def __init__(self, scope: syntax_tree.Scope) -> None:
        self.owner = scope.owner
        self.statements = scope.statements
        self.run_time_statements: list[Statement] = []
        self._scope = scope

    @cached_property
    def nested_targets(self) -> list[Target]:
        """The targets of assignments in expressions and patterns, such as ``x`` in ``(x := 1)``.

        They are found on demand, because the search is slow.
        """
        nodes = syntax_tree.nodes_in(self._scope, NESTED_KINDS)
        return [target for node in nodes for target in nested_targets(node)]

    @cached_property
    def calls_and_lambdas(self) -> list[Node]:
        """The calls and lambdas in the scope and in the bodies of its lambdas.

        They are found on demand, too.
        """
        return syntax_tree.nodes_in_lambdas_too(self._scope, {CallExpr, LambdaExpr})


class ModuleIndex(NamedTuple):
    """Which statements of a module bind which names.

    Attributes:
        scopes: every scope. The scope of the module comes first.
        bindings: maps the last part of a name, such as ``pid`` of ``event.pid``, to the statements
            that bind it, with their scopes.
        run_time_bindings: maps the last part of a name to the owners of the scopes whose
            ``run_time_statements`` bind it.
        functions: maps the first parameter of each function, such as ``self``, to the function.
    """

    scopes: list[IndexedScope]
    bindings: dict[str, list[tuple[IndexedScope, Statement]]]
    run_time_bindings: dict[str, list[Statement | None]]
    functions: dict[Var, FuncDef]


_MOST_INDICES = 16
"""How many indices the plugin keeps in memory.

mypy finishes one module, or one import cycle of modules, before it starts the next. The plugin
rarely needs the index of a module that is finished.
"""

_indices: dict[tuple[MypyFile, bool], tuple[list[Statement], ModuleIndex]] = {}


def module_index(tree: MypyFile, *, module_scope_only: bool = False) -> ModuleIndex:
    """The index of *tree*; if *module_scope_only*, without the scopes of functions and classes."""
    key = tree, module_scope_only
    known = _indices.pop(key, None)
    # When the daemon parses a module again, it keeps the MypyFile and replaces the statements.
    if known is None or known[0] is not tree.defs:
        scopes = syntax_tree.scopes(tree.defs)
        known = tree.defs, _build(islice(scopes, 1) if module_scope_only else scopes)
    _indices[key] = known  # Moves it to the end, so the least recently used index is in front.
    if len(_indices) > _MOST_INDICES:
        del _indices[next(iter(_indices))]
    return known[1]


def bindings_of(tree: MypyFile, name: str) -> list[tuple[Statement | None, Statement]]:
    """The statements of *tree* that bind *name*, each with the owner of its scope."""
    bindings = module_index(tree).bindings.get(name, ())
    return [(scope.owner, statement) for scope, statement in bindings]


def functions_of(tree: MypyFile) -> list[FuncDef]:
    """Every function and method of *tree*, at any depth."""
    statements = chain.from_iterable(scope.statements for scope in module_index(tree).scopes)
    return list(chain.from_iterable(map(syntax_tree.functions, statements)))


def calls_of(tree: MypyFile) -> list[CallExpr]:
    """Every call in *tree*. The calls are in no order."""
    return [node for node in _calls_and_lambdas(tree) if isinstance(node, CallExpr)]


def lambda_parameters_of(tree: MypyFile) -> dict[Var, Expression | None]:
    """The parameters of every lambda in *tree*, with their defaults.

    mypy infers their types when it checks the call that gets the lambda.
    """
    lambdas = [node for node in _calls_and_lambdas(tree) if isinstance(node, LambdaExpr)]
    return {each.variable: each.initializer for node in lambdas for each in node.arguments}


def _calls_and_lambdas(tree: MypyFile) -> Iterator[Node]:
    return chain.from_iterable(scope.calls_and_lambdas for scope in module_index(tree).scopes)


def _build(scopes: Iterable[syntax_tree.Scope]) -> ModuleIndex:
    indexed: list[IndexedScope] = []
    bindings: dict[str, list[tuple[IndexedScope, Statement]]] = defaultdict(list)
    run_time_bindings: dict[str, list[Statement | None]] = defaultdict(list)
    functions: dict[Var, FuncDef] = {}
    for found in scopes:
        scope = IndexedScope(found)
        indexed.append(scope)
        for function in syntax_tree.functions(found.owner) if found.owner else ():
            if function.arguments:
                functions[function.arguments[0].variable] = function
        for statement in found.statements:
            for name in bound_names(statement):
                bindings[name].append((scope, statement))
            if type(statement) is IfStmt:
                scope.run_time_statements += _run_time_statements(statement)
        for statement in scope.run_time_statements:
            for name in bound_names(statement):
                run_time_bindings[name].append(scope.owner)
    return ModuleIndex(indexed, bindings, run_time_bindings, functions)


def _run_time_statements(statement: IfStmt) -> list[Statement]:
    """The statements inside *statement* that mypy does not analyze although they run.

    For ``if TYPE_CHECKING: ... else: x = 1``, the result is ``x = 1``.
    """
    blocks = [block for block in (*statement.body, statement.else_body) if block]
    unreachable = [block for block in blocks if block.is_unreachable]
    if unreachable and any(map(_names_type_checking, statement.expr)):
        return syntax_tree.scope_statements(
            chain.from_iterable(block.body for block in unreachable)
        )
    return []


def _names_type_checking(condition: Expression) -> bool:
    """Whether *condition* has another value for type checkers than at run time."""
    match condition:
        case NameExpr() | MemberExpr():  # TYPE_CHECKING, typing.TYPE_CHECKING
            return condition.name in ("TYPE_CHECKING", "MYPY")
        case UnaryExpr():  # not TYPE_CHECKING
            return _names_type_checking(condition.expr)
        case OpExpr():  # TYPE_CHECKING or sys.platform == "linux"
            return _names_type_checking(condition.left) or _names_type_checking(condition.right)
    return False
