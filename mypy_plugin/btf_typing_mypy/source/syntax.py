"""What syntax trees consist of: which statements belong to which scope, and what is in each."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from mypy import nodes, patterns
from mypy.nodes import (
    AssignmentStmt,
    Block,
    CallExpr,
    ClassDef,
    Decorator,
    Expression,
    ForStmt,
    FuncDef,
    IfStmt,
    MatchStmt,
    MemberExpr,
    NameExpr,
    Node,
    OverloadedFuncDef,
    Statement,
    TryStmt,
    WhileStmt,
    WithStmt,
)

_Blocks: TypeAlias = dict[type[Statement], Callable[[Any], Iterable[Block | None]]]

_BLOCKS: Final[_Blocks] = {
    IfStmt: lambda s: (*s.body, s.else_body),
    TryStmt: lambda s: (s.body, *s.handlers, s.else_body, s.finally_body),
    MatchStmt: lambda s: s.bodies,
    ForStmt: lambda s: (s.body, s.else_body),
    WhileStmt: lambda s: (s.body, s.else_body),
    WithStmt: lambda s: (s.body,),
    Block: lambda s: (s,),
}
"""Gives the blocks of a statement that has any in its own scope."""

_BODIES: Final[_Blocks] = {
    ClassDef: lambda s: (s.defs,),
    FuncDef: lambda s: (s.body,),
    Decorator: lambda s: (s.func.body,),
    OverloadedFuncDef: lambda s: [function.body for function in functions(s)],
}
"""Gives the blocks of a statement that are scopes of their own."""

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "ExpressionStmt": ("expr",),
    "AssignmentStmt": ("rvalue", "lvalues"),
    "OperatorAssignmentStmt": ("rvalue", "lvalue"),
    "IfStmt": ("expr",),
    "WhileStmt": ("expr",),
    "ForStmt": ("expr", "index"),
    "ReturnStmt": ("expr",),
    "AssertStmt": ("expr", "msg"),
    "DelStmt": ("expr",),
    "RaiseStmt": ("expr", "from_expr"),
    "TryStmt": ("types",),
    "WithStmt": ("expr", "target"),
    "MatchStmt": ("subject", "patterns", "guards"),
    "FuncDef": ("arguments",),
    "Decorator": ("original_decorators", "func"),
    "OverloadedFuncDef": ("items", "impl"),
    "ClassDef": ("decorators", "base_type_exprs", "metaclass", "keywords"),
    "Argument": ("initializer",),
    "AsPattern": ("pattern",),
    "OrPattern": ("patterns",),
    "ValuePattern": ("expr",),
    "SequencePattern": ("patterns",),
    "MappingPattern": ("keys", "values"),
    "ClassPattern": ("positionals", "keyword_values"),
    "AssignmentExpr": ("value",),
    "MemberExpr": ("expr",),
    "CallExpr": ("callee", "args"),
    "IndexExpr": ("base", "index"),
    "SliceExpr": ("begin_index", "end_index", "stride"),
    "OpExpr": ("left", "right"),
    "UnaryExpr": ("expr",),
    "ComparisonExpr": ("operands",),
    "ConditionalExpr": ("cond", "if_expr", "else_expr"),
    "ListExpr": ("items",),
    "TupleExpr": ("items",),
    "SetExpr": ("items",),
    "DictExpr": ("items",),
    "GeneratorExpr": ("left_expr", "sequences", "condlists"),
    "ListComprehension": ("generator",),
    "SetComprehension": ("generator",),
    "DictionaryComprehension": ("key", "value", "sequences", "condlists"),
    "LambdaExpr": ("arguments",),
    "YieldExpr": ("expr",),
    "YieldFromExpr": ("expr",),
    "AwaitExpr": ("expr",),
    "StarExpr": ("expr",),
    "CastExpr": ("expr",),
    "AssertTypeExpr": ("expr",),
    "RevealExpr": ("expr",),
    "SuperExpr": ("call",),
    "TemplateStrExpr": ("items",),
}
"""The attributes of a node that hold nodes which are evaluated in its scope.

An attribute may hold None, or a list or a dict of nodes. A lambda is its defaults: its body has a
scope of its own, as a comprehension has only for its variables. By the name of the class: not every
mypy has each.
"""

_CLASSES: Final = {**vars(nodes), **vars(patterns)}
_PARTS: Final[dict[type, tuple[str, ...]]] = {
    _CLASSES[name]: attributes for name, attributes in PARTS.items() if name in _CLASSES
}


class Scope(NamedTuple):
    """A scope.

    Attributes:
        owner: the class or function, decorated or overloaded; None for the outermost.
        statements: of it; those in a block, however deep, are of the scope around it.
    """

    owner: Statement | None
    statements: list[Statement]


def scopes(body: list[Statement]) -> Iterator[Scope]:
    """That of *body*, then those of the classes and functions in it."""
    waiting: list[tuple[Statement | None, list[Statement]]] = [(None, body)]
    while waiting:
        owner, inside = waiting.pop()
        statements = own(inside)
        yield Scope(owner, statements)
        for statement in statements:
            bodies = _BODIES.get(type(statement))
            if bodies:
                waiting += [(statement, block.body) for block in bodies(statement) if block]


def statements(body: list[Statement]) -> Iterator[Statement]:
    """Every statement in *body*, however deep, those of classes and functions too."""
    for scope in scopes(body):
        yield from scope.statements


def bodies(body: list[Statement]) -> Iterator[list[Statement]]:
    """*body*, and the statements of every block in it, each block by itself."""
    yield body
    for statement in statements(body):
        for blocks in (_BLOCKS.get(type(statement)), _BODIES.get(type(statement))):
            for block in blocks(statement) if blocks else ():
                if block:
                    yield block.body


def own(body: Iterable[Statement]) -> list[Statement]:
    """The statements in *body* and in their blocks, but not in the classes and functions there.

    Nor those that mypy knows are never reached, on this platform and with this Python.
    """
    found = list(body)
    for statement in found:  # which grows meanwhile
        blocks = _BLOCKS.get(type(statement))
        if blocks:
            reached = [block for block in blocks(statement) if block and not block.is_unreachable]
            found += [inner for block in reached for inner in block.body]
    return found


def argument(call: CallExpr, name: str) -> Expression | None:
    """What *call* passes for the first parameter, *name*; None where it may be anything."""
    if any(kind.is_star() for kind in call.arg_kinds):
        return None
    if call.arg_names and call.arg_names[0] is None:
        return call.args[0]
    named = zip(call.arg_names, call.args, strict=True)
    return next((value for given, value in named if given == name), None)


def functions(statement: Statement) -> list[FuncDef]:
    """The functions that *statement* itself defines: more than one where it is overloaded."""
    match statement:
        case FuncDef():
            return [statement]
        case Decorator():
            return [statement.func]
        case OverloadedFuncDef():
            parts = [*statement.items, statement.impl]
            return [part.func if isinstance(part, Decorator) else part for part in parts if part]
    return []


def parts(scope: Scope, kinds: Container[type[Node]]) -> list[Node]:
    """The nodes of some *kinds* that are evaluated in *scope*."""
    found = []
    waiting: list[Any] = list(scope.statements)
    while waiting:
        node = waiting.pop()
        kind = type(node)
        attributes = _PARTS.get(kind)
        if attributes:
            waiting += [getattr(node, attribute) for attribute in attributes]
        elif kind is list or kind is tuple:
            waiting += node
        elif kind is dict:
            waiting += node.values()
        if kind in kinds:
            found.append(node)
    return found


def evaluated(statements: list[Statement]) -> Iterator[Node]:
    """The nodes that are evaluated when *statements* run, other than to point to a class.

    Those in functions are not: nobody calls them before the statements after these.
    """
    for scope in scopes(statements):
        if scope.owner is None or isinstance(scope.owner, ClassDef):
            nodes = parts(scope, _USES)
            pointed = {arg for node in nodes for arg in _pointed_to(node)}
            yield from (node for node in nodes if node not in pointed)


def _pointed_to(node: Node) -> list[Expression]:
    match node:
        case CallExpr(callee=NameExpr(name="POINTER") | MemberExpr(name="POINTER")):
            return node.args
        case AssignmentStmt():  # ``A._pack_ = 1`` uses no A
            return [left.expr for left in node.lvalues if isinstance(left, MemberExpr)]
    return []


_USES: Final = frozenset({NameExpr, CallExpr, AssignmentStmt})
