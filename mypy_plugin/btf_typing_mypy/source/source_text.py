"""Searches the text of a module for facts about a name.

Most modules assign a path once and use it once, as below. A search of the text shows this, and is
much faster than building an index of the syntax tree::

    PATH = "prog.bpf.o"
    obj = load(PATH)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

from mypy.nodes import ImportAll, MypyFile, Statement
from mypy.plugin import CheckerPluginInterface

import btf_typing
from btf_typing import mypy_support
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


def assigns_call(path: str, name: str, methods: Collection[str]) -> bool:
    """Whether a module assigns the result of a method to a name, as in ``Event = btf.struct("x")``.

    Args:
        path: the module. If the file cannot be read, the answer is False.
        name: the name, such as ``Event``.
        methods: names of the methods, such as ``struct``.
    """
    try:
        module = ast.parse(mypy_support.read_regular(path))
    except (btf_typing.BtfError, OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for target, value in _assigned(module):
        match target, value:
            case (
                ast.Name(id=found) | ast.Attribute(attr=found),
                ast.Call(func=ast.Attribute(attr=method)),
            ) if found == name and method in methods:
                return True
    return False


def _assigned(module: ast.Module) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield each target and value of the assignments in *module*, except those in functions."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        waiting += ast.iter_child_nodes(node)
        match node:
            case ast.Assign(targets=[*found], value=value):
                for target in found:
                    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                        yield from zip(target.elts, value.elts, strict=False)
                    else:
                        yield target, value
            case (
                ast.AnnAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield target, value
