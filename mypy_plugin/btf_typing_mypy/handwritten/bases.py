"""Which classes have a layout that is written by hand: structures and unions of ctypes."""

from __future__ import annotations

from mypy.nodes import TypeInfo

from btf_typing_mypy import compat

ROOTS = {
    "_ctypes.Structure": "Structure",
    "_ctypes.Union": "Union",
    "ctypes._endian.BigEndianStructure": "BigEndianStructure",
    "ctypes._endian.LittleEndianStructure": "LittleEndianStructure",
    "ctypes._endian.BigEndianUnion": "BigEndianUnion",
    "ctypes._endian.LittleEndianUnion": "LittleEndianUnion",
}
_CTYPES = frozenset({"_ctypes", "ctypes"})


def is_record(info: TypeInfo) -> bool:
    """Whether *info* is a ctypes structure or union, or derives from one."""
    return any(base.fullname in ROOTS for base in info.mro)


class Bases:
    """Tells such classes by their bases.

    Args:
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, modules: compat.Modules) -> None:
        self._modules = modules

    def never(self, fullname: str) -> bool:
        """Whether *fullname* is no such class, and will be none: nearly all that mypy asks for."""
        outside = fullname.partition(".")[0] not in _CTYPES
        return outside and compat.is_in_typeshed(self._modules(), fullname)

    def describes(self, fullname: str) -> bool:
        """Whether *fullname* is such a class now; one that is being analysed may become one."""
        if fullname in ROOTS:
            return True
        module, _, name = fullname.rpartition(".")
        tree = self._modules().get(module)
        symbol = tree.names.get(name) if tree else None
        return symbol is not None and isinstance(symbol.node, TypeInfo) and is_record(symbol.node)
