"""The programs on the pages about loaders pass mypy --strict, and report the errors of libbpf."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from examples.libbpf import refused
from tests.docs.markdown import Snippet, snippets
from tests.docs.session import newest_clang, python_starts
from tests.paths import ROOT

_PAGES = sorted((ROOT / "docs/howto/loaders").glob("*.md"))

_SETTINGS = """\
[mypy]
strict = True
plugins = btf_typing_mypy
mypy_path = stubs

[mypy-bcc,bpfmaps,pylibbpf]
ignore_missing_imports = True
"""
"""Not every loader is installed here, and some have no types."""


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # mypy also reads the stand-in for tinybpf, which has types.
    environment = os.environ | {"MYPYPATH": str(ROOT / "tests/stand_ins")}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _is_program(snippet: Snippet) -> bool:
    """Whether *snippet* is a program that loads an object, and not a few lines of one."""
    words = snippet.text.split()
    return snippet.language == "python" and "import" in words and "load(" in snippet.text


def _write(page: Path, folder: Path) -> list[str]:
    """Write the objects and programs of *page* to *folder*; return the names of the programs."""
    programs = []
    for number, snippet in enumerate(snippets(page)):
        for keyword, *paths in map(str.split, snippet.notes):
            if keyword == "files":
                for path in paths:
                    shutil.copy(ROOT / path, folder)
        name = snippet.file or f"program{number}.py"
        if _is_program(snippet):
            programs.append(name)
        if _is_program(snippet) or name.endswith((".c", ".h")):
            (folder / name).write_text(snippet.text, encoding="utf-8")
    return programs


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_programs_pass_mypy_strict(page: Path, tmp_path: Path, mypy_cache: Path) -> None:
    if importlib.util.find_spec("librt") is None or not python_starts():
        pytest.skip("mypy does not run here")
    programs = _write(page, tmp_path)
    assert programs
    for source in tmp_path.glob("*.c"):
        clang = newest_clang() or pytest.skip("clang is not installed")
        target = str(source.with_suffix(".o"))
        _run(tmp_path, clang, "-target", "bpf", "-g", "-c", str(source), "-o", target)
    objects = [path.name for path in tmp_path.glob("*.o")]
    written = _run(tmp_path, sys.executable, "-m", "btf_typing", *objects, "-o", "stubs")
    assert written.returncode == 0, written.stderr
    (tmp_path / "mypy.ini").write_text(_SETTINGS)

    mypy = (sys.executable, "-m", "mypy", "--cache-dir", str(mypy_cache))
    checked = _run(tmp_path, *mypy, *programs)

    assert checked.stdout.startswith("Success: no issues found"), checked.stdout


@pytest.mark.parametrize(
    ("program", "name"), [("signals.py", "on_generate"), ("opens.py", "on_openat")]
)
def test_programs_with_libbpf_report_a_wrong_name(tmp_path: Path, program: str, name: str) -> None:
    if (reason := refused()) or not python_starts():
        pytest.skip(reason or "this Python cannot be started from a shell")
    _write(ROOT / "docs/howto/loaders/libbpf.md", tmp_path)
    text = (tmp_path / program).read_text(encoding="utf-8")
    (tmp_path / program).write_text(text.replace(f'b"{name}"', 'b"on_nothing"'))

    done = _run(tmp_path, sys.executable, program)

    assert done.returncode == 1
    assert f"cannot attach {name}" in done.stderr
