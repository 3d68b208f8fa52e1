"""Decides whether a name can have only one definition.

mypy keeps one definition for each name. A program may have several definitions and choose one when
it runs. The plugin must not rely on the definition that mypy keeps for such a name::

    if sys.argv[1:]:
        from first import PATH
    else:
        from second import PATH  # type: ignore[assignment]

Several assignments to a variable are no ambiguity: `assignments` finds all of them.
"""

from __future__ import annotations

from mypy.nodes import (
    GDEF,
    ClassDef,
    Decorator,
    Expression,
    FuncDef,
    GlobalDecl,
    Import,
    ImportFrom,
    MemberExpr,
    MypyFile,
    NameExpr,
    NonlocalDecl,
    OverloadedFuncDef,
    Statement,
    Var,
)

from .assignment_targets import defines, targets
from .module_index import module_index
from .references import imported_fullnames, is_defined_in
from .source_text import ReadText, is_bound_once


def why_ambiguous(
    tree: MypyFile, expression: NameExpr | MemberExpr, read_text: ReadText = str
) -> str:
    """Explain why *expression* may have a definition other than the one that mypy keeps.

    The result is empty if *expression* can have no other definition.

    Args:
        tree: the module that contains *expression*.
        expression: a name such as ``OBJECT``, or an attribute such as ``settings.paths.OBJECT``.
        read_text: returns the source of *tree*, or an empty string. With the source, most names
            need no search of the syntax tree.
    """
    # PATH = "prog.bpf.o"
    # load(PATH)
    if (
        isinstance(expression, NameExpr)
        and expression.kind == GDEF
        and is_bound_once(expression.name, tree, read_text())
    ):
        return ""
    part: Expression = expression
    while isinstance(part, NameExpr | MemberExpr):
        is_global = isinstance(part, NameExpr) and part.kind == GDEF
        # if TYPE_CHECKING: PATH = "first.bpf.o"
        # else: PATH = "second.bpf.o"
        if part.name in module_index(tree, module_scope_only=is_global).run_time_bindings:
            return (
                f'"{part.name}" is defined differently for type checkers and at run time;'
                " define it once for both"
            )
        if isinstance(part, NameExpr):
            if not _has_several_definitions(tree, part):
                return ""
            return (
                f'"{part.name}" may refer to more than one definition;'
                " define it once, without a condition"
            )
        part = part.expr
    return ""


def is_redefined(tree: MypyFile, definition: ClassDef) -> bool:
    """Whether the scope that defines a class also binds the name of the class to something else.

    Args:
        tree: the module that contains the class.
        definition: the class, such as ``class Event(Structure): ...`` before ``Event = Other``.
    """
    name = definition.name
    bindings = module_index(tree).bindings.get(name, ())
    own_scope = next((scope for scope, statement in bindings if statement is definition), None)
    # def f(): global Event; Event = Other
    is_declared = any(isinstance(s, GlobalDecl | NonlocalDecl) for _, s in bindings)
    return any(
        found is not definition
        for scope, statement in bindings
        if scope is own_scope or is_declared
        for found in _definitions(statement, name)
    )


def differs_at_run_time(tree: MypyFile, name: str, definition: ClassDef | None = None) -> bool:
    """Whether *tree* binds *name* in a branch that type checkers do not see.

    ``if not TYPE_CHECKING: _pack_ = 1`` is such a branch.

    Args:
        tree: the module to search.
        name: the last part of a name.
        definition: if given, bindings in the bodies of other classes do not count.
    """
    owners = module_index(tree).run_time_bindings.get(name, ())
    return any(
        not definition or owner is definition or not isinstance(owner, ClassDef) for owner in owners
    )


def _has_several_definitions(tree: MypyFile, name: NameExpr) -> bool:
    """Whether *name* may refer to several definitions, or to one that exists only in some runs."""
    node = name.node
    module_scope_only = False
    if isinstance(node, Var) and is_defined_in(node, tree) and not node.info:
        # PATH = "first.bpf.o"
        # if condition: PATH = "second.bpf.o"
        # This is not ambiguous, because assignments() finds both values.
        if not node.is_final:
            return False
        # PATH: Final = "first.bpf.o"
        # A function cannot assign the name again, so search only the scope of the module.
        module_scope_only = name.kind == GDEF
    index = module_index(tree, module_scope_only=module_scope_only)
    module_scope = index.scopes[0]
    bindings = index.bindings.get(name.name, [])
    own_scopes = {scope for scope, statement in bindings if defines(statement, node)}
    # def f(): global name; name = other
    is_global = module_scope in own_scopes or not own_scopes
    declaring = {scope for scope, s in bindings if is_global and isinstance(s, GlobalDecl)}
    binding_scopes = own_scopes | declaring or {module_scope}
    relevant = [
        (scope, statement)
        for scope, statement in bindings
        if scope in binding_scopes
        # def f(): from module import PATH
        # mypy does not record which import binds a name, so imports in all scopes count.
        or (not own_scopes and isinstance(statement, Import | ImportFrom))
    ]
    found = [
        (scope, statement, definition)
        for scope, statement in relevant
        for definition in _definitions(statement, name.name)
    ]
    # if condition: from first import name
    # else: from second import name
    if len({definition for _, _, definition in found}) > 1:
        return True
    # class C:
    #     if condition: name = 1
    # If the condition is false, *name* refers to a definition outside the class.
    return any(
        isinstance(scope.owner, ClassDef) and statement not in scope.owner.defs.body
        for scope, statement, _ in found
        if scope not in declaring
    )


def _definitions(statement: Statement, name: str) -> list[str | Statement]:
    """The definitions of *name* that *statement* adds to the scope that contains *statement*.

    Each definition is *statement* itself or, for an import, the full name of the imported thing. So
    two imports of the same thing count as one definition.
    """
    match statement:
        case Import() | ImportFrom():  # from .a import b as name  ->  .a.b
            return [*imported_fullnames(statement, name)]
        case ClassDef() | FuncDef() | Decorator() | OverloadedFuncDef():  # class name: ...
            return [statement] if statement.name == name else []
    # name = value
    return [
        statement
        for target, _ in targets(statement)
        if isinstance(target, NameExpr) and target.name == name
    ]
