"""``python -m bench``: measure, and write ``bench/report.md``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from btf_typing import __version__

from . import checkers, goals, growth, large, measure, plugin, processes, report, tools
from .measure import ROOT
from .report import Row, Table
from .tools import Tools

_REPORT = ROOT / "bench/report.md"
_PAGE = ROOT / "docs/reference/performance.md"
_EVENTS_PAGE = ROOT / "docs/howto/events.md"

_WAYS = ("btf_typing", "ctypes by hand", "struct.unpack", "dissect.cstruct")


def main() -> None:
    """Measure all chapters, or those that the command line names."""
    # Let Python keep bytecode, as it does for an installed package. Otherwise, every process would
    # compile the modules again, and we would measure the compiler.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    options = _options()
    machine, start = tools.machine(), time.perf_counter()
    _say("finding and installing the other tools")
    found = tools.gather()
    tables: list[Table] = []
    for name in options.chapters:
        _say(f"{name} ({time.perf_counter() - start:.0f} s so far)")
        tables += _CHAPTERS[name](found, options.quick)
    heading = _heading(found, machine, time.perf_counter() - start)
    measured = goals.measured(tables)
    if options.output != _REPORT:
        measured = [goal for goal in measured if goal.found is not None]
    text = report.render(heading, tables, measured)
    if options.output is None:
        sys.stdout.write(text)
        return
    options.output.write_text(text, encoding="utf-8")
    if options.output == _REPORT:
        page = _PAGE.read_text(encoding="utf-8")
        _PAGE.write_text(report.page_with_goals(page, text), encoding="utf-8")
        page = _EVENTS_PAGE.read_text(encoding="utf-8")
        _EVENTS_PAGE.write_text(report.page_with_costs(page, text), encoding="utf-8")
    _say(f"{options.output} ({time.perf_counter() - start:.0f} s)")


def _options() -> argparse.Namespace:
    """The command line.

    Without ``--output``, the report of a quick run or of some chapters goes to standard output. It
    does not replace ``bench/report.md``.
    """
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="run few rounds; if no chapters are given, run only those about programs that run",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="default: bench/report.md, or standard output for a quick run or for some chapters",
    )
    parser.add_argument("chapters", nargs="*", help="measure only these: " + ", ".join(_CHAPTERS))
    options = parser.parse_args()
    unknown = sorted(set(options.chapters) - set(_CHAPTERS))
    if unknown:
        parser.error(f"no such chapter: {', '.join(unknown)}")
    if not options.output and not options.quick and not options.chapters:
        options.output = _REPORT
    options.chapters = options.chapters or list(_RUN_TIME if options.quick else _CHAPTERS)
    return options


def _figures(
    python: str | Path, module: str, *, quick: bool
) -> dict[str, dict[str, list[float]]] | str:
    """What *module* prints in the interpreter *python*, or why it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [python, "-m", module, *["--quick"] * quick]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return f"Could not be measured: {why}"
    figures: dict[str, dict[str, list[float]]] = json.loads(done.stdout)
    return figures


def _values(_found: Tools, *, quick: bool) -> list[Table]:
    """The figures of `bench.values`."""
    figures = _figures(sys.executable, "bench.values", quick=quick)
    if isinstance(figures, str):
        return [Table("Values", figures, "ns", [])]
    about = {
        "asdict": "A dictionary of all fields, beside the same dictionary written by hand.",
        "asdict, text": "The same, with char arrays as str.",
        "repr": "All fields as text, beside an f-string written by hand.",
        "many": "All fields of each of 20,000 events in one buffer.",
    }
    tables = []
    for case, ways in figures.items():
        rows = [
            Row(name, tuple(values), "", not index)
            for index, (name, values) in enumerate(ways.items())
        ]
        text = about[case.partition(":")[0]]
        tables.append(Table(f"Values: {case}", text, "ns of processor time per event", rows))
    return tables


def _decoding(found: Tools, *, quick: bool) -> list[Table]:
    """The figures of `bench.decode`, which runs in the interpreter that has the other libraries."""
    figures = _figures(found.python, "bench.decode", quick=quick)
    if isinstance(figures, str):
        return [Table("Decoding", figures, "ns", [])]
    text = {
        "read": "Reading one field of one instance many times.",
        "bulk": "Reading a number from each of 200,000 events in one buffer, and adding them up.",
        "validate": "Comparing a hand-written class with the BTF.",
    }
    tables = []
    for case, ways in figures.items():
        names = _WAYS if case not in text else tuple(ways)
        rows = [
            Row(
                name, tuple(ways.get(name, ())), "" if name in ways else "not installed", index == 0
            )
            for index, name in enumerate(names)
        ]
        about = text.get(case, f"Decoding an event ({case}) and reading four of its values.")
        tables.append(Table(f"Decode: {case}", about, "ns of processor time", rows))
    return tables


_RUN_TIME = ("imports", "loading", "decoding", "values", "aggregates", "memory")
"""The chapters about programs that run, which together take a minute if they are quick."""

_CHAPTERS: dict[str, Callable[[Tools, bool], list[Table]]] = {
    "imports": lambda _found, quick: [processes.imports(7 if quick else 21)],
    "loading": lambda found, quick: processes.loading(found, 3 if quick else 9),
    "decoding": lambda found, quick: _decoding(found, quick=quick),
    "values": lambda found, quick: _values(found, quick=quick),
    "aggregates": lambda found, quick: [processes.aggregates(found, 1 if quick else 3)],
    "memory": lambda found, _quick: [processes.memory(found)],
    "growth": lambda found, quick: growth.tables(found, 1 if quick else 3),
    "mypy": lambda _found, quick: plugin.tables(quick=quick),
    "checkers": lambda found, quick: checkers.tables(found, quick=quick),
    "large": lambda _found, quick: large.tables(quick=quick),
    "stubs": lambda found, quick: processes.stubs(found, 1 if quick else 3),
}


def _heading(found: Tools, machine: str, seconds: float) -> str:
    peers = ", ".join(f"{name} {version}" for name, version in found.packages.items())
    pinned = ", ".join(f"{name} {version}" for name, version in found.pins.items())
    return f"""\
# How fast

`make bench` wrote this page in {seconds:.0f} s; do not edit it.
btf_typing {__version__} on {machine}.

- Each round runs every contender once, so a busy machine slows all of them alike. A goal that is a
  ratio shows the median of the ratios of all rounds, and their quartiles.
- mypy runs until the standard error of each of its ratios is at most {measure.SETTLED:.1%}, or its
  time is up. All runs of a round use the same seed for Python's hashes.
- The time of a process is processor time, including time in the kernel, unless a table says
  otherwise.
- bpftool: {tools.tool_version(found.bpftool, "version")}; pahole:
  {tools.tool_version(found.pahole, "--version")}; libbpf: {found.libbpf or "missing"};
  type checkers: mypy {metadata.version("mypy")}, {pinned};
  from PyPI: {peers or "nothing could be installed"}.
"""


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
