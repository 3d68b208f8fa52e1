"""Where the Python that mypy checks for may lay a class out otherwise than the one that runs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from mypy.options import Options

from .description import Json, UnknownError

_BY_PLATFORM = frozenset({"c_long", "c_ulong", "c_wchar", "c_longdouble"})
_BY_VERSION = frozenset(
    {
        *("_align_", "_layout_"),  # before 3.13 and 3.14 they mean nothing
        "packed bitfields",  # which 3.14 puts elsewhere
        *("BigEndianStructure", "LittleEndianStructure"),  # these hold each other since 3.13
        *("BigEndianUnion", "LittleEndianUnion"),
    }
)


def check(description: Json, options: Options) -> None:
    """Make sure that a class is the same in this Python as in the one that mypy checks for.

    Args:
        description: of the class, as a type.
        options: mypy's.

    Raises:
        UnknownError: it need not be.
    """
    if options.platform != sys.platform and _BY_PLATFORM.intersection(_parts(description)):
        raise UnknownError(f"sizes on {options.platform} may differ from those on {sys.platform}")
    version = sys.version_info[:2]
    if options.python_version != version and _BY_VERSION.intersection(_parts(description)):
        ours, other = (".".join(map(str, found)) for found in (version, options.python_version))
        raise UnknownError(f"Python {other} may lay it out otherwise than {ours}, which runs mypy")


def _parts(described: Json) -> Iterator[str]:
    """What a description is made of, by name."""
    match described:
        case str():
            yield described
        case list():
            for part in described:
                yield from _parts(part)
        case dict():
            fields = described.get("_fields_") or []
            if "_pack_" in described and any(bits is not None for _, _, bits in fields):
                yield "packed bitfields"
            yield from described
            for base in described["bases"]:
                yield from _parts(base)
            for _, type_, _ in fields:
                yield from _parts(type_)
