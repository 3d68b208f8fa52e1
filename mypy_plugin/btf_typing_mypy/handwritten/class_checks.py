"""Checks that the plugin can derive the layout of a class from its fields.

A decorator may replace the class. A base class may change the class in ``__init_subclass__``. Other
code may use the class before its fields are assigned. For example, ``sizeof(Event)`` is 0 here::

    class Event(Structure):
        pass

    sizeof(Event)
    Event._fields_ = [("pid", c_uint32)]
"""

from __future__ import annotations

from collections.abc import Iterator

from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    ClassDef,
    Expression,
    MemberExpr,
    NameExpr,
    Node,
    RefExpr,
    Statement,
    TypeInfo,
)

from btf_typing_mypy import fullnames
from btf_typing_mypy.source import syntax_tree

from .class_description import LAYOUT_ATTRIBUTES, UnboundNameError, UnknownLayoutError
from .ctypes_bases import CTYPES_BASES, STANDARD_MODULES, is_structure_or_union

_HARMLESS_DECORATORS = frozenset({"typing.final", "typing_extensions.final"})


def check_class(info: TypeInfo) -> None:
    """Check that no decorator and no base class may change the class *info*.

    Raises:
        UnknownLayoutError: a decorator or a base class may change it.
    """
    for decorator in info.defn.decorators:
        _check_decorator(decorator)
    for base in info.mro:
        if base.fullname not in CTYPES_BASES and not is_harmless(base.module_name):
            _check_base(base)
    if info.fallback_to_any:  # class Event(untyped_module.Base): ...
        raise UnknownLayoutError("the type of a base class is unknown to mypy")


def is_harmless(module: str) -> bool:
    """Whether no class of *module* changes how the classes that derive from it work.

    In stubs, the classes derive from ``Struct`` and ``Union`` of `btf_typing.records`. These two
    have a metaclass, but the metaclass leaves the layout to ctypes.
    """
    return module in STANDARD_MODULES or fullnames.is_ours(module)


def _check_decorator(decorator: Expression) -> None:
    callee = decorator.callee if isinstance(decorator, CallExpr) else decorator
    is_call = isinstance(decorator, CallExpr)
    # @obj.btf.validate("event")
    if is_call and isinstance(callee, MemberExpr) and callee.name == "validate":
        return
    # @final
    if isinstance(callee, RefExpr) and callee.fullname in _HARMLESS_DECORATORS:
        return
    # @replace
    raise UnknownLayoutError(
        "a decorator may replace the class; the plugin knows only validate() and final"
    )


def _check_base(base: TypeInfo) -> None:
    """Check that *base* does not change the layout that the plugin computes from the fields.

    Args:
        base: the class itself or one of its base classes.
    """
    # class Base(Structure):
    #     def __init_subclass__(cls): ...
    if "__init_subclass__" in base.names or base.declared_metaclass:
        raise UnknownLayoutError(
            f'class "{base.name}" has __init_subclass__ or a metaclass, which may change the'
            " classes that derive from it; derive directly from Structure or Union"
        )
    # class Mixin:
    #     _pack_ = 1
    if not is_structure_or_union(base):
        for name in ("_fields_", *LAYOUT_ATTRIBUTES):
            if name in base.names:
                raise UnknownLayoutError(
                    f'class "{base.name}" defines {name} but is neither a structure nor a union;'
                    f" move {name} into the structure"
                )
    # class Event(Structure):
    #     _swappedbytes_ = None
    if "_swappedbytes_" in base.names:
        raise UnknownLayoutError(
            f'class "{base.name}" defines _swappedbytes_; derive from BigEndianStructure or'
            " LittleEndianStructure instead"
        )


def check_unused(definition: ClassDef, statements: list[Statement]) -> None:
    """Check that a class is not used before it has its fields.

    Args:
        definition: the class.
        statements: the statements between the class and the assignment to its ``_fields_``.

    Raises:
        UnknownLayoutError: a statement or a decorator uses the class. ``POINTER(Event)`` and
            ``Event._pack_ = 1`` are allowed.
        UnboundNameError: mypy does not know yet whether a name refers to the class.
    """
    if definition.decorators:  # @obj.btf.validate("event")
        raise UnknownLayoutError(
            "a decorator receives the class before _fields_ is assigned; call validate_struct()"
            " afterwards"
        )
    for node in _uses(statements):
        if isinstance(node, NameExpr) and node.name == definition.name:
            if node.node is None:
                raise UnboundNameError(f'"{node.name}" is not defined')
            if node.node is definition.info:  # sizeof(Event)
                raise UnknownLayoutError(
                    "the class is used before _fields_ is assigned; assign it right after the class"
                )


def _uses(statements: list[Statement]) -> Iterator[Node]:
    """The names, calls and assignments in *statements*, except harmless uses of a class.

    Bodies of functions are not included. The plugin assumes that nothing calls the functions before
    the fields are assigned.
    """
    for scope in syntax_tree.scopes(statements):
        if scope.owner is None or isinstance(scope.owner, ClassDef):
            nodes = syntax_tree.nodes_in(scope, _KINDS)
            harmless = {use for node in nodes for use in _harmless_uses(node)}
            yield from (node for node in nodes if node not in harmless)


def _harmless_uses(node: Node) -> list[Expression]:
    """The expressions in *node* that do no harm if they refer to a class without fields."""
    match node:
        case CallExpr(callee=NameExpr(name="POINTER") | MemberExpr(name="POINTER")):
            return node.args  # POINTER(Event)
        case AssignmentStmt():  # Event._pack_ = 1
            return [left.expr for left in node.lvalues if isinstance(left, MemberExpr)]
    return []


_KINDS = frozenset({NameExpr, CallExpr, AssignmentStmt})
