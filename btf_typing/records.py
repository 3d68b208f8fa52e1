"""What stubs import: the bases of generated classes.

``records.pyi`` beside this module is what type checkers read. It adds what only a stub can say:
that these classes have no attributes beyond those that they declare.
"""

from ._classes.instances import Struct, Union

__all__ = ["Struct", "Union"]
