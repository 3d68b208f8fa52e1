"""The base classes of generated structs and unions. Stubs import them.

Type checkers read ``records.pyi`` instead of this module. ``records.pyi`` also declares that the
classes have no attributes other than their fields. Only a stub can declare that.
"""

from ._classes.instances import Struct, Union

__all__ = ["Struct", "Union"]
