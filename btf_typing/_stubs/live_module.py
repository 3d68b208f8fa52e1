"""The text of the Python module that ``btf-stubs --live`` writes beside a stub.

The module passes the path of the object to `btf_typing.live`, which reads the object::

    # prog.bpf.o; made by btf-stubs, do not edit
    ...
    _module(globals(), "prog.bpf.o")

The text of the module does not depend on the contents of the object. So if the object changes, you
need not write the module again.

The module assigns no name, not even ``__getattr__``. So a type checker that reads the module
instead of the stub reports an error for each import. If the module had a ``__getattr__``, the type
checker would silently treat every name as Any.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import header
from .lines import WIDTH, quoted, width
from .selection import Selection

_IMPORT = """\
# This module reads the object when you first use one of its names. The stub beside it lists them.
# If a type checker finds no names here, pass it the folder or the stub instead of this file.
from btf_typing.live import module as _module

"""


def text(path: str, base: str | None, selection: Selection) -> str:
    """The text of the module.

    Args:
        path: path of the object, relative to the module; or absolute.
        base: path of the base BTF, also relative or absolute. None if the object has no base, or if
            the object is the BTF of a module of the running kernel.
        selection: the selected types.
    """
    arguments = ["globals()", quoted(path)]
    if base is not None:
        arguments.append(f"base={quoted(base)}")
    line = ", ".join([*arguments, *_globs(selection)])
    call = f"_module({line})\n"
    if width(call) > WIDTH + 1:
        lines = [f"    {one},\n" for one in [*arguments, *_broken_globs(selection)]]
        call = "".join(["_module(\n", *lines, ")\n"])
    return header.line_without_digests(path) + _IMPORT + call


def _globs(selection: Selection) -> list[str]:
    return [f"{name}=[{', '.join(map(quoted, globs))}]" for name, globs in _named(selection)]


def _broken_globs(selection: Selection) -> list[str]:
    """Like `_globs`, but an argument that does not fit on one line has one glob a line."""
    broken = []
    for one, (name, globs) in zip(_globs(selection), _named(selection), strict=True):
        lines = [f"        {quoted(glob)},\n" for glob in globs]
        fits = width(f"    {one},") <= WIDTH
        broken.append(one if fits else "".join([f"{name}=[\n", *lines, "    ]"]))
    return broken


def _named(selection: Selection) -> list[tuple[str, Sequence[str]]]:
    pairs = [("types", selection.types), ("exclude", selection.exclude)]
    return [(name, globs) for name, globs in pairs if globs]
