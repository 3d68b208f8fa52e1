"""mypy on a project of many modules, with the plugin and without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import project
from .measure import Effort, Taken, run
from .report import Row, Table, time_and_memory
from .tools import KERNEL

_KERNEL_MODULE = f'''\
"""Reads a task."""

from btf_typing import load


def state(data: bytes) -> int:
    """Its state."""
    task_struct = load("{KERNEL}").btf.struct("task_struct")
    return task_struct.from_buffer_copy(data).exit_state
'''

_LARGE_MODULE = '''\
"""Reads an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from btf_typing import load

if TYPE_CHECKING:
    import large_bpf


def first(data: bytes) -> int:
    """The first number of an event."""
    event = load("large.bpf.o").btf.struct("event_7")
    return number_of(event.from_buffer_copy(data))


def number_of(event: large_bpf.event_7) -> int:
    """Its number."""
    return event.number
'''

_FIRST_PATIENCE = 300.0
"""Seconds after which a first run on a large object is stopped."""

EDIT = "dmypy, an edit"

WITH, WITHOUT, TYPED = "with the plugin", "without the plugin", "without it, types written out"

Projects = dict[str, Path]
"""Directories of the projects to compare, by their names in the table. The first one is ours."""


_SHORT, _USUAL, _, _LONG = (text.count("\n") for text in project.AS_THEY_ARE)

_AS_THEY_ARE = f"""\
with lengths like those of the packages that we develop with: a quarter has {_SHORT} lines, half \
{_USUAL}, a quarter {_LONG:,}"""

_LENGTHS = {
    project.AS_THEY_ARE: ("", _AS_THEY_ARE),
    project.USUAL: (", all modules usual", f"with {_USUAL} lines each"),
    project.DISPATCH: (
        ", modules of isinstance",
        "that call `isinstance` with classes of variables and read fields in nearly every line",
    ),
    project.SHORT: (", all modules short", f"with {_SHORT} lines each, and do nothing else"),
}
"""By the texts of a project: the end of its table's heading, and a description of its modules."""


def title(objects: int, texts: project.Texts = project.AS_THEY_ARE) -> str:
    """The heading of the table of a project with this number of *objects*."""
    return f"mypy: {objects} object(s){_LENGTHS[texts][0]}"


def memory_title(objects: int, texts: project.Texts) -> str:
    """The heading of the table of a project's memory."""
    return f"{title(objects, texts)}, memory"


_MIXED_COLD = Effort(4, 10, 110)
_USUAL_COLD = Effort(4, 10, 60)
_MANY_OBJECTS = Effort(3, 5, 25)
_NO_GOAL = Effort(1, 1, 0)
_WARM = Effort(9, 18, 20)
_EDITS = Effort(5, 9, 20)


def tables(*, quick: bool) -> list[Table]:
    """Cold and warm runs with 1 and 20 objects; also runs with 100 objects, dmypy or the kernel."""

    def effort(usual: Effort) -> Effort:
        return Effort(2, 2, 0) if quick else usual

    mixed = {"cold": effort(_MIXED_COLD), "warm": effort(_WARM)}
    usual = {"cold": effort(_USUAL_COLD), "warm": effort(_WARM)}
    no_goal = {"cold": _NO_GOAL}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compile_to_bytecode(folder / "first")
        return [
            *_plugin(folder, 1, {**mixed, EDIT: effort(_EDITS)}),
            *_plugin(folder, 20, mixed),
            *_plugin(folder, 1, usual, project.USUAL),
            *_plugin(folder, 20, usual, project.USUAL),
            *_plugin(folder, 1, no_goal, project.SHORT),
            *_plugin(folder, 20, no_goal, project.SHORT),
            *_plugin(folder, 100, {"cold": effort(_MANY_OBJECTS)}, project.USUAL, typed=False),
            *_plugin(folder, 1, no_goal, project.DISPATCH),
            _kernel(folder, {"warm": effort(_WARM)}),
        ]


def compile_to_bytecode(folder: Path) -> None:
    """Check one module in *folder*, which compiles what mypy and the plugin import."""
    project.write(folder, project.Kind())
    run(_mypy("module0.py"), cwd=folder)


def _plugin(
    folder: Path,
    objects: int,
    rounds: dict[str, Effort],
    texts: project.Texts = project.AS_THEY_ARE,
    *,
    typed: bool = True,
) -> list[Table]:
    """The same project with the plugin and without it, and with types written out if *typed*.

    The second table is about memory.
    """
    kind = project.Kind(objects, texts=texts)
    kinds = {WITH: kind, WITHOUT: kind._replace(plugin=False)}
    if typed:
        kinds[TYPED] = kind._replace(plugin=False, declared=True)
    heading, lengths = title(objects, texts), _LENGTHS[texts][1]
    projects = {what: folder / f"{heading} {number}" for number, what in enumerate(kinds)}
    for what, path in projects.items():
        project.write(path, kinds[what])
    text = (
        f"A project of {project.MODULES} modules that read events, {lengths}; {objects} object(s)."
        " Annotations use the stubs, so mypy always reads them. Without the plugin, `struct()`"
        " returns Any, and mypy checks nothing that is done with it unless its type is written"
        " out. Times are processor time, except for dmypy: its daemon does the work, so they are"
        " wall-clock time."
    )
    taken = _compared(projects, rounds)
    of_memory = f"The most memory of the runs without a cache, in the project of *{heading}*."
    return [
        Table(heading, text, "ms", _times(taken)),
        Table(memory_title(objects, texts), of_memory, "MB", _memory(taken["cold"])),
    ]


def _kernel(folder: Path, rounds: dict[str, Effort]) -> Table:
    """A project with a module that reads a kernel struct, and one without it."""
    heading = "mypy: the kernel's stub"
    if not KERNEL.exists():
        return Table(heading, "This kernel has no BTF.", "ms", [])
    projects = {"with the kernel's stub": folder / "kernel", "without it": folder / "no-kernel"}
    without = projects["without it"]
    project.write(without, project.Kind())
    _cold(without, 0)
    for path in projects.values():
        if path != without:
            shutil.copytree(without, path)  # with its cache, which does not know the stub yet
    ours = projects["with the kernel's stub"]
    project.stub(ours, str(KERNEL))
    (ours / "module_kernel.py").write_text(_KERNEL_MODULE, encoding="utf-8")
    text = (
        f"A project of {project.MODULES} modules and one object. In one of the two, another module"
        " reads a `task_struct`, and the kernel's stub has all its types. Processor time."
    )
    return Table(heading, text, "ms", _times(_compared(projects, rounds)))


FIRST_TIME, FIRST_MEMORY = "Large: first mypy run", "Large: memory of the first mypy run"


def first_run(folder: Path, large: Path, about: str) -> list[Table]:
    """Time and memory of a run without a cache, on one module that uses the object *large*."""
    projects = {how: folder / how for how in (WITH, WITHOUT)}
    for how, path in projects.items():
        path.mkdir()
        project.configure(path, plugin=how == WITH)
        shutil.copy(large, path / "large.bpf.o")
        (path / "module_large.py").write_text(_LARGE_MODULE, encoding="utf-8")
    project.stub(projects[WITH], "large.bpf.o")
    shutil.copytree(projects[WITH] / "stubs", projects[WITHOUT] / "stubs")
    taken = {
        how: run(_mypy("module_large.py"), cwd=path, seed=0, patience=_FIRST_PATIENCE)
        for how, path in projects.items()
    }
    text = (
        f"mypy without a cache, on {about}, its stub, and a module that reads one of its structs."
    )
    time_rows: list[Row] = []
    memory_rows: list[Row] = []
    cpu: tuple[float, ...]
    peak: tuple[float, ...]
    for how, one in taken.items():
        if isinstance(one, str):
            cpu, peak, note = (), (), one
        else:
            cpu, peak, note = (1000 * one.cpu,), (one.peak,), ""
        time_rows.append(Row(how, cpu, note, how == WITH))
        memory_rows.append(Row(how, peak, note, how == WITH))
    return [
        Table(FIRST_TIME, text, "ms", time_rows),
        Table(FIRST_MEMORY, text, "MB", memory_rows),
    ]


_Outcomes = dict[str, list[Taken | str]]
"""The runs in each project, or why they failed."""


def _compared(projects: Projects, rounds: dict[str, Effort]) -> dict[str, _Outcomes]:
    """Run mypy in each way. Each round runs it once in each project."""
    compared: dict[str, _Outcomes] = {}
    for how, effort in rounds.items():
        taken = compared[how] = {what: [] for what in projects}
        if how != "cold":
            for path in projects.values():
                _warm(path, 0)
        start, number = time.perf_counter(), 0
        while not _enough(effort, how, list(taken.values()), start):
            # Change the order in each round: a run may profit from the one before it.
            for what, path in list(projects.items())[:: -1 if number % 2 else 1]:
                taken[what].append(_MEASURES[how](path, number))
            number += 1
        if how == EDIT:
            for path in projects.values():
                _dmypy(path, "stop")
    return compared


def _times(compared: dict[str, _Outcomes]) -> list[Row]:
    """A row for each way to run mypy and each project."""
    return [
        _row(how, what, runs, ours=not index)
        for how, taken in compared.items()
        for index, (what, runs) in enumerate(taken.items())
    ]


def _memory(taken: _Outcomes) -> list[Row]:
    """A row for each project."""
    rows = []
    for index, (what, outcomes) in enumerate(taken.items()):
        peaks = tuple(one.peak for one in outcomes if not isinstance(one, str))
        rows.append(Row(what, peaks, ours=not index))
    return rows


def _enough(effort: Effort, how: str, taken: list[list[Taken | str]], start: float) -> bool:
    """Whether there are enough rounds. If mypy fails in any project, the rounds end."""
    if any(isinstance(one, str) for outcomes in taken for one in outcomes):
        return True
    figures = [
        [_seconds(how, one) for one in outcomes if not isinstance(one, str)] for outcomes in taken
    ]
    return effort.enough(figures[0], figures[1:], start)


def _seconds(how: str, taken: Taken) -> float:
    """The time of a run to compare: processor time, but wall-clock time for dmypy.

    The daemon does the work of dmypy, and that work is not in the processor time of the run.
    """
    return taken.wall if how == EDIT else taken.cpu


def _row(how: str, what: str, outcomes: list[Taken | str], *, ours: bool) -> Row:
    runs = [one for one in outcomes if not isinstance(one, str)]
    failures = [one for one in outcomes if isinstance(one, str)]
    values = tuple(1000 * _seconds(how, run) for run in runs)
    return Row(f"{how}, {what}", values, failures[0] if failures else time_and_memory(runs), ours)


def _mypy(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mypy", *arguments]


def _modules(path: Path) -> list[str]:
    return sorted(path.name for path in path.glob("module*.py"))


def _cold(path: Path, seed: int) -> Taken | str:
    shutil.rmtree(path / ".mypy_cache", ignore_errors=True)
    return run(_mypy(*_modules(path)), cwd=path, seed=seed)


def _warm(path: Path, seed: int) -> Taken | str:
    return run(_mypy(*_modules(path)), cwd=path, seed=seed)


def _edited(path: Path, seed: int) -> Taken | str:
    """Run dmypy after an edit, with a daemon that is already running."""
    modules = _modules(path)
    _dmypy(path, "run", "--", *modules)
    module = path / "module7.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(f"{text}\nEDIT = {len(text)}\n", encoding="utf-8")
    return run(_daemon("run", "--", *modules), cwd=path, seed=seed)


def _daemon(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mypy.dmypy", *arguments]


def _dmypy(path: Path, *arguments: str) -> None:
    subprocess.run(_daemon(*arguments), cwd=path, capture_output=True, check=False)


_MEASURES: dict[str, Callable[[Path, int], Taken | str]] = {
    "cold": _cold,
    "warm": _warm,
    EDIT: _edited,
}
