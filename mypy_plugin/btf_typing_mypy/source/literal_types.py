"""The values in a literal type, such as ``"a"`` and ``"b"`` of ``Literal["a", "b"]``."""

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

_CLASSES = frozenset({"builtins.str", "builtins.int"})
"""The plugin uses only literals of these classes.

For a literal enum member, mypy stores the member's name and not its value.
"""


def values_of(type_: Type) -> list[LiteralValue] | None:
    """Every string or number that *type_* allows; None if *type_* also allows other values."""
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):  # Literal["a"] | Literal["b"]
        found: list[LiteralValue] = []
        for item in proper.items:
            values = values_of(item)
            if values is None:
                return None
            found += values
        return found
    if isinstance(proper, Instance) and proper.last_known_value is not None:  # NAME: Final = "a"
        proper = proper.last_known_value
    if isinstance(proper, LiteralType) and proper.fallback.type.fullname in _CLASSES:
        return [proper.value] if isinstance(proper.value, str | int) else None
    if isinstance(proper, TypeVarType):  # def f(name: T), where T is bound to Literal["a", "b"]
        if proper.values:
            return values_of(UnionType(proper.values))
        return values_of(proper.upper_bound)
    return None


def texts_of(type_: Type) -> list[str] | None:
    """Every string that *type_* allows; None if *type_* also allows anything else."""
    values = values_of(type_)
    if values is None or not all(isinstance(value, str) for value in values):
        return None
    return [str(value) for value in values]


def bool_of(type_: Type) -> bool | None:
    """The value of *type_* if it is the type of ``True`` or ``False``; else None."""
    proper = get_proper_type(type_)
    if isinstance(proper, Instance) and proper.last_known_value is not None:
        proper = proper.last_known_value
    value = proper.value if isinstance(proper, LiteralType) else None
    return value if isinstance(value, bool) else None
