"""Finds the value of a class attribute such as ``_fields_``, in the class or in a later statement.

A structure with a pointer to itself needs a later statement::

    class Node(Structure):
        _pack_ = 1

    Node._fields_ = [("next", POINTER(Node))]
"""

from __future__ import annotations

from mypy.nodes import (
    ClassDef,
    Expression,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    RefExpr,
    Statement,
    SymbolNode,
    TypeInfo,
    Var,
)

from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy.source import syntax_tree
from btf_typing_mypy.source.ambiguity import differs_at_run_time
from btf_typing_mypy.source.assignment_targets import Assignment, targets
from btf_typing_mypy.source.list_changes import may_change
from btf_typing_mypy.source.module_index import bindings_of

from .class_description import LAYOUT_ATTRIBUTES, UnboundNameError, UnknownLayoutError
from .name_resolver import NameResolver


class ClassAttribute(NamedTuple):
    """The one value that an attribute of a class gets.

    Attributes:
        value: the expression that is assigned.
        distance: 0 if the assignment is in the body of the class. Otherwise the assignment is this
            many statements after the class, in the same block.
    """

    value: Expression
    distance: int


class ClassAttributes:
    """Finds the attributes of classes of one module.

    Args:
        tree: the module.
        names: resolves the names in the module.
    """

    def __init__(self, tree: MypyFile, names: NameResolver) -> None:
        self._tree = tree
        self._names = names

    def find(self, definition: ClassDef, name: str) -> ClassAttribute | None:
        """The attribute *name* of a class; None if the class does not have it.

        Raises:
            UnknownLayoutError: the attribute may have several values, its value is unknown, or
                other code may change the value.
            UnboundNameError: mypy has not bound a name that the value depends on.
        """
        # For example "if not TYPE_CHECKING: _pack_ = 1".
        if differs_at_run_time(self._tree, name, definition):
            raise UnknownLayoutError(
                f"{name} is assigned differently for type checkers and at run time;"
                " assign it once for both"
            )
        found = [
            self._attribute(definition, owner, statement, target, assigned)
            for owner, statement in bindings_of(self._tree, name)
            for target, assigned in targets(statement)
            if _is_in_body(target, owner, definition) or _is_attribute(target, definition, name)
        ]
        # For example "_fields_ = [...]" and then "_fields_ += [...]".
        if len(found) > 1:
            raise UnknownLayoutError(f"{name} is assigned in {len(found)} places; assign it once")
        if not found and name not in definition.info.names:
            return None
        # For example "if condition: _pack_ = 1" or "(_pack_ := 1)".
        if not found or found[0] is None:
            raise UnknownLayoutError(
                f"the plugin cannot evaluate the assignment to {name}; assign it once, without a"
                " condition, in the class or in the same block after it"
            )
        symbol = definition.info.names.get(name)
        self.check_unchanged(found[0].value, symbol.node if symbol else None)
        return found[0]

    def _attribute(
        self,
        definition: ClassDef,
        owner: Statement | None,
        statement: Statement,
        target: Node,
        assigned: Assignment,
    ) -> ClassAttribute | None:
        """The value that *statement* assigns.

        The result is None if the value is unknown, or if *statement* is in another block, such as
        the body of an ``if``.
        """
        if _is_in_body(target, owner, definition):  # _pack_ = 1
            distance = 0 if statement in definition.defs.body else None
        else:  # Event._pack_ = 1
            distance = self._distance(definition, statement)
        if assigned.value is None or assigned.entered or distance is None:
            return None
        return ClassAttribute(assigned.value, distance)

    def _distance(self, definition: ClassDef, statement: Statement) -> int | None:
        """Count the statements from the class to *statement*; None if it is in another block."""
        after = self.statements_after(definition)
        return after.index(statement) + 1 if statement in after else None

    def statements_after(self, definition: ClassDef) -> list[Statement]:
        """The statements after the class, in the block that contains it."""
        for body in syntax_tree.statement_lists(self._tree.defs):
            if definition in body:
                return body[body.index(definition) + 1 :]
        return []

    def check_unchanged(self, value: Expression, variable: SymbolNode | None) -> None:
        """Check that no other code changes *value*, which is assigned to *variable*.

        Raises:
            UnknownLayoutError: *value* is a list that other code may change.
            UnboundNameError: mypy has not bound a name that may be the list.
        """
        if not isinstance(value, ListExpr) or variable is None:
            return
        changes = may_change(self._tree, variable)
        if changes is None:  # if not TYPE_CHECKING: FIELDS.append(...)
            raise UnboundNameError(
                f'mypy does not analyze all code that uses the list "{variable.name}";'
                " use a tuple instead"
            )
        if changes:  # FIELDS.append(...)
            raise UnknownLayoutError(
                f'other code may change the list "{variable.name}"; use a tuple instead'
            )

    def check_owners(self) -> None:
        """Check the left of the dot in assignments such as ``Event._fields_ = [...]``.

        A class may be there, because its name shows which class the assignment concerns. ``self``
        may be there too, because an assignment to an attribute of ``self`` changes no class. Any
        other variable could hold any class, so the assignment could concern every class.

        Raises:
            UnknownLayoutError: the object on the left of the dot may be any class.
            UnboundNameError: mypy has not bound a name that may be a class.
        """
        for name in ("_fields_", *LAYOUT_ATTRIBUTES):
            for _, statement in bindings_of(self._tree, name):
                for target, _ in targets(statement):
                    if isinstance(target, MemberExpr) and target.name == name:
                        self._check_owner(target.expr, name)

    def _check_owner(self, owner: Expression, name: str) -> None:
        node = self._names.resolve(owner) if isinstance(owner, NameExpr | MemberExpr) else None
        if isinstance(node, TypeInfo):  # Event._fields_ = [...]
            return
        if isinstance(node, Var) and node.is_self:  # self._fields_ = [...]
            return
        # for class_ in classes: class_._fields_ = [...]
        raise UnknownLayoutError(
            f"{name} is assigned to an object that may be this class; assign it by the name of the"
            " class"
        )


def _is_in_body(target: Node, owner: Statement | None, definition: ClassDef) -> bool:
    """Whether *target* is a name in the scope of the class, such as ``_pack_`` in its body."""
    return owner is definition and isinstance(target, NameExpr)


def _is_attribute(target: Node, definition: ClassDef, name: str) -> bool:
    """Whether *target* is the attribute *name* of the class, as in ``Event._pack_ = 1``.

    Raises:
        UnboundNameError: mypy has not bound a name that may be the class.
    """
    if not isinstance(target, MemberExpr) or target.name != name:
        return False
    owner = target.expr
    if isinstance(owner, NameExpr) and owner.node is None and owner.name == definition.name:
        raise UnboundNameError(f'"{owner.name}" is not defined')
    return isinstance(owner, RefExpr) and owner.node is definition.info
