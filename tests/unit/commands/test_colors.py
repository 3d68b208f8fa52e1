"""Colours of the commands: one rule for every command, and for output and messages."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

_OBJECT = str(ROOT / "examples/execsnoop/execsnoop.bpf.o")
_EVENT = ROOT / "examples/execsnoop/recorded_event.bin"
_OTHER = str(ROOT / "examples/hashcount/hashcount.bpf.o")
_COMMANDS = {
    "written": ["btf_stubs", _OBJECT, "-o", "stubs"],
    "show": ["btf_layout", "show", _OBJECT, "creds"],
    "diff": ["btf_layout", "diff", _OBJECT, _OTHER],
    "decode": ["btf_layout", "decode", _OBJECT, "exec_event"],
}
_ERRORS = {
    "btf-stubs": ["btf_stubs", "gone.o", "-o", "stubs"],
    "btf-layout": ["btf_layout", "show", "gone.o"],
}
_HELP = {  # argparse colours these since Python 3.14
    "help": ["btf_stubs", "--help"],
    "help of show": ["btf_layout", "show", "--help"],
    "usage": ["btf_stubs"],
}
_VARIABLES = ("NO_COLOR", "FORCE_COLOR", "PYTHON_COLORS", "TERM")


def _run(arguments: list[str], folder: Path, variables: str, *, terminal: bool) -> str:
    """Output and messages of a command, on a terminal or not."""
    command, *rest = arguments
    code = f"from btf_typing._commands.start import {command}; {command}()"
    environment = {name: value for name, value in os.environ.items() if name not in _VARIABLES}
    environment |= dict(pair.split("=") for pair in variables.split())
    ours, theirs = pty.openpty() if terminal else os.pipe()
    with _EVENT.open("rb") as event:
        subprocess.run(
            [sys.executable, "-c", code, *rest],
            stdin=event,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm"} | environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=folder,
            check=False,
        )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert shown
    return shown


# (variables, the value of --color, on a terminal, coloured)
_RULE = [
    ("", None, True, True),
    ("", None, False, False),
    ("", "auto", True, True),
    ("NO_COLOR=1", None, True, False),
    ("NO_COLOR=", None, True, True),
    ("TERM=dumb", None, True, False),
    ("FORCE_COLOR=1", None, False, True),
    ("FORCE_COLOR=", None, False, False),
    ("FORCE_COLOR=1 TERM=dumb", None, False, True),
    ("NO_COLOR=1 FORCE_COLOR=1", None, True, False),
    ("NO_COLOR=1 TERM=dumb", "always", False, True),
    ("FORCE_COLOR=1", "never", True, False),
]


@pytest.mark.parametrize("name", [*_COMMANDS, *_ERRORS, *_HELP])
@pytest.mark.parametrize(("variables", "choice", "terminal", "colored"), _RULE)
def test_one_rule_for_all(
    name: str, variables: str, choice: str | None, *, terminal: bool, colored: bool, tmp_path: Path
) -> None:
    arguments = (_COMMANDS | _ERRORS | _HELP)[name]
    option = [] if choice is None else ["--color", choice]

    shown = _run([*arguments, *option], tmp_path, variables, terminal=terminal)

    can_color = name not in _HELP or sys.version_info >= (3, 14)
    assert ("\x1b[" in shown) is (colored and can_color)
    assert "Traceback" not in shown


def test_what_is_coloured(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        return _run([*arguments, "--color", "always"], tmp_path, "", terminal=False)

    assert run(*_COMMANDS["written"]) == "stubs/execsnoop_bpf.pyi: \x1b[32mwritten\x1b[0m\n"
    assert run(*_COMMANDS["written"]) == "stubs/execsnoop_bpf.pyi: \x1b[2munchanged\x1b[0m\n"
    assert run(*_ERRORS["btf-stubs"]) == "\x1b[31mbtf-stubs:\x1b[0m gone.o: no such file\n"
    assert run(*_ERRORS["btf-layout"]) == "\x1b[31mbtf-layout:\x1b[0m gone.o: no such file\n"
    warning = run("btf_stubs", _OBJECT, "-o", "stubs", "--exclude", "x")
    assert warning.startswith(f"\x1b[33mbtf-stubs:\x1b[0m {_OBJECT}: warning: ")


def test_a_printed_stub_is_never_coloured(tmp_path: Path) -> None:
    arguments = ["btf_stubs", _OBJECT, "-o", "-", "--type", "creds", "--color", "always"]

    assert "\x1b" not in _run(arguments, tmp_path, "FORCE_COLOR=1", terminal=False)
