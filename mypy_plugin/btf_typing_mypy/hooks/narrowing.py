"""Tests of an object's class: ``isinstance(x, Event)``, ``case Event():``, ``assert_never(x)``.

::

    Event, Addr = obj.btf.struct("event"), obj.btf.struct("addr")

    def show(x: Event | Addr) -> int:
        if isinstance(x, Event):
            return x.pid
        return x.ip

To mypy, the variable ``Event`` has the type ``type[event]``. So the variable may hold ``event`` or
any class derived from ``event``. mypy would assume that *x* may still be an ``event`` in the last
line, and reject ``x.ip``. The plugin knows that ``Event`` holds exactly ``event``. So it changes
the type of ``Event`` in the test, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise

from mypy import errorcodes
from mypy.nodes import (
    BreakStmt,
    ContinueStmt,
    Expression,
    ExpressionStmt,
    MatchStmt,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    RaiseStmt,
    ReturnStmt,
    Statement,
    TupleExpr,
    TypeInfo,
    Var,
)
from mypy.patterns import AsPattern, ClassPattern, OrPattern, Pattern
from mypy.plugin import CheckerPluginInterface, FunctionContext
from mypy.types import (
    Instance,
    TupleType,
    Type,
    TypeType,
    flatten_nested_unions,
    get_proper_type,
)

from btf_typing_mypy import compat
from btf_typing_mypy.project.object_types import Project
from btf_typing_mypy.source import syntax_tree
from btf_typing_mypy.source.references import (
    declared_type,
    is_defined_in,
    referenced_node,
    spelling,
)
from btf_typing_mypy.source.source_text import ReadText, may_have_class_patterns

from .annotations import Annotations


class Narrowing:
    """The hooks for tests of an object's class, and for ``assert_never`` after them.

    Args:
        project: objects and stubs of the project.
        annotations: finds the classes that variables hold.
    """

    def __init__(self, project: Project, annotations: Annotations) -> None:
        self._project = project
        self._annotations = annotations
        self._patterns: tuple[object, list[ClassPattern]] = None, []
        self._scheduled: tuple[object, MypyFile | None] = None, None

    def class_argument(self, ctx: FunctionContext) -> Type:
        """Exclude derived classes from the second argument of ``isinstance`` or ``issubclass``."""
        for argument in ctx.args[1]:
            self._store_exact_type(argument, ctx.api)
        return ctx.default_return_type

    def assert_never(self, ctx: FunctionContext) -> Type:
        """Explain the error about ``assert_never(x)`` after ``case Event():``.

        If this module imports the variable ``Event``, `class_patterns` may not have replaced it.
        mypy then assumes that *x* may still be an event after ``case Event():``.
        """
        argument = ctx.args[0][0] if ctx.args and ctx.args[0] else None
        given = get_proper_type(ctx.arg_types[0][0]) if ctx.arg_types and ctx.arg_types[0] else None
        left = flatten_nested_unions([given]) if given else []
        classes = {item.type for item in map(get_proper_type, left) if isinstance(item, Instance)}
        is_ours = any(self._project.is_stub(class_.module_name) for class_ in classes)
        if argument is None or not is_ours:
            return ctx.default_return_type
        tree = compat.tree_of(ctx.api)
        for pattern in _failed_patterns(tree.defs, argument):
            class_ = _class_of_import(pattern, tree)
            if class_ and class_ in classes:
                name = spelling(pattern.class_ref)
                message = (
                    f'mypy cannot exclude "{class_.name}" after "case {name}():", because "{name}"'
                    f' is a variable of another module; use "{name}" in an annotation of this'
                    " module"
                )
                if isinstance(pattern.class_ref, NameExpr):
                    message += (
                        f', or import "{class_.name}" as "{name}" from the module that'
                        ' "btf-stubs --live" writes'
                    )
                compat.note(ctx.api, message, argument, errorcodes.ARG_TYPE)
        return ctx.default_return_type

    def _store_exact_type(self, expression: Expression, api: CheckerPluginInterface) -> None:
        if isinstance(expression, OpExpr):  # isinstance(x, Event | Addr)
            self._store_exact_type(expression.left, api)
            self._store_exact_type(expression.right, api)
            return
        if isinstance(expression, NameExpr | MemberExpr) and not _is_inferred(expression, api):
            return  # a variable with an annotation may hold derived classes
        checker = compat.checker(api)
        found = get_proper_type(checker.lookup_type(expression))
        exact: Type = found
        if isinstance(expression, TupleExpr) and isinstance(found, TupleType):
            # isinstance(x, (Event, Addr)): each item has an expression of its own
            pairs = list(zip(expression.items, found.items, strict=True))
            exact = found.copy_modified(
                items=[_exact(type_, item, self._project, api) for item, type_ in pairs]
            )
        elif isinstance(found, TupleType):  # isinstance(x, BOTH)
            items = [_exact(type_, None, self._project, api) for type_ in found.items]
            exact = found.copy_modified(items=items)
        else:  # isinstance(x, Event)
            exact = _exact(found, expression, self._project, api)
        if exact is not found:
            checker.store_type(expression, exact)

    def after_analysis(
        self, api: object, guarded: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Call `class_patterns` for the current module when mypy has bound all names in it.

        Args:
            api: the interface that hooks for annotations receive.
            guarded: returns a context manager that reports the exceptions of a hook.
        """
        analyzer = compat.annotation_analyzer(api)
        tree = analyzer.cur_mod_node
        if tree.is_stub:  # stubs have no match statements
            return
        analysis = compat.current_analysis(analyzer)
        scheduled = analysis, tree
        if analysis is None or self._scheduled == scheduled:
            return
        self._scheduled = scheduled

        def patch() -> None:
            with guarded():
                self.class_patterns(tree)

        compat.after_analysis(analyzer, patch)

    def class_patterns(self, tree: MypyFile, read_text: ReadText = str) -> None:
        """Replace the variables in the class patterns of *tree* by the classes that they hold.

        mypy then checks ``case Event():`` as if the program had imported Event from the stub.
        Versions of mypy before 1.20 reject a variable in a class pattern.

        Args:
            tree: the module.
            read_text: reads the source of *tree*. If this text is not empty and has no ``match``,
                the method need not search the syntax tree. The default text is empty.
        """
        if self._patterns[0] is not tree.defs:
            found = _class_patterns(tree.defs) if may_have_class_patterns(read_text()) else []
            self._patterns = tree.defs, found
        for pattern in self._patterns[1]:
            variable = pattern.class_ref.node
            if isinstance(variable, Var):
                class_ = self._annotations.class_of(variable, tree)
                if isinstance(class_, TypeInfo):
                    pattern.class_ref.node = class_


def _exact(
    type_: Type, expression: Expression | None, project: Project, api: CheckerPluginInterface
) -> Type:
    """If *type_* is ``type[event]``, return it without derived classes; otherwise, unchanged.

    A variable with an annotation may hold a derived class, so its type stays unchanged, too.

    Args:
        type_: the type.
        expression: the expression of this type. None if *type_* is the type of one item of a tuple
            that a variable holds.
        project: objects and stubs of the project.
        api: mypy's checker.
    """
    found = get_proper_type(type_)
    item = found.item if isinstance(found, TypeType) else None
    if not isinstance(item, Instance) or not project.is_stub(item.type.module_name):
        return type_
    # In ``def show(cls: type[Event])``, the parameter cls may be a class derived from Event.
    if isinstance(expression, NameExpr | MemberExpr) and not _is_inferred(expression, api):
        return type_
    return compat.type_of_class(item.type, api)


def _is_inferred(expression: NameExpr | MemberExpr, api: CheckerPluginInterface) -> bool:
    """Whether *expression* is no variable, or a variable whose type mypy infers."""
    node = referenced_node(expression)
    if node is None and isinstance(expression, MemberExpr):  # self.Event, cls.Event
        found = get_proper_type(compat.checker(api).lookup_type(expression.expr))
        owner = found.item if isinstance(found, TypeType) else found
        symbol = owner.type.get(expression.name) if isinstance(owner, Instance) else None
        node = symbol.node if symbol else None
    return not isinstance(node, Var) or declared_type(node) is None


def _class_patterns(body: list[Statement]) -> list[ClassPattern]:
    """The class patterns in all ``match`` statements of *body*."""
    matches = [s for s in syntax_tree.all_statements(body) if type(s) is MatchStmt]
    found = syntax_tree.nodes_in(syntax_tree.Scope(None, list(matches)), {ClassPattern})
    return [pattern for pattern in found if isinstance(pattern, ClassPattern)]


_LEAVING = (ReturnStmt, RaiseStmt, ContinueStmt, BreakStmt)


def _failed_patterns(body: list[Statement], argument: Expression) -> Iterator[ClassPattern]:
    """The class patterns that certainly did not match *argument*, the argument of a call.

    They are in the innermost ``match`` statement around the call, or in one directly before it.
    """
    line = argument.line
    around = [each for each in syntax_tree.statements_at(body, line) if type(each) is MatchStmt]
    for match in around[-1:]:
        case = max(sum(block.body[0].line <= line for block in match.bodies) - 1, 0)
        pattern = match.patterns[case]
        name = pattern.name if isinstance(pattern, AsPattern) else None  # case _ as argument:
        if any(each and compat.is_same(each, argument) for each in (match.subject, name)):
            yield from _class_patterns_of_cases(match, case)
    for statements in syntax_tree.statement_lists(body):
        for before, call in pairwise(statements):
            if (
                isinstance(call, ExpressionStmt | ReturnStmt)
                and call.line <= line <= (call.end_line or line)
                and isinstance(before, MatchStmt)
                and compat.is_same(before.subject, argument)
                and all(isinstance(block.body[-1], _LEAVING) for block in before.bodies)
            ):
                yield from _class_patterns_of_cases(before, len(before.patterns))


def _class_patterns_of_cases(match: MatchStmt, number: int) -> Iterator[ClassPattern]:
    """The patterns in the first cases of *match* that match every instance of their class."""
    cases = zip(match.patterns[:number], match.guards, strict=False)
    patterns: list[Pattern | None] = [pattern for pattern, guard in cases if not guard]
    for pattern in patterns:  # the list grows during the loop
        if isinstance(pattern, AsPattern):  # case Event() as event:
            patterns.append(pattern.pattern)
        elif isinstance(pattern, OrPattern):  # case Event() | Creds():
            patterns += pattern.patterns
        elif isinstance(pattern, ClassPattern) and all(
            map(_matches_all, [*pattern.positionals, *pattern.keyword_values])
        ):
            yield pattern


def _matches_all(pattern: Pattern) -> bool:
    """Whether *pattern* matches every value, as ``_`` and ``pid`` in ``Event(pid=pid)`` do."""
    return isinstance(pattern, AsPattern) and (
        pattern.pattern is None or _matches_all(pattern.pattern)
    )


def _class_of_import(pattern: ClassPattern, tree: MypyFile) -> TypeInfo | None:
    """The class that a variable of another module holds, by its inferred type; None if unknown."""
    variable = pattern.class_ref.node
    if not isinstance(variable, Var) or is_defined_in(variable, tree):
        return None
    if declared_type(variable) is not None:  # the variable may hold a derived class
        return None
    type_ = get_proper_type(variable.type)
    item = type_.item if isinstance(type_, TypeType) else None
    return item.type if isinstance(item, Instance) else None
