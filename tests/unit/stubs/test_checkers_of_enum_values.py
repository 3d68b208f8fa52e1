"""Type checkers on the dictionaries of ``asdict(event, enums=True)``: all know their members."""

from pathlib import Path

import pytest

from btf_typing._commands.btf_stubs import main
from tests.checkers import TYPE_CHECKERS, lines_with_errors, wrong_lines
from tests.handwritten import Types

_PROGRAM = """\
from typing import Any, assert_type

from btf_typing import asdict, asdicts

from MODULE import choice, event, kind, outer, state

values = asdict(outer(), enums=True)
assert_type(values["one"]["kind"], kind | int)
assert_type(values["one"]["states"], list[state | int])
assert_type(values["rows"][0][1]["kind"], kind | int)
assert_type([each["kind"] for each in values["rows"][0]], list[kind | int])
assert_type(values["choice"]["event"]["kind"], kind | int)
assert_type(values["choice"]["kind"], kind | int)
assert_type(values["choice"]["number"], Any)
assert_type(values["hidden"]["kind"], kind | int)
assert_type(values["class_"]["kind"], kind | int)
assert_type(values["plain"], Any)
assert_type(asdicts(outer, b"", enums=True)[0]["one"]["kind"], kind | int)
anything: dict[str, Any] = values["one"]
values["one"]["kind"].bit_length()
values["one"]["kind"].upper()  # wrong
values["rows"][0]["kind"]  # wrong
values["rows"][0][0]["states"][0].upper()  # wrong
values["choice"]["event"]["kind"] + "x"  # wrong
asdict(outer(), enums=True, json=True)["one"]["kind"].upper()
asdict(outer())["one"]["kind"].upper()
"""


def _btf() -> bytes:
    b = Types()
    kind, state = b.enum("kind", {"A": 1}), b.enum("state", {"B": 1})
    event = b.struct("event", 12, [("kind", kind, 0), ("states", b.array(state, 2), 32)])
    choice = b.union("choice", 12, [("event", event, 0), ("kind", kind, 0), ("number", b.u32, 0)])
    anonymous = b.struct("", 12, [("hidden", event, 0)])
    plain = b.struct("plain", 4, [("pid", b.u32, 0)])
    rows = b.array(b.array(event, 2), 3)
    members = [("one", event, 0), ("rows", rows, 96), ("choice", choice, 672)]
    members += [("", anonymous, 768), ("plain", plain, 864), ("class", event, 896)]
    b.struct("outer", 124, members)
    return b.build()


_OPTIONS = {"plain": [], "live": ["--live"], "runtime": ["--runtime"]}


@pytest.mark.parametrize("checker", list(TYPE_CHECKERS))
def test_enum_values_of_nested_structs(checker: str, tmp_path: Path) -> None:
    path = tmp_path / "events.bpf.o"
    path.write_bytes(_btf())
    for name, options in _OPTIONS.items():
        words = [str(path), "-o", str(tmp_path), "-q", "--module", f"{name}_bpf"]
        assert main([*words, *options]) == 0
    programs = {f"use_{name}.py": _PROGRAM.replace("MODULE", f"{name}_bpf") for name in _OPTIONS}

    found, said = lines_with_errors(checker, tmp_path, programs)

    assert found == wrong_lines(programs), said
