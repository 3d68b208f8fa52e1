"""Finds the Python name of one C type, and the C type of one Python name.

The module `names` does so for all types of a BTF. If different types share a name, `names` adds a
number to each name but the first. Most types do not need `names`: each has the same name in C and
in Python, and is the first type of that name. Modules of ``btf-stubs --live`` look up such types
here. These modules must start fast, so this module imports little.
"""

from __future__ import annotations

from btf_typing._layout import identifiers
from btf_typing._wire.type_table import TypeTable
from btf_typing.model import kind_of

BUILT_IN_TYPES = ("bool", "bytes", "float", "int")
"""The built-in types in annotations of fields."""

FIELD_CLASSES = (
    *("_Array", "_ArrayArgument", "_ArrayField", "_ArrayValue", "_NestedField"),
    *("_CField", "_PointerField", "_RecordField"),
)
"""The classes of `btf_typing.records` in annotations of fields."""

ENUM_CLASSES = ("_EnumValues", "_HasEnums", "_List", "_Values")
"""The classes and aliases of `btf_typing.records` in the types of enum values."""

OBJECT_CLASSES = (
    *("_NamedBtf", "_NamedMaps", "_NamedPrograms", "_NamedSections", "_NoName", "_Object"),
    *("_Base", "_Class", "_MapOfMaps", "_Path"),
)
"""The classes and aliases of `btf_typing.records` at the end of a stub, where it describes the
object."""

RESERVED = frozenset(
    {
        *BUILT_IN_TYPES,
        *FIELD_CLASSES,
        *("ctypes", "IntEnum", "TypeAlias", "Struct", "Union"),
        *ENUM_CLASSES,
        *OBJECT_CLASSES,
        *("BpfMap", "Object", "load", "obj", "overload", "str", "type_check_only"),
        *("_Btf", "_Maps", "_Programs", "_Sections"),
        *("_MapName", "_ProgramName", "_RecordName", "_SectionName", "_TypeName"),
        *("Any", "Callable", "ImportError", "Literal", "TypeVar", "operator", "setattr", "sys"),
        *("Iterator", "builtins", "_KINDS", "_NAMES", "_OCTETS", "_RECORDS"),
        *(
            "_SEQUENCES",
            "_SHOWN_ELEMENTS",
            "_Accessor",
            "_AnyClass",
            "_FieldsByName",
            "_Record",
            "_Section",
            "_Struct",
        ),
        *("_StructType", "_Union", "_VALUES", "_assign", "_bits", "_element", "_enum", "_field"),
        *("_fill", "_flag", "_initial", "_items", "_kinds", "_listed", "_names", "_plain", "_raw"),
        *("_shown", "_sized", "_target", "_unreadable", "_wide"),
    }
)
"""The names that a stub or a module of ``--runtime`` uses for itself."""

RANKS = {"STRUCT": 0, "UNION": 1, "ENUM": 2, "ENUM64": 2, "TYPEDEF": 3}
"""The kinds that have names in a module.

If types share a name, the first type of the lowest rank keeps it.
"""


def module_level(c_name: str) -> str:
    """The Python name of the C type *c_name*, if no other type gets the same name."""
    name = identifiers.identifier(c_name)
    return f"{name}_" if name in RESERVED or identifiers.is_dunder(name) else name


def plain(table: TypeTable, name: str) -> int | None:
    """The id of the type that a module calls *name*, if that is also its name in C.

    Args:
        table: the types.
        name: a Python name.

    Returns:
        The id. None if no type has this name, or if the first such type is in the base BTF. Also
        None if the module `names` may have made *name* from another C name, such as ``class_`` from
        ``class`` or ``event___2`` from ``event``.
    """
    if not name.isascii() or name.endswith("_") or "___" in name or module_level(name) != name:
        return None
    best = len(RANKS), 0
    for type_id in table.ids_by_name(name):
        rank = RANKS.get(kind_of(table.by_id(type_id)), len(RANKS))
        best = min(best, (rank, type_id))
        if rank == 0:  # no later type has a lower rank, so do not read the rest of a kernel's BTF
            break
    rank, found = best
    return found if rank < len(RANKS) and found >= table.first_id else None
