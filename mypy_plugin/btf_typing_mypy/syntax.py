"""What syntax trees consist of: which statements belong to which scope, and what is in each."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, Final, TypeAlias

from mypy import nodes, patterns
from mypy.nodes import (
    Block,
    ClassDef,
    Decorator,
    ForStmt,
    FuncDef,
    IfStmt,
    MatchStmt,
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
    OverloadedFuncDef: lambda s: [_function(part).body for part in (*s.items, s.impl) if part],
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
"""The attributes of a node that hold expressions and patterns which are evaluated in its scope.

An attribute may hold None, or a list or a dict of them. A lambda is its defaults: its body has a
scope of its own, as a comprehension has only for its variables. By the name of the class: not every
mypy has each.
"""

_CLASSES: Final = {**vars(nodes), **vars(patterns)}
_PARTS: Final[dict[type, tuple[str, ...]]] = {
    _CLASSES[name]: attributes for name, attributes in PARTS.items() if name in _CLASSES
}


def scopes(body: Iterable[Statement]) -> Iterator[list[Statement]]:
    """The statements of each scope: those of *body*, then those of each class and function in it.

    A statement in a block, however deep, is of the scope around it.
    """
    waiting = [body]
    while waiting:
        scope = own(waiting.pop())
        yield scope
        for statement in scope:
            bodies = _BODIES.get(type(statement))
            if bodies:
                waiting += [block.body for block in bodies(statement) if block]


def own(body: Iterable[Statement]) -> list[Statement]:
    """The statements in *body* and in their blocks, but not in the classes and functions there."""
    found = list(body)
    for statement in found:  # which grows meanwhile
        blocks = _BLOCKS.get(type(statement))
        if blocks:
            found += [inner for block in blocks(statement) if block for inner in block.body]
    return found


def _function(part: FuncDef | Decorator) -> FuncDef:
    return part.func if isinstance(part, Decorator) else part


def parts(statements: Iterable[Statement], kinds: Container[type[Node]]) -> list[Node]:
    """The nodes of some *kinds* that are evaluated in the scope of *statements*.

    What is in the blocks of a statement is not looked at; `own` gives that as statements.
    """
    found = []
    waiting: list[Any] = list(statements)
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
