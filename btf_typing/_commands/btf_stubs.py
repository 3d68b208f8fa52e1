"""``btf-stubs``: writes stubs and run-time modules for BPF objects."""

# ruff: noqa: PTH100, PTH103, PTH110, PTH112, PTH118, PTH120
# importing pathlib takes longer than the work for most objects

from __future__ import annotations

import argparse
import gc
import keyword
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from btf_typing._colors import DIM, GREEN
from btf_typing._layout import identifiers
from btf_typing._lazy import LazyModule
from btf_typing._stubs import header, render
from btf_typing._stubs.names import heads
from btf_typing._stubs.selected_types import anonymous_enums, of_maps
from btf_typing._stubs.selection import Selection
from btf_typing._version import __version__
from btf_typing._wire.files import in_utf8
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, TypeNotFoundError

from . import compile_options, generated_files, output
from .completion import complete
from .inputs import is_glob, no_match, opened
from .output import COLORS, escape_unencodable, report

_EXAMPLES = """\
examples:
  btf-stubs prog.bpf.o -o stubs              write stubs/prog_bpf.pyi
  btf-stubs *.bpf.o -o stubs --check         for CI: exit 1 if a stub is not up to date
  btf-stubs prog.bpf.o -o app --live         also write app/prog_bpf.py, to import from
  btf-stubs prog.bpf.o -o lib --runtime      also write lib/prog_bpf.py, plain ctypes
  btf-stubs prog.bpf.c -o app                compile to app/prog.bpf.o first
  btf-stubs /sys/kernel/btf/vmlinux --type task_struct -o -

exit codes: 0 done, 1 failed or out of date, 2 wrong usage
"""

if TYPE_CHECKING:
    from btf_typing._stubs import live_module

    from . import c_definitions
    from . import compile as compile_
else:
    c_definitions = LazyModule("btf_typing._commands.c_definitions")
    compile_ = LazyModule("btf_typing._commands.compile")  # most runs compile nothing
    live_module = LazyModule("btf_typing._stubs.live_module")


class _Target(NamedTuple):
    """An object, and the name of the module to write for it.

    Attributes:
        path: path of the object.
        module: name of the stub and of the run-time module, without a suffix.
        given: path of the object, or of the C file to compile, as on the command line.
    """

    path: str
    module: str
    given: str


class _Loaded(NamedTuple):
    """A target with its object.

    Attributes:
        target: the target.
        object: its object.
        compiled: output of the compiler; None if the command line names no C file for the object.
    """

    target: _Target
    object: BpfObject[Any]
    compiled: compile_.Compiled | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit code: 0 done, 1 failed or out of date, 130 interrupted.

    Raises:
        SystemExit: wrong usage (code 2), or ``--help`` or ``--version`` (code 0).
    """
    # A kernel has many types, and they live until the process ends. The garbage collector would
    # visit them again and again without freeing any.
    collecting = gc.isenabled()
    gc.disable()
    escape_unencodable()
    try:
        with output.help_colors(arguments):
            options = _parsed(arguments)
        return _Command(options).run()
    except BrokenPipeError:
        return 0  # for example: btf-stubs --help | head -0
    except OSError as error:
        report("btf-stubs", None, error)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if collecting:
            gc.enable()


def _parser() -> argparse.ArgumentParser:
    parser = output.Parser(
        prog="btf-stubs",
        description="Write type stubs for the types in the BTF of compiled BPF objects.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("objects", nargs="+", metavar="OBJ", help="a BPF object, a raw BTF file, or C to compile")
    add(
        "-o",
        dest="directory",
        metavar="DIR",
        required=True,
        help="output directory, or - to print the stub",
    )
    add(
        "--type",
        action="append",
        default=[],
        dest="types",
        metavar="NAME",
        help="only these types and the types that they need (repeatable; globs)",
    )
    add(
        "--exclude",
        action="append",
        default=[],
        metavar="NAME",
        help="leave out these types, unless others need them (repeatable; globs)",
    )
    add("--module", metavar="NAME", help="name of the module; for a single OBJ")
    add("--base-btf", metavar="FILE", help="base BTF of split BTF, such as vmlinux")
    add("--live", action="store_true", help="also write a module that reads the object when used")
    add("--runtime", action="store_true", help="also write a module of plain ctypes classes")
    compile_options.add_options(parser)
    add("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="print only errors")
    volume.add_argument("-v", "--verbose", action="store_true", help="print what each file holds")
    output.add_color_option(parser)
    add("--version", action="version", version=f"btf-stubs {__version__}")
    return parser


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the options. Wrong usage exits with code 2."""
    parser = _parser()
    complete(parser)
    options = parser.parse_args(arguments)
    COLORS.choice = options.color
    _check_directory(parser, options.directory)
    if options.live and options.runtime:
        parser.error("--live and --runtime would write two modules of one name; choose one")
    more = len(options.objects) > 1 or options.check or options.live or options.runtime
    if options.directory == "-" and more:
        parser.error(
            "-o - prints one stub: it needs a single OBJ, without --check, --live or --runtime"
        )
    if options.module is not None:
        if len(options.objects) > 1:
            parser.error("--module needs a single OBJ")
        if not options.module.isidentifier() or keyword.iskeyword(options.module):
            parser.error(f"--module {options.module!r}: not a name that Python can import")
    compile_options.check_options(parser, options)
    targets: dict[str, _Target] = {}
    for given in options.objects:
        path = compile_options.object_path(given, options.directory)
        module = options.module or identifiers.module_name(path)
        other = targets.setdefault(module, _Target(path, module, given)).given
        if other != given:
            parser.error(
                f"{other} and {given} would both be {module}.pyi; run btf-stubs for each of them,"
                " with --module"
            )
    options.targets = list(targets.values())
    return options


def _check_directory(parser: argparse.ArgumentParser, directory: str) -> None:
    """Refuse an output folder that is a file, or has no name (exit code 2)."""
    if not directory:
        parser.error("-o needs a folder; for the current folder, use -o .")
    if directory != "-" and os.path.exists(directory) and not os.path.isdir(directory):
        parser.error(f"-o {directory}: not a folder; -o needs the folder to write to")


class _Command:
    """One run of the command.

    Args:
        options: the parsed options.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._selection = Selection(tuple(options.types), tuple(options.exclude), options.live)
        self._failed = False
        self._rules: list[bytes] = []

    def run(self) -> int:
        """Write or check every file.

        Returns:
            The exit code.
        """
        loaded = list(self._load())
        if self._selection_is_found(loaded) and self._files_are_ours(loaded):
            for one in loaded:
                try:
                    self._describe(one)
                except (BtfError, OSError) as error:
                    self._fail(one.target.path, error)
            self._write_rules()
        return int(self._failed)

    def _load(self) -> Iterator[_Loaded]:
        """The objects that can be compiled and read."""
        for target in self._options.targets:
            try:
                yield self._loaded(target)
            except (BtfError, OSError) as error:
                self._fail(target.given, error)

    def _loaded(self, target: _Target) -> _Loaded:
        """Compile the C file of *target*, if it has one, and read its object."""
        base = self._options.base_btf
        if not compile_options.is_source(target.given):
            return _Loaded(target, opened(target.path, base), None)
        compiled = self._compiler.compile(target.given, target.path)
        return _Loaded(target, compile_.opened(compiled, target.path, base), compiled)

    @cached_property
    def _compiler(self) -> compile_.Compiler:
        return compile_.Compiler(self._options.cflags, self._options.target)

    def _selection_is_found(self, loaded: list[_Loaded]) -> bool:
        """Whether each ``--type`` matches a type of some object; a misspelt name is an error.

        An ``--exclude`` that matches nothing causes only a warning, because the object may already
        lack the type.
        """
        types = self._options.types if loaded else ()
        unmatched = [
            glob for glob in types if not any(_matches(one.object, glob) for one in loaded)
        ]
        for glob in unmatched:
            self._fail(loaded[0].target.path, _why_no_match(loaded[0].object, glob))
        if loaded and not (self._options.quiet or self._options.check):
            for glob in self._options.exclude:
                self._warn_if_unused(glob, loaded)
        return not unmatched

    def _warn_if_unused(self, glob: str, loaded: list[_Loaded]) -> None:
        """Warn if an ``--exclude`` matches no type of any object or C file."""
        if any(_matches(one.object, glob) for one in loaded):
            return
        for one in loaded:
            if one.compiled is not None:
                missing = self._compiler.missing_types(one.target.given, one.object)
                if any(fnmatchcase(definition.name, glob) for definition in missing):
                    return
        names = chain.from_iterable(_names(one.object) for one in loaded)
        text = f"--exclude: {no_match(glob, names)}"
        report("btf-stubs", loaded[0].target.path, text, mild="warning")

    def _files_are_ours(self, loaded: list[_Loaded]) -> bool:
        """Whether every file to write is new, or one that we may replace. If not, we write no file.

        We may replace files that ``btf-stubs`` wrote, and ELF objects.
        """
        if self._options.directory == "-":
            return True
        found = len(loaded)
        for target, _, compiled in loaded:
            stub, *modules = self._paths(target)
            path = target.path
            try:
                if compiled is not None:
                    compile_.existing_object(path)
                for path in (stub, *modules):
                    generated_files.read(path)
            except (BtfError, OSError) as error:
                self._fail(path, error)
                found -= 1
                continue
            self._warn_of_other_files(target, stub, hides=not modules)
        return found == len(loaded)

    def _paths(self, target: _Target) -> list[str]:
        """The files of one object: the stub and, with ``--live`` or ``--runtime``, the module."""
        stub = os.path.join(self._options.directory, f"{target.module}.pyi")
        has_module = self._options.live or self._options.runtime
        return [stub, stub[:-1]] if has_module else [stub]

    def _warn_of_other_files(self, target: _Target, stub: str, *, hides: bool) -> None:
        """Warn of an old stub of the same object, and of a module that *stub* hides.

        Older versions of ``btf-stubs`` gave the stub another name. Type checkers that find *stub*
        do not read a module of the same name. *hides* is False if this run writes that module, and
        then there is no warning about it.
        """
        if self._options.quiet or self._options.check:
            return
        hidden = generated_files.hidden_module(stub) if hides else None
        if hidden:
            report(
                "btf-stubs",
                stub,
                f"hides {hidden} from type checkers; use --module",
                mild="warning",
            )
        directory = self._options.directory
        old_name = identifiers.old_module_name(target.path)
        shown = _as_seen_from(directory, target.path)
        old = generated_files.old_stub(directory, old_name, target.module, shown)
        if old:
            report(
                "btf-stubs",
                old,
                f"delete this old stub; its new name is {target.module}.pyi",
                mild="warning",
            )

    def _describe(self, one: _Loaded) -> None:
        """Write or check the files of one object."""
        directory = self._options.directory
        progress = output.Progress(f"btf-stubs: {one.target.path}")
        shown = _as_seen_from(directory, one.target.path)
        try:
            rendering = render.Rendering(one.object, self._selection, progress)
            stub = rendering.text(shown)
        finally:
            progress.end()
        if one.compiled is not None:
            self._warn_of_missing_types(one)
            self._put_object(one.target, one.compiled, rendering)
        if directory == "-":
            _print(stub.encode())  # UTF-8, even if the terminal has another encoding
            return
        path, *_ = self._paths(one.target)
        self._put(path, stub, one.target, _details(rendering) if self._options.verbose else "")
        if self._options.live:
            base = self._options.base_btf
            shown_base = base and _as_seen_from(directory, base)
            self._put(path[:-1], live_module.text(shown, shown_base, self._selection), one.target)
        elif self._options.runtime:
            module = render.module_text(
                one.object, object_path_as_shown=shown, selection=self._selection
            )
            self._put(path[:-1], module, one.target)

    def _warn_of_missing_types(self, one: _Loaded) -> None:
        """Warn of the selected types that the C file defines but the compiled object lacks.

        There is one warning for each line of C that the user has to add.
        """
        if self._options.quiet or self._options.check:
            return
        source = one.target.given
        found = self._compiler.missing_types(source, one.object)
        missing = [definition for definition in found if self._selection.has(definition.name)]
        for group in c_definitions.groups(missing):
            where = f"{source}:{group.outer.line}"
            report("btf-stubs", where, compile_.advice(group), mild="warning")

    def _put_object(
        self, target: _Target, compiled: compile_.Compiled, rendering: render.Rendering
    ) -> None:
        """Write the compiled object, or check that the old one has the types of *rendering*."""
        if self._options.check:
            self._check_object(target, rendering)
        elif self._options.directory != "-":
            self._rules.append(compiled.dependencies)
            existing = compile_.existing_object(target.path)
            current = existing == compiled.content
            if not current:
                os.makedirs(os.path.dirname(target.path) or ".", exist_ok=True)
                output.replace(target.path, compiled.content)
            elif self._options.depfile:
                os.utime(target.path)  # if the file stayed old, make would compile it each time
            self._print_done(target.path, existing is None, current)

    def _check_object(self, target: _Target, rendering: render.Rendering) -> None:
        """Check that the object on disk has the types of *rendering*.

        Its bytes may differ. For example, they depend on the compiler's version.
        """
        try:
            existing = opened(target.path, self._options.base_btf)
        except FileNotFoundError:
            self._fail(target.path, self._not_current(target, missing=True))
            return
        shown = _as_seen_from(self._options.directory, target.path)
        stub = render.Rendering(existing, self._selection).text(shown)
        if not header.same_types(stub, rendering.text(shown)):
            self._fail(target.path, self._not_current(target, missing=False))

    def _write_rules(self) -> None:
        """Write the rules for make, if every other file was written."""
        depfile = self._options.depfile
        if depfile and not (self._failed or self._options.check):
            try:
                output.replace(depfile, b"".join(self._rules))
            except OSError as error:
                self._fail(depfile, error)

    def _put(self, path: str, text: str, target: _Target, details: str = "") -> None:
        """Write *text* to *path*, or check that the file has it.

        Args:
            path: path of the file.
            text: text that the file should have.
            target: the object that the file describes.
            details: text to print after "written", "updated" or "unchanged".
        """
        existing = generated_files.read(path)
        current = existing is not None and header.same_types(existing, text)
        if self._options.check:
            if not current:
                self._fail(path, self._not_current(target, missing=existing is None))
            return
        if not current:
            generated_files.require_python(text, path)
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            output.replace(path, text)
        self._print_done(path, existing is None, current, details)

    def _print_done(self, path: str, new: bool, current: bool, details: str = "") -> None:
        if not self._options.quiet and sys.stdout is not None:
            done = "unchanged" if current else "written" if new else "updated"
            done = COLORS.painter(sys.stdout)(done, DIM if current else GREEN)
            _print(f"{output.printable(path)}: {done}{details}\n")

    def _not_current(self, target: _Target, *, missing: bool) -> str:
        """The message of ``--check`` about a generated file that is missing or out of date."""
        what = "missing (is it committed?)" if missing else "out of date"
        return f'{what}; run "{self._command(target)}"'

    def _command(self, target: _Target) -> str:
        """The command that writes the files of *target*."""
        options = self._options
        words = ["btf-stubs", target.given, "-o", options.directory]
        words += compile_options.repeated(options, target.given)
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


def _matches(obj: BpfObject[Any], glob: str) -> bool:
    """Whether *glob* matches a type, a section or the key or value of a map in *obj*."""
    return any(fnmatchcase(name, glob) for name in _names(obj))


def _names(obj: BpfObject[Any]) -> Iterator[str]:
    """The names that a glob can match, such as ``exec_event``, ``.rodata`` and ``counts_key``."""
    all_heads = list(heads(obj.btf.table))
    yield from (head.name for head in all_heads if head.name)
    yield from (name for name, _ in anonymous_enums(obj.btf.table, all_heads))
    yield from obj.sections
    yield from (name for name, _ in of_maps(obj))


def _why_no_match(obj: BpfObject[Any], glob: str) -> BtfError | str:
    """The error about a *glob* that matches nothing in *obj*."""
    if is_glob(glob):
        return no_match(glob, _names(obj))
    try:
        found = obj.btf.type(glob)
    except TypeNotFoundError as error:
        return error
    return f"{glob!r} is a {found.kind}, which has no layout"


def _details(rendering: render.Rendering) -> str:
    """The contents of a stub, in numbers: ``, 5 classes, 1 type without a class``."""
    classes, refused = rendering.class_count, rendering.refused_count
    details = f", {classes} class{'' if classes == 1 else 'es'}"
    return details + (
        f", {refused} type{'' if refused == 1 else 's'} without a class" if refused else ""
    )


def _as_seen_from(directory: str, path: str) -> str:
    """*path* relative to *directory*; absolute if they have no directory but ``/`` in common.

    The result is the same in every locale.
    """
    start = os.path.abspath("." if directory == "-" else directory)
    target = os.path.abspath(path)
    if os.path.commonpath([start, target]) == "/":
        return in_utf8(target)
    return in_utf8(os.path.relpath(target, start))


def _print(text: str | bytes) -> None:
    """Print *text*.

    A closed pipe is no error, because the command still has files to write.
    """
    with suppress(BrokenPipeError):
        output.put(text)
        output.flush()
