"""Where a module gives a name its values.

mypy tells the type of a name, and not its value. The plugin reads the value from the syntax tree of
the module that is being checked; those of other modules are gone by then, or would be missing in
an incremental run, so that names of other modules are known by their types alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice, repeat
from typing import Any, NamedTuple, TypeAlias

from mypy.nodes import (
    GDEF,
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
    IfStmt,
    Import,
    ImportAll,
    ImportFrom,
    IndexExpr,
    LambdaExpr,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    NonlocalDecl,
    OperatorAssignmentStmt,
    OpExpr,
    OverloadedFuncDef,
    RefExpr,
    StarExpr,
    Statement,
    SymbolNode,
    TempNode,
    TryStmt,
    TupleExpr,
    TypeInfo,
    UnaryExpr,
    Var,
    WithStmt,
)
from mypy.patterns import AsPattern, MappingPattern, StarredPattern

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


def assignments(tree: MypyFile, node: Var, text: Callable[[], str] = str) -> list[Assigned]:
    """Every place in *tree* that gives the variable *node* a value, functions included.

    There is none for a parameter, to which callers give values, and for the variable of another
    module. What other modules assign to one of this module is not seen.

    Args:
        tree: where to look.
        node: the variable.
        text: gives the source of *tree*, which is faster to look through; empty if not known.
    """
    if not is_of(node, tree):
        return []
    is_global = node.fullname == f"{tree.fullname}.{node.name}"
    outermost = is_global and _is_left_alone(node.name, text())
    scopes, places, apart = _index(tree, outermost=outermost)
    if node.name not in places:
        return []
    if node.name in apart or _is_renamed(node.name, places):
        return [_UNKNOWN]
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
    homes = _homes(node, found_at) | ({scopes[0]} if is_global else set())
    if any(isinstance(statement, Import | ImportFrom) and s in homes for s, statement in found_at):
        found.append(_UNKNOWN)
    return found


def _homes(node: Var, found_at: list[tuple[_Scope, Statement]]) -> set[_Scope]:
    """The scopes of those statements that give *node* a value by its name."""
    return {scope for scope, statement in found_at if _defines(statement, node)}


def _is_renamed(name: str, places: Mapping[str, object]) -> bool:
    """Whether mypy, allowed to, has told redefinitions of a name apart by quotes behind it."""
    return name.endswith("'") or f"{name}'" in places


def only_value(tree: MypyFile, name: NameExpr, text: Callable[[], str]) -> Expression | None:
    """What *tree* assigns to *name* in the one statement that can give it a value.

    None where there may be others, or none. Far less work than `assignments`, for what is usual:
    a constant that is used once.

    Args:
        tree: where to look; *name* stands in it.
        name: of a variable.
        text: gives the source of *tree*; empty if not known.
    """
    if name.kind != GDEF or not _is_bound_once(name.name, tree, text()):
        return None
    for statement in tree.defs:
        if type(statement) is AssignmentStmt and not isinstance(statement.rvalue, TempNode):
            for target in statement.lvalues:
                if isinstance(target, NameExpr) and target.node is name.node:
                    return statement.rvalue
    return None


_ASSIGNED_AND_USED = 2


def _is_bound_once(name: str, tree: MypyFile, text: str) -> bool:
    """Whether *text*, of *tree*, has *name* nowhere but where it gets its value and is used.

    An import of everything may give it another one unnamed, and other characters than those of
    ASCII may spell it.
    """
    return (
        text.count(name) == _ASSIGNED_AND_USED
        and text.isascii()
        and not any(type(statement) is ImportAll for statement in tree.imports)
    )


def _is_left_alone(name: str, text: str) -> bool:
    """Whether no function or class in *text* can give a value to what the module calls *name*.

    That takes a ``global`` statement, or it is an attribute of the module.
    """
    # Other characters may be in names that Python takes for names in ASCII.
    if not text or not text.isascii() or "global" in text:
        return False
    between = r"(?:\s|\\|#[^\r\n]*[\r\n])*"
    return not re.search(rf"\.{between}{re.escape(name)}\b", text)


def statements_about(tree: MypyFile, name: str) -> list[tuple[Statement | None, Statement]]:
    """The statements of *tree* that assign to what is called *name*, and whose scope each is of."""
    return [(scope.owner, statement) for scope, statement in _index(tree).places.get(name, ())]


def is_told_apart(tree: MypyFile, name: str, definition: ClassDef | None = None) -> bool:
    """Whether *tree* gives *name* another value at run time than to type checkers.

    Args:
        tree: where to look.
        name: the last part of it.
        definition: of the class that has the name; None for a name of anything.
    """
    owners = _index(tree).apart.get(name, ())
    return any(
        not definition or owner is definition or not isinstance(owner, ClassDef) for owner in owners
    )


def doubt(tree: MypyFile, expression: NameExpr | MemberExpr, text: Callable[[], str] = str) -> str:
    """Why *expression*, which stands in *tree*, may be something else than mypy says it is.

    Empty where it is that. mypy knows one thing by each name, whatever else may be bound to it; of
    the variables of *tree*, `assignments` tells. *text* is as it is there.
    """
    part: Expression = expression
    if isinstance(part, NameExpr) and part.kind == GDEF and _is_bound_once(part.name, tree, text()):
        return ""
    while isinstance(part, NameExpr | MemberExpr):
        outermost = isinstance(part, NameExpr) and part.kind == GDEF
        if part.name in _index(tree, outermost=outermost).apart:
            return f'"{part.name}" is another one at run time'
        if isinstance(part, NameExpr):
            return f'"{part.name}" may be one of several' if _is_ambiguous(tree, part) else ""
        part = part.expr
    return ""


def _is_ambiguous(tree: MypyFile, name: NameExpr) -> bool:
    """Whether *name* is bound to different things, or in a class to something or to nothing."""
    node, outermost = name.node, False
    if isinstance(node, Var) and is_of(node, tree) and not node.info:
        if not node.is_final:
            return False
        outermost = name.kind == GDEF
    index = _index(tree, outermost=outermost)
    found_at = index.places.get(name.name, [])
    homes = {scope for scope, statement in found_at if _defines(statement, node)}
    of_module = index.scopes[0] in homes or not homes
    declared = {scope for scope, s in found_at if of_module and isinstance(s, GlobalDecl)}
    bound = [
        (scope, statement, what)
        for scope, statement in found_at
        if scope in (homes | declared or {index.scopes[0]})
        or (not homes and isinstance(statement, Import | ImportFrom))
        for what in _bound_to(statement, name.name)
    ]
    return len({what for _, _, what in bound}) > 1 or any(
        isinstance(scope.owner, ClassDef) and statement not in scope.owner.defs.body
        for scope, statement, _ in bound
        if scope not in declared
    )


def _defines(statement: Statement, node: SymbolNode | None) -> bool:
    """Whether *statement* is what *node*, which is not imported, comes from, or binds it again."""
    if isinstance(node, TypeInfo) and statement is node.defn:
        return True
    return any(
        isinstance(target, NameExpr) and target.node is node for target, _ in targets(statement)
    )


def _bound_to(statement: Statement, name: str) -> list[str | Statement]:
    """What *statement* binds to *name*, in the scope that it stands in."""
    match statement:
        case Import():
            named = [
                (other or full.partition(".")[0], other and full) for full, other in statement.ids
            ]
            return [full or bound for bound, full in named if bound == name]
        case ImportFrom():
            of = f"{'.' * statement.relative}{statement.id}"
            return [f"{of}.{full}" for full, other in statement.names if (other or full) == name]
        case ClassDef() | FuncDef() | Decorator() | OverloadedFuncDef():
            return [statement] if statement.name == name else []
    named_by = (target for target, _ in targets(statement) if isinstance(target, NameExpr))
    return [statement for target in named_by if target.name == name]


def is_defined_again(tree: MypyFile, definition: ClassDef) -> bool:
    """Whether the scope of the class *definition* has another class, or a value, by its name."""
    name = definition.name
    found_at = _index(tree).places.get(name, ())
    home = next((scope for scope, statement in found_at if statement is definition), None)
    declared = any(isinstance(statement, GlobalDecl | NonlocalDecl) for _, statement in found_at)
    return any(
        bound is not definition
        for scope, statement in found_at
        if scope is home or declared
        for bound in _bound_to(statement, name)
    )


def may_change(tree: MypyFile, node: SymbolNode) -> bool | None:
    """Whether the list that *node* holds may get other items in *tree*: it is not only read.

    None where that cannot be told yet, since names are not bound.
    """
    used = [one for scope in _index(tree).scopes for one in scope.handed if one.name == node.name]
    # By an instance, ``_fields_`` is read in many ways, by code for any class; others are not.
    is_attribute = isinstance(node, Var) and bool(node.info) and node.name != "_fields_"
    found = [_is(one, node, is_attribute=is_attribute) for one in used]
    return True if True in found else None if None in found else False


def _is(used: NameExpr | MemberExpr, node: SymbolNode, *, is_attribute: bool) -> bool | None:
    """Whether *used* may be *node*; None where that cannot be told yet."""
    if isinstance(used, NameExpr):
        return None if used.node is None else used.node is node
    if isinstance(used.expr, NameExpr) and used.expr.node is None:
        return None
    is_ = owned(used)
    return is_ is node or (is_ is None and is_attribute)


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


def is_of(node: Var, tree: MypyFile) -> bool:
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
        self.statements = scope.statements
        self.unseen: list[Statement] = []
        self._scope = scope

    @cached_property
    def hidden(self) -> list[Target]:
        """Targets in expressions and patterns, for which one has to look at every one of them."""
        return [target for node in syntax.parts(self._scope, _HIDING) for target in _inside(node)]

    @cached_property
    def handed(self) -> list[NameExpr | MemberExpr]:
        """The names and attributes that are used for more than to read what is in them."""
        scope = syntax.Scope(self.owner, [*self.statements, *self.unseen])
        nodes = syntax.parts(scope, _USING)
        for node in nodes:  # which grows meanwhile
            if isinstance(node, LambdaExpr):
                nodes += syntax.parts(syntax.Scope(self.owner, node.body.body), _USING)
        read = frozenset(chain.from_iterable(map(_only_read, nodes)))
        written = frozenset(chain.from_iterable(map(_written, nodes)))
        named = [node for node in nodes if isinstance(node, NameExpr | MemberExpr)]
        return [node for node in named if node not in read or node in written]


def _only_read(node: Node) -> list[Expression]:
    """What *node* only reads what is in."""
    match node:
        case CallExpr(callee=NameExpr(name=name)) if name in _READING:
            return node.args
        case MemberExpr(name="copy" | "count" | "index"):
            return [node.expr]
        case IndexExpr():
            return [node.base]
        case AssignmentStmt():
            fields = any(name == "_fields_" for name in _last_parts(node.lvalues))
            return [*node.lvalues, *([node.rvalue] if fields else [])]
        case OpExpr(op="+"):  # which makes a new list, as a star does
            return [node.left, node.right]
        case StarExpr() | ForStmt():
            return [node.expr]
        case GeneratorExpr() | DictionaryComprehension():
            return node.sequences
    return []


def _written(node: Node) -> list[Expression]:
    """What *node* assigns to an item of."""
    found = targets(node) if isinstance(node, Statement) else []
    return [target.base for target, _ in found if isinstance(target, IndexExpr)]


_USING = frozenset(
    {
        *(NameExpr, MemberExpr, AssignmentStmt, OpExpr, StarExpr, CallExpr, LambdaExpr),
        *(ForStmt, GeneratorExpr, DictionaryComprehension),
        *(IndexExpr, OperatorAssignmentStmt, DelStmt),
    }
)
_READING = frozenset({"dict", "enumerate", "len", "list", "print", "tuple", "zip"})


class _Index(NamedTuple):
    """What is assigned in a module.

    Attributes:
        scopes: all of them.
        places: the statements that name names, by the last part of each name.
        apart: names that get other values at run time than mypy sees, with those of whose scopes.
    """

    scopes: list[_Scope]
    places: dict[str, list[tuple[_Scope, Statement]]]
    apart: dict[str, list[Statement | None]]


_KEPT = 16
"""Of how many modules the index is kept: mypy goes from one to the next, cycles aside."""

_indices: dict[tuple[MypyFile, bool], tuple[list[Statement], _Index]] = {}


def _index(tree: MypyFile, *, outermost: bool = False) -> _Index:
    """What is assigned in *tree*; where *outermost*, by the scope of the module alone."""
    key = tree, outermost
    known = _indices.pop(key, None)
    # The daemon gives a module that is parsed again another list, and keeps the module.
    if known is None or known[0] is not tree.defs:
        scopes = syntax.scopes(tree.defs)
        known = tree.defs, _made(islice(scopes, 1) if outermost else scopes)
    _indices[key] = known  # the last one used is the last one to go
    if len(_indices) > _KEPT:
        del _indices[next(iter(_indices))]
    return known[1]


def _made(of: Iterable[syntax.Scope]) -> _Index:
    scopes: list[_Scope] = []
    places: dict[str, list[tuple[_Scope, Statement]]] = defaultdict(list)
    apart: dict[str, list[Statement | None]] = defaultdict(list)
    for found in of:
        scope = _Scope(found)
        scopes.append(scope)
        for statement in found.statements:
            named = _NAMES.get(type(statement))
            for name in named(statement) if named else ():
                places[name].append((scope, statement))
            unseen = _unseen(statement) if type(statement) is IfStmt else []
            scope.unseen += unseen
            for inner in unseen:
                named = _NAMES.get(type(inner))
                for name in named(inner) if named else ():
                    apart[name].append(scope.owner)
    return _Index(scopes, places, apart)


def _unseen(statement: IfStmt) -> list[Statement]:
    """The statements in *statement* itself that run where mypy does not look."""
    blocks = [block for block in (*statement.body, statement.else_body) if block]
    unseen = [block for block in blocks if block.is_unreachable]
    if unseen and any(map(_is_for_mypy, statement.expr)):
        return syntax.own(chain.from_iterable(block.body for block in unseen))
    return []


def _is_for_mypy(condition: Expression) -> bool:
    """Whether *condition* is another one for type checkers than at run time."""
    match condition:
        case NameExpr() | MemberExpr():
            return condition.name in ("TYPE_CHECKING", "MYPY")
        case UnaryExpr():
            return _is_for_mypy(condition.expr)
        case OpExpr():
            return _is_for_mypy(condition.left) or _is_for_mypy(condition.right)
    return False


def targets(statement: Statement) -> list[Target]:
    """What *statement* itself assigns to."""
    assigned_to = _TARGETS.get(type(statement))
    nodes = assigned_to(statement) if assigned_to else ()
    given: Iterable[Assigned] = repeat(_UNKNOWN)
    match statement:
        case AssignmentStmt(rvalue=TempNode()):  # of ``name: type`` alone
            nodes = ()
        case AssignmentStmt():
            given = repeat(Assigned(statement.rvalue))
        case WithStmt():
            given = [Assigned(value, entered=True) for value in statement.expr]
    # Not strict: there is no end to what is repeated.
    pairs = zip(nodes, given, strict=False)
    return [target for node, how in pairs if node for target in _unpacked(node, how)]


def _unpacked(node: Node, how: Assigned = _UNKNOWN) -> Iterator[Target]:
    """*node* itself, or what a value is unpacked to."""
    match node:
        case StarExpr():
            yield from _unpacked(node.expr)
        case TupleExpr() | ListExpr():
            for item in node.items:
                yield from _unpacked(item)
        case _:
            yield node, how


def _imported_over(statement: ImportAll) -> list[Node]:
    """The names that had a value before: those that mypy has found so far."""
    return [lvalue for assignment in statement.assignments for lvalue in assignment.lvalues]


def _parameters(statement: Statement) -> list[Node]:
    functions = syntax.functions(statement)
    return [argument.variable for function in functions for argument in function.arguments]


_TARGETS: dict[type[Statement], Callable[[Any], Sequence[Node | None]]] = {
    AssignmentStmt: lambda s: s.lvalues,
    OperatorAssignmentStmt: lambda s: (s.lvalue,),
    ForStmt: lambda s: (s.index,),
    WithStmt: lambda s: s.target,
    TryStmt: lambda s: s.vars,
    DelStmt: lambda s: (s.expr,),
    ImportAll: _imported_over,
    FuncDef: lambda s: [argument.variable for argument in s.arguments],
    Decorator: _parameters,
    OverloadedFuncDef: _parameters,
}
"""Gives what a statement assigns to, not unpacked."""

_NAMED = frozenset({NameExpr, MemberExpr, Var})


def _last_parts(targets: Sequence[Node | None]) -> list[str]:
    nodes = [node for node in targets if node]
    if not all(type(node) in _NAMED for node in nodes):
        nodes = [part for node in nodes for part, _ in _unpacked(node) if type(part) in _NAMED]
    named: list[Any] = nodes
    return [node.name for node in named]


def _named_by(assigned_to: Callable[[Any], Sequence[Node | None]]) -> Callable[[Any], list[str]]:
    return lambda statement: _last_parts(assigned_to(statement))


_ANY = "*"
"""The name under which the index has statements that may be about any."""

_NAMES: dict[type[Statement], Callable[[Any], list[str]]] = {
    **{kind: _named_by(assigned_to) for kind, assigned_to in _TARGETS.items()},
    FuncDef: lambda s: [s.name, *_last_parts(_TARGETS[FuncDef](s))],
    Decorator: lambda s: [s.name, *_last_parts(_parameters(s))],
    OverloadedFuncDef: lambda s: [s.name, *_last_parts(_parameters(s))],
    ClassDef: lambda s: [s.name],
    GlobalDecl: lambda s: s.names,
    NonlocalDecl: lambda s: s.names,
    Import: lambda s: [other or name.partition(".")[0] for name, other in s.ids],
    ImportFrom: lambda s: [other or name for name, other in s.names],
    ImportAll: lambda _: [_ANY],
}
"""Gives the last parts of the names that a statement assigns to, or says that others may."""


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
            return [(part, how) for part, how in parts if isinstance(part, MemberExpr)]
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
