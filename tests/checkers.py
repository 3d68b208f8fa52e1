"""Runs mypy, pyright and stubtest over stubs that lie in a directory."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from btf_typing import BpfObject
from btf_typing._layout import identifiers
from btf_typing._stubs import render
from btf_typing._stubs.contents import EVERYTHING
from tests.paths import ROOT

_MYPY = ("-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null")

LINT = ("--isolated", "--select", "E4,E7,E9,F,I")
"""Of ruff's rules those that every project has, and the order of imports."""


def tool(name: str) -> str:
    """A program that is installed beside this Python."""
    path = shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def objections(directory: Path, *command: str) -> str:
    """What *command* says in *directory*; empty where it has no objection."""
    done = subprocess.run(
        command,
        cwd=directory,
        env=os.environ | {"MYPYPATH": str(ROOT), "PYTHONPATH": f"{directory}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def of_mypy(directory: Path, modules: Iterable[str]) -> str:
    """What mypy says of the stubs of *modules*."""
    pytest.importorskip("mypy")
    return objections(directory, sys.executable, *_MYPY, *(f"{name}.pyi" for name in modules))


def of_pyright(directory: Path, modules: Iterable[str], scratch: Path) -> str:
    """What pyright says of them, copied to the empty directory *scratch*."""
    for name in modules:
        shutil.copy(directory / f"{name}.pyi", scratch)
    (scratch / "pyrightconfig.json").write_text(f'{{"extraPaths": ["{ROOT}"]}}')
    return objections(scratch, tool("pyright"), "-p", str(scratch), "--warnings")


def of_stubtest(directory: Path, objects: Mapping[str, BpfObject], scratch: Path) -> str:
    """What stubtest says of the stubs of *objects*, by module, and the modules beside them.

    C's spelling of fields is reached by ``getattr`` alone, so no stub can tell of it. (Nor is
    ``Array.__iter__``, which typeshed has and ctypes has not, any fault of a typedef.)
    """
    pytest.importorskip("mypy")
    beyond = [line for name, obj in objects.items() for line in _beyond(name, obj)]
    allowed = scratch / "allowed"
    allowed.write_text("\n".join([*beyond, r".*\.__iter__"]))
    options = ("--allowlist", str(allowed), "--ignore-unused-allowlist")
    return objections(directory, sys.executable, "-m", "mypy.stubtest", *objects, *options)


def _beyond(module: str, obj: BpfObject) -> list[str]:
    contents, _ = render.collect(obj, EVERYTHING)
    return [
        f"{module}.{name}.{field.c_name}"
        for name, layout in (*contents.records, *contents.sections)
        for field in layout.fields
        if identifiers.is_reachable_as_c(field.c_name, field.name)
    ]
