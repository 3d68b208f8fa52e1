"""Values that mypy's types tell."""

from __future__ import annotations

from mypy.types import (
    Instance,
    LiteralType,
    Type,
    TypeVarType,
    UnionType,
    get_proper_type,
)

LiteralValue = str | int

_PLAIN = frozenset({"builtins.str", "builtins.int"})
"""Not bool; not bytes; and no enum, whose literals have names of members for values."""


def values_of(type_: Type) -> list[LiteralValue] | None:
    """Every string or number that a value of *type_* may be; None where the type does not say."""
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        found: list[LiteralValue] = []
        for item in proper.items:
            values = values_of(item)
            if values is None:
                return None
            found += values
        return found
    if isinstance(proper, Instance) and proper.last_known_value is not None:
        proper = proper.last_known_value
    if isinstance(proper, LiteralType) and proper.fallback.type.fullname in _PLAIN:
        return [proper.value] if isinstance(proper.value, str | int) else None
    if isinstance(proper, TypeVarType):
        if proper.values:
            return values_of(UnionType(proper.values))
        return values_of(proper.upper_bound)
    return None


def texts_of(type_: Type) -> list[str] | None:
    """As `values_of`, where all of them are strings."""
    values = values_of(type_)
    if values is None or not all(isinstance(value, str) for value in values):
        return None
    return [str(value) for value in values]
