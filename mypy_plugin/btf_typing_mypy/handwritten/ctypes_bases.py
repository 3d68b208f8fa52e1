"""Decides which classes of the user's program are ctypes structures or unions.

``class Event(Structure): ...`` is a structure. A class that derives from ``Event`` is one, too.
"""

from __future__ import annotations

from mypy.nodes import TypeInfo, Var

from btf_typing_mypy import compat, fullnames

CTYPES_BASES = {
    "_ctypes.Structure": "Structure",
    "_ctypes.Union": "Union",
    "ctypes._endian.BigEndianStructure": "BigEndianStructure",
    "ctypes._endian.LittleEndianStructure": "LittleEndianStructure",
    "ctypes._endian.BigEndianUnion": "BigEndianUnion",
    "ctypes._endian.LittleEndianUnion": "LittleEndianUnion",
}
"""Maps mypy's full names of the base classes of ctypes to their names in the module ``ctypes``."""

CTYPES_METACLASSES = ("_ctypes._PyCStructType", "_ctypes._UnionType")
"""The metaclasses of structures and unions. In typeshed, they accept every attribute of a class."""

STANDARD_MODULES = frozenset(
    {"builtins", "typing", "typing_extensions", "abc", "_ctypes", "ctypes"}
)
"""Modules whose classes do not change the layout of the classes that derive from them.

The plugin checks base classes from all other modules for code that changes the layout."""

DECLARATION = "__getattr__"
"""The attribute that the plugin adds to a class when it declares all fields."""

_CTYPES_PACKAGES = frozenset({"_ctypes", "ctypes"})


def is_structure_or_union(info: TypeInfo) -> bool:
    """Whether the class *info* is a ctypes structure or union, or derives from one."""
    return not CTYPES_BASES.keys().isdisjoint([base.fullname for base in info.mro])


def has_declared_fields(info: TypeInfo) -> bool:
    """Whether the plugin has declared all attributes of *info*, a structure or union.

    It does so for classes that the program validates; see ``hooks/field_declarations.py``.
    """
    symbol = info.get(DECLARATION)
    return symbol is not None and symbol.plugin_generated and isinstance(symbol.node, Var)


def declarations(info: TypeInfo) -> list[str]:
    """The full names of the attributes that decide the result of `has_declared_fields`."""
    own = [base for base in info.mro if base.module_name not in STANDARD_MODULES]
    return [f"{base.fullname}.{DECLARATION}" for base in own]


class BaseClasses:
    """The base classes that turn a class into a structure or union.

    Args:
        modules: every module that mypy has loaded, by name.
        daemon: whether mypy runs as a daemon. A class may then change between two questions.
    """

    def __init__(self, modules: compat.Modules, *, daemon: bool) -> None:
        self._modules = modules
        self._daemon = daemon

    def never_include(self, fullname: str) -> bool:
        """Whether *fullname*, such as ``str``, is certainly no structure or union.

        The answer stays right until the daemon looks for changes. If it is False, it may change
        when mypy has analyzed the class.
        """
        module, _, name = fullname.rpartition(".")
        tree = self._modules().get(module)
        if tree is None:
            return False
        in_typeshed = fullnames.TYPESHED in tree.path
        if in_typeshed and module.partition(".")[0] not in _CTYPES_PACKAGES:
            return True
        if self._daemon and not in_typeshed:
            return False
        # mypy creates the `TypeInfo` of a class only when it knows the bases of the class.
        class_ = compat.definition(tree, [name])
        return isinstance(class_, TypeInfo) and not is_structure_or_union(class_)

    def include(self, fullname: str) -> bool:
        """Whether *fullname* is already known to be a structure or union.

        If mypy has not analyzed the class yet, the answer may change later.
        """
        module, _, name = fullname.rpartition(".")
        tree = self._modules().get(module)
        class_ = compat.definition(tree, [name]) if tree else None
        return isinstance(class_, TypeInfo) and is_structure_or_union(class_)
