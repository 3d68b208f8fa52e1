"""The parts of a module's syntax tree: scopes, statements and nodes.

For example, the module below has two scopes. The first has three statements: the ``if``, the
assignment inside it and the ``def``. The second has one statement, the ``return``::

    if sys.argv:
        path = "prog.bpf.o"

    def read():
        return path

mypy has visitor classes that walk a tree. They are compiled, so a plugin cannot derive from them.
The functions in this module walk the tree instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Any, Final, TypeAlias

from mypy import nodes, patterns
from mypy.nodes import (
    ARG_POS,
    AssignmentExpr,
    AwaitExpr,
    Block,
    CallExpr,
    ClassDef,
    ConditionalExpr,
    Decorator,
    Expression,
    ForStmt,
    FuncDef,
    IfStmt,
    IntExpr,
    LambdaExpr,
    MatchStmt,
    MemberExpr,
    NameExpr,
    Node,
    OpExpr,
    OverloadedFuncDef,
    Statement,
    TryStmt,
    UnaryExpr,
    WhileStmt,
    WithStmt,
)

from btf_typing.mypy_support import NamedTuple

_BlockGetters: TypeAlias = dict[type[Statement], Callable[[Any], Iterable[Block | None]]]

_BLOCKS: Final[_BlockGetters] = {
    IfStmt: lambda s: (*s.body, s.else_body),
    TryStmt: lambda s: (s.body, *s.handlers, s.else_body, s.finally_body),
    MatchStmt: lambda s: s.bodies,
    ForStmt: lambda s: (s.body, s.else_body),
    WhileStmt: lambda s: (s.body, s.else_body),
    WithStmt: lambda s: (s.body,),
    Block: lambda s: (s,),
}
"""For each kind of statement, a function that returns its blocks. The blocks open no new scope."""

_INNER_SCOPES: Final[_BlockGetters] = {
    ClassDef: lambda s: (s.defs,),
    FuncDef: lambda s: (s.body,),
    Decorator: lambda s: (s.func.body,),
    OverloadedFuncDef: lambda s: [function.body for function in functions(s)],
}
"""For each kind of definition, a function that returns its blocks. Each block is a new scope."""

CHILDREN: Final[dict[str, tuple[str, ...]]] = {
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
"""Maps each kind of node to the attributes that hold its child nodes in the same scope.

An attribute holds a node, None, or a list, tuple or dict of nodes. The body of a lambda is a scope
of its own, so only the defaults of its parameters are listed. The keys are names because older
versions of mypy lack some of the classes.
"""

_CLASSES: Final = {**vars(nodes), **vars(patterns)}
_CHILDREN: Final[dict[type, tuple[str, ...]]] = {
    _CLASSES[name]: attributes for name, attributes in CHILDREN.items() if name in _CLASSES
}


class Scope(NamedTuple):
    """The body of a module, class or function.

    Attributes:
        owner: the class or function, possibly decorated or overloaded; None for the outermost
            scope.
        statements: the statements in the scope, including those in ``if``, ``for`` and other
            blocks at any depth.
    """

    owner: Statement | None
    statements: list[Statement]


def scopes(body: list[Statement]) -> Iterator[Scope]:
    """Yield the scope of *body*, then the scopes of the classes and functions in it."""
    waiting: list[tuple[Statement | None, list[Statement]]] = [(None, body)]
    while waiting:
        owner, inside = waiting.pop()
        statements = scope_statements(inside)
        yield Scope(owner, statements)
        for statement in statements:
            inner_scopes = _INNER_SCOPES.get(type(statement))
            if inner_scopes:
                waiting += [(statement, block.body) for block in inner_scopes(statement) if block]


def scope_statements(body: Iterable[Statement]) -> list[Statement]:
    """The statements in *body* and its blocks, without those inside its classes and functions.

    Blocks that are unreachable for mypy's platform and Python version are left out, such as the
    body of ``if sys.platform == "win32":`` on Linux.
    """
    found = list(body)
    for statement in found:  # the list grows during the loop
        blocks = _BLOCKS.get(type(statement))
        if blocks:
            reached = [block for block in blocks(statement) if block and not block.is_unreachable]
            found += [inner for block in reached for inner in block.body]
    return found


def all_statements(body: list[Statement]) -> Iterator[Statement]:
    """Every statement in *body* at any depth, including those in classes and functions."""
    for scope in scopes(body):
        yield from scope.statements


def statements_at(body: list[Statement], line: int) -> Iterator[Statement]:
    """Yield the statements in *body*, at any depth, that contain *line* of the source."""
    for statement in body:
        # Overloads of a function have no end_line, so they count as containing every later line.
        if statement.line <= line <= (statement.end_line or line):
            yield statement
            for blocks in (_BLOCKS.get(type(statement)), _INNER_SCOPES.get(type(statement))):
                for block in blocks(statement) if blocks else ():
                    if block:
                        yield from statements_at(block.body, line)


def statement_lists(body: list[Statement]) -> Iterator[list[Statement]]:
    """Yield *body* itself, then the list of statements of each block in it."""
    yield body
    for statement in all_statements(body):
        for blocks in (_BLOCKS.get(type(statement)), _INNER_SCOPES.get(type(statement))):
            for block in blocks(statement) if blocks else ():
                if block:
                    yield block.body


def functions(statement: Statement) -> list[FuncDef]:
    """The functions that *statement* defines: several for overloads, none if it is no ``def``."""
    match statement:
        case FuncDef():  # def f(): ...
            return [statement]
        case Decorator():  # @decorator \n def f(): ...
            return [statement.func]
        case OverloadedFuncDef():  # @overload \n def f(x: int): ... \n def f(x): ...
            parts = [*statement.items, statement.impl]
            return [part.func if isinstance(part, Decorator) else part for part in parts if part]
    return []


def nodes_in(scope: Scope, kinds: Container[type[Node]]) -> list[Node]:
    """The nodes of the given *kinds* that are evaluated in *scope*."""
    found = []
    waiting: list[Any] = list(scope.statements)
    while waiting:
        node = waiting.pop()
        kind = type(node)
        attributes = _CHILDREN.get(kind)
        if attributes:
            waiting += [getattr(node, attribute) for attribute in attributes]
        elif kind is list or kind is tuple:
            waiting += node
        elif kind is dict:
            waiting += node.values()
        if kind in kinds:
            found.append(node)
    return found


def nodes_in_lambdas_too(scope: Scope, kinds: Collection[type[Node]]) -> list[Node]:
    """The nodes of `nodes_in`, and those in the bodies of lambdas."""
    wanted = {*kinds, LambdaExpr}
    found = nodes_in(scope, wanted)
    for node in found:  # the list grows during the loop
        if isinstance(node, LambdaExpr):  # register(lambda data: show(obj, data))
            found += nodes_in(Scope(None, node.body.body), wanted)
    return [node for node in found if type(node) in kinds]


def entered(call: CallExpr) -> Expression | None:
    """The context manager *manager* in ``stack.enter_context(manager)``, ``manager.__enter__()``.

    The result is None if *call* is another call.
    """
    match call:
        case CallExpr(callee=MemberExpr(name="enter_context"), args=[manager, *_]):
            return manager
        case CallExpr(callee=MemberExpr(expr=manager, name="__enter__")):
            return manager
    return None


def alternatives(expression: Expression) -> list[Expression]:
    """The expressions from which *expression* gets its value: ``a`` and ``b`` for ``a or b``.

    For ``await a``, it is ``a``. For most expressions, the result is only *expression* itself.
    """
    match expression:
        case OpExpr(op="or"):
            inner = [expression.left, expression.right]
        case ConditionalExpr():  # a if test else b
            inner = [expression.if_expr, expression.else_expr]
        case AssignmentExpr():  # (name := a)
            inner = [expression.value]
        case AwaitExpr():
            inner = [expression.expr]
        case _:
            return [expression]
    return [part for each in inner for part in alternatives(each)]


def is_none(expression: Expression) -> bool:
    """Whether *expression* is ``None``."""
    return isinstance(expression, NameExpr) and expression.fullname == "builtins.None"


def argument(call: CallExpr, name: str, position: int = 0) -> Expression | None:
    """The argument that *call* passes for the parameter *name*.

    The result is None if the call passes no such argument, as ``load()``, or if it has starred
    arguments, as ``load(*args)``.

    Args:
        call: the call.
        name: the name of the parameter.
        position: index of the parameter, without ``self``.
    """
    if any(kind.is_star() for kind in call.arg_kinds):
        return None
    return explicit_argument(call, name, position)


def explicit_argument(call: CallExpr, name: str, position: int) -> Expression | None:
    """The same as `argument`, but *call* may have starred arguments: ``load("a.bpf.o", **more)``.

    The result is None for an argument that a starred argument contains.
    """
    # Positional arguments come first, so a positional argument for *name* is at *position*.
    if call.arg_kinds[: position + 1] == [ARG_POS] * (position + 1):  # load("prog.bpf.o")
        return call.args[position]
    named = zip(call.arg_names, call.args, strict=True)  # load(path="prog.bpf.o")
    return next((value for given, value in named if given == name), None)


def integer(expression: Expression) -> int | None:
    """The value of an integer literal such as ``1`` or ``-1``; None for other expressions."""
    if isinstance(expression, UnaryExpr) and expression.op == "-":
        inner = integer(expression.expr)
        return None if inner is None else -inner
    return expression.value if isinstance(expression, IntExpr) else None
