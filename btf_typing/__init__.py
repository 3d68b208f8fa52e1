"""Exact ctypes classes, type stubs and checks from the BTF of a compiled BPF object.

Start with `load`. Each name is imported when it is first used, so ``import btf_typing`` alone takes
almost no time.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers treat a variable with this name as true

__all__ = [
    "BpfMap",
    "BpfObject",
    "BpfProgram",
    "Btf",
    "BtfDataError",
    "BtfError",
    "BtfField",
    "BtfFormatError",
    "BtfType",
    "BtfValidationError",
    "Kind",
    "LayoutError",
    "Mismatch",
    "TypeNotFoundError",
    "asdict",
    "asdicts",
    "columns",
    "dtype",
    "dump",
    "from_record",
    "load",
]

if TYPE_CHECKING:
    from ._classes.dump_text import dump
    from ._classes.flexible_arrays import from_record
    from ._classes.many_records import asdicts, columns
    from ._classes.numpy_dtype import dtype
    from ._classes.plain_values import asdict
    from ._version import __version__ as __version__
    from .bpf_object import BpfObject, load
    from .btf import Btf
    from .errors import (
        BtfDataError,
        BtfError,
        BtfFormatError,
        BtfValidationError,
        LayoutError,
        Mismatch,
        TypeNotFoundError,
    )
    from .kinds import Kind
    from .maps import BpfMap
    from .programs import BpfProgram
    from .view import BtfField, BtfType
else:
    from ._lazy import lazy_attributes

    _HOMES = {
        "__version__": "_version",
        "BpfMap": "maps",
        "BpfObject": "bpf_object",
        "BpfProgram": "programs",
        "Btf": "btf",
        "BtfField": "view",
        "BtfType": "view",
        "Kind": "kinds",
        "asdict": "_classes.plain_values",
        "asdicts": "_classes.many_records",
        "columns": "_classes.many_records",
        "dtype": "_classes.numpy_dtype",
        "dump": "_classes.dump_text",
        "from_record": "_classes.flexible_arrays",
        "load": "bpf_object",
        "plugin": "_not_a_plugin",
    }
    __getattr__, __dir__ = lazy_attributes(
        __name__,
        {
            name: f"{__name__}.{_HOMES.get(name, 'errors')}"
            for name in (*__all__, "__version__", "plugin")
        },
    )
