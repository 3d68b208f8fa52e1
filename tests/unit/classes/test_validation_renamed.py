"""Validation of classes whose fields have names of their own: ``field_names=False``."""

from __future__ import annotations

import ctypes
from ctypes import c_char, c_int32, c_uint8, c_uint16, c_uint32, c_uint64
from typing import Any

import pytest

from btf_typing import Btf, BtfValidationError
from tests.builder import BtfBuilder


@pytest.fixture(scope="module")
def btf() -> Btf:
    b = BtfBuilder()
    u8, u16 = b.int("unsigned char", 1), b.int("unsigned short", 2)
    u32, u64 = b.int("unsigned int", 4), b.int("unsigned long", 8)
    s32 = b.int("int", 4, "signed")
    creds = b.struct("creds", 8, [("uid", u32, 0), ("gid", u32, 32)])
    word = b.union("word", 4, [("whole", u32, 0), ("signed", s32, 0), ("low", u16, 0)])
    b.union("wide", 16, [("first", u64, 0), ("second", u32, 0)])
    b.struct("sized", 8, [("none", b.array(u32, 0), 0), ("length", u32, 0), ("more", u32, 32)])
    text = b.array(b.int("char", 1, "signed"), 16)
    b.struct(
        "event",
        56,
        [
            ("time", u64, 0),
            ("pid", u32, 64),
            ("kind", u8, 96),
            ("creds", creds, 128),
            ("comm", text, 192),
            ("word", word, 320),
            ("flags", u32, 352, 3),
            ("rest", u32, 355, 29),
            ("last", u64, 384),
        ],
    )
    return Btf.from_bytes(b.build())


class Owner(ctypes.Structure):
    _fields_ = (("user", c_uint32), ("group", c_uint32))


class Either(ctypes.Union):
    _fields_ = (("half", c_uint16), ("minus", c_int32), ("plus", c_uint32))


RENAMED = (
    ("nanoseconds", c_uint64),
    ("process", c_uint32),
    ("type_", c_uint8),
    ("_pad", c_uint8 * 3),
    ("owner", Owner),
    ("name", c_char * 16),
    ("value", Either),
    ("first_bits", c_uint32, 3),
    ("other_bits", c_uint32, 29),
    ("end", c_uint64),
)


def _class(*changed: tuple[Any, ...]) -> type[ctypes.Structure]:
    """`RENAMED` with entries replaced: each has the old name before it."""
    replaced = {old: entry for old, *entry in changed}
    fields = [tuple(replaced.get(entry[0], entry)) for entry in RENAMED]
    return type("Mine", (ctypes.Structure,), {"_fields_": [each for each in fields if each]})


def _mismatches(btf: Btf, cls: type) -> list[str]:
    with pytest.raises(BtfValidationError) as caught:
        btf.validate_struct("event", cls, field_names=False)
    return list(map(str, caught.value.mismatches))


def test_names_may_differ_everywhere(btf: Btf) -> None:
    btf.validate_struct("event", _class(), field_names=False)
    assert btf.validate("event", field_names=False)(_class()).__name__ == "Mine"
    with pytest.raises(BtfValidationError, match="rename it to 'pid'"):
        btf.validate_struct("event", _class())
    btf.validate_struct("event", btf.struct("event"), field_names=False)


def test_names_may_be_those_of_other_members(btf: Btf) -> None:
    """Only the place counts: the names of "uid" and "gid" are exchanged."""

    class Exchanged(ctypes.Structure):
        _fields_ = (("gid", c_uint32), ("uid", c_uint32))

    btf.validate_struct("creds", Exchanged, field_names=False)


_VALUE = "value: class has Either at offset 32, BTF has 'comm' there, c_char * 16 at offset 24"
_BITS = (
    "first_bits: class has c_uint32 at offset 44, bits 0-3, BTF has c_uint32 at offset 44, bits 0-2"
)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            ("process", "process", c_int32),
            ["process: class has c_int32 at offset 8, BTF has c_uint32 at offset 8"],
        ),
        (
            ("name", "name", c_uint8 * 16),
            [],
        ),
        (
            ("name", "name", c_char * 8),
            [
                "name: class has c_char * 8 at offset 24, BTF has c_char * 16 at offset 24",
                _VALUE,
            ],
        ),
        (
            ("first_bits", "first_bits", c_uint32, 4),
            [
                _BITS,
            ],
        ),
    ],
)
def test_places_and_types_must_match(
    btf: Btf, changed: tuple[Any, ...], expected: list[str]
) -> None:
    if not expected:
        btf.validate_struct("event", _class(changed), field_names=False)
        return
    assert _mismatches(btf, _class(changed))[: len(expected)] == expected


def test_nested_types_must_match(btf: Btf) -> None:
    class Wrong(ctypes.Structure):
        _fields_ = (("user", c_uint32), ("group", c_int32))

    (found,) = _mismatches(btf, _class(("owner", "owner", Wrong)))
    assert found.startswith("owner.group: class has c_int32 at offset 4")


def test_a_member_must_not_be_missing(btf: Btf) -> None:
    class Short(ctypes.Structure):
        _fields_ = (("user", c_uint32),)

    with pytest.raises(BtfValidationError) as caught:
        btf.validate_struct("creds", Short, field_names=False)
    assert list(map(str, caught.value.mismatches)) == [
        "gid: class has no field there, BTF has c_uint32 at offset 4",
        "class has 4 bytes, BTF has 8 bytes",
    ]


def test_only_unused_bytes_are_padding(btf: Btf) -> None:
    class Padded(ctypes.Structure):
        _fields_ = (("user", c_uint32), ("_pad", c_uint8 * 4))

    with pytest.raises(BtfValidationError, match=r"_pad: class has c_uint8 \* 4 at offset 4, BTF"):
        btf.validate_struct("creds", Padded, field_names=False)


def test_a_field_in_the_wrong_place_is_named_by_its_own_name(btf: Btf) -> None:
    class Late(ctypes.Structure):
        _fields_ = (("user", c_uint8), ("gid", c_uint16), ("_pad", c_uint32))

    with pytest.raises(BtfValidationError) as caught:
        btf.validate_struct("creds", Late, field_names=False)
    first, *_ = map(str, caught.value.mismatches)
    assert first == "user: class has c_uint8 at offset 0, BTF has c_uint32 at offset 0"


def test_padding_of_a_union_is_no_member(btf: Btf) -> None:
    class Padded(ctypes.Union):
        _fields_ = (("_pad", c_uint8 * 16), ("short", c_uint32), ("long", c_uint64))

    btf.validate_struct("wide", Padded, field_names=False)


def test_an_empty_array_hides_no_member_in_its_place(btf: Btf) -> None:
    class Sized(ctypes.Structure):
        _fields_ = (("size", c_uint32), ("rest", c_uint32))

    btf.validate_struct("sized", Sized, field_names=False)
