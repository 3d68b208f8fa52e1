"""``btf-layout``: shows layouts, compares the layouts of two builds, and decodes binary data."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any

from btf_typing._colors import DIM, GREEN, RED, YELLOW
from btf_typing._text.c_declaration import Declarations, Line
from btf_typing._version import __version__
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, TypeNotFoundError
from btf_typing.model import ANY_ENUM, COMPOSITES, kind_names
from btf_typing.view import BtfType

from . import decode, map_and_program_text
from .changes import Change
from .completion import complete
from .inputs import is_glob, no_match, opened
from .object_changes import changes
from .output import (
    COLORS,
    Parser,
    add_color_option,
    escape_unencodable,
    flush,
    help_colors,
    put,
    report,
)

_EXAMPLES = """\
examples:
  btf-layout show prog.bpf.o exec_event
  btf-layout show /sys/kernel/btf/vmlinux task_struct | less -R
  btf-layout diff old.bpf.o new.bpf.o         exit 1 if something changed or is gone
  btf-layout diff old.bpf.o new.bpf.o 'exec_*'
  btf-layout decode prog.bpf.o exec_event < events.bin
  btf-layout decode --format json /sys/fs/bpf/counts      the entries of a pinned map

exit codes: 0 done or nothing changed, 1 failed or something changed, 2 wrong usage
"""

_LINE_COLORS = {"code": "", "comment": DIM, "gap": YELLOW}
_DIFFERENCE_COLORS = {"-": RED, "+": GREEN, " ": YELLOW, "": YELLOW, "title": ""}
_SHOWN = kind_names((*COMPOSITES, *ANY_ENUM))
_COMMANDS = ("show", "diff", "decode")
_NOT_TYPES = frozenset({"FUNC", "VAR"})
"""Kinds that declare a program or a map, not a type."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit code: 0 done or nothing changed, 1 failed or something changed, 130 interrupted by
        the user. Wrong usage raises SystemExit with the code 2.
    """
    escape_unencodable()
    try:
        parser = _parser()
        complete(parser)
        with help_colors(arguments):
            _require_command(parser, sys.argv[1:] if arguments is None else arguments)
            options = parser.parse_args(arguments)
        COLORS.choice = options.color
        code: int = options.run(options)
        flush()
    except BrokenPipeError:
        return 0
    except (BtfError, OSError) as error:
        report("btf-layout", None, error)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="btf-layout",
        description="Show the memory layout of C types, from the BTF of an object.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"btf-layout {__version__}")
    commands = parser.add_subparsers(required=True, metavar="|".join(_COMMANDS))
    text = "print declarations with offsets, holes and padding"
    show = commands.add_parser("show", help=text, description=f"{text.capitalize()}.")
    show.add_argument("object", metavar="OBJ", help="a BPF object, or a raw BTF file")
    names = "names of types, maps, programs and sections (globs); default: all"
    show.add_argument("types", nargs="*", default=[], metavar="NAME", help=names)
    show.set_defaults(run=_show)
    text = "print what changed from one build to the next"
    about = "Print what changed or is gone (exit code 1), and what is new (exit code 0)."
    diff = commands.add_parser("diff", help=text, description=about)
    diff.add_argument("old", metavar="OLD", help="the earlier build")
    diff.add_argument("new", metavar="NEW", help="the later build")
    diff.add_argument("types", nargs="*", default=[], metavar="NAME", help=names)
    diff.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        metavar="FORMAT",
        help="text (default) or json",
    )
    diff.set_defaults(run=_diff)
    text = "print records from standard input, or the entries of a pinned map"
    decode_ = commands.add_parser("decode", help=text, description=f"{text.capitalize()}.")
    decode.add_arguments(decode_)
    decode_.set_defaults(run=_decode)
    for command in (show, diff, decode_):
        command.add_argument(
            "--base-btf", metavar="FILE", help="base BTF of split BTF, such as vmlinux"
        )
        add_color_option(command)
    return parser


def _require_command(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> None:
    """Refuse arguments that begin with an object (exit code 2), and show the command to write."""
    first, second, *_ = *arguments, "", ""
    if _is_object(first):
        meant = shlex.join(["btf-layout", "diff" if _is_object(second) else "show", *arguments])
        parser.error(f'{first!r} is not a command; did you mean "{meant}"?')


def _is_object(argument: str) -> bool:
    """Whether *argument* looks like the path of an object, not like a command or an option."""
    if argument in _COMMANDS or argument.startswith("-"):
        return False
    # pathlib is slow to import.
    return argument.endswith(".o") or os.path.isfile(argument)  # noqa: PTH113


def _show(options: argparse.Namespace) -> int:
    obj = opened(options.object, options.base_btf)
    paint = COLORS.painter(sys.stdout)
    for declaration in _declarations(obj, options.types):
        for line in declaration:
            put(paint(line.text, _LINE_COLORS[line.kind]) + "\n")
        put("\n")
    return 0


def _declarations(obj: BpfObject[Any], names: list[str]) -> Iterator[Iterable[Line]]:
    """The declarations of *names*.

    If *names* is empty, there is a declaration for every struct, union, enum, section of globals,
    map and program.
    """
    declare = Declarations(obj.btf.table).lines
    for name in names or ["*"]:
        if name in obj.sections:
            yield _section(obj, name)
        elif is_glob(name):
            types = _matched(obj, name)
            first = next(types, None)
            sections = [one for one in obj.sections if fnmatchcase(one, name)]
            others = any(map_and_program_text.matching(obj, name))
            if names and not (first or sections or others):
                raise _no_match(name, obj)
            if first:
                yield from (declare(type_.id) for type_ in chain([first], types))
            yield from (_section(obj, one) for one in sections)
            yield from map_and_program_text.declarations(obj, name)
        else:
            yield from _named(obj, name)


def _named(obj: BpfObject[Any], name: str) -> Iterator[Iterable[Line]]:
    """The declarations with this *name*: that of a type, that of a map or program, or both.

    Raises:
        TypeNotFoundError: no type, map or program has this name.
        BtfFormatError: libbpf refuses the definition of the map.
    """
    definition = map_and_program_text.declaration(obj, name)
    type_ = obj.btf.type(name) if definition is None or name in obj.btf else None
    if type_ is not None and (definition is None or type_.kind not in _NOT_TYPES):
        yield Declarations(obj.btf.table).lines(type_.id)
    if definition is not None:
        yield definition


def _matched(obj: BpfObject[Any], glob: str) -> Iterator[BtfType]:
    """The types whose names match *glob* and that `_is_shown` accepts."""
    for type_ in obj.btf.types():
        if type_.name and fnmatchcase(type_.name, glob) and _is_shown(type_):
            yield type_


def _is_shown(type_: BtfType) -> bool:
    """Whether *type_* is a struct, union or enum, or a typedef of one that has no tag."""
    target = type_.type if type_.kind == "TYPEDEF" else None
    if target is None:
        return type_.kind in _SHOWN
    return target.kind in _SHOWN and not target.name


def _section(obj: BpfObject[Any], name: str) -> Iterable[Line]:
    return Declarations(obj.btf.table).section_lines(obj.sections.layout(name))


def _diff(options: argparse.Namespace) -> int:
    old, new = (opened(path, options.base_btf) for path in (options.old, options.new))
    for name in options.types:
        _require_match(name, old, new)
    paint = COLORS.painter(sys.stdout)

    def wanted(name: str) -> bool:
        return not options.types or any(fnmatchcase(name, glob) for glob in options.types)

    if options.format == "json":
        return _print_json(options, list(changes(old, new, wanted)))
    broken = False
    for change in changes(old, new, wanted):
        broken = broken or not change.harmless
        for indent, line, mark in change.lines():
            put(f"{indent}{paint(line, _DIFFERENCE_COLORS[mark])}\n")
    return int(broken)


def _print_json(options: argparse.Namespace, found: list[Change]) -> int:
    """Print one JSON object with all changes; return the exit code."""
    broken = not all(change.harmless for change in found)
    described = [change.as_json() for change in found]
    content = {"old": options.old, "new": options.new, "breaks": broken, "changes": described}
    put(json.dumps(content, indent=2) + "\n")
    return int(broken)


def _require_match(name: str, old: BpfObject[Any], new: BpfObject[Any]) -> None:
    """Check that *name*, a name or glob, matches something; the user may have misspelt it.

    Raises:
        TypeNotFoundError: *name* matches nothing in either object.
        BtfError: *name* is a type of a kind that ``diff`` does not compare, such as an integer.
    """
    known = {*_names(old), *_names(new)}
    if is_glob(name):
        if not any(fnmatchcase(each, name) for each in known):
            raise _no_match(name, old, new)
    elif name not in known:
        obj = old if name in old.btf or name not in new.btf else new
        kind = obj.btf.type(name).kind
        kinds = "structs, unions, enums, typedefs, sections, maps and programs"
        raise BtfError(f"{name!r} is of kind {kind}, but diff compares {kinds}")


def _no_match(glob: str, *objects: BpfObject[Any]) -> TypeNotFoundError:
    """The error about a *glob* that matches nothing in *objects*."""
    known = [each for obj in objects for each in _names(obj)]
    where = " and ".join([obj.path for obj in objects])
    return TypeNotFoundError(no_match(glob, known), name=glob, path=where)


def _names(obj: BpfObject[Any]) -> Iterator[str]:
    """The names that ``diff`` compares. A glob of ``show`` matches fewer; see `_is_shown`."""
    for kind in sorted(_SHOWN | {"TYPEDEF"}):
        yield from obj.btf.names(kind)
    yield from obj.sections
    yield from map_and_program_text.matching(obj, "*")


def _decode(options: argparse.Namespace) -> int:
    return decode.run(options, colored=COLORS.on(sys.stdout))
