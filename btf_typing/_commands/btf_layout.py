"""``btf-layout``: shows layouts, and tells what changed between two builds."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from btf_typing._text.c_declaration import Declarations
from btf_typing._version import __version__
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, TypeNotFoundError
from btf_typing.model import ANY_ENUM, COMPOSITES, kind_names
from btf_typing.view import BtfType

from . import definitions
from .diff import changes
from .shared import is_glob, matching, opened, print_anything, silence

_EXAMPLES = """\
examples:
  btf-layout show prog.bpf.o exec_event
  btf-layout show /sys/kernel/btf/vmlinux task_struct | less -R
  btf-layout diff old.bpf.o new.bpf.o         exit 1 if a layout changed
  btf-layout diff old.bpf.o new.bpf.o 'exec_*'

exit codes: 0 done or nothing changed, 1 something changed or not found, 2 trouble
"""

_DIM, _YELLOW, _RED, _GREEN, _PLAIN = "\033[2m", "\033[33m", "\033[31m", "\033[32m", "\033[0m"
_SHOWN = kind_names((*COMPOSITES, *ANY_ENUM))
_NOT_TYPES = frozenset({"FUNC", "VAR"})
"""Kinds that declare a program or a map, not a type."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit code: 0 done, or nothing changed; 1 something changed, or a type is not there;
        2 wrong usage, or a file that cannot be read.
    """
    options = _parser().parse_args(arguments)
    print_anything()
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except (BtfError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            silence()
            return 0
        sys.stderr.write(f"btf-layout: {_text(error)}\n")
        return 1 if isinstance(error, LookupError) else 2
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="btf-layout",
        description="Show how C types lie in memory, from the BTF of an object.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"btf-layout {__version__}")
    commands = parser.add_subparsers(required=True, metavar="show|diff")
    text = "print declarations with offsets, holes and padding"
    show = commands.add_parser("show", help=text, description=f"{text.capitalize()}.")
    show.add_argument("object", metavar="OBJ", help="a BPF object, or a raw BTF file")
    show.set_defaults(run=_show)
    text = "tell what changed in the types that both have"
    diff = commands.add_parser("diff", help=text, description=f"{text.capitalize()}.")
    diff.add_argument("old", metavar="OLD", help="the earlier build")
    diff.add_argument("new", metavar="NEW", help="the later build")
    diff.set_defaults(run=_diff)
    for command in (show, diff):
        command.add_argument(
            "types", nargs="*", metavar="TYPE", help="only these (globs); default: all"
        )
        command.add_argument("--base-btf", metavar="FILE", help="what split BTF continues")
        command.add_argument(
            "--color",
            choices=("auto", "always", "never"),
            default="auto",
            metavar="WHEN",
            help="auto (default), always or never",
        )
    return parser


def _show(options: argparse.Namespace) -> int:
    obj = opened(options.object, options.base_btf)
    paint = _painter(options.color)
    for declaration in _declarations(obj, options.types):
        for line in declaration.splitlines():
            sys.stdout.write(paint(line, _declaration_color(line)) + "\n")
        sys.stdout.write("\n")
    return 0


def _declarations(obj: BpfObject[Any], names: list[str]) -> Iterator[str]:
    """Declarations of what is called one of *names*.

    Without names: of every struct, union and enum, section of globals, map and program.
    """
    for name in names or ["*"]:
        if name in obj.sections:
            yield _section(obj, name)
        elif is_glob(name):
            if names and not any(definitions.matching(obj, name)):
                _refuse_unknown(name, obj)
            yield from (type_.c_declaration for type_ in _matched(obj, name))
            yield from (_section(obj, one) for one in obj.sections if fnmatchcase(one, name))
            yield from definitions.declarations(obj, name)
        else:
            yield from _named(obj, name)


def _named(obj: BpfObject[Any], name: str) -> Iterator[str]:
    """The type *name*, and the map or program that shares its name."""
    definition = definitions.declaration(obj, name)
    type_ = obj.btf.type(name) if definition is None or name in obj.btf else None
    if type_ is not None and (definition is None or type_.kind not in _NOT_TYPES):
        yield type_.c_declaration
    if definition is not None:
        yield definition


def _matched(obj: BpfObject[Any], glob: str) -> Iterator[BtfType]:
    for type_ in obj.btf.types():
        if type_.name and fnmatchcase(type_.name, glob) and _is_shown(type_):
            yield type_


def _is_shown(type_: BtfType) -> bool:
    """Whether a name is that of a struct, union or enum: its tag, or the typedef it goes by."""
    target = type_.type if type_.kind == "TYPEDEF" else None
    if target is None:
        return type_.kind in _SHOWN
    return target.kind in _SHOWN and not target.name


def _section(obj: BpfObject[Any], name: str) -> str:
    return Declarations(obj.btf.table).section(obj.sections.layout(name))


def _diff(options: argparse.Namespace) -> int:
    old, new = (opened(path, options.base_btf) for path in (options.old, options.new))
    for name in options.types:
        _refuse_unknown(name, old, new)
    paint = _painter(options.color)

    def wanted(name: str) -> bool:
        return not options.types or any(fnmatchcase(name, glob) for glob in options.types)

    found = False
    for change in changes(old.btf, new.btf, wanted):
        found = True
        sys.stdout.write(f"{change.type_name}:\n")
        for line in change.lines:
            sys.stdout.write(f"  {paint(line, _change_color(line))}\n")
    return int(found)


def _refuse_unknown(name: str, *objects: BpfObject[Any]) -> None:
    """Refuse a name that is not there: a guard that compares nothing would never speak.

    Raises:
        TypeNotFoundError: one of the *objects* lacks it, or all do what it stands for.
    """
    if not is_glob(name):
        for obj in objects:
            obj.btf.type(name)
    elif not any(any(matching(obj, name)) for obj in objects):
        where = " or ".join([obj.path for obj in objects])
        raise TypeNotFoundError(f"no type matches {name!r} in {where}", name=name)


def _painter(choice: str) -> Callable[[str, str], str]:
    """What colours a line, or leaves it alone."""
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    if choice == "never" or (choice == "auto" and plain):
        return lambda line, _: line
    return lambda line, color: f"{color}{line}{_PLAIN}" if color else line


def _declaration_color(line: str) -> str:
    if re.match(r"\s*/\* (XXX|padding)", line):
        return _YELLOW
    return _DIM if re.match(r"\s*/\*", line) else ""


def _change_color(line: str) -> str:
    return {"-": _RED, "+": _GREEN}.get(line[0], _YELLOW)


def _text(error: Exception) -> str:
    """*error* in one line."""
    if isinstance(error, FileNotFoundError):
        return f"{error.filename}: no such file"
    return " ".join(str(error).split())
