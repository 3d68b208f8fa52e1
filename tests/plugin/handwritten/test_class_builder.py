"""Classes that are built from their descriptions."""

import ctypes
import importlib
from typing import Any

import pytest

from btf_typing.errors import BtfError

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
class_builder = importlib.import_module("btf_typing_mypy.handwritten.class_builder")
description = importlib.import_module("btf_typing_mypy.handwritten.class_description")

_U32 = ["simple", "c_uint32"]
_PAIR = {
    "name": "Pair",
    "bases": [["simple", "Structure"]],
    "_pack_": 1,
    "_fields_": [["first", ["simple", "c_uint8"], None], ["second", _U32, None]],
}


def _generated(type_: list[Any]) -> Any:
    if type_[-1] == "missing":
        raise BtfError("no struct 'missing'")
    return ctypes.c_uint64


def _builder() -> Any:
    return class_builder.ClassBuilder(_generated)


def test_a_class_has_what_its_description_says() -> None:
    class_ = _builder().build(_PAIR)
    assert issubclass(class_, ctypes.Structure)
    assert class_.__name__ == "Pair"
    assert class_._fields_ == [("first", ctypes.c_uint8), ("second", ctypes.c_uint32)]
    assert (class_.second.offset, ctypes.sizeof(class_)) == (1, 5)


def test_a_class_derives_from_a_described_one() -> None:
    derived = {"name": "D", "bases": [["class", _PAIR]], "_fields_": [["bits", _U32, 3]]}
    class_ = _builder().build(derived)
    assert [base.__name__ for base in class_.__mro__[:3]] == ["D", "Pair", "Structure"]
    assert class_._fields_ == [("bits", ctypes.c_uint32, 3)]


@pytest.mark.parametrize(
    ("type_", "size"),
    [
        (_U32, 4),
        (["swapped", "c_uint32"], 4),
        (["array", _U32, 3], 12),
        (["array", _U32, ["+", ["sizeof", ["class", _PAIR]], 1]], 24),
        (["pointer", _U32], ctypes.sizeof(ctypes.c_void_p)),
        (["pointer to", "Event"], ctypes.sizeof(ctypes.c_void_p)),
        (["function"], ctypes.sizeof(ctypes.c_void_p)),
        (["class", _PAIR], 5),
        (["btf", "prog.bpf.o", "struct", "event"], 8),
        (["stub", "prog_bpf", "event"], 8),
    ],
)
def test_types_have_the_right_size(type_: list[Any], size: int) -> None:
    assert ctypes.sizeof(_builder().class_of(type_)) == size


def test_a_swapped_type_has_the_other_byte_order() -> None:
    swapped = _builder().class_of(["swapped", "c_uint32"])
    assert int(swapped.from_buffer_copy(b"\1\0\0\0").value) != int(
        ctypes.c_uint32.from_buffer_copy(b"\1\0\0\0").value
    )


_OTHER_VERSION = "its description is from another version of this plugin; delete mypy's cache"


@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        (
            ["array", _U32, 1 << 40],
            "it has 4398046511104 bytes; at most 1099511627776 are supported",
        ),
        (
            ["array", ["array", _U32, 0], 1 << 41],  # nothing, but CPython crashes on such lengths
            "it has 2199023255552 bytes; at most 1099511627776 are supported",
        ),
        (["btf", "prog.bpf.o", "struct", "missing"], "no struct 'missing'"),
        (["class", {"name": "C", "bases": []}], "it derives from no structure or union of ctypes"),
        (["other"], _OTHER_VERSION),
        (["array", _U32, "other"], _OTHER_VERSION),
    ],
)
def test_what_cannot_be_built_is_unknown(type_: list[Any], reason: str) -> None:
    with pytest.raises(description.UnknownLayoutError) as caught:
        _builder().class_of(type_)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("type_", "reason"),
    [
        (["array", _U32, -1], "the length of an array is negative: -1"),
        (
            ["class", {**_PAIR, "_fields_": [["x", _U32, 33]]}],
            "number of bits invalid for bit field",
        ),
    ],
)
def test_what_ctypes_refuses_is_invalid(type_: list[Any], reason: str) -> None:
    with pytest.raises(class_builder.InvalidClassError) as caught:
        _builder().class_of(type_)
    assert reason in str(caught.value)
