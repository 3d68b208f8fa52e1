"""How time and memory grow with the size of the BTF and the number of objects."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from . import programs, synthetic
from .measure import Contender, Timing, in_turn
from .processes import peak, python
from .report import Row, Table, timed
from .tools import SMALL, Tools

_KERNEL_TYPES = 126_000
_PATIENCE = 300.0
"""Seconds after which a run of `btf-stubs` is stopped."""

_LIVE_IMPORT = """\
import importlib, sys
sys.path.insert(0, {folder!r})
for name in {names!r}:
    getattr(importlib.import_module(name), {type!r})
"""
TIMES = (1, 4, 16)
OBJECTS = (1, 10, 100)

_MORE_ROUNDS = 3
"""The runs with `OBJECTS` have this many times the usual number of rounds.

The goals compare differences between whole processes. The smallest difference is that between 1 and
10 objects. The nine objects add less to a process than a busy machine does.
"""


def tables(tools: Tools, rounds: int) -> list[Table]:
    """Tables about the size of the BTF, then about the number of objects."""
    files = {times: tools.cache / f"synthetic-{times}.btf" for times in TIMES}
    last = {times: synthetic.write(path, times * _KERNEL_TYPES) for times, path in files.items()}
    first = {times: programs.one_struct(path, "struct_00000_3") for times, path in files.items()}
    at_end = {times: programs.one_struct(path, last[times]) for times, path in files.items()}
    everything = {times: programs.all_types(path) for times, path in files.items()}
    return [
        _table("the first struct", first, rounds),
        _table("the last struct", at_end, rounds),
        _table("decode every type", everything, 1),
        _memory(at_end),
        _objects(rounds),
        *_generated(files, rounds),
    ]


def size_row(times: int) -> str:
    """The name of the row of BTF that is *times* times as large as a kernel's."""
    return f"{times} x a kernel's {_KERNEL_TYPES:,} types"


def object_row(count: int) -> str:
    """The name of the row of *count* objects."""
    return f"{count} object(s)"


def _table(what: str, codes: dict[int, str], rounds: int) -> Table:
    contenders = [python(size_row(times), code, ours=times == 1) for times, code in codes.items()]
    text = f"Whole processes that read synthetic BTF of 1, 4 and 16 times a kernel's size: {what}."
    return timed(f"Growth: {what}", text, in_turn(contenders, rounds))


def _memory(codes: dict[int, str]) -> Table:
    rows = [Row(size_row(times), peak(code), ours=times == 1) for times, code in codes.items()]
    return Table(
        "Growth: memory", "The most memory in the processes of the last struct.", "MB", rows
    )


def _objects(rounds: int) -> Table:
    contenders = [
        python(object_row(count), _many(SMALL, count), ours=count == 1) for count in OBJECTS
    ]
    text = "One process loads a small object many times and builds a class from each."
    return timed("Growth: objects", text, in_turn(contenders, _MORE_ROUNDS * rounds))


GENERATED = {
    "stubs": ("--live", "the stub and the module of --live"),
    "run-time modules": ("--runtime", "the stub and the module of --runtime"),
}
"""What `btf-stubs` writes: an option, and a description."""


def size_title(what: str, figure: str) -> str:
    """The heading of a table of what `btf-stubs` writes for BTF of different sizes."""
    return f"Growth: {what}, size, {figure}"


def objects_title(what: str, figure: str) -> str:
    """The heading of a table of what `btf-stubs` writes for many objects."""
    return f"Growth: {what}, objects, {figure}"


IMPORTS = "imports of live modules"


def _generated(files: dict[int, Path], rounds: int) -> list[Table]:
    """Tables about `btf-stubs` for large BTF and many objects, and about imports of its output."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        objects = [folder / f"object{number}.bpf.o" for number in range(OBJECTS[-1])]
        for path in objects:
            shutil.copy(SMALL, path)
        tables = []
        for what, (option, about) in GENERATED.items():
            tables += _sizes(folder / option, what, (option, about), files)
            sets = {object_row(count): objects[:count] for count in OBJECTS}
            contenders = _writers(folder / f"{option}-objects", option, sets)
            text = f"`btf-stubs` writes {about} of 1, 10 and 100 small objects."
            timings = in_turn(contenders, _MORE_ROUNDS * rounds)
            tables.append(timed(objects_title(what, "time"), text, timings))
            tables.append(_peaks(objects_title(what, "memory"), text, timings))
        return [*tables, *_imports(folder, rounds)]


def _sizes(
    folder: Path, what: str, generated: tuple[str, str], files: dict[int, Path]
) -> list[Table]:
    """Time and memory of `btf-stubs` for BTF of each size."""
    option, about = generated
    sets = {size_row(times): [path] for times, path in files.items()}
    timings = in_turn(_writers(folder, option, sets), 1, patience=_PATIENCE)
    text = f"`btf-stubs` writes {about} of synthetic BTF of 1, 4 and 16 times a kernel's size."
    return [
        timed(size_title(what, "time"), text, timings),
        _peaks(size_title(what, "memory"), text, timings),
    ]


def _peaks(title: str, text: str, timings: list[Timing]) -> Table:
    """A table of memory."""
    rows = [
        Row(one.contender.name, tuple(run.peak for run in one.runs), one.why_not, not index)
        for index, one in enumerate(timings)
    ]
    return Table(title, text, "MB", rows)


def _writers(folder: Path, option: str, sets: dict[str, list[Path]]) -> list[Contender]:
    """Runs of `btf-stubs`, one for each set of files.

    Each run writes into a folder inside *folder*. The name of that folder is the number of the set.
    """
    command = str(Path(sys.executable).with_name("btf-stubs"))
    return [
        Contender(
            name,
            (command, *map(str, paths), "-o", str(folder / str(number)), "--quiet", option),
            ours=not number,
        )
        for number, (name, paths) in enumerate(sets.items())
    ]


def _imports(folder: Path, rounds: int) -> list[Table]:
    """Processes that import the modules of --live that were written before."""
    sizes = []
    for number, times in enumerate(TIMES):
        names = [path.stem for path in (folder / "--live" / str(number)).glob("*.py")]
        code = _LIVE_IMPORT.format(
            folder=str(folder / "--live" / str(number)), names=names, type="struct_00000_3"
        )
        sizes.append(python(size_row(times), code, ours=times == 1))
    objects = []
    for number, count in enumerate(OBJECTS):
        path = folder / "--live-objects" / str(number)
        names = sorted(module.stem for module in path.glob("*.py"))
        code = _LIVE_IMPORT.format(folder=str(path), names=names, type="exec_event")
        objects.append(python(object_row(count), code, ours=count == 1))
    text = "Processes that import a module of --live for each file, and use one name of each."
    timings = in_turn(objects, _MORE_ROUNDS * rounds)
    return [
        timed(size_title(IMPORTS, "time"), text, in_turn(sizes, rounds)),
        timed(objects_title(IMPORTS, "time"), text, timings),
        _peaks(objects_title(IMPORTS, "memory"), text, timings),
    ]


def _many(path: Path, count: int) -> str:
    load = programs.one_struct(path, "exec_event").splitlines()
    return f"{load[0]}\nfor _ in range({count}):\n    {load[1]}\n"
