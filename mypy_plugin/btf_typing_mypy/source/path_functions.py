"""The plugin's versions of Python's functions, methods and operators that compute paths.

`path_expressions` calls them to evaluate ``os.path.join(a, b)``, ``path.parent`` or ``a / b`` with
values from the source. They do not access the file system. They raise TypeError or ValueError for a
wrong operand.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TypeAlias

from btf_typing_mypy import fullnames

Value: TypeAlias = str | PurePosixPath
"""A string, or a path object."""

PathFunction: TypeAlias = Callable[..., Value]

CURRENT_DIRECTORY = "/\0"
"""Stands for the unknown directory in which the program runs. No real path contains this text."""


def is_below_current_directory(value: Value) -> bool:
    """Whether *value* is `CURRENT_DIRECTORY` or a path below it."""
    return f"{value}/".startswith(f"{CURRENT_DIRECTORY}/")


def relative_to_current_directory(value: Value) -> Value:
    """Make *value* relative if it is below `CURRENT_DIRECTORY`; otherwise return it unchanged."""
    if not is_below_current_directory(value):
        return value
    return type(value)(str(value)[len(CURRENT_DIRECTORY) + 1 :] or ".")


def text(value: Value) -> str:
    """Return *value* if it is a string.

    Raises:
        TypeError: *value* is a path.
    """
    if not isinstance(value, str):
        raise TypeError("expected a string, found a path")
    return value


def path(value: Value) -> PurePosixPath:
    """Return *value* if it is a path.

    Raises:
        TypeError: *value* is a string.
    """
    if isinstance(value, str):
        raise TypeError("expected a path, found a string")
    return value


def make_path(*parts: Value) -> PurePosixPath:
    """Return the value of ``Path("a", "b")``."""
    return PurePosixPath(*parts)


def _absolute(value: Value) -> str:
    return posixpath.join(CURRENT_DIRECTORY, str(value))


def _add(left: Value, right: Value) -> str:
    return text(left) + text(right)


def _divide(left: Value, right: Value) -> PurePosixPath:
    if isinstance(left, str) and isinstance(right, str):
        raise TypeError("expected a path on one side of /, found two strings")
    return PurePosixPath(left) / right


def _resolve(value: Value) -> PurePosixPath:
    return PurePosixPath(posixpath.normpath(_absolute(path(value))))


def _basename(value: Value) -> str:
    return posixpath.basename(str(value))


OPERATORS: dict[str, PathFunction] = {"+": _add, "/": _divide}

ATTRIBUTES: dict[str, PathFunction] = {
    "parent": lambda value: path(value).parent,
    "name": lambda value: path(value).name,
    "stem": lambda value: path(value).stem,
    "suffix": lambda value: path(value).suffix,
}

FILE_NAME_FUNCTIONS = frozenset({_basename, *(ATTRIBUTES[a] for a in ("name", "stem", "suffix"))})
"""The functions whose result depends only on the last part of a path."""

METHODS: dict[str, PathFunction] = {
    "resolve": _resolve,
    "absolute": lambda value: PurePosixPath(_absolute(path(value))),
    "as_posix": lambda value: str(path(value)),
    "__str__": str,
    "__fspath__": str,
    "joinpath": lambda value, *parts: path(value).joinpath(*parts),
    "with_name": lambda value, name: path(value).with_name(text(name)),
    "with_stem": lambda value, stem: path(value).with_stem(text(stem)),
    "with_suffix": lambda value, suffix: path(value).with_suffix(text(suffix)),
    "removesuffix": lambda value, suffix: text(value).removesuffix(text(suffix)),
    "removeprefix": lambda value, prefix: text(value).removeprefix(text(prefix)),
    "replace": lambda value, old, new: text(value).replace(old, new),
}
"""The methods of paths and strings, by name."""

FUNCTIONS: dict[str, PathFunction] = {
    **dict.fromkeys(fullnames.PATH_CLASSES, make_path),
    **dict.fromkeys(fullnames.PATH_CWD, lambda: PurePosixPath(CURRENT_DIRECTORY)),
    **dict.fromkeys(fullnames.PATH_TEXT, str),
}
"""The functions and classes, by full name."""

for _module in fullnames.OS_PATH_MODULES:
    FUNCTIONS |= {
        f"{_module}.join": lambda *parts: posixpath.join(*map(str, parts)),
        f"{_module}.dirname": lambda value: posixpath.dirname(str(value)),
        f"{_module}.basename": _basename,
        f"{_module}.normpath": lambda value: posixpath.normpath(str(value)),
        f"{_module}.abspath": lambda value: posixpath.normpath(_absolute(value)),
        f"{_module}.realpath": lambda value: posixpath.normpath(_absolute(value)),
    }
