"""mypy on a project of many modules, with the plugin and without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import project
from .measure import Taken, run
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

_EDIT = "dmypy, an edit"

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
    project.SHORT: (", all modules short", f"with {_SHORT} lines each, and do nothing else"),
}
"""By the texts of a project: the end of its table's heading, and a description of its modules."""


def title(objects: int, texts: project.Texts = project.AS_THEY_ARE) -> str:
    """The heading of the table of a project with this number of *objects*."""
    return f"mypy: {objects} object(s){_LENGTHS[texts][0]}"


def tables(rounds: int) -> list[Table]:
    """Cold and warm runs with 1 object, 20 objects and the kernel; daemon runs with 1 object."""
    counts = dict.fromkeys(("cold", "warm"), 6 * rounds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [
            _plugin(folder, 1, {**counts, _EDIT: 3 * rounds}),
            _plugin(folder, 20, counts),
            _plugin(folder, 1, {"cold": 2 * rounds}, project.USUAL),
            _plugin(folder, 20, {"cold": 2 * rounds}, project.USUAL),
            _plugin(folder, 1, {"cold": rounds}, project.SHORT),
            _plugin(folder, 20, {"cold": rounds}, project.SHORT),
            _kernel(folder, {"warm": 6 * rounds}),
        ]


def _plugin(
    folder: Path,
    objects: int,
    rounds: dict[str, int],
    texts: project.Texts = project.AS_THEY_ARE,
) -> Table:
    """The same project with the plugin and without it."""
    kind = project.Kind(objects, texts=texts)
    kinds = {
        WITH: kind,
        WITHOUT: kind._replace(plugin=False),
        TYPED: kind._replace(plugin=False, declared=True),
    }
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
    return Table(heading, text, "ms", _compared(projects, rounds))


def _kernel(folder: Path, rounds: dict[str, int]) -> Table:
    """A project with a module that reads a kernel struct, and one without it."""
    heading = "mypy: the kernel's stub"
    if not KERNEL.exists():
        return Table(heading, "This kernel has no BTF.", "ms", [])
    projects = {"with the kernel's stub": folder / "kernel", "without it": folder / "no-kernel"}
    for path in projects.values():
        project.write(path, project.Kind())
    ours = projects["with the kernel's stub"]
    project.stub(ours, str(KERNEL))
    (ours / "module_kernel.py").write_text(_KERNEL_MODULE, encoding="utf-8")
    text = (
        f"A project of {project.MODULES} modules and one object. In one of the two, another module"
        " reads a `task_struct`, and the kernel's stub has all its types. Processor time."
    )
    return Table(heading, text, "ms", _compared(projects, rounds))


def _compared(projects: Projects, rounds: dict[str, int]) -> list[Row]:
    rows = []
    for how, count in rounds.items():
        taken: dict[str, list[Taken | str]] = {what: [] for what in projects}
        for path in projects.values():
            _warm(path)  # this also compiles to bytecode whatever mypy imports
        for number in range(count):
            # Change the order in each round: a run may profit from the one before it.
            for what, path in list(projects.items())[:: -1 if number % 2 else 1]:
                taken[what].append(_MEASURES[how](path))
        rows += [
            _row(how, what, runs, ours=index == 0)
            for index, (what, runs) in enumerate(taken.items())
        ]
    for path in projects.values():
        _dmypy(path, "stop")
    return rows


def _row(how: str, what: str, outcomes: list[Taken | str], *, ours: bool) -> Row:
    runs = [one for one in outcomes if not isinstance(one, str)]
    failures = [one for one in outcomes if isinstance(one, str)]
    values = tuple(1000 * (run.wall if how == _EDIT else run.cpu) for run in runs)
    return Row(f"{how}, {what}", values, failures[0] if failures else time_and_memory(runs), ours)


def _mypy(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mypy", *arguments]


def _modules(path: Path) -> list[str]:
    return sorted(path.name for path in path.glob("module*.py"))


def _cold(path: Path) -> Taken | str:
    shutil.rmtree(path / ".mypy_cache", ignore_errors=True)
    return run(_mypy(*_modules(path)), cwd=path)


def _warm(path: Path) -> Taken | str:
    return run(_mypy(*_modules(path)), cwd=path)


def _edited(path: Path) -> Taken | str:
    """Run dmypy after an edit, with a daemon that is already running."""
    modules = _modules(path)
    _dmypy(path, "run", "--", *modules)
    module = path / "module7.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(f"{text}\nEDIT = {len(text)}\n", encoding="utf-8")
    return run(_daemon("run", "--", *modules), cwd=path)


def _daemon(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mypy.dmypy", *arguments]


def _dmypy(path: Path, *arguments: str) -> None:
    subprocess.run(_daemon(*arguments), cwd=path, capture_output=True, check=False)


_MEASURES: dict[str, Callable[[Path], Taken | str]] = {
    "cold": _cold,
    "warm": _warm,
    _EDIT: _edited,
}
