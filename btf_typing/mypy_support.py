"""Internals of this package that the mypy plugin uses, in addition to the documented names.

Nearly every name is imported when it is first used. If no file has changed since the last run of
mypy, the plugin uses only `NamedTuple` and `source_files`, unless the setting ``sync`` is on.
"""

from __future__ import annotations

from ._typing_stand_ins import TYPE_CHECKING, NamedTuple

__all__ = [
    "EVERYTHING",
    "KERNEL",
    "Aggregate",
    "ArrayOf",
    "CType",
    "MapDefinition",
    "NamedTuple",
    "Names",
    "Rendering",
    "Scalar",
    "Search",
    "Selection",
    "Union",
    "Wide",
    "base_path_of",
    "classes_of_tags",
    "digests_in",
    "file_digest",
    "is_generated",
    "is_text",
    "kernel_path",
    "keyword_of",
    "mismatches",
    "module_name",
    "object_digest",
    "object_from_contents",
    "object_shown",
    "own_field_count",
    "read",
    "read_regular",
    "replace",
    "selection_of",
    "source_files",
    "sources_digest",
    "stub_text",
]

if TYPE_CHECKING:
    from ._classes.handwritten_fields import own_field_count
    from ._classes.validation import keyword_of, mismatches
    from ._commands.output import replace
    from ._layout.identifiers import module_name
    from ._layout.shape import Aggregate, ArrayOf, CType, Scalar, Wide, is_text
    from ._sources import source_files, sources_digest
    from ._stubs.digests import file_digest
    from ._stubs.header import digests_in, is_generated, object_shown, selection_of
    from ._stubs.names import Names
    from ._stubs.object_digest import object_digest
    from ._stubs.render import Rendering, stub_text
    from ._stubs.selection import EVERYTHING, Selection
    from ._stubs.stub_reader import classes_of_tags
    from ._wire.files import read, read_regular
    from ._wire.kernel import KERNEL, base_path_of, kernel_path
    from ._wire.type_search import Search
    from .bpf_object import object_from_contents
    from .maps import MapDefinition
    from .model import Union
else:
    from ._lazy import lazy_attributes

    _HOMES = {
        "_classes.handwritten_fields": ("own_field_count",),
        "_classes.validation": ("keyword_of", "mismatches"),
        "_commands.output": ("replace",),
        "_layout.identifiers": ("module_name",),
        "_layout.shape": ("Aggregate", "ArrayOf", "CType", "Scalar", "Wide", "is_text"),
        "_stubs.selection": ("EVERYTHING", "Selection"),
        "_sources": ("source_files", "sources_digest"),
        "_stubs.digests": ("file_digest",),
        "_stubs.header": ("digests_in", "is_generated", "object_shown", "selection_of"),
        "_stubs.names": ("Names",),
        "_stubs.object_digest": ("object_digest",),
        "_stubs.render": ("Rendering", "stub_text"),
        "_stubs.stub_reader": ("classes_of_tags",),
        "_wire.files": ("read", "read_regular"),
        "_wire.kernel": ("KERNEL", "base_path_of", "kernel_path"),
        "_wire.type_search": ("Search",),
        "bpf_object": ("object_from_contents",),
        "maps": ("MapDefinition",),
        "model": ("Union",),
    }
    __getattr__, __dir__ = lazy_attributes(
        __name__, {name: f"btf_typing.{home}" for home, names in _HOMES.items() for name in names}
    )
