"""The values in a literal type, such as ``"a"`` and ``"b"`` of ``Literal["a", "b"]``.

An enum whose members are strings counts as a literal type of all its members::

    class Name(StrEnum):
        EVENT = "event"
"""

from __future__ import annotations

from mypy.nodes import TypeInfo, Var
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
_STRING = "builtins.str"
_STRING_ENUM = "enum.StrEnum"


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
    if isinstance(proper, LiteralType) and proper.is_enum_literal():  # Name.EVENT
        return _of_members(proper.fallback.type, [str(proper.value)])
    if isinstance(proper, Instance) and proper.type.is_enum:  # for name in Name:
        return _of_members(proper.type, proper.type.enum_members)
    if isinstance(proper, TypeVarType):  # T = TypeVar("T", bound=Literal["a", "b"])
        if proper.values:
            return values_of(UnionType(proper.values))
        return values_of(proper.upper_bound)
    return None


def _of_members(class_: TypeInfo, names: list[str]) -> list[LiteralValue] | None:
    """The values of the members *names* of an enum; None if one of them is not a known string.

    If *names* is empty, the result is None.
    """
    nodes = [class_.names[name].node for name in names if name in class_.names]
    found = [member_text(node) if isinstance(node, Var) else None for node in nodes]
    values: list[LiteralValue] = [text for text in found if text is not None]
    return values if values and len(values) == len(names) else None


def member_text(member: Var, *, converted: bool = False) -> str | None:
    """The string that is equal to a member of an enum; None if the plugin knows no such string.

    Args:
        member: the member, such as ``Name.EVENT``.
        converted: whether the program converts the member to a string, as in ``f"{Name.EVENT}"``.
            Then the result is None for ``class Name(str, Enum)``, because Python converts such a
            member to ``"Name.EVENT"`` and not to its value.
    """
    if not member.info.has_base(_STRING_ENUM if converted else _STRING):
        return None
    return _assigned(member, "__new__", "__str__", "__format__")


def member_value(member: Var) -> str | None:
    """The string that ``Name.EVENT.value`` is for a *member* of an enum; None if unknown."""
    return _assigned(member, "__new__", "__init__", "value", "_value_")


def _assigned(member: Var, *replacing: str) -> str | None:
    """The string that the class of an enum assigns to *member*; None if it is no string literal.

    The result is also None if the class has one of the methods or attributes *replacing*, because
    they may replace the string.
    """
    bases = [base for base in member.info.mro if base.module_name not in ("builtins", "enum")]
    if any(name in base.names for base in bases for name in replacing):
        return None
    # class Name(int, Enum): A = "5"  # Name.A.value is 5
    own = {base.fullname for base in member.info.mro if base.module_name == "builtins"}
    if not own <= {"builtins.object", _STRING}:
        return None
    proper = get_proper_type(member.type)
    value = proper.last_known_value if isinstance(proper, Instance) else proper
    known = isinstance(value, LiteralType) and value.fallback.type.fullname == _STRING
    return str(value.value) if known and isinstance(value, LiteralType) else None


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
