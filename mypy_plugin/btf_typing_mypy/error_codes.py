"""The error codes that the plugin adds to mypy's own, such as ``[btf-name]``."""

from __future__ import annotations

from typing import Final

from mypy.errorcodes import ErrorCode

_CATEGORY: Final = "btf-typing"

BTF_NAME: Final = ErrorCode(
    "btf-name", "Check that names exist in the BTF of the object", _CATEGORY
)
BTF_LAYOUT: Final = ErrorCode(
    "btf-layout", "Check hand-written ctypes classes against the BTF", _CATEGORY
)
BTF_STUB: Final = ErrorCode(
    "btf-stub", "Check that the object is readable and its stub up to date", _CATEGORY
)
BTF_UNRESOLVED: Final = ErrorCode(
    "btf-unresolved",
    "Report calls that cannot be checked, with the reason",
    _CATEGORY,
)
"""mypy enables this code by default; the plugin's setting ``unresolved`` limits the reports.

See ``hooks/unresolved.py``.
"""
