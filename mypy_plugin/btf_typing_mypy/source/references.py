"""Finds the definition that a name, an attribute or a call refers to.

For example, ``ctypes.sizeof`` refers to a function with the full name ``_ctypes.sizeof``.
``Event.SIZE`` refers to an attribute of the class ``Event``.
"""

from __future__ import annotations

from collections.abc import Mapping

from mypy.nodes import (
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    Import,
    ImportFrom,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    Statement,
    SymbolNode,
    TypeAlias,
    TypeInfo,
    Var,
    get_member_expr_fullname,
)
from mypy.types import FunctionLike, Instance, Type, TypeType, TypeVarType, get_proper_type

from .module_index import module_index


def referenced_node(expression: NameExpr | MemberExpr) -> SymbolNode | None:
    """The definition that *expression* refers to; None for an attribute of a value (``e.pid``)."""
    if isinstance(expression, NameExpr) or expression.node is not None:  # name, module.name
        return expression.node
    owner = expression.expr.node if isinstance(expression.expr, RefExpr) else None
    # mypy sets no node for an attribute of a class, such as Event.SIZE.
    if isinstance(owner, TypeInfo):
        symbol = owner.get(expression.name)
        return symbol.node if symbol else None
    return None


def class_of_self(expression: Expression, tree: MypyFile) -> TypeInfo | None:
    """The class in which *expression* is ``self`` or ``cls``; None for any other expression.

    Args:
        expression: an expression.
        tree: the module that contains *expression*.
    """
    node = expression.node if isinstance(expression, RefExpr) else None
    if not isinstance(node, Var) or not (node.is_self or node.is_cls):
        return None
    if node.type is None:  # In a method without annotations, until mypy checks the method.
        method = module_index(tree).functions.get(node)
        return (method.info or None) if method else None
    type_ = get_proper_type(node.type)
    item = type_.item if isinstance(type_, TypeType) else type_
    if isinstance(item, TypeVarType):  # def __enter__(self) -> Self: ...
        item = get_proper_type(item.upper_bound)
    return item.type if isinstance(item, Instance) else None


def attribute_of_self(expression: MemberExpr, tree: MypyFile) -> Var | None:
    """The attribute that ``self.x`` or ``cls.x`` refers to; None for any other expression.

    Args:
        expression: an attribute.
        tree: the module that contains *expression*.
    """
    class_ = class_of_self(expression.expr, tree)
    symbol = class_.get(expression.name) if class_ else None
    return symbol.node if symbol and isinstance(symbol.node, Var) else None


def callee_fullname(call: CallExpr) -> str:
    """The full name of the function, class or method that *call* calls; empty if unknown.

    If a variable holds the object whose method is called, the result is the full name of the
    variable and then the name of the method. An example is ``os.environ.get``.
    """
    callee = call.callee
    if isinstance(callee, MemberExpr) and not callee.fullname:  # Btf.from_file("prog.bpf.o")
        node = referenced_node(callee)
        if node is None and isinstance(callee.expr, RefExpr):  # os.environ.get("PROG", "x.bpf.o")
            return f"{callee.expr.fullname}.{callee.name}" if callee.expr.fullname else ""
        return node.fullname if node else ""
    return callee.fullname if isinstance(callee, RefExpr) else ""


def last_names_of_decorators(function: FuncDef, tree: MypyFile) -> list[str]:
    """The last name of each decorator of *function*: ``fixture`` for ``@pytest.fixture(...)``.

    The list is empty for a function inside another function.
    """
    names = function.info.names if function.info else tree.names
    symbol = names.get(function.name) if function.is_decorated else None
    node = symbol.node if symbol else None
    if not isinstance(node, Decorator) or node.func is not function:
        return []
    decorators = [
        each.callee if isinstance(each, CallExpr) else each for each in node.original_decorators
    ]
    return [each.name for each in decorators if isinstance(each, NameExpr | MemberExpr)]


def definition_of(expression: Expression, tree: MypyFile) -> SymbolNode | None:
    """The definition that *expression* refers to, also for ``self.x``; None if unknown.

    Args:
        expression: an expression.
        tree: the module that contains *expression*.
    """
    if not isinstance(expression, NameExpr | MemberExpr):
        return None
    found = referenced_node(expression)
    if found is None and isinstance(expression, MemberExpr):
        return attribute_of_self(expression, tree)
    return found


def callee_text(call: CallExpr) -> str:
    """The name of *call* in messages: ``f()``, or ``this call`` if the function has no name."""
    callee = call.callee
    return f"{callee.name}()" if isinstance(callee, NameExpr | MemberExpr) else "this call"


def spelling(expression: Expression) -> str:
    """The text of *expression* if it is a name, such as ``app.Event``; empty for all else."""
    if isinstance(expression, MemberExpr):
        return get_member_expr_fullname(expression) or ""
    return expression.name if isinstance(expression, NameExpr) else ""


def is_defined_in(variable: Var, tree: MypyFile) -> bool:
    """Whether *variable* belongs to the module *tree*, or to a function or class in it."""
    if variable.info:  # an attribute of a class
        return variable.info.module_name == tree.fullname
    module = variable.fullname.rpartition(".")[0]
    return module in ("", tree.fullname)  # "" for a local variable


def declared_type(variable: Var) -> Type | None:
    """The type in the annotation of *variable*; None if mypy infers the type."""
    # For ``self.obj: BpfObject = ...``, mypy sets both attributes. It also sets both for
    # ``self.obj: Final = ...``, and there it infers the type.
    is_declared = not variable.is_inferred or (
        variable.explicit_self_type and not variable.is_final
    )
    return variable.type if is_declared else None


def imported_fullnames(statement: Statement, name: str) -> list[str]:
    """The full names of what *statement* imports as *name*; [] if it is no such import."""
    match statement:
        case Import():  # import a.b as name  ->  a.b;   import name.b  ->  name
            named = [
                (other or full.partition(".")[0], other and full) for full, other in statement.ids
            ]
            return [full or bound for bound, full in named if bound == name]
        case ImportFrom():  # from .a import b as name  ->  .a.b
            module = f"{'.' * statement.relative}{statement.id}"
            return [
                f"{module}.{full}" for full, other in statement.names if (other or full) == name
            ]
    return []


def name_in_missing_module(expression: Expression, tree: MypyFile) -> str:
    """The full name of something in a module that mypy does not find; empty for all else.

    After ``import tinybpf as bpf``, the full name of ``bpf.load`` is ``tinybpf.load``.
    """
    attributes: list[str] = []
    while isinstance(expression, MemberExpr):
        attributes.insert(0, expression.name)
        expression = expression.expr
    node = expression.node if isinstance(expression, NameExpr) else None
    if isinstance(node, Var) and node.is_suppressed_import:
        for statement in tree.imports:
            for found in imported_fullnames(statement, node.name):
                return ".".join([found, *attributes])
    return ""


def imported_modules(tree: MypyFile) -> set[str]:
    """The full names of everything that *tree* imports and that may be a module.

    For ``from package import name``, these are ``package`` and ``package.name``. Relative imports
    and star imports do not count.
    """
    found: set[str] = set()
    for statement in tree.imports:
        if isinstance(statement, Import):
            found.update(name for name, _ in statement.ids)
        elif isinstance(statement, ImportFrom) and not statement.relative:
            found.add(statement.id)
            found.update(f"{statement.id}.{name}" for name, _ in statement.names)
    return found


def modules_of_names(tree: MypyFile) -> set[str]:
    """The full names of the other modules that define the global names of *tree*.

    The result contains ``app.prog_bpf`` after ``import app.prog_bpf as prog``, and also after
    ``from .prog_bpf import event`` in a module of the package ``app``.
    """
    modules = set()
    for symbol in tree.names.values():
        node = symbol.node
        if node:
            name = node.fullname
            modules.add(name if isinstance(node, MypyFile) else name.rpartition(".")[0])
    modules.discard(tree.fullname)
    return modules


def class_of_class_object(type_: Type) -> TypeInfo | None:
    """The class ``Event`` if *type_* is the type of the expression ``Event``; otherwise None."""
    proper = get_proper_type(type_)
    if isinstance(proper, TypeType) and isinstance(proper.item, Instance):
        return proper.item.type
    if isinstance(proper, FunctionLike) and proper.is_type_obj():
        return proper.type_object()
    return None


def find_class(modules: Mapping[str, MypyFile], module: str, name: str) -> TypeInfo | None:
    """The class *name* of *module*. If *name* is an alias, the class is the target of the alias."""
    tree = modules.get(module)
    symbol = tree.names.get(name) if tree else None
    node = symbol.node if symbol else None
    if isinstance(node, TypeAlias):  # c_uint64 = c_ulong
        target = get_proper_type(node.target)
        node = target.type if isinstance(target, Instance) else None
    return node if isinstance(node, TypeInfo) else None
