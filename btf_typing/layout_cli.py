"""``btf-layout``: shows layouts, and tells what changed between two builds."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from . import __version__
from .btf import Btf
from .errors import BtfError
from .layout_diff import changes

_EXAMPLES = """\
examples:
  btf-layout show prog.bpf.o exec_event
  btf-layout show /sys/kernel/btf/vmlinux task_struct | less -R
  btf-layout diff old.bpf.o new.bpf.o         exit 1 if a layout changed
  btf-layout diff old.bpf.o new.bpf.o 'exec_*'

exit codes: 0 done or nothing changed, 1 something changed or not found, 2 trouble
"""

_DIM, _YELLOW, _RED, _GREEN, _PLAIN = "\033[2m", "\033[33m", "\033[31m", "\033[32m", "\033[0m"
_SHOWN = frozenset({"STRUCT", "UNION", "ENUM", "ENUM64"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit code: 0 done, or nothing changed; 1 something changed, or a type is not there;
        2 wrong usage, or a file that cannot be read.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except (BtfError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            # Whoever read this has read enough; nothing more is to be written at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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
    show = commands.add_parser("show", help="print declarations with offsets, holes and padding")
    show.add_argument("object", metavar="OBJ", help="a BPF object, or a raw BTF file")
    show.set_defaults(run=_show)
    diff = commands.add_parser("diff", help="tell what changed in the types that both have")
    diff.add_argument("old", metavar="OLD", help="the earlier build")
    diff.add_argument("new", metavar="NEW", help="the later build")
    diff.set_defaults(run=_diff)
    for command in (show, diff):
        command.add_argument(
            "types", nargs="*", metavar="TYPE", help="only these (globs); default: all"
        )
        command.add_argument("--base-btf", metavar="FILE", help="what split BTF continues")
        command.add_argument(
            "--color", choices=("auto", "always", "never"), default="auto", help="default: auto"
        )
    return parser


def _show(options: argparse.Namespace) -> int:
    btf = Btf.from_file(options.object, options.base_btf)
    paint = _painter(options.color)
    for declaration in _declarations(btf, options.types):
        for line in declaration.splitlines():
            sys.stdout.write(paint(line, _declaration_color(line)) + "\n")
        sys.stdout.write("\n")
    return 0


def _declarations(btf: Btf[Any], names: list[str]) -> Iterator[str]:
    """The declarations of the types of those *names*, or of every struct, union and enum."""
    for name in names or ["*"]:
        if any(character in "*?[" for character in name):
            matched = [
                type_
                for type_ in btf.types()
                if type_.kind in _SHOWN and type_.name and fnmatchcase(type_.name, name)
            ]
            yield from (type_.c_declaration for type_ in matched)
        else:
            yield btf.type(name).c_declaration


def _diff(options: argparse.Namespace) -> int:
    old = Btf.from_file(options.old, options.base_btf)
    new = Btf.from_file(options.new, options.base_btf)
    paint = _painter(options.color)

    def wanted(name: str) -> bool:
        return not options.types or any(fnmatchcase(name, glob) for glob in options.types)

    found = False
    for change in changes(old, new, wanted):
        found = True
        sys.stdout.write(f"{change.type_name}:\n")
        for line in change.lines:
            sys.stdout.write(f"  {paint(line, _change_color(line))}\n")
    return int(found)


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
