"""Errors that are both ours and tinybpf's, so that you can catch them as either."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import tinybpf as _tinybpf

from . import errors

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Both(_tinybpf.BpfError):
    """The attributes that tinybpf's errors have."""

    errno = 0
    libbpf_log = None


class BtfError(errors.BtfError, _Both):
    """Something is wrong with BTF."""


class BtfFormatError(errors.BtfFormatError, _Both):
    """The bytes are not well-formed BTF, or not an ELF object with BTF."""


class TypeNotFoundError(errors.TypeNotFoundError, _Both, KeyError):
    """No type or map has the name that was looked up."""


class LayoutError(errors.LayoutError, _Both):
    """A type has no layout in memory, or none that ctypes supports."""


class BtfDataError(errors.BtfDataError, _Both):
    """A key or value does not have the size of its type, or is out of range for its type."""


class BtfValidationError(errors.BtfValidationError, _Both, _tinybpf.BtfValidationError):
    """A hand-written class differs from the BTF."""

    suggestions: list[str] = []  # noqa: RUF012  # as in tinybpf, which never changes it


class LoadError(_tinybpf.BpfError, errors.BtfError):
    """libbpf or the kernel refuses an object."""

    path = None
    what = property(Exception.__str__)
    message = message_without_ids = what
    __str__ = Exception.__str__
    __repr__ = Exception.__repr__


_BOTH: dict[type, type[errors.BtfError]] = {
    errors.BtfError: BtfError,
    errors.BtfFormatError: BtfFormatError,
    errors.TypeNotFoundError: TypeNotFoundError,
    errors.LayoutError: LayoutError,
    errors.BtfDataError: BtfDataError,
    errors.BtfValidationError: BtfValidationError,
}
"""For each class of `btf_typing.errors`, the subclass that is also an error of tinybpf."""


def of_both(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Wrap *function*, so that its errors from this package are also errors of tinybpf."""

    @wraps(function)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        except errors.BtfError as error:
            error.__class__ = _BOTH.get(type(error), type(error))
            raise

    return wrapper
