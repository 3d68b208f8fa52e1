"""Type checkers on keys and values that programs pass to maps: all of them find wrong types."""

import re
import sys
from pathlib import Path

import pytest

from btf_typing._commands.btf_stubs import main
from tests.checkers import command_errors, tool
from tests.paths import ROOT

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
_COMMANDS = {
    "mypy": [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null"],
    "pyright": ["pyright", "--pythonpath", sys.executable],
    "ty": ["ty", "check", "--python", sys.prefix, "--output-format", "concise"],
    "pyrefly": ["pyrefly", "check", "--output-format", "min-text"],
    "zuban": ["zuban", "check", "--python-executable", sys.executable],
}


_MAPS = """\
import ctypes
from typing import Any

from btf_typing import BpfMap

from maps_bpf import key, obj, value

per_cpu: list[value] = obj.maps["per_cpu"].decode_values(bytes(64))
scalar: int = obj.maps["first"].decode_value(bytes(4))
number: int = obj.maps["queue"].value(5).value
class_: type[ctypes.c_uint32] = obj.maps["first"].value
pair: type[key] = obj.maps["by_key"].key
pointer: int | None = obj.maps["by_pointer"].key(5).value
inner: BpfMap[Any, Any] | None = obj.maps["outer"].inner
key_of_outer: type[key] = obj.maps["outer_hash"].key
obj.maps["per_cpu"].value().nothing  # wrong
obj.maps["outer_hash"].key().nothing  # wrong
obj.maps["first"].value("x")  # wrong
obj.maps["bloom"].key()  # wrong
obj.maps["first"].decode_value(bytes(4)).upper()  # wrong
obj.maps["queue"].value(5).value.upper()  # wrong
obj.maps["by_pointer"].key(5).value + 1  # wrong
for one in obj.maps["per_cpu"].decode_values(bytes(64)): one.nothing  # wrong
"""


def _lines_with_errors(checker: str, folder: Path, text: str) -> tuple[set[int], str]:
    """The lines of the program *text* in which a checker finds errors, and its output."""
    program, *arguments = _COMMANDS[checker]
    if checker == "mypy":
        pytest.importorskip("mypy")
    else:
        program = tool(program)
    (folder / "items.py").write_text(text)
    (folder / "pyrefly.toml").write_text(f'python-interpreter-path = "{sys.executable}"\n')

    said = command_errors(folder, program, *arguments, "items.py")

    lines = [line for line in said.splitlines() if "error" in line.lower()]
    places = (re.search(r"items\.py:(\d+)", line) for line in lines)
    return {int(place[1]) for place in places if place}, said


def _wrong(text: str) -> set[int]:
    return {n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# wrong")}


@pytest.mark.parametrize("checker", list(_COMMANDS))
def test_wrong_items_are_errors(checker: str, tmp_path: Path) -> None:
    found, said = _lines_with_errors(checker, tmp_path, _PROGRAM)
    assert found == _wrong(_PROGRAM), said


@pytest.mark.parametrize("checker", list(_COMMANDS))
def test_maps_of_a_module_have_exact_types(checker: str, tmp_path: Path) -> None:
    """Scalars, pointers, per-CPU values and maps of maps."""
    words = [str(ROOT / "tests/objects/maps-clang19-el.o"), "-o", str(tmp_path), "-q", "--live"]
    assert main([*words, "--module", "maps_bpf"]) == 0
    found, said = _lines_with_errors(checker, tmp_path, _MAPS)
    assert found == _wrong(_MAPS), said
