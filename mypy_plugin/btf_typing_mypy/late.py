"""Modules of btf_typing, imported when first used.

Most runs of mypy find that nothing has changed. Such a run asks a plugin for no more than digests;
importing the package for it would take half as long as all that mypy does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from btf_typing import _files as files
    from btf_typing import _names as names
    from btf_typing import _search as search
    from btf_typing import bpf_object, errors, model, stubgen, validate

    __all__ = [
        "bpf_object",
        "errors",
        "files",
        "model",
        "names",
        "search",
        "stubgen",
        "validate",
    ]
else:
    _PRIVATE = {"files", "names", "search"}

    def __getattr__(name: str) -> object:
        path = f"btf_typing.{'_' * (name in _PRIVATE)}{name}"
        module = globals()[name] = import_module(path)
        return module
