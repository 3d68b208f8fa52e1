"""mypy on a project of many modules, with the plugin and without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from .measure import run
from .report import Row, Table
from .tools import SMALL

_MODULES = 200

_MODULE = '''\
"""Module {number}."""

from __future__ import annotations

from collections.abc import Iterator

from btf_typing import load


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
        exec_event = obj.btf.struct("exec_event")
        event = exec_event.from_buffer_copy(data)
        yield event.pid
        yield Counter{number}(event.pid).add([event.argc, event.timestamp])


def names(count: int) -> dict[str, list[int]]:
    """Names."""
    return {{str(index): [index] * count for index in range(count)}}
'''

_CONFIG = "[mypy]\nstrict = True\nmypy_path = $MYPY_CONFIG_FILE_DIR/stubs\n"
_PLUGIN = "plugins = btf_typing_mypy\n"

_EDIT = "dmypy, an edit"

Runs = list[tuple[float, float] | str]


def tables(rounds: int) -> list[Table]:
    """Cold, warm and daemon runs with one object; with twenty no daemon."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            _compared(Path(folder), 1, {"cold": rounds, "warm": 3 * rounds, _EDIT: rounds}),
            _compared(Path(folder), 20, {"cold": rounds, "warm": 3 * rounds}),
        ]


def _compared(folder: Path, objects: int, rounds: dict[str, int]) -> Table:
    projects = {}
    for plugin in (True, False):
        projects[plugin] = folder / f"{objects}-{plugin}"
        _write(projects[plugin], objects, plugin=plugin)
    rows = []
    for how, count in rounds.items():
        taken: dict[bool, Runs] = {True: [], False: []}
        for _ in range(count):
            for plugin, project in projects.items():
                taken[plugin].append(_MEASURES[how](project))
        rows += [
            _row(f"{how}, {'with' if plugin else 'without'} the plugin", runs, ours=plugin)
            for plugin, runs in taken.items()
        ]
    for project in projects.values():
        _dmypy(project, "stop")
    text = (
        f"A project of {_MODULES} modules; {objects} object(s). Processor time, but for dmypy,"
        " whose work is the daemon's: wall-clock time."
    )
    return Table(f"mypy: {objects} object(s)", text, "ms", rows)


def _row(name: str, runs: Runs, *, ours: bool) -> Row:
    wanted = 0 if name.startswith(_EDIT) else 1
    values = tuple(1000 * outcome[wanted] for outcome in runs if not isinstance(outcome, str))
    failures = [outcome for outcome in runs if isinstance(outcome, str)]
    return Row(name, values, failures[0] if failures else "", ours)


def _write(project: Path, objects: int, *, plugin: bool) -> None:
    (project / "stubs").mkdir(parents=True)
    for number in range(objects):
        shutil.copy(SMALL, project / f"prog{number}.bpf.o")
    command = str(Path(sys.executable).with_name("btf-stubs"))
    inputs = [f"prog{number}.bpf.o" for number in range(objects)]
    subprocess.run([command, *inputs, "-o", "stubs"], cwd=project, check=True, capture_output=True)
    (project / "mypy.ini").write_text(_CONFIG + (_PLUGIN if plugin else ""), encoding="utf-8")
    for number in range(_MODULES):
        text = _MODULE.format(number=number, object=number % objects)
        (project / f"module{number}.py").write_text(text, encoding="utf-8")


def _mypy(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mypy", *arguments]


def _modules(project: Path) -> list[str]:
    return sorted(path.name for path in project.glob("module*.py"))


def _cold(project: Path) -> tuple[float, float] | str:
    shutil.rmtree(project / ".mypy_cache", ignore_errors=True)
    return run(_mypy(*_modules(project)), cwd=project)


def _warm(project: Path) -> tuple[float, float] | str:
    return run(_mypy(*_modules(project)), cwd=project)


def _edited(project: Path) -> tuple[float, float] | str:
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


_MEASURES: dict[str, Callable[[Path], tuple[float, float] | str]] = {
    "cold": _cold,
    "warm": _warm,
    _EDIT: _edited,
}
