"""Type checkers on keys and values that programs pass to maps: all of them find wrong types."""

import re
import sys
from pathlib import Path

import pytest

from tests.checkers import command_errors, tool

_PROGRAM = """\
import ctypes
from typing import Any

from btf_typing import BpfMap


class Event(ctypes.Structure):
    _fields_ = [("pid", ctypes.c_uint32)]


def encode(
    numbers: BpfMap[type[ctypes.c_uint32], type[ctypes.c_float]],
    others: BpfMap[type[ctypes.c_void_p], type[ctypes.c_bool]],
    events: BpfMap[type[Event], type[ctypes.Array[ctypes.c_uint32]]],
    plain: BpfMap[None, type[ctypes.Array[ctypes.c_char]]],
    unknown: BpfMap[Any, Any],
) -> None:
    numbers.encode_key(5)
    numbers.encode_key(b"1234")
    numbers.encode_value(1.5)
    numbers.encode_values([1.5, 2.5])
    others.encode_key(5)
    others.encode_key(None)
    others.encode_value(True)
    events.encode_key(Event(1))
    events.encode_key(bytes(4))
    events.encode_value((ctypes.c_uint32 * 3)())
    events.encode_values([(ctypes.c_uint32 * 3)()])
    plain.encode_key(b"1")
    plain.encode_value(b"text")
    unknown.encode_key(5)
    unknown.encode_value(Event())
    numbers.encode_key("5")  # wrong
    numbers.encode_value("x")  # wrong
    numbers.encode_values(["x"])  # wrong
    others.encode_key("x")  # wrong
    others.encode_value("x")  # wrong
    events.encode_key(5)  # wrong
    events.encode_key("x")  # wrong
    events.encode_value(5)  # wrong
    events.encode_values([5])  # wrong
    plain.encode_key(5)  # wrong
    plain.encode_value("text")  # wrong
"""
_WRONG = {n for n, line in enumerate(_PROGRAM.splitlines(), 1) if line.endswith("# wrong")}

_COMMANDS = {
    "mypy": [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null"],
    "pyright": ["pyright", "--pythonpath", sys.executable],
    "ty": ["ty", "check", "--python", sys.prefix, "--output-format", "concise"],
    "pyrefly": ["pyrefly", "check", "--output-format", "min-text"],
    "zuban": ["zuban", "check", "--python-executable", sys.executable],
}


@pytest.mark.parametrize("checker", list(_COMMANDS))
def test_wrong_items_are_errors(checker: str, tmp_path: Path) -> None:
    program, *arguments = _COMMANDS[checker]
    if checker == "mypy":
        pytest.importorskip("mypy")
    else:
        program = tool(program)
    (tmp_path / "items.py").write_text(_PROGRAM)
    (tmp_path / "pyrefly.toml").write_text(f'python-interpreter-path = "{sys.executable}"\n')

    said = command_errors(tmp_path, program, *arguments, "items.py")

    lines = [line for line in said.splitlines() if "error" in line.lower()]
    places = (re.search(r"items\.py:(\d+)", line) for line in lines)
    assert {int(place[1]) for place in places if place} == _WRONG, said
