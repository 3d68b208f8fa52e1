"""Methods that a program uses without calling them: ``find = obj.btf.struct``.

::

    find = obj.btf.struct
    find("event")
    classes = list(map(obj.btf.struct, ["event", "creds"]))

mypy's type of ``find`` does not name the object. mypy calls no method hook for ``find("event")``,
nor for the calls in ``map``. The plugin cannot check these calls, so it reports them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    Expression,
    ListExpr,
    MemberExpr,
    MypyFile,
    Statement,
    StrExpr,
    TupleExpr,
    Var,
)
from mypy.plugin import AttributeContext, CheckerPluginInterface
from mypy.types import Instance, Type, get_proper_type

from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.project.object_types import Project
from btf_typing_mypy.source import source_text, syntax_tree
from btf_typing_mypy.source.btf_classes import BtfClasses
from btf_typing_mypy.source.object_identity import objects_of
from btf_typing_mypy.source.references import callee_fullname, callee_text, definition_of

from . import unresolved

_METHOD_WITHOUT_CALL = re.compile(
    rf"\.\s*(?:{'|'.join(sorted(fullnames.BTF_METHODS))})[ \t]*(?:[,);#\\\r\n]|$)"
)
"""``.struct`` at the end of an argument or of an assignment.

If the text of a module has no match, the plugin need not search the syntax tree of the module.
"""

_EXAMPLES = {
    "validate": '@obj.btf.validate("event")',
    "validate_struct": 'obj.btf.validate_struct("event", Event)',
}
"""How to call the methods that also get a class."""


class _Use(NamedTuple):
    """A call that the plugin cannot check.

    Attributes:
        method: the expression ``obj.btf.struct``.
        call: the call ``find("event")``, or the call that gets *method* as an argument.
        message: the error to report at *call*.
    """

    method: MemberExpr
    call: CallExpr
    message: str


class BoundMethods:
    """Reports the calls of methods that a program assigns or passes on.

    Args:
        project: objects and stubs of the project.
        btf_classes: finds the objects that expressions stand for.
    """

    def __init__(self, project: Project, btf_classes: BtfClasses) -> None:
        self._project = project
        self._btf_classes = btf_classes
        self._uses: tuple[list[Statement] | None, list[_Use]] = None, []

    def attribute(self, ctx: AttributeContext) -> Type:
        """Report the uses of ``obj.btf.struct``. mypy calls this hook for ``obj.btf``."""
        self.report(ctx.api, ctx.context, ctx.type)
        return ctx.default_attr_type

    def report(
        self, api: CheckerPluginInterface, btf: object = None, object_type: Type | None = None
    ) -> None:
        """Report the calls in the current module that the plugin cannot check.

        Args:
            api: mypy's checker.
            btf: the expression ``obj.btf`` that mypy checks now, if any.
            object_type: the type of ``obj``, if *btf* is given.
        """
        tree = compat.tree_of(api)
        if self._uses[0] is not tree.defs:
            self._uses = tree.defs, _uses(tree, source_text.text_of(api))
        for use in self._uses[1]:
            owner = use.method.expr
            is_checked_now = owner is btf
            if _is_ours(use.method, tree) and (
                objects_of(object_type)
                if is_checked_now
                else self._btf_classes.objects(owner, tree)
            ):
                unresolved.report(self._project, api, use.message, use.call, lost=True)


def _uses(tree: MypyFile, text: str) -> list[_Use]:
    """The calls in *tree* that use a method such as ``obj.btf.struct``, of any object.

    Args:
        tree: the module.
        text: its source; empty if unknown.
    """
    if text and not _METHOD_WITHOUT_CALL.search(text):
        return []
    scopes = list(syntax_tree.scopes(tree.defs))
    statements = [each for scope in scopes for each in scope.statements]
    methods = [
        (statement.lvalues[0], statement.rvalue)
        for statement in statements
        if isinstance(statement, AssignmentStmt) and _is_method(statement.rvalue)
    ]
    nodes = [node for scope in scopes for node in syntax_tree.nodes_in(scope, {CallExpr})]
    calls = [node for node in nodes if isinstance(node, CallExpr)]
    return [*_calls_of_variables(methods, calls, tree), *_calls_with_methods(calls)]


def _is_method(expression: Expression) -> TypeGuard[MemberExpr]:
    return isinstance(expression, MemberExpr) and expression.name in fullnames.BTF_METHODS


def _is_ours(method: MemberExpr, tree: MypyFile) -> bool:
    """Whether ``obj.type`` may be our method. A class of the program may define ``type`` itself."""
    owner = definition_of(method.expr, tree)
    type_ = get_proper_type(owner.type) if isinstance(owner, Var) else None
    if not isinstance(type_, Instance):
        return True
    symbol = type_.type.get(method.name)
    node = symbol.node if symbol else None
    return node is not None and fullnames.is_ours(node.fullname)


def _calls_of_variables(
    methods: list[tuple[Expression, MemberExpr]], calls: list[CallExpr], tree: MypyFile
) -> Iterator[_Use]:
    """The calls such as ``find("event")`` after ``find = obj.btf.struct``.

    Args:
        methods: the variables that hold a method, each with its value.
        calls: every call in the module.
        tree: the module.
    """
    for target, method in methods:
        variable = definition_of(target, tree)
        for call in calls if variable else ():
            if definition_of(call.callee, tree) is not variable:
                continue
            name = syntax_tree.argument(call, "name")
            if isinstance(name, StrExpr):
                found = callee_text(call).removesuffix("()")
                more = ", ..." if len(call.args) > 1 else ""
                yield _Use(
                    method,
                    call,
                    f'not checked: "{found}" does not say which object it belongs to; '
                    f"call {method.name}() on the BTF of the object, as in "
                    f'obj.btf.{method.name}("{name.value}"{more})',
                )


def _calls_with_methods(calls: list[CallExpr]) -> Iterator[_Use]:
    """The calls such as ``map(obj.btf.struct, ["event", "creds"])``."""
    for call in calls:
        methods = [each for each in call.args if _is_method(each)]
        if not methods or not any(map(_is_literal, call.args)):
            continue
        # The hook for ``functools.partial`` reports these calls.
        if callee_fullname(call) == fullnames.PARTIAL:
            continue
        for method in methods:
            example = _EXAMPLES.get(method.name, f"[obj.btf.{method.name}(name) for name in names]")
            yield _Use(
                method,
                call,
                f"not checked: the plugin does not see the calls of {method.name}() in "
                f"{callee_text(call)}; call it on the BTF of the object, as in {example}",
            )


def _is_literal(expression: Expression) -> bool:
    """Whether *expression* is a string literal, or a list or tuple that begins with one."""
    if isinstance(expression, ListExpr | TupleExpr) and expression.items:
        return isinstance(expression.items[0], StrExpr)
    return isinstance(expression, StrExpr)
