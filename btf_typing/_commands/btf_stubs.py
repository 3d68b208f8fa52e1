"""``btf-stubs``: writes stubs, and run-time modules, for BPF objects."""

# ruff: noqa: PTH100, PTH103, PTH118, PTH120, T201
# pathlib costs more to import than most objects to describe; and commands print

from __future__ import annotations

import argparse
import gc
import keyword
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

from btf_typing._layout import identifiers
from btf_typing._stubs import header, render
from btf_typing._stubs.contents import Selection
from btf_typing._version import __version__
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError

from . import output
from .shared import matching, opened, print_anything, report, silence, why_none

_EXAMPLES = """\
examples:
  btf-stubs prog.bpf.o -o stubs              write stubs/prog_bpf.pyi
  btf-stubs *.bpf.o -o stubs --check         for CI: exit 1 if a stub is not up to date
  btf-stubs prog.bpf.o -o lib --runtime      also write lib/prog_bpf.py, plain ctypes
  btf-stubs /sys/kernel/btf/vmlinux --type task_struct -o -

exit codes: 0 done, 1 failed or out of date, 2 wrong usage
"""


class _Target(NamedTuple):
    """An object and the module that describes it."""

    path: str
    module: str


class _Loaded(NamedTuple):
    """A target, and its object."""

    target: _Target
    object: BpfObject[Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit code: 0 done, 1 failed or out of date, 2 wrong usage.
    """
    # Types live until the process ends, and there are many: the collector would only visit them.
    collecting = gc.isenabled()
    gc.disable()
    print_anything()
    try:
        return _Command(_parsed(arguments)).run()
    except KeyboardInterrupt:
        return 130
    finally:
        if collecting:
            gc.enable()


def script() -> NoReturn:
    """`main`, as all that a process does."""
    code = main()
    gc.freeze()  # a process that ends looks through all it holds once more, for nothing
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="btf-stubs",
        description="Write type stubs for the types in the BTF of compiled BPF objects.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("objects", nargs="+", metavar="OBJ", help="a BPF object, or a raw BTF file")
    add("-o", dest="directory", metavar="DIR", required=True, help="where to write; - prints")
    add(
        "--type",
        action="append",
        default=[],
        dest="types",
        metavar="NAME",
        help="only these types and what they need (repeatable; globs)",
    )
    add(
        "--exclude",
        action="append",
        default=[],
        metavar="NAME",
        help="not these types, unless others need them (repeatable; globs)",
    )
    add("--module", metavar="NAME", help="another name for the module, of one object")
    add("--base-btf", metavar="FILE", help="what split BTF continues")
    add("--runtime", action="store_true", help="also write a module of plain ctypes classes")
    add("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    volume.add_argument("-v", "--verbose", action="store_true", help="say what was written")
    add("--version", action="version", version=f"btf-stubs {__version__}")
    return parser


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, or exit code 2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.directory == "-" and (len(options.objects) > 1 or options.check or options.runtime):
        parser.error("-o - prints one stub: no further OBJ, no --check, no --runtime")
    if options.module is not None:
        if len(options.objects) > 1:
            parser.error("--module names the module of one OBJ")
        if not options.module.isidentifier() or keyword.iskeyword(options.module):
            parser.error(f"--module {options.module!r}: not a name that can be imported")
    by_module: dict[str, str] = {}
    for path in options.objects:
        module = options.module or identifiers.module_name(path)
        other = by_module.setdefault(module, path)
        if other != path:
            parser.error(f"{other} and {path} would both be {module}.pyi; see --module")
    options.targets = [_Target(path, module) for module, path in by_module.items()]
    return options


class _Command:
    """One run.

    Args:
        options: that were parsed.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._selection = Selection(tuple(options.types), tuple(options.exclude))
        self._failed = False

    def run(self) -> int:
        """Do it.

        Returns:
            The exit code.
        """
        loaded = list(self._load())
        if self._selection_is_found(loaded):
            for one in loaded:
                try:
                    self._describe(one)
                except (BtfError, OSError) as error:
                    self._fail(one.target.path, error)
        return int(self._failed)

    def _load(self) -> Iterator[_Loaded]:
        """The objects that can be read."""
        for target in self._options.targets:
            try:
                yield _Loaded(target, opened(target.path, self._options.base_btf))
            except (BtfError, OSError) as error:
                self._fail(target.path, error)

    def _selection_is_found(self, loaded: list[_Loaded]) -> bool:
        """Whether each name that is asked for is in some object; a misspelt one is an error."""
        for glob in self._options.types if loaded else ():
            if not any(any(matching(one.object, glob)) for one in loaded):
                first = loaded[0]
                self._fail(first.target.path, why_none(first.object, glob))
        return not self._failed or not self._options.types

    def _describe(self, one: _Loaded) -> None:
        """Write or check the files of one object."""
        directory = self._options.directory
        progress = output.Progress(f"btf-stubs: {one.target.path}")
        shown = _as_seen_from(directory, one.target.path)
        try:
            stub = render.stub_text(
                one.object,
                object_path_as_shown=shown,
                selection=self._selection,
                progress=progress,
            )
        finally:
            progress.end()
        if directory == "-":
            _print(stub)
            return
        path = os.path.join(directory, f"{one.target.module}.pyi")
        self._put(path, stub, one.target)
        if self._options.runtime:
            module = render.module_text(
                one.object, object_path_as_shown=shown, selection=self._selection
            )
            self._put(path[:-1], module, one.target)

    def _put(self, path: str, text: str, target: _Target) -> None:
        """Make *text* the contents of *path*, or check that it is."""
        existing = output.read(path)
        current = existing is not None and header.same_types(existing, text)
        if self._options.check:
            if not current:
                what = "missing" if existing is None else "out of date"
                self._fail(path, f'{what}; run "{self._mending(target)}"')
            return
        if not current:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            output.replace(path, text)
        if not self._options.quiet:
            done = "unchanged" if current else "written" if existing is None else "updated"
            details = self._options.verbose and path.endswith(".pyi")
            print(f"{path}: {done}{_details(text) if details else ''}")

    def _mending(self, target: _Target) -> str:
        """The command that writes what is missing."""
        options = self._options
        words = ["btf-stubs", target.path, "-o", options.directory]
        words += header.selection_options(self._selection)
        if options.module:
            words += ["--module", options.module]
        if options.base_btf:
            words += ["--base-btf", options.base_btf]
        return shlex.join([*words, "--runtime"] if options.runtime else words)

    def _fail(self, path: str, error: BtfError | OSError | str) -> None:
        """Report an error about the file *path*."""
        self._failed = True
        report("btf-stubs", path, error)


def _details(text: str) -> str:
    """What is in a stub, and so in the module beside it, for those who asked."""
    classes, left_out = text.count("\nclass "), text.count("\n# No class for ")
    details = f", {classes} class{'' if classes == 1 else 'es'}"
    return details + (
        f", {left_out} type{'' if left_out == 1 else 's'} without" if left_out else ""
    )


def _as_seen_from(directory: str, path: str) -> str:
    """*path* relative to *directory*; absolute where the two have nothing in common."""
    start = os.path.abspath("." if directory == "-" else directory)
    target = os.path.abspath(path)
    if os.path.commonpath([start, target]) == "/":
        return target
    return os.path.relpath(target, start)


def _print(text: str) -> None:
    """Print a stub, whatever encoding the terminal has."""
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
