"""The error codes that the plugin adds to mypy's."""

from __future__ import annotations

from typing import Final

from mypy.errorcodes import ErrorCode

_CATEGORY: Final = "btf-typing"

BTF_NAME: Final = ErrorCode("btf-name", "Check names against the BTF of the object", _CATEGORY)
BTF_LAYOUT: Final = ErrorCode(
    "btf-layout", "Check hand-written ctypes classes against the BTF", _CATEGORY
)
BTF_STUB: Final = ErrorCode(
    "btf-stub", "Require a readable object and an up-to-date stub of it", _CATEGORY
)
BTF_UNRESOLVED: Final = ErrorCode(
    "btf-unresolved",
    "Tell which calls cannot be checked, and why",
    _CATEGORY,
    default_enabled=False,
)
