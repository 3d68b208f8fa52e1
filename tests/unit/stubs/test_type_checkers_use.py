"""mypy and pyright on code that uses stubs: ``tests/typing/stubs``."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.typing import runner

_CASES = ROOT / "tests/typing/stubs"
_GOLDEN = ROOT / "tests/golden"
NAMES = sorted(path.name for path in _CASES.glob("*.py"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The cases, and the stubs that they use."""
    for name in NAMES:
        shutil.copy(_CASES / name, tmp_path)
    (tmp_path / "typings").mkdir()
    for path in _GOLDEN.glob("*.pyi"):
        shutil.copy(path, tmp_path / "typings")
    return tmp_path


def test_mypy_reports_what_the_comments_expect(project: Path) -> None:
    pytest.importorskip("mypy")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file=", "--cache-dir=/dev/null"),
            *("--strict", "--hide-error-context", *NAMES),
        ],
        cwd=project,
        env=os.environ | {"MYPYPATH": f"typings:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = runner.reported(done.stdout)
    assert not runner.difference(runner.expected(project, NAMES), found), done.stderr


def test_mypy_tells_fields_from_values_without_strict_optional(project: Path) -> None:
    pytest.importorskip("mypy")
    lines = [
        "from scalars import scalars",
        "place: int = scalars.flag.offset + scalars.flag.size",
        "value: bool = scalars().flag",
        "wrong: str = scalars().flag",
    ]
    (project / "place.py").write_text("\n".join(lines))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file=", "--cache-dir=/dev/null"),
            *("--strict", "--no-strict-optional", "place.py"),
        ],
        cwd=project,
        env=os.environ | {"MYPYPATH": f"typings:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.rpartition(" error: ")[0] for line in done.stdout.splitlines()[:-1]] == [
        "place.py:4:"
    ], done.stdout


def test_pyright_objects_to_the_same_lines(project: Path) -> None:
    pyright = shutil.which("pyright", path=str(Path(sys.executable).parent))
    if pyright is None:
        pytest.skip("pyright is not installed")
    config = {"extraPaths": [str(ROOT)], "reportMissingModuleSource": False}
    (project / "pyrightconfig.json").write_text(json.dumps(config))
    done = subprocess.run(
        [pyright, "--outputjson", *NAMES], cwd=project, capture_output=True, text=True, check=False
    )
    diagnostics = json.loads(done.stdout)["generalDiagnostics"]
    found = {
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1)
        for one in diagnostics
        if one["severity"] == "error"
    }
    expected = {(message.path, message.line) for message in runner.expected(project, NAMES)}
    assert found == expected, re.sub(r"\s+", " ", json.dumps(diagnostics))[:4000]
