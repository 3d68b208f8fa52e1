"""Exact ctypes classes, type stubs and checks from the BTF of a compiled BPF object.

Names are imported when first used: ``import btf_typing`` alone costs next to nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # see _typing, which even so little need not import

__all__ = [
    "BpfMap",
    "BpfObject",
    "Btf",
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
    "dtype",
    "load",
]

if TYPE_CHECKING:
    from ._dtype import dtype
    from .bpf_object import BpfObject, load
    from .btf import Btf
    from .errors import (
        BtfError,
        BtfFormatError,
        BtfValidationError,
        LayoutError,
        Mismatch,
        TypeNotFoundError,
    )
    from .instances import asdict
    from .kinds import Kind
    from .maps import BpfMap
    from .view import BtfField, BtfType
else:
    _HOME = {
        "BpfMap": "maps",
        "BpfObject": "bpf_object",
        "Btf": "btf",
        "BtfField": "view",
        "BtfType": "view",
        "Kind": "kinds",
        "asdict": "instances",
        "dtype": "_dtype",
        "load": "bpf_object",
    }

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import sys  # noqa: PLC0415

        home = f"{__name__}.{_HOME.get(name, 'errors')}"
        __import__(home)  # importlib takes longer to import than some of what it would
        value = globals()[name] = getattr(sys.modules[home], name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
