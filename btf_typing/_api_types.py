"""Types that appear in public signatures but have no use at run time.

Importing `typing` takes as long as loading a kernel's BTF. So the package imports this module only
when annotations are evaluated; see `btf_typing._lazy`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypeVar

from typing_extensions import Buffer

__all__ = [
    "AnyClass",
    "AnyPointer",
    "BinaryFile",
    "Buffer",
    "HasEnums",
    "IdKind",
    "Instance",
    "IntEnum",
    "Item",
    "Items",
    "KindName",
    "Readable",
    "Record",
    "Values_co",
]

if TYPE_CHECKING:
    AnyPointer: TypeAlias = ctypes._Pointer[Any]  # noqa: SLF001
else:
    AnyPointer = ctypes._Pointer  # noqa: SLF001  # not subscriptable at run time

IdKind: TypeAlias = Literal["btf", "program", "map"]
"""A kind of kernel object that has an id and BTF."""

Item: TypeAlias = Buffer | float
"""A key or value as a loader returns it: a buffer with its bytes, or a number."""

Items: TypeAlias = Buffer | Sequence[Item]
"""Several values as a loader returns them: one buffer, or a list of items."""

KindName: TypeAlias = Literal[
    "VOID",
    "INT",
    "PTR",
    "ARRAY",
    "STRUCT",
    "UNION",
    "ENUM",
    "FWD",
    "TYPEDEF",
    "VOLATILE",
    "CONST",
    "RESTRICT",
    "FUNC",
    "FUNC_PROTO",
    "VAR",
    "DATASEC",
    "FLOAT",
    "DECL_TAG",
    "TYPE_TAG",
    "ENUM64",
    "UNKNOWN",
]
"""Name of a kind as bpftool prints it. The members of `btf_typing.Kind` have the same names."""

Record = TypeVar("Record", bound=tuple[Any, ...])
"""A named tuple, such as those of `btf_typing.model`."""

Instance = TypeVar("Instance", bound="ctypes.Structure | ctypes.Union")
"""An instance of the class that you pass to a function such as `from_record`."""

AnyClass = TypeVar("AnyClass", bound=type)
"""A class that a decorator returns unchanged."""


Values_co = TypeVar("Values_co", bound=dict[str, Any], covariant=True)
"""The dictionary that ``asdict(instance, enums=True)`` returns for a class in a stub."""


class HasEnums(Protocol[Values_co]):
    """An instance of a class in a stub, if the class has enum fields."""

    def __btf_values__(self) -> Values_co:
        """Return what ``asdict(instance, enums=True)`` returns. Only stubs have this method."""


class BinaryFile(Protocol):
    """A file that is open for reading in binary mode, such as `io.BytesIO`."""

    def read(self) -> bytes:
        """Return the rest of the content."""


class Readable(Protocol):
    """A file, possibly inside an archive, that ``importlib.resources.files()`` returns."""

    def read_bytes(self) -> bytes:
        """Return the content of the file."""
