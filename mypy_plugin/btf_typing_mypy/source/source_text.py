"""Searches the text of a module for facts about a name.

Most modules assign a path once and use it once, as below. A search of the text shows this, and is
much faster than building an index of the syntax tree::

    PATH = "prog.bpf.o"
    obj = load(PATH)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from mypy.nodes import ImportAll, MypyFile, Statement
from mypy.plugin import CheckerPluginInterface

from btf_typing_mypy import compat

ReadText: TypeAlias = Callable[[], str]
"""Reads the source of a module; returns an empty string if it is not available."""

_ASSIGNMENT_AND_USE = 2

_last: list[tuple[list[Statement], str]] = []
"""The statements and the source of the module for which `text_of` was called last."""


def text_of(api: CheckerPluginInterface) -> str:
    """The source of the module that mypy is checking; empty if it is not available.

    Several hooks need it for the same module, so the file is read only once.
    """
    statements = compat.tree_of(api).defs
    # When the daemon parses a module again, it replaces the statements.
    if not _last or _last[0][0] is not statements:
        _last[:] = [(statements, compat.read_source(api))]
    return _last[0][1]


def is_bound_once(name: str, tree: MypyFile, text: str) -> bool:
    """Whether *text* shows that *tree* binds *name* only once.

    It does if it contains *name* exactly twice: once to bind it, and once to use it.

    Args:
        name: a name that *tree* binds and uses.
        tree: the module.
        text: the source of *tree*. If the text is empty, the answer is False.
    """
    return (
        text.count(name) == _ASSIGNMENT_AND_USE
        # Python treats some non-ASCII characters like ASCII letters, so the text could contain
        # another spelling of the name.
        and text.isascii()
        # "from module import *" may bind the name too.
        and not any(type(statement) is ImportAll for statement in tree.imports)
    )


def may_have_class_patterns(text: str) -> bool:
    """Whether a module may contain ``case Event():``.

    Args:
        text: the source of the module. If the text is empty, the answer is True.
    """
    return not text or not text.isascii() or "match" in text


def is_bound_in_module_scope_only(name: str, text: str) -> bool:
    """Whether *text* proves that no function or class binds the global variable *name*.

    Args:
        name: a global variable.
        text: the source of the module. If the text is empty, the answer is False.
    """
    # A function may bind the name:
    # def f(): global PATH; PATH = "other.bpf.o"
    if not text or not text.isascii() or "global" in text:
        return False
    # A function may bind the name as an attribute of the module:
    # def f(): this_module.PATH = "other.bpf.o"
    between = r"(?:\s|\\|#[^\r\n]*[\r\n])*"  # spaces, line continuations and comments
    return not re.search(rf"\.{between}{re.escape(name)}\b", text)
