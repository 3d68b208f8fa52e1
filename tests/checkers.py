"""Run mypy, pyright and stubtest on the stubs in a directory."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from btf_typing import BpfObject
from btf_typing._layout import identifiers
from btf_typing._stubs import render
from btf_typing._stubs.selection import EVERYTHING
from tests.paths import ROOT

_MYPY = ("-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null")

LINT = ("--isolated", "--select", "E4,E7,E9,F,I")
"""The rules of ruff that most projects enable, and the order of imports."""


def tool(name: str) -> str:
    """The path of a program beside this Python; skips the test if it is missing."""
    path = shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def command_errors(directory: Path, *command: str) -> str:
    """Output of *command* in *directory*; empty if it succeeds."""
    done = subprocess.run(
        command,
        cwd=directory,
        env=os.environ | {"MYPYPATH": str(ROOT), "PYTHONPATH": f"{directory}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


TYPE_CHECKERS: Mapping[str, tuple[str, ...]] = {
    "mypy": (sys.executable, *_MYPY),
    "pyright": ("pyright", "--pythonpath", sys.executable),
    "ty": ("ty", "check", "--python", sys.prefix, "--output-format", "concise"),
    "pyrefly": ("pyrefly", "check", "--output-format", "min-text"),
    "zuban": ("zuban", "check", "--python-executable", sys.executable),
}
"""The commands that check the files whose names follow."""


def lines_with_errors(
    checker: str, directory: Path, programs: Mapping[str, str]
) -> tuple[set[tuple[str, int]], str]:
    """Write *programs* into *directory*, and check them with one of `TYPE_CHECKERS`.

    Args:
        checker: name of the checker; the test is skipped if it is not installed.
        directory: directory with the stubs that the programs import.
        programs: the texts of the programs by file name.

    Returns:
        The file and the number of each line with an error, and the output of the checker.
    """
    program, *arguments = TYPE_CHECKERS[checker]
    if checker == "mypy":
        pytest.importorskip("mypy")
    else:
        program = tool(program)
    for name, text in programs.items():
        (directory / name).write_text(text)
    # pyrefly without a configuration finds fewer errors.
    (directory / "pyrefly.toml").write_text(f'python-interpreter-path = "{sys.executable}"\n')

    said = command_errors(directory, program, *arguments, *programs)

    lines = [line for line in said.splitlines() if "error" in line.lower()]
    places = [re.search(r"(\w+\.py):(\d+)", line) for line in lines]
    return {(place[1], int(place[2])) for place in places if place}, said


def wrong_lines(programs: Mapping[str, str]) -> set[tuple[str, int]]:
    """The file and the number of each line that ends with ``# wrong``."""
    return {
        (name, number)
        for name, text in programs.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.endswith("# wrong")
    }


def mypy_errors(directory: Path, modules: Iterable[str]) -> str:
    """mypy's errors in the stubs of *modules*; empty if there are none."""
    pytest.importorskip("mypy")
    return command_errors(directory, sys.executable, *_MYPY, *(f"{name}.pyi" for name in modules))


def pyright_errors(directory: Path, modules: Iterable[str], scratch: Path) -> str:
    """pyright's errors in the same stubs, copied to the empty directory *scratch*."""
    for name in modules:
        shutil.copy(directory / f"{name}.pyi", scratch)
    (scratch / "pyrightconfig.json").write_text(f'{{"extraPaths": ["{ROOT}"]}}')
    return command_errors(scratch, tool("pyright"), "-p", str(scratch), "--warnings")


def stubtest_errors(directory: Path, objects: Mapping[str, BpfObject], scratch: Path) -> str:
    """stubtest's errors in the stubs of *objects* (keys are modules) and the modules beside them.

    Three differences are not errors. A stub cannot declare the C names that only ``getattr``
    reaches, such as ``class``. It leaves out members that raise an error when you read them. And
    typeshed has an ``Array.__iter__`` that ctypes does not have.
    """
    pytest.importorskip("mypy")
    left_out = [line for name, obj in objects.items() for line in _not_in_stub(name, obj)]
    allowed = scratch / "allowed"
    allowed.write_text("\n".join([*left_out, r".*\.__iter__"]))
    options = ("--allowlist", str(allowed), "--ignore-unused-allowlist")
    return command_errors(directory, sys.executable, "-m", "mypy.stubtest", *objects, *options)


def _not_in_stub(module: str, obj: BpfObject) -> Iterator[str]:
    """The fields that classes of a module have and the stub does not declare."""
    contents, _ = render.collect(obj, EVERYTHING)
    for name, layout in (*contents.aggregates, *contents.sections):
        for field in layout.fields:
            if identifiers.is_reachable_as_c(field.c_name, field.name):
                yield f"{module}.{name}.{field.c_name}"
        for member in layout.unreadable:
            yield f"{module}.{name}.{member.name}"
