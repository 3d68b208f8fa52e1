"""Which types the user wants in a generated module: the options ``--type`` and ``--exclude``."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple


class Selection(NamedTuple):
    """The types to put into a module.

    Attributes:
        types: globs of C names; empty for every type.
        exclude: globs of C names to leave out. A type that another type needs is not left out.
        live: whether the module also has the object itself, as with ``--live``.

    For a section of globals, the globs match its name, such as ``.rodata``. The types of map keys
    and values can be anonymous in C. The globs then match the name of the class, such as
    ``counts_key``. The same holds for anonymous enums outside structs and maps, such as
    ``enum_RED``.
    """

    types: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    live: bool = False

    def has(self, c_name: str) -> bool:
        """Whether the type *c_name* is selected."""
        wanted = not self.types or any(fnmatchcase(c_name, glob) for glob in self.types)
        return wanted and not any(fnmatchcase(c_name, glob) for glob in self.exclude)


EVERYTHING = Selection()
