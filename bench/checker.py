"""mypy on a project of many modules, with the plugin and without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from .measure import Taken, run
from .report import Row, Table, noted
from .tools import KERNEL, SMALL

_MODULES = 200

_MODULE = '''\
"""Module {number}."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from btf_typing import load

if TYPE_CHECKING:
    import prog{object}_bpf


class Counter{number}:
    """Counts."""

    def __init__(self, start: int) -> None:
        self.value = start

    def add(self, values: list[int]) -> int:
        """Add."""
        for value in values:
            self.value += value
        return self.value


def events(data: bytes) -> Iterator[int]:
    """Process ids."""
    with load("prog{object}.bpf.o") as obj:
        exec_event{declared} = obj.btf.struct("exec_event")
        event = exec_event.from_buffer_copy(data)
        yield event.pid
        yield Counter{number}(event.pid).add([event.argc, event.timestamp])


def shown(event: prog{object}_bpf.exec_event) -> str:
    """An event in words."""
    return f"{{event.comm.decode()}} ({{event.pid}})"


def names(count: int) -> dict[str, list[int]]:
    """Names."""
    return {{str(index): [index] * count for index in range(count)}}
'''

_DECLARED = ": type[prog{object}_bpf.exec_event]"

_CONFIG = "[mypy]\nstrict = True\nmypy_path = $MYPY_CONFIG_FILE_DIR/stubs\n"
_PLUGIN = "plugins = btf_typing_mypy\n"

_KERNEL_MODULE = f'''\
"""Reads a task."""

from btf_typing import load


def state(data: bytes) -> int:
    """Its state."""
    task_struct = load("{KERNEL}").btf.struct("task_struct")
    return task_struct.from_buffer_copy(data).exit_state
'''

_BTF_STUBS = str(Path(sys.executable).with_name("btf-stubs"))

_EDIT = "dmypy, an edit"

WITH, WITHOUT, TYPED = "with the plugin", "without the plugin", "without it, types written out"

Projects = dict[str, Path]
"""Projects that are compared, by what each has; the first is ours."""


def tables(rounds: int) -> list[Table]:
    """Cold, warm and daemon runs with one object; with twenty, and with the kernel, no daemon."""
    counts = {"cold": 2 * rounds, "warm": 6 * rounds}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [
            _plugin(folder, 1, {**counts, _EDIT: 3 * rounds}),
            _plugin(folder, 20, counts),
            _kernel(folder, {"warm": 6 * rounds}),
        ]


def _plugin(folder: Path, objects: int, rounds: dict[str, int]) -> Table:
    """The plugin against none."""
    projects = {
        what: folder / f"{objects}-{what.replace(' ', '-')}" for what in (WITH, WITHOUT, TYPED)
    }
    _write(projects[WITH], objects, plugin=True)
    _write(projects[WITHOUT], objects, plugin=False)
    _write(projects[TYPED], objects, plugin=False, declared=_DECLARED)
    text = (
        f"A project of {_MODULES} modules; {objects} object(s), whose stubs annotate functions,"
        " so that mypy reads them with the plugin and without it. Without the plugin, mypy knows"
        " nothing of what `struct()` returns and checks nothing of what is done with that, unless"
        " its type is written out. Processor time, but for dmypy, whose work is the daemon's:"
        " wall-clock time."
    )
    return Table(f"mypy: {objects} object(s)", text, "ms", _compared(projects, rounds))


def _kernel(folder: Path, rounds: dict[str, int]) -> Table:
    """A module that reads a struct of the kernel, whose stub has every type, against none."""
    title = "mypy: the kernel's stub"
    if not KERNEL.exists():
        return Table(title, "This kernel has no BTF.", "ms", [])
    projects = {"with the kernel's stub": folder / "kernel", "without it": folder / "no-kernel"}
    for project in projects.values():
        _write(project, 1, plugin=True)
    ours = projects["with the kernel's stub"]
    subprocess.run(
        [_BTF_STUBS, str(KERNEL), "-o", "stubs"], cwd=ours, check=True, capture_output=True
    )
    (ours / "module_kernel.py").write_text(_KERNEL_MODULE, encoding="utf-8")
    text = (
        f"A project of {_MODULES} modules and one object, and one module that reads a"
        " `task_struct`. Processor time."
    )
    return Table(title, text, "ms", _compared(projects, rounds))


def _compared(projects: Projects, rounds: dict[str, int]) -> list[Row]:
    rows = []
    for how, count in rounds.items():
        taken: dict[str, list[Taken | str]] = {what: [] for what in projects}
        for project in projects.values():
            _warm(project)  # also so that what is imported is compiled
        for _ in range(count):
            for what, project in projects.items():
                taken[what].append(_MEASURES[how](project))
        rows += [
            _row(how, what, runs, ours=index == 0)
            for index, (what, runs) in enumerate(taken.items())
        ]
    for project in projects.values():
        _dmypy(project, "stop")
    return rows


def _row(how: str, what: str, outcomes: list[Taken | str], *, ours: bool) -> Row:
    runs = [one for one in outcomes if not isinstance(one, str)]
    failures = [one for one in outcomes if isinstance(one, str)]
    values = tuple(1000 * (run.wall if how == _EDIT else run.cpu) for run in runs)
    return Row(f"{how}, {what}", values, failures[0] if failures else noted(runs), ours)


def _write(project: Path, objects: int, *, plugin: bool, declared: str = "") -> None:
    (project / "stubs").mkdir(parents=True)
    for number in range(objects):
        shutil.copy(SMALL, project / f"prog{number}.bpf.o")
    inputs = [f"prog{number}.bpf.o" for number in range(objects)]
    subprocess.run(
        [_BTF_STUBS, *inputs, "-o", "stubs"], cwd=project, check=True, capture_output=True
    )
    (project / "mypy.ini").write_text(_CONFIG + (_PLUGIN if plugin else ""), encoding="utf-8")
    for number in range(_MODULES):
        object_ = number % objects
        text = _MODULE.format(
            number=number, object=object_, declared=declared.format(object=object_)
        )
        (project / f"module{number}.py").write_text(text, encoding="utf-8")


def _mypy(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mypy", *arguments]


def _modules(project: Path) -> list[str]:
    return sorted(path.name for path in project.glob("module*.py"))


def _cold(project: Path) -> Taken | str:
    shutil.rmtree(project / ".mypy_cache", ignore_errors=True)
    return run(_mypy(*_modules(project)), cwd=project)


def _warm(project: Path) -> Taken | str:
    return run(_mypy(*_modules(project)), cwd=project)


def _edited(project: Path) -> Taken | str:
    """A run of the daemon after an edit; the daemon is started before."""
    modules = _modules(project)
    _dmypy(project, "run", "--", *modules)
    module = project / "module7.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(f"{text}\nEDIT = {len(text)}\n", encoding="utf-8")
    return run(_daemon("run", "--", *modules), cwd=project)


def _daemon(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mypy.dmypy", *arguments]


def _dmypy(project: Path, *arguments: str) -> None:
    subprocess.run(_daemon(*arguments), cwd=project, capture_output=True, check=False)


_MEASURES: dict[str, Callable[[Path], Taken | str]] = {
    "cold": _cold,
    "warm": _warm,
    _EDIT: _edited,
}
