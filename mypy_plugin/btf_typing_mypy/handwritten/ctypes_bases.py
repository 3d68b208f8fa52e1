"""Decides which classes of the user's program are ctypes structures or unions.

``class Event(Structure): ...`` is a structure. A class that derives from ``Event`` is one, too.
"""

from __future__ import annotations

from mypy.nodes import TypeInfo

from btf_typing_mypy import compat

CTYPES_BASES = {
    "_ctypes.Structure": "Structure",
    "_ctypes.Union": "Union",
    "ctypes._endian.BigEndianStructure": "BigEndianStructure",
    "ctypes._endian.LittleEndianStructure": "LittleEndianStructure",
    "ctypes._endian.BigEndianUnion": "BigEndianUnion",
    "ctypes._endian.LittleEndianUnion": "LittleEndianUnion",
}
"""Maps mypy's full names of the base classes of ctypes to their names in the module ``ctypes``."""

STANDARD_MODULES = frozenset(
    {"builtins", "typing", "typing_extensions", "abc", "_ctypes", "ctypes"}
)
"""Modules whose classes do not change the layout of the classes that derive from them.

The plugin checks base classes from all other modules for code that changes the layout."""

_CTYPES_PACKAGES = frozenset({"_ctypes", "ctypes"})


def is_structure_or_union(info: TypeInfo) -> bool:
    """Whether the class *info* is a ctypes structure or union, or derives from one."""
    return any(base.fullname in CTYPES_BASES for base in info.mro)


class BaseClasses:
    """The base classes that turn a class into a structure or union.

    Args:
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, modules: compat.Modules) -> None:
        self._modules = modules

    def never_include(self, fullname: str) -> bool:
        """Whether *fullname*, such as ``str``, can never be a structure or union."""
        outside = fullname.partition(".")[0] not in _CTYPES_PACKAGES
        return outside and compat.is_in_typeshed(self._modules(), fullname)

    def include(self, fullname: str) -> bool:
        """Whether *fullname* is already known to be a structure or union.

        If mypy has not analyzed the class yet, the answer may change later.
        """
        if fullname in CTYPES_BASES:
            return True
        module, _, name = fullname.rpartition(".")
        tree = self._modules().get(module)
        symbol = tree.names.get(name) if tree else None
        node = symbol.node if symbol else None
        return isinstance(node, TypeInfo) and is_structure_or_union(node)
