"""What an expression may stand for: other expressions, and the items of lists and tuples.

For ``[first, second or None]``, these are the expressions ``first``, ``second`` and ``None``.
"""

from __future__ import annotations

from itertools import chain

from mypy.nodes import (
    CallExpr,
    DictExpr,
    Expression,
    IndexExpr,
    IntExpr,
    ListExpr,
    MemberExpr,
    SetExpr,
    StarExpr,
    TupleExpr,
)

from . import syntax_tree
from .assignment_targets import Assignment


def possible_values(value: Expression | None, item: int | None = None) -> list[Expression | None]:
    """The values that *value* may be, or that it contains: *a* and *b* for ``[a, b or None]``.

    Args:
        value: an expression.
        item: if *value* is a tuple, which item of it; None for all of them.
    """
    if value is None:
        return [None]
    found: list[Expression | None] = []
    for each in syntax_tree.alternatives(value):
        inside = contents(each)
        index = syntax_tree.integer(each.index) if isinstance(each, IndexExpr) else None
        if item is not None and isinstance(each, TupleExpr):
            is_known = None not in inside and -len(inside) <= item < len(inside)
            found += possible_values(inside[item]) if is_known else [None]
        elif inside:
            found += chain.from_iterable(map(possible_values, inside))
        elif item is not None and not syntax_tree.is_none(each):  # return opened()
            found.append(IndexExpr(each, IntExpr(item)))
        elif isinstance(each, IndexExpr) and index is not None and _is_compound(each.base):
            found += possible_values(each.base, index)  # (first() if test else second())[0]
        else:
            found.append(each)
    return found


def _is_compound(value: Expression) -> bool:
    """Whether *value* may be one of several expressions, or contains some."""
    parts = syntax_tree.alternatives(value)
    return len(parts) > 1 or bool(contents(parts[0]))


def unpacked(assignment: Assignment) -> Expression | None:
    """The expression ``pair[0]`` for ``x`` in ``x, y = pair``; None for other assignments."""
    found = assignment.unpacked if assignment.positions else None
    for position in assignment.positions or ():
        found = IndexExpr(found, IntExpr(position)) if found else None
    return found


def contents(value: Expression) -> list[Expression | None]:
    """The items of a list, tuple or set, or the values of a dictionary; None for ``*others``.

    The result is empty if *value* is nothing of the kind.
    """
    match value:
        case ListExpr(items=items) | TupleExpr(items=items) | SetExpr(items=items):
            return [None if isinstance(item, StarExpr) else item for item in items]
        case DictExpr(items=pairs):
            return [item if key else None for key, item in pairs]
    return []


def iterated(assignment: Assignment) -> Expression | None:
    """The list ``objects`` in ``for obj in objects``; None if the loop is of another kind.

    It is the dictionary for ``for obj in objects.values()`` and ``for _, obj in objects.items()``.
    """
    match assignment.iterable, assignment.positions:
        case CallExpr(callee=MemberExpr(expr=owner, name="values"), args=[]), ():
            return owner
        case CallExpr(callee=MemberExpr(expr=owner, name="items"), args=[]), (1,):
            return owner
        case iterable, () if iterable and not contents(iterable):
            return iterable
    return None
