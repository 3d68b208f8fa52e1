"""The demo runs to its end, and mypy finds exactly the mistakes in its wrong script."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.session import python_starts
from tests.paths import ROOT

_WRONG = "examples/demo/wrong.py"


@pytest.mark.skipif(not python_starts(), reason="this Python cannot be started from a shell")
@pytest.mark.skipif(importlib.util.find_spec("librt") is None, reason="mypy is not installed")
def test_demo_shows_what_its_text_promises(mypy_cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        cwd=ROOT,
        env={**os.environ, "MYPY_CACHE_DIR": str(mypy_cache)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    headings = re.findall(r"^(\d)\. ", done.stdout, re.MULTILINE)
    assert headings == ["1", "2", "3", "4", "5", "6"]
    assert "python (6044) starts /bin/true as uid 0: 2 arguments [EXEC_ABSOLUTE]" in done.stdout
    assert "Success: no issues found in 1 source file" in done.stdout
    lines = (ROOT / _WRONG).read_text().splitlines()
    marked = [number for number, line in enumerate(lines, 1) if "# E: " in line]
    errors = re.findall(rf"^{_WRONG}:(\d+): error:", done.stdout, re.MULTILINE)
    assert [int(line) for line in errors] == marked
    codes = re.findall(r"\[(btf-name|attr-defined|assignment)\]$", done.stdout, re.MULTILINE)
    assert codes == ["btf-name", "attr-defined", "assignment", "assignment"]
