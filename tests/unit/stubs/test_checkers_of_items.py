"""Type checkers on keys and values that programs pass to maps: all of them find wrong types."""

from pathlib import Path

import pytest

from btf_typing._commands.btf_stubs import main
from tests.checkers import TYPE_CHECKERS, lines_with_errors, wrong_lines
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


@pytest.mark.parametrize("checker", list(TYPE_CHECKERS))
def test_wrong_items_are_errors(checker: str, tmp_path: Path) -> None:
    programs = {"items.py": _PROGRAM}
    found, said = lines_with_errors(checker, tmp_path, programs)
    assert found == wrong_lines(programs), said


@pytest.mark.parametrize("checker", list(TYPE_CHECKERS))
def test_maps_of_a_module_have_exact_types(checker: str, tmp_path: Path) -> None:
    """Scalars, pointers, per-CPU values and maps of maps."""
    words = [str(ROOT / "tests/objects/maps-clang19-el.o"), "-o", str(tmp_path), "-q", "--live"]
    assert main([*words, "--module", "maps_bpf"]) == 0
    programs = {"items.py": _MAPS}
    found, said = lines_with_errors(checker, tmp_path, programs)
    assert found == wrong_lines(programs), said
