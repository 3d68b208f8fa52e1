"""The options of ``btf-stubs`` for C files.

The module `compile` compiles the files. Most runs compile nothing, so they do not import it. They
start faster without ``subprocess`` and ``tempfile``.
"""

# ruff: noqa: PTH118, PTH119
# importing pathlib takes longer than the work for most objects

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Iterable, Iterator

BYTE_ORDERS = {"bpfel": "little", "bpfeb": "big"}
"""Maps each ``--target`` to its byte order, ``"little"`` or ``"big"`` as in ``sys.byteorder``."""

_SUFFIX = ".c"


def is_source(path: str) -> bool:
    """Whether *path* is a C file, by its name."""
    return path.endswith(_SUFFIX)


def object_path(path: str, directory: str) -> str:
    """The path of the object: *path* itself, or ``DIR/prog.bpf.o`` for a C file ``prog.bpf.c``.

    Args:
        path: path on the command line.
        directory: output directory, ``DIR`` above. It is ``-`` if the command prints the stub. The
            result for a C file is then in the folder of that file.
    """
    if not is_source(path):
        return path
    name = f"{path.removesuffix(_SUFFIX)}.o"
    return name if directory == "-" else os.path.join(directory, os.path.basename(name))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for C files."""
    group = parser.add_argument_group(
        "options for C files", "$CLANG, or else clang, compiles PROG.c to DIR/PROG.o."
    )
    group.add_argument(
        "--cflags",
        action="append",
        metavar="FLAGS",
        help="flags for the compiler, as in --cflags='-I include -DDEBUG' (repeatable)",
    )
    group.add_argument(
        "--target",
        choices=BYTE_ORDERS,
        help="byte order of the object; default: that of this machine",
    )
    group.add_argument(
        "--depfile", metavar="FILE", help="also write a rule for make: the object and its headers"
    )


def check_options(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Split ``--cflags`` into words.

    Refuse ``--cflags`` that cannot be split, options that do not fit together, and a ``--depfile``
    that would replace an input or an object (exit code 2).
    """
    given = options.cflags or []
    try:
        options.cflags = tuple(word for flags in given for word in shlex.split(flags))
    except ValueError as error:
        parser.error(f"--cflags {' '.join(given)!r}: {error}")
    sources = [path for path in options.objects if is_source(path)]
    if (given or options.target or options.depfile) and not sources:
        parser.error("--cflags, --target and --depfile are for C files")
    if options.depfile is None:
        return
    if options.directory == "-":
        parser.error("--depfile needs an output directory, but -o - prints the stub")
    objects = [object_path(path, options.directory) for path in options.objects]
    if _is_one_of(options.depfile, [*options.objects, *objects]):
        parser.error(f"--depfile {options.depfile} would replace a C file or an object")


def repeated(options: argparse.Namespace, path: str) -> Iterator[str]:
    """The options to compile *path* again in the same way; none for an object."""
    if is_source(path):
        if options.cflags:
            yield f"--cflags={shlex.join(options.cflags)}"
        if options.target:
            yield from ("--target", options.target)
        if options.depfile:
            yield from ("--depfile", options.depfile)


def _is_one_of(path: str, others: Iterable[str]) -> bool:
    return os.path.realpath(path) in {os.path.realpath(other) for other in others}
