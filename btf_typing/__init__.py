"""Exact ctypes classes, type stubs and checks from the BTF of a compiled BPF object.

Names are imported when first used: ``import btf_typing`` alone costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

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
    from .maps import BpfMap
    from .model import Kind
    from .view import BtfField, BtfType
else:
    _HOME = {
        "BpfMap": "maps",
        "BpfObject": "bpf_object",
        "Btf": "btf",
        "BtfField": "view",
        "BtfType": "view",
        "Kind": "model",
        "asdict": "instances",
        "dtype": "_dtype",
        "load": "bpf_object",
    }

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        home = import_module(f".{_HOME.get(name, 'errors')}", __name__)
        value = globals()[name] = getattr(home, name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
