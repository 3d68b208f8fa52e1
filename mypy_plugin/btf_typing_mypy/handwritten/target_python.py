"""Checks that a class has the same layout in the Python that runs mypy and in the target Python.

The plugin builds a class with the ctypes of the Python that runs mypy. The target Python runs the
program. If you pass ``--python-version`` or ``--platform`` to mypy, the target may be another
Python. There, ``c_long`` may have another size, for example.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from mypy.options import Options

from .class_description import Json, UnknownLayoutError

_PACKED_BITFIELDS = "packed bitfields"
_PLATFORM_DEPENDENT = frozenset({"c_long", "c_ulong", "c_wchar", "c_longdouble"})
_VERSION_DEPENDENT = frozenset(
    {
        *("_align_", "_layout_"),  # ctypes ignores _align_ before 3.13 and _layout_ before 3.14
        _PACKED_BITFIELDS,  # 3.14 changed their offsets
        # Releases from before 2024 refuse a union in a BigEndianStructure: CPython issue 105102.
        *("BigEndianStructure", "LittleEndianStructure"),
        *("BigEndianUnion", "LittleEndianUnion"),
    }
)


def check(type_: Json, options: Options) -> None:
    """Check that a class has the same layout in both Pythons.

    Args:
        type_: the class in the form ``["class", description]``, or another type; see the module
            `class_description`.
        options: mypy's options.

    Raises:
        UnknownLayoutError: the layouts may differ.
    """
    if options.platform != sys.platform and _PLATFORM_DEPENDENT.intersection(_features(type_)):
        raise UnknownLayoutError(
            f"sizes on {options.platform} may differ from those on {sys.platform}, where mypy runs"
        )
    version = sys.version_info[:2]
    if options.python_version != version and _VERSION_DEPENDENT.intersection(_features(type_)):
        own, target = (".".join(map(str, found)) for found in (version, options.python_version))
        raise UnknownLayoutError(
            f"Python {target} may lay out the class differently from Python {own}, which runs mypy"
        )


def _features(described: Json) -> Iterator[str]:
    """The names of the types, attributes and other features in a description."""
    match described:
        case str():
            yield described
        case list():  # a type
            for part in described:
                yield from _features(part)
        case dict():  # a class
            fields = described.get("_fields_") or []
            if "_pack_" in described and any(bits is not None for _, _, bits in fields):
                yield _PACKED_BITFIELDS
            yield from described
            for base in described["bases"]:
                yield from _features(base)
            for _, type_, _ in fields:
                yield from _features(type_)
