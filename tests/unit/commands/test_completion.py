"""What a shell offers when somebody presses Tab."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

_OBJECT = "examples/execsnoop/execsnoop.bpf.o"

pytest.importorskip("argcomplete")


def _completions(line: str, folder: Path) -> list[str]:
    """The completions of the last word of *line*, as argcomplete gives them to bash."""
    command = line.split(maxsplit=1)[0].replace("-", "_")
    answer = folder / "answer"
    done = subprocess.run(
        [sys.executable, "-c", f"from btf_typing._commands.start import {command}; {command}()"],
        env={
            **os.environ,
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [word.rstrip() for word in answer.read_text().split("\n")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("btf-stubs --ru", ["--runtime"]),
        ("btf-layout d", ["diff"]),
        (f"btf-layout show {_OBJECT} exec_e", ["exec_event"]),
        (f"btf-stubs {_OBJECT} -o stubs --type exec_e", ["exec_event"]),
        (f"btf-stubs {_OBJECT} -o stubs --exclude exec_c", ["exec_count"]),
        ("btf-stubs x.o -o stubs --color n", ["never"]),
        (f"btf-layout diff {_OBJECT} {_OBJECT} .ro", [".rodata"]),
        ("btf-stubs examples/execsnoop/execsnoop.bpf", ["examples/execsnoop/execsnoop.bpf.c"]),
        ("btf-layout show missing.o ex", [""]),
    ],
)
def test_completions(line: str, expected: list[str], tmp_path: Path) -> None:
    assert set(expected) <= set(_completions(line, tmp_path))
