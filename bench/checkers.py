"""mypy, pyright, ty and pyrefly, each on its own.

There is a table for each of these:

- a project of 200 modules; the chapter "mypy" has the times of mypy on it
- the kernel's stub
- stubs of many structs, with and without the class `Object`; only mypy and pyright check them
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.builder import BtfBuilder

from . import project
from .measure import Contender, in_turn
from .report import Table, timed
from .tools import KERNEL, Tools

PLAIN, LIVE = "stubs only", "with generated modules"

_SETTINGS = {
    # Programs import a plain stub only under TYPE_CHECKING. The stub has no module, and pyright
    # would report that.
    "pyrightconfig.json": '{"reportMissingModuleSource": false}\n',
    "pyrefly.toml": "",  # without settings, pyrefly reports only some kinds of errors
}

_COMMANDS = {
    "pyright": ("--pythonpath", sys.executable),
    "ty": ("check", "--python", sys.executable),
    "pyrefly": ("check", "--python-interpreter-path", sys.executable),
}
"""Arguments of each checker. They say where btf_typing is installed."""

_MYPY = (sys.executable, "-m", "mypy", "--strict", "--cache-dir=/dev/null")

NAMES = (100, 1_000)
"""Numbers of structs in a stub.

With 100 structs, the method `struct` has an overload for each. With more, it accepts any name. The
number 1,000 stands for a large object.
"""

WITH, WITHOUT = "with `Object`", "without it"

_OBJECT_PART = "# The object itself.\n"
"""The line of a stub after which the classes of the object begin."""

_READS_RECORD = '''\
"""Reads a record."""

from records import record_7


def first(record: record_7) -> int:
    """Its first field."""
    return record.first
'''

_TASK = '''\
"""Reads a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmlinux import task_struct


def state(task: task_struct) -> int:
    """Its state."""
    return task.exit_state
'''

_LIVE_TASK = '''\
"""Reads a task."""

from vmlinux import task_struct


def state(task: task_struct) -> int:
    """Its state."""
    return task.exit_state
'''

PATIENCE = 300.0
"""Seconds after which a checker is stopped."""


def tables(tools: Tools, *, quick: bool) -> list[Table]:
    """The tables of the project, of the kernel's stub, and of the stubs of many structs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rounds = 1 if quick else 2
        return [
            _project(tools, folder),
            _kernel(tools, folder, rounds),
            _names(tools, folder, 1),
        ]


def _project(tools: Tools, folder: Path) -> Table:
    """All checkers but mypy on the project that mypy checks in its own chapter."""
    folders = {PLAIN: folder / "plain", LIVE: folder / "live"}
    for how, path in folders.items():
        project.write(path, project.Kind(folder=".", live=how == LIVE))
        _write(path, _SETTINGS)
    modules = sorted(path.name for path in folders[PLAIN].glob("module*.py"))
    contenders = [
        _checker(tools, name, how, path, modules)._replace(rounds=int(name == "pyright"))
        for name in _COMMANDS
        for how, path in folders.items()
    ]
    text = (
        f"The project of {project.MODULES} modules of different lengths and one object. Its modules"
        " use `load` and a stub, or import from a generated module (`btf-stubs --live`)."
    )
    return timed("Checkers: 200 modules", text, in_turn(contenders, 2, patience=PATIENCE))


def kernel_row(name: str, how: str) -> str:
    """The name of a row in the table of the kernel's stub."""
    return f"{name}, {'the stub only' if how == PLAIN else 'with the generated module'}"


def _kernel(tools: Tools, folder: Path, rounds: int) -> Table:
    """Every checker on the whole stub of the kernel, and a module that uses it."""
    title = "Checkers: the kernel's stub"
    if not KERNEL.exists():
        return Table(title, "This kernel has no BTF.", "ms", [])
    folders = {PLAIN: folder / "kernel", LIVE: folder / "kernel-live"}
    for how, path in folders.items():
        path.mkdir()
        project.stub(path, str(KERNEL), *["--live"] * (how == LIVE), folder=".")
        _write(path, _SETTINGS | {"program.py": _LIVE_TASK if how == LIVE else _TASK})
    files = ["vmlinux.pyi", "program.py"]
    contenders = [
        Contender(kernel_row("mypy", how), (*_MYPY, "--config-file=", *files), cwd=path)
        for how, path in folders.items()
    ]
    for name in _COMMANDS:
        rounds = 0 if name == "pyright" else 1
        contenders += [
            _checker(tools, name, how, path, files)._replace(
                name=kernel_row(_title(tools, name), how), rounds=rounds
            )
            for how, path in folders.items()
        ]
    text = (
        "The whole stub of the kernel, and a module that uses one class of it. The generated module"
        " (`btf-stubs --live`) adds names to the stub. mypy runs without a cache and without the"
        " plugin."
    )
    return timed(title, text, in_turn(contenders, rounds, patience=PATIENCE))


NAMES_TITLE = "Checkers: names of an object"


def names_row(checker: str, count: int, how: str) -> str:
    """The name of a row in the table of stubs with many names in their `Object`."""
    return f"{checker}, {count:,} structs, {how}"


def _names(tools: Tools, folder: Path, rounds: int) -> Table:
    """The time of mypy and pyright on a stub with its `Object`, and on the stub without it."""
    contenders = []
    files = ["records.pyi", "program.py"]
    for count in NAMES:
        for how in (WITHOUT, WITH):
            path = folder / f"names-{count}-{how == WITH}"
            write_records(path, count, how=how)
            contenders += [
                Contender(
                    names_row("mypy", count, how), (*_MYPY, "--config-file=", *files), cwd=path
                ),
                _checker(tools, "pyright", how, path, files)._replace(
                    name=names_row(_title(tools, "pyright"), count, how)
                ),
            ]
    text = (
        "The stub of an object with many structs (`btf-stubs --live`), and a module that uses one"
        " of them. Without `Object`, the stub lacks the classes that check the names in"
        f' `obj.btf.struct("...")`. With more than {NAMES[0]} names, these classes accept any name.'
    )
    return timed(NAMES_TITLE, text, in_turn(contenders, rounds, patience=PATIENCE))


def write_records(folder: Path, count: int, *, how: str) -> None:
    """Write a stub of *count* structs and a program into a new directory *folder*."""
    folder.mkdir()
    b = BtfBuilder()
    u64 = b.int("unsigned long long", 8)
    for number in range(count):
        b.struct(f"record_{number}", 16, [("first", u64, 0), ("second", u64, 64)])
    (folder / "records.btf").write_bytes(b.build())
    project.stub(folder, "records.btf", "--live", "--module", "records", folder=".")
    _write(folder, _SETTINGS | {"program.py": _READS_RECORD})
    if how == WITHOUT:
        stub = folder / "records.pyi"
        stub.write_text(stub.read_text(encoding="utf-8").partition(_OBJECT_PART)[0], "utf-8")


def _title(tools: Tools, name: str) -> str:
    return f"{name} {tools.pins[name]}"


def _checker(tools: Tools, name: str, how: str, path: Path, files: list[str]) -> Contender:
    title = f"{_title(tools, name)}, {how}"
    command = tools.script(name)
    if command is None or name in tools.broken:
        return Contender(title, why_not=tools.broken.get(name, "not installed"))
    return Contender(title, (command, *_COMMANDS[name], *files), cwd=path)


def _write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
