"""Golden files for each kind of C in tests/golden: source, object, stub and module.

``UPDATE_GOLDENS=1 python -m pytest tests/unit/stubs/test_golden.py`` writes them again.
"""

import difflib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from btf_typing import load
from btf_typing._stubs import header, render
from tests.checkers import LINT, command_errors, mypy_errors, pyright_errors, stubtest_errors, tool
from tests.paths import ROOT

_GOLDEN = ROOT / "tests/golden"
_UPDATE = "UPDATE_GOLDENS=1 python -m pytest tests/unit/stubs/test_golden.py"
OBJECTS = sorted(_GOLDEN.glob("*.o"))
_WRITERS: dict[str, Callable[..., str]] = {".pyi": render.stub_text, ".py": render.module_text}


def test_every_source_has_its_object() -> None:
    assert {path.stem for path in OBJECTS} == {path.stem for path in _GOLDEN.glob("*.c")}
    assert len(OBJECTS) > 10


@pytest.mark.parametrize("suffix", _WRITERS)
@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.stem)
def test_golden(path: Path, suffix: str) -> None:
    golden = path.with_suffix(suffix)
    text = _WRITERS[suffix](load(path), object_path_as_shown=path.name)
    committed = golden.read_text("utf-8") if golden.exists() else ""
    # The digests in the first line change with our code, even if the rest stays the same.
    if os.environ.get("UPDATE_GOLDENS") and not header.same_types(committed, text):
        golden.write_text(text, "utf-8")
        committed = text
    lines = difflib.unified_diff(
        committed.splitlines(keepends=True),
        text.splitlines(keepends=True),
        f"{golden.name} as committed",
        f"{golden.name} as written now",
    )
    same = header.same_types(committed, text)
    assert same, f"{''.join(lines)}\nIf this is right: {_UPDATE}"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The goldens without the pragmas that keep formatters and linters away."""
    folder = tmp_path_factory.mktemp("bare")
    for path in OBJECTS:
        for suffix in _WRITERS:
            text = path.with_suffix(suffix).read_text("utf-8")
            assert header.FOR_FORMATTERS in text
            (folder / f"{path.stem}{suffix}").write_text(
                text.replace(header.FOR_FORMATTERS, ""), "utf-8"
            )
    return folder


@pytest.mark.parametrize("width", [88, 100, 120])
def test_formatters_would_change_nothing(bare: Path, width: int) -> None:
    ruff = (tool("ruff"), "format", "--isolated", "--diff")
    assert not command_errors(bare, *ruff, "--line-length", str(width), ".")


def test_linters_would_find_no_errors(bare: Path) -> None:
    assert not command_errors(bare, tool("ruff"), "check", *LINT, ".")


@pytest.mark.parametrize("options", [("check",), ("format", "--diff", "--line-length", "60")])
def test_formatters_and_linters_leave_the_goldens_alone(options: tuple[str, ...]) -> None:
    assert not command_errors(_GOLDEN, tool("ruff"), *options, "--isolated", ".")


def test_mypy_reports_no_errors() -> None:
    assert not mypy_errors(_GOLDEN, [path.stem for path in OBJECTS])


def test_pyright_reports_no_errors(tmp_path: Path) -> None:
    assert not pyright_errors(_GOLDEN, [path.stem for path in OBJECTS], tmp_path)


def test_stubtest_finds_the_modules_as_the_stubs_say(tmp_path: Path) -> None:
    assert not stubtest_errors(_GOLDEN, {path.stem: load(path) for path in OBJECTS}, tmp_path)


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.stem)
def test_modules_need_nothing_of_ours(path: Path) -> None:
    code = f"import sys; import {path.stem}; assert 'btf_typing' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
        cwd=_GOLDEN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_module_refuses_a_machine_that_lays_out_differently(tmp_path: Path) -> None:
    text = (_GOLDEN / "packed.py").read_text("utf-8")
    assert "@_sized(11)" in text
    wrong = tmp_path / "wrong.py"
    wrong.write_text(text.replace("@_sized(11)", "@_sized(12)"))
    spec = importlib.util.spec_from_file_location("wrong", wrong)
    assert spec
    assert spec.loader
    with pytest.raises(ImportError, match="packed has 11 bytes, expected 12"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
