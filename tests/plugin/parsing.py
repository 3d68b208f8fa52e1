"""Syntax trees of short programs, as mypy has them when it checks a module."""

from __future__ import annotations

import tempfile
from functools import cache
from typing import Any

from mypy import build
from mypy.modulefinder import BuildSource
from mypy.nodes import MypyFile
from mypy.options import Options


@cache
def _library_cache() -> tempfile.TemporaryDirectory[str]:
    """What mypy remembers of the standard library, for as long as the tests run."""
    return tempfile.TemporaryDirectory()


def parsed_modules(text: str, *, with_errors: bool = False, **flags: bool) -> dict[str, MypyFile]:
    """The module ``m`` whose source is *text*, and what it imports, by name.

    Args:
        text: the source.
        with_errors: whether mypy may find errors in it.
        flags: options of mypy.
    """
    options = Options()
    for flag, value in flags.items():
        setattr(options, flag, value)
    options.preserve_asts = True
    options.cache_dir = _library_cache().name
    result = build.build([BuildSource("m.py", "m", text)], options)
    assert with_errors or result.errors == []
    return result.files


def parsed(text: str, *, with_errors: bool = False, **flags: bool) -> MypyFile:
    """The tree of the module whose source is *text*; see `parsed_modules`."""
    return parsed_modules(text, with_errors=with_errors, **flags)["m"]


def last_argument(text: str) -> tuple[MypyFile, Any]:
    """The tree of *text*, and the argument of the call in its last line."""
    tree = parsed(text)
    called: Any = tree.defs[-1]
    return tree, called.expr.args[0]
