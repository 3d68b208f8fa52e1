"""The values that a module assigns to a variable.

mypy knows the type of a variable, but rarely its value. The plugin reads the values from the syntax
tree. Here ``path`` has two values, and the object may be either file::

    path = "a.bpf.o"
    if sys.argv[1:]:
        path = "b.bpf.o"
    obj = load(path)

Only the module that mypy is checking has a syntax tree. mypy drops the trees of other modules, and
an incremental run may not even build them. For a variable of another module, the plugin therefore
knows only the type.
"""

from __future__ import annotations

from itertools import chain

from mypy.nodes import (
    GDEF,
    AssignmentStmt,
    ClassDef,
    Expression,
    GlobalDecl,
    Import,
    ImportFrom,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    NonlocalDecl,
    Statement,
    TempNode,
    Var,
    WithStmt,
)

from . import syntax_tree
from .assignment_targets import ANY_NAME, UNKNOWN, Assignment, defines, targets
from .module_index import IndexedScope, ModuleIndex, bindings_of, module_index
from .references import attribute_of_self, is_defined_in, referenced_node
from .source_text import ReadText, is_bound_in_module_scope_only, is_bound_once


def assignments(tree: MypyFile, variable: Var, read_text: ReadText = str) -> list[Assignment]:
    """Every value that *tree* assigns to *variable*, in functions and classes too.

    The function does not find assignments that other modules make.

    Args:
        tree: the module to search.
        variable: a variable or an attribute of a class.
        read_text: reads the source of *tree*. The source can show that no function or class binds
            the variable. The search then skips functions and classes.

    Returns:
        The assignments. The list is empty for a parameter, because callers choose its value. It is
        also empty for a variable of another module.
    """
    if not is_defined_in(variable, tree):  # from other_module import variable
        return []
    name = variable.name
    is_global = variable.fullname == f"{tree.fullname}.{name}"
    module_scope_only = is_global and is_bound_in_module_scope_only(name, read_text())
    index = module_index(tree, module_scope_only=module_scope_only)
    # No statement assigns the variable, only an expression:
    # print(path := "a.bpf.o")
    if name not in index.bindings:
        return _nested_values(variable, index)
    # mypy has split the variable, or does not analyze one of the values:
    # if TYPE_CHECKING: path = "a.bpf.o"
    # else: path = "b.bpf.o"
    if name in index.run_time_bindings or _is_split(variable, index, is_global=is_global):
        return [UNKNOWN]
    # A star import may bind any name:
    # from module import *
    bindings = [*index.bindings[name], *index.bindings.get(ANY_NAME, ())]
    found_targets = list(chain.from_iterable(map(targets, dict.fromkeys(s for _, s in bindings))))
    # The variable is a parameter:
    # def f(path): ...
    if any(target is variable for target, _ in found_targets):
        return []
    # An expression or a pattern can assign the variable, too:
    # if path := "a.bpf.o": ...
    for scope in _scopes_with_nested_targets(variable, bindings, index):
        found_targets += scope.nested_targets
    # If every statement binds another variable of this name, only an expression can bind this one:
    # [path for path in values]
    found = [
        value for target, assigned in found_targets for value in _values(target, assigned, variable)
    ] or _nested_values(variable, index)
    # class C: global path; path = "a.bpf.o"
    # Python assigns the global variable here, but mypy takes it for an attribute of C.
    if any(isinstance(scope.owner, ClassDef) for scope in _declaring(bindings)):
        found.append(UNKNOWN)
    # The import may assign another value:
    # path = "a.bpf.o"
    # from module import path
    module_scope = {index.scopes[0]} if is_global else set[IndexedScope]()
    own_scopes = module_scope | {scope for scope, s in bindings if defines(s, variable)}
    if any(isinstance(s, Import | ImportFrom) and scope in own_scopes for scope, s in bindings):
        found.append(UNKNOWN)
    return found


def _nested_values(variable: Var, index: ModuleIndex) -> list[Assignment]:
    """The values that *variable* gets from expressions and patterns, but not from statements."""
    nested = chain.from_iterable(scope.nested_targets for scope in index.scopes)
    return [value for target, assigned in nested for value in _values(target, assigned, variable)]


def assignments_and_to_self(
    tree: MypyFile, variable: Var, read_text: ReadText = str
) -> list[Assignment]:
    """Every value of `assignments`, and the values that methods assign to an attribute.

    Methods assign to an attribute through ``self`` or ``cls``, as in ``self.path = "prog.bpf.o"``.
    """
    found = assignments(tree, variable, read_text)
    if variable.info and is_defined_in(variable, tree):
        found = found + [
            assigned
            for _, statement in bindings_of(tree, variable.name)
            for target, assigned in targets(statement)
            if isinstance(target, MemberExpr) and attribute_of_self(target, tree) is variable
        ]
    # Both searches find the assignment that defines the attribute.
    return list(dict.fromkeys(found))


def only_value(tree: MypyFile, name: NameExpr, read_text: ReadText) -> Expression | None:
    """The value of the global variable *name*, if the source proves that there is no other value.

    The usual case is a constant that is assigned once and used once. For this case, the function
    does far less work than `assignments`::

        PATH = "prog.bpf.o"
        obj = load(PATH)

    Args:
        tree: the module that contains *name*.
        name: the use of a variable.
        read_text: reads the source of *tree*. If the text is empty, the result is None.

    Returns:
        The value; None if the variable may have several values, or has no simple assignment.
    """
    if name.kind != GDEF or not is_bound_once(name.name, tree, read_text()):
        return None
    for statement in tree.defs:
        if type(statement) is AssignmentStmt and not isinstance(statement.rvalue, TempNode):
            for target in statement.lvalues:
                if isinstance(target, NameExpr) and target.node is name.node:
                    return statement.rvalue
    return None


def _is_split(variable: Var, index: ModuleIndex, *, is_global: bool) -> bool:
    """Whether mypy has split *variable* into several, because statements redefine it.

    mypy appends ``'`` to the names of all but one. It does so with ``allow_redefinition`` (since
    mypy 2.0, ``allow_redefinition_old``). mypy also splits a variable of several ``with``
    statements. The result is then False, because nothing else assigns or uses the variable. The
    result is also False if mypy has split only another variable of this name.
    """
    part = variable.name.rstrip("'")
    if f"{part}'" not in index.bindings:
        return False
    own = _scopes_of(variable, index, is_global=is_global)
    bound: list[tuple[str, Statement]] = []
    while part in index.bindings:
        bound += [(part, statement) for scope, statement in index.bindings[part] if scope in own]
        part += "'"
    return any(part.endswith("'") for part, _ in bound) and any(
        # In a function with ``global name``, mypy takes only one of the parts for *name*.
        isinstance(statement, GlobalDecl | NonlocalDecl)
        or (not isinstance(statement, WithStmt) and _assigns_name(statement, part))
        for part, statement in bound
    )


def _scopes_of(variable: Var, index: ModuleIndex, *, is_global: bool) -> set[IndexedScope]:
    """The scopes that define *variable*, or that may declare it ``global`` or ``nonlocal``."""
    declaration = GlobalDecl if is_global else NonlocalDecl
    bindings = index.bindings[variable.name]
    found = {s for s, each in bindings if isinstance(each, declaration) or defines(each, variable)}
    return found | {
        scope
        for scope in index.scopes
        for function in (syntax_tree.functions(scope.owner) if scope.owner else ())
        if any(argument.variable is variable for argument in function.arguments)
    }


def _assigns_name(statement: Statement, name: str) -> bool:
    """Whether *statement* assigns to *name*, and not only to an attribute or a parameter."""
    return any(
        isinstance(target, NameExpr) and target.name == name for target, _ in targets(statement)
    )


def _declaring(bindings: list[tuple[IndexedScope, Statement]]) -> list[IndexedScope]:
    """The scopes of the ``global`` and ``nonlocal`` statements in *bindings*."""
    return [scope for scope, s in bindings if isinstance(s, GlobalDecl | NonlocalDecl)]


def _scopes_with_nested_targets(
    variable: Var, bindings: list[tuple[IndexedScope, Statement]], index: ModuleIndex
) -> list[IndexedScope]:
    """The scopes in which an expression or a pattern may assign to *variable*."""
    anywhere = (
        # def f(): global path; print(path := "a.bpf.o")
        _declaring(bindings)
        # [0 for C.path in ["a.bpf.o"]]
        or variable.info
        # this_module.path = "a.bpf.o"
        or any(isinstance(target, MemberExpr) for _, s in bindings for target, _ in targets(s))
    )
    return index.scopes if anywhere else list({scope: None for scope, _ in bindings})


def _is_self(name: NameExpr) -> bool:
    """Whether *name* is the first parameter of a method.

    mypy analyzes the bodies of methods after those of classes. Until then, *name* has no
    definition, and the usual name of the parameter decides.
    """
    if isinstance(name.node, Var):
        return name.node.is_self
    return name.node is None and name.name == "self"


def _values(target: Node, assigned: Assignment, variable: Var) -> list[Assignment]:
    """The values that *variable* may get from an assignment of *assigned* to *target*.

    The list is empty, or contains *assigned* or `UNKNOWN`.
    """
    if isinstance(target, NameExpr):  # path = "a.bpf.o"
        return [assigned] if target.node is variable else []
    if not isinstance(target, MemberExpr) or target.name != variable.name:  # C.other = 1
        return []
    node = referenced_node(target)
    if node or not variable.info:  # C.path = "a.bpf.o", this_module.path = "a.bpf.o"
        return [assigned] if node is variable else []
    # An attribute of the instance, not of the class:
    # self.path = "a.bpf.o"
    if isinstance(target.expr, NameExpr) and _is_self(target.expr):
        return []
    # f() may return the class:
    # f().path = "a.bpf.o"
    return [UNKNOWN]
