"""A user's project in a temporary directory, and runs of mypy on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from btf_typing import load
from btf_typing._layout import identifiers
from btf_typing._stubs import live_module, render
from btf_typing._stubs.selection import Selection
from tests.plugin import objects

CONFIG = """\
[mypy]
plugins = btf_typing_mypy
mypy_path = $MYPY_CONFIG_FILE_DIR/stubs
strict = True
"""
ALL = Selection()
PATIENCE = 300
"""Seconds after which a run of mypy is stopped."""
_DAY = 24 * 60 * 60.0
"""Seconds."""

_NUMPY = """\
from typing import Any

def __getattr__(name: str) -> Any: ...
"""
"""A stub of numpy in which everything is Any.

btf_typing imports numpy for type checkers. numpy's own stubs take as long to check as all other
libraries together, and no project of these tests uses numpy.
"""

_LIBRARIES = """\
import contextlib
import ctypes
import enum
import importlib.resources
import os.path
import pathlib
import typing
import typing_extensions

import btf_typing
import btf_typing.records
"""


class Output(NamedTuple):
    """The result of a run of mypy."""

    status: int
    text: str


class Workspace:
    """A project.

    Args:
        root: Directory of the project.
        python: Interpreter with mypy, btf_typing and the plugin.
    """

    def __init__(self, root: Path, python: str = sys.executable) -> None:
        self.root = root
        self.python = python
        self._modified = time.time() - _DAY
        self.write("mypy.ini", CONFIG)
        self.write("stubs/numpy/__init__.pyi", _NUMPY)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, and create its directories.

        mypy compares modification times in whole seconds. So each file is a second newer than the
        file that was written before it, and no test has to wait. All are older than a file that a
        command writes.
        """
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self._modified += 1
        os.utime(path, (self._modified, self._modified))
        return path

    def stub(
        self,
        object_: str,
        module: str = "",
        selection: Selection = ALL,
        to: str = "stubs",
        base: str = "",
    ) -> Path:
        """Write the stub of an object, as ``btf-stubs`` does, and the module of ``--live``."""
        path = self.root / to / f"{module or identifiers.module_name(object_)}.pyi"
        shown = os.path.relpath(self.root / object_, path.parent)
        obj = load(self.root / object_, base=self.root / base if base else None)
        text = render.stub_text(obj, object_path_as_shown=shown, selection=selection)
        if selection.live:
            shown_base = os.path.relpath(self.root / base, path.parent) if base else None
            source = live_module.text(shown, shown_base, selection)
            self.write(str(path.with_suffix(".py").relative_to(self.root)), source)
        return self.write(str(path.relative_to(self.root)), text)

    def mypy(self, *args: str, cwd: str = "", command: Sequence[str] = ("-m", "mypy")) -> Output:
        """Run mypy.

        Args:
            args: Arguments for mypy.
            cwd: Working directory, relative to the root.
            command: Arguments for Python that run mypy.
        """
        done = subprocess.run(
            [self.python, *command, *args],
            cwd=self.root / cwd,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=_environment(),
        )
        return Output(done.returncode, done.stdout + done.stderr)

    def seed(self, cache: Path) -> None:
        """Start with a copy of a cache of only the libraries."""
        shutil.copytree(cache, self.root / ".mypy_cache", dirs_exist_ok=True)


def _environment() -> dict[str, str]:
    # Without bytecode, each run would compile the plugin again.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "MYPY_FORCE_COLOR": "0"}


def library_cache(root: Path, python: str = sys.executable) -> Path:
    """A mypy cache of only the libraries: parsing them takes most of a cold run.

    Args:
        root: Directory to create it in.
        python: Interpreter with the mypy to create it with.

    Raises:
        AssertionError: mypy reports an error.

    """
    root.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(root, python)
    workspace.write("libraries.py", _LIBRARIES)
    # mypy checks libraries again if the first stub has another name. So this project has a stub
    # with the name that most tests use, of another object.
    workspace.write("prog.bpf.o", objects.compiled({}))
    workspace.stub("prog.bpf.o")
    output = workspace.mypy("libraries.py")
    if output.status:
        raise AssertionError(output.text)
    for record in (root / ".mypy_cache").glob("btf-typing*.jsonl"):
        record.unlink()
    return root / ".mypy_cache"
