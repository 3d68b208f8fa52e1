"""Validation of hand-written classes: names, order, padding and anonymous members."""

import sys
from ctypes import Structure, Union, c_float, c_int32, c_int64, c_uint8, c_uint32, c_uint64
from typing import Any

import pytest

from btf_typing import Btf, BtfValidationError, Mismatch
from tests.handwritten import Types, differences, mine

_Creds = mine(("uid", c_uint32), ("gid", c_uint32))


def test_a_field_of_another_name_is_to_be_renamed() -> None:
    b = Types()
    b.struct("s", 8, [("pid", b.u32, 0), ("class", b.u32, 32)])
    cls = mine(("pidd", c_uint32), ("klass", c_uint32))

    assert differences(b.btf(), cls) == [
        (
            "pidd: class has c_uint32 at offset 0, BTF has 'pid' there, c_uint32 at offset 0;"
            " rename it to 'pid'"
        ),
        (
            "klass: class has c_uint32 at offset 4, BTF has 'class' there, c_uint32 at offset 4;"
            " rename it to 'class_'"
        ),
    ]


@pytest.mark.parametrize("name", ["class", "class_"])
def test_keywords_may_be_spelt_as_c_or_as_python_does(name: str) -> None:
    b = Types()
    b.struct("s", 4, [("class", b.u32, 0)])

    assert differences(b.btf(), mine((name, c_uint32))) == []


def test_a_field_of_another_name_and_type_is_not_that_member() -> None:
    b = Types()
    b.struct("s", 4, [("pid", b.u32, 0)])

    assert differences(b.btf(), mine(("x", c_float))) == [
        "x: class has c_float at offset 0, BTF has 'pid' there, c_uint32 at offset 0",
        "pid: class has no such field, BTF has c_uint32 at offset 0",
    ]


def test_order_counts_where_places_do_not_show_it() -> None:
    b = Types()
    b.union("u", 4, [("a", b.u32, 0), ("b", b.i32, 0)])

    assert differences(b.btf(), mine(("a", c_uint32), ("b", c_int32), base=Union), "u") == []
    assert differences(b.btf(), mine(("b", c_int32), ("a", c_uint32), base=Union), "u") == [
        "a: class has it after 'b', BTF has it before 'b'"
    ]


def test_swapped_fields() -> None:
    b = Types()
    b.struct("creds", 8, [("uid", b.u32, 0), ("gid", b.u32, 32)])
    cls = mine(("gid", c_uint32), ("uid", c_uint32))

    assert differences(b.btf(), cls, "creds") == [
        "gid: class has c_uint32 at offset 0, BTF has c_uint32 at offset 4; move it after 'uid'",
        "uid: class has c_uint32 at offset 4, BTF has c_uint32 at offset 0",
    ]


def _hints(btf: Btf, cls: Any, **options: bool) -> dict[str, str]:
    """The hint for each field with a mismatch."""
    with pytest.raises(BtfValidationError) as caught:
        btf.validate_struct("s", cls, **options)
    return {mismatch.field: mismatch.hint for mismatch in caught.value.mismatches}


@pytest.mark.parametrize(
    ("names", "moves"),
    [
        ("bcda", {"a": "move it before 'b'"}),
        ("dabc", {"d": "move it after 'c'"}),
        ("acbd", {"c": "move it after 'b'"}),
        ("dbca", {"a": "move it before 'b'", "d": "move it after 'c'"}),
    ],
)
def test_as_few_fields_as_possible_are_to_be_moved(names: str, moves: dict[str, str]) -> None:
    b = Types()
    b.struct("s", 40, [(name, b.u64, 64 + 64 * index) for index, name in enumerate("abcd")])

    hints = _hints(b.btf(), mine(*((name, c_uint64) for name in names)))

    assert {name: hint for name, hint in hints.items() if hint} == moves


def test_a_field_of_another_type_is_to_be_moved_too() -> None:
    b = Types()
    b.struct("s", 8, [("a", b.u32, 0), ("b", b.u32, 32)])

    assert _hints(b.btf(), mine(("b", c_int32), ("a", c_uint32))) == {
        "b": "move it after 'a'",
        "a": "",
    }


def test_a_generated_class_cannot_be_reordered() -> None:
    b, other = Types(), Types()
    b.struct("s", 8, [("a", b.u32, 0), ("b", b.u32, 32)])
    other.struct("s", 8, [("b", b.u32, 0), ("a", b.u32, 32)])

    assert _hints(b.btf(), other.btf().struct("s")) == {"b": "", "a": ""}


def test_the_order_is_no_reason_if_names_do_not_count() -> None:
    b = Types()
    b.union("s", 4, [("a", b.u32, 0), ("b", b.f32, 0)])
    cls = mine(("b", c_uint8), ("a", c_uint8), base=Union)

    assert set(_hints(b.btf(), cls, field_names=False).values()) == {""}


def _with_a_gap() -> Btf:
    """A struct of 20 bytes with u32 at 0 and 4, u8 at 8, and u32 at 16."""
    b = Types()
    members = [("pid", b.u32, 0), ("cpu", b.u32, 32), ("kind", b.u8, 64), ("uid", b.u32, 128)]
    b.struct("s", 20, members)
    return b.btf()


_PADDED: list[Any] = [("pid", c_uint32), ("cpu", c_uint32), ("kind", c_uint8), ("uid", c_uint32)]


def test_padding_does_not_replace_a_missing_field() -> None:
    btf = _with_a_gap()

    assert _hints(btf, mine(*_PADDED))["uid"] == "put ('_pad12', c_uint8 * 4) before it"
    assert _hints(btf, mine(*_PADDED[1:])) == dict.fromkeys(["cpu", "kind", "uid", "pid", ""], "")


def test_padding_before_a_missing_field_is_spelt_out() -> None:
    b = Types()
    b.struct("s", 24, [("a", b.u8, 0), ("b", b.u32, 64), ("c", b.u32, 96), ("d", b.u32, 128)])

    hints = _hints(b.btf(), mine(("a", c_uint8), ("b", c_uint32), ("d", c_uint32)))

    assert hints == {"b": "put ('_pad4', c_uint8 * 4) before it", "d": "", "c": "", "": ""}


def test_padding_does_not_replace_a_surplus_field() -> None:
    b = Types()
    b.struct("s", 12, [("a", b.u8, 0), ("b", b.u8, 8), ("c", b.u32, 64)])
    cls = mine(("a", c_uint8), ("x", c_uint8), ("b", c_uint8), ("c", c_uint32))

    assert _hints(b.btf(), cls)["c"] == ""


def test_padding_does_not_correct_the_order() -> None:
    pid, cpu, kind, uid = _PADDED

    hints = _hints(_with_a_gap(), mine(cpu, pid, kind, uid))

    assert hints == {"cpu": "move it after 'pid'", "pid": "", "uid": "", "": ""}


def test_a_field_to_rename_does_not_hide_missing_padding() -> None:
    renamed = mine(("process", c_uint32), *_PADDED[1:])

    assert _hints(_with_a_gap(), renamed) == {
        "process": "rename it to 'pid'",
        "uid": "put ('_pad12', c_uint8 * 4) before it",
        "": "",
    }


def test_the_message_begins_with_the_missing_fields() -> None:
    with pytest.raises(BtfValidationError) as caught:
        _with_a_gap().validate_struct("s", mine(*_PADDED[1:3]))

    assert str(caught.value) == (
        "Mine does not match struct 's':\n"
        "  pid: class has no such field, BTF has c_uint32 at offset 0\n"
        "  uid: class has no such field, BTF has c_uint32 at offset 16\n"
        "  cpu: class has c_uint32 at offset 0, BTF has c_uint32 at offset 4\n"
        "  kind: class has c_uint8 at offset 4, BTF has c_uint8 at offset 8\n"
        "  class has 8 bytes, BTF has 20 bytes"
    )
    fields = [mismatch.field for mismatch in caught.value.mismatches]
    assert fields == ["cpu", "kind", "pid", "uid", ""]


def test_the_missing_fields_of_a_nested_struct_come_first() -> None:
    b = Types()
    creds = b.struct("creds", 8, [("uid", b.u32, 0), ("gid", b.u32, 32)])
    b.struct("s", 8, [("creds", creds, 0)])

    assert differences(b.btf(), mine(("creds", mine(("gid", c_uint32))))) == [
        "creds.uid: class has no such field, BTF has c_uint32 at offset 0",
        "creds.gid: class has c_uint32 at offset 0, BTF has c_uint32 at offset 4",
        "creds: class has 4 bytes, BTF has 8 bytes",
        "class has 4 bytes, BTF has 8 bytes",
    ]


def _with_gaps() -> Btf:
    """A struct of 32 bytes with u8 at 0, u32 at 8 and u8 at 12."""
    b = Types()
    b.struct("s", 32, [("a", b.u8, 0), ("b", b.u32, 64), ("c", b.u8, 96)])
    return b.btf()


@pytest.mark.parametrize(
    ("gap", "tail"),
    [
        pytest.param([("_", c_uint8 * 7)], [("_tail", c_uint8 * 19)], id="every byte"),
        pytest.param([("_1", c_uint32)], [("_2", c_uint64), ("_3", c_uint64)], id="some"),
        pytest.param(
            [("_1", c_uint8, 4), ("_2", c_uint8, 4), ("_3", c_uint8 * 6)],
            [("_4", _Creds), ("_5", c_uint64)],
            id="bits and structs",
        ),
    ],
)
def test_explicit_padding_is_welcome(gap: list[Any], tail: list[Any]) -> None:
    cls = mine(("a", c_uint8), *gap, ("b", c_uint32), ("c", c_uint8), *tail)

    assert differences(_with_gaps(), cls) == []


def test_padding_covers_no_member() -> None:
    cls = mine(("a", c_uint8), ("_pad", c_uint8 * 8), ("c", c_uint8), ("_t", c_uint8 * 22))

    assert differences(_with_gaps(), cls) == [
        "_pad: class has c_uint8 * 8 at offset 1, BTF has 'b' there, c_uint32 at offset 8",
        "c: class has c_uint8 at offset 9, BTF has c_uint8 at offset 12",
        "_t: class has c_uint8 * 22 at offset 10, BTF has 'b' there, c_uint32 at offset 8",
        "b: class has no such field, BTF has c_uint32 at offset 8",
    ]


def test_padding_must_say_that_it_is() -> None:
    cls = mine(("a", c_uint8), ("pad", c_uint8 * 7), ("b", c_uint32), ("c", c_uint8))

    assert differences(_with_gaps(), cls)[0] == (
        "pad: class has c_uint8 * 7 at offset 1, BTF has padding there;"
        " if it is padding, begin its name with '_'"
    )


def test_a_member_may_begin_with_an_underscore() -> None:
    b = Types()
    b.struct("s", 8, [("_a", b.u32, 0), ("_b", b.u32, 32)])
    btf = b.btf()

    assert differences(btf, mine(("_a", c_uint32), ("_b", c_uint32))) == []
    assert differences(btf, mine(("_a", c_uint32), ("_c", c_uint32))) == [
        (
            "_c: class has c_uint32 at offset 4, BTF has '_b' there, c_uint32 at offset 4;"
            " rename it to '_b'"
        )
    ]


def test_padding_that_is_missing_is_spelt_out() -> None:
    fields: list[Any] = [("a", c_uint8), ("b", c_uint32), ("c", c_uint8)]
    btf = _with_gaps()

    assert differences(btf, mine(*fields)) == [
        (
            "b: class has c_uint32 at offset 4, BTF has c_uint32 at offset 8;"
            " put ('_pad4', c_uint8 * 4) before it"
        ),
        "c: class has c_uint8 at offset 8, BTF has c_uint8 at offset 12",
        "class has 12 bytes, BTF has 32 bytes",
    ]
    fields.insert(1, ("_pad4", c_uint8 * 4))
    assert differences(btf, mine(*fields)) == [
        "class has 16 bytes, BTF has 32 bytes; end it with ('_pad16', c_uint8 * 16)"
    ]
    fields.append(("_pad16", c_uint8 * 16))
    assert differences(btf, mine(*fields)) == []


def test_each_gap_is_reported_once() -> None:
    b = Types()
    b.struct("s", 24, [("a", b.u8, 0), ("b", b.u32, 64), ("c", b.u32, 128), ("d", b.u32, 160)])
    fields: list[Any] = [("a", c_uint8), ("b", c_uint32), ("c", c_uint32), ("d", c_uint32)]

    with pytest.raises(BtfValidationError) as caught:
        b.btf().validate_struct("s", mine(*fields))

    hints = [mismatch.hint for mismatch in caught.value.mismatches]
    assert hints == [
        "put ('_pad4', c_uint8 * 4) before it",
        "put ('_pad12', c_uint8 * 4) before it",
        "",
        "",
    ]
    fields.insert(1, ("_pad4", c_uint8 * 4))
    fields.insert(3, ("_pad12", c_uint8 * 4))
    assert differences(b.btf(), mine(*fields)) == []


def test_a_larger_union() -> None:
    b = Types()
    b.union("u", 16, [("a", b.u32, 0)])

    assert differences(b.btf(), mine(("a", c_uint32), base=Union), "u") == [
        "class has 4 bytes, BTF has 16 bytes; add ('_pad', c_uint8 * 16)"
    ]
    padded = mine(("a", c_uint32), ("_pad", c_uint8 * 16), base=Union)
    assert differences(b.btf(), padded, "u") == []
    shorter = mine(("a", c_uint32), ("_pad", c_uint8 * 4), base=Union)
    assert len(differences(b.btf(), shorter, "u")) == 2


def test_a_packed_struct() -> None:
    b = Types()
    b.struct("s", 5, [("a", b.u8, 0), ("b", b.u32, 8)])
    fields = [("a", c_uint8), ("b", c_uint32)]
    cure = "BTF packs it: set _pack_ = 1, and _layout_ = 'ms' for Python 3.14 and newer"

    assert differences(b.btf(), mine(*fields, _pack_=1)) == []
    assert differences(b.btf(), mine(*fields)) == [
        f"b: class has c_uint32 at offset 4, BTF has c_uint32 at offset 1; {cure}",
        "class has 8 bytes, BTF has 5 bytes",
    ]
    b = Types()
    b.struct("s", 5, [("b", b.u32, 0), ("a", b.u8, 32)])
    assert differences(b.btf(), mine(*fields[::-1])) == [
        f"class has 8 bytes, BTF has 5 bytes; {cure}"
    ]


def test_a_tail_of_no_elements_may_be_left_out() -> None:
    b = Types()
    b.struct("s", 4, [("n", b.u32, 0), ("data", b.array(b.u8, 0), 32)])
    btf = b.btf()

    assert differences(btf, mine(("n", c_uint32), ("data", c_uint8 * 0))) == []
    assert differences(btf, mine(("n", c_uint32))) == []
    assert differences(btf, mine(("n", c_uint32), ("data", c_uint8 * 1))) == [
        "data: class has c_uint8 * 1 at offset 4, BTF has c_uint8 * 0 at offset 4",
        "class has 8 bytes, BTF has 4 bytes",
    ]


def test_inherited_fields_come_first() -> None:
    b = Types()
    b.struct("s", 12, [("a", b.u32, 0), ("b", b.u32, 32), ("c", b.u32, 64)])
    base = mine(("a", c_uint32))
    right = mine(("b", c_uint32), ("c", c_uint32), base=base)
    wrong = mine(("c", c_uint32), base=mine(("b", c_int32), base=base))

    assert differences(b.btf(), right) == []
    with pytest.raises(BtfValidationError) as caught:
        b.btf().validate_struct("s", wrong)
    assert [(m.field, m.position) for m in caught.value.mismatches] == [("b", 1)]


def _anonymous() -> Btf:
    """``struct s { u32 a; union { u64 id; struct { u32 tid, pid; }; }; }``, and ``named``."""
    b = Types()
    ids = b.struct("", 8, [("tid", b.u32, 0), ("pid", b.u32, 32)])
    union = b.union("", 8, [("id", b.u64, 0), ("", ids, 0)])
    b.struct("s", 16, [("a", b.u32, 0), ("", union, 64)])
    b.struct("named", 16, [("a", b.u32, 0), ("u", union, 64)])
    return b.btf()


_Ids = mine(("tid", c_uint32), ("pid", c_uint32))
_Union = mine(("id", c_uint64), ("ids", _Ids), base=Union, _anonymous_=["ids"])


def test_anonymous_members_are_flattened() -> None:
    right = mine(("a", c_uint32), ("u", _Union), _anonymous_=["u"])
    wrong_ids = mine(("tid", c_uint32), ("pid", c_int32))
    wrong_union = mine(("id", c_int64), ("ids", wrong_ids), base=Union, _anonymous_=["ids"])
    wrong = mine(("a", c_uint32), ("u", wrong_union), _anonymous_=["u"])

    assert differences(_anonymous(), right) == []
    with pytest.raises(BtfValidationError) as caught:
        _anonymous().validate_struct("s", wrong)
    assert caught.value.mismatches == (
        Mismatch("id", 1, "c_int64 at offset 8", "c_uint64 at offset 8"),
        Mismatch("pid", 1, "c_int32 at offset 12", "c_uint32 at offset 12"),
    )


def test_anonymous_members_have_no_name() -> None:
    named = mine(("a", c_uint32), ("u", _Union))

    assert differences(_anonymous(), named) == [
        (
            "u: class has Mine at offset 8, BTF has 'id' there, c_uint64 at offset 8;"
            " name 'u' in _anonymous_"
        ),
        "id: class has no such field, BTF has c_uint64 at offset 8",
        "tid: class has no such field, BTF has c_uint32 at offset 8",
        "pid: class has no such field, BTF has c_uint32 at offset 12",
    ]


def test_named_members_are_not_flattened() -> None:
    flat = mine(("a", c_uint32), ("u", _Union), _anonymous_=["u"])

    lines = differences(_anonymous(), flat, "named")

    there = "BTF has 'u' there, an anonymous union at offset 8"
    assert lines == [
        f"id: class has c_uint64 at offset 8, {there}",
        f"tid: class has c_uint32 at offset 8, {there}",
        f"pid: class has c_uint32 at offset 12, {there}",
        "u: class has no such field, BTF has an anonymous union at offset 8",
    ]


def test_one_view_of_an_anonymous_union_is_not_all_of_it() -> None:
    cls = mine(("a", c_uint32), ("id", c_uint64))

    assert differences(_anonymous(), cls) == [
        "tid: class has no such field, BTF has c_uint32 at offset 8",
        "pid: class has no such field, BTF has c_uint32 at offset 12",
    ]


class _Bare(Structure):
    """A class without fields."""


class _Two(_Bare, mine(("uid", c_uint32))):  # type: ignore[misc]
    """A class with the fields of its second base and the memory of its first."""


def test_a_class_without_fields_has_no_bytes() -> None:
    b = Types()
    b.struct("s", 4, [("uid", b.u32, 0)])
    b.struct("unnamed", 8, [("", b.u32, 0, 32), ("", b.u32, 32, 32)])
    b.struct("empty", 0)

    assert differences(b.btf(), _Two) == ["class has 0 bytes, BTF has 4 bytes"]
    assert differences(b.btf(), _Bare) == [
        "uid: class has no such field, BTF has c_uint32 at offset 0",
        "class has 0 bytes, BTF has 4 bytes",
    ]
    assert differences(b.btf(), _Bare, "unnamed") == [
        "class has 0 bytes, BTF has 8 bytes; end it with ('_pad0', c_uint8 * 8)"
    ]
    assert differences(b.btf(), mine(("_pad0", c_uint8 * 8)), "unnamed") == []
    assert differences(b.btf(), _Bare, "empty") == []


def test_a_class_without_fields_may_be_nested() -> None:
    b = Types()
    empty = b.struct("empty", 0)
    b.struct("s", 16, [("a", b.u32, 0), ("b", b.u64, 64), ("e", empty, 128)])

    right = mine(("a", c_uint32), ("b", c_uint64), ("e", _Bare))
    wrong = mine(("a", c_uint32), ("e", _Bare), ("b", c_uint64))

    assert differences(b.btf(), right) == []
    assert differences(b.btf(), wrong) == [
        "e: class has _Bare at offset 4, BTF has struct empty at offset 16; move it after 'b'",
        "b: class has it after 'e', BTF has it before 'e'",
    ]


@pytest.mark.skipif(sys.version_info < (3, 13), reason="ctypes heeds _align_ since Python 3.13")
def test_the_advice_for_a_class_with_align_is_not_pack() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u32, 0)])
    cure = "remove _align_, or make it smaller"

    assert differences(b.btf(), mine(("a", c_uint32), _align_=4)) == []
    assert differences(b.btf(), mine(("a", c_uint32), _align_=16)) == [
        f"class has 16 bytes, BTF has 4 bytes; {cure}"
    ]
    derived = mine(("b", c_uint32), base=mine(("a", c_uint32), _align_=16))
    b.struct("t", 8, [("a", b.u32, 0), ("b", b.u32, 32)])
    assert differences(b.btf(), derived, "t") == [
        "b: class has c_uint32 at offset 16, BTF has c_uint32 at offset 4",
        "class has 32 bytes, BTF has 8 bytes",
    ]


@pytest.mark.parametrize(("size", "is_padding"), [(4, False), (6, False), (8, False), (12, True)])
def test_padding_of_a_union_is_longer_than_every_member(size: int, is_padding: bool) -> None:
    b = Types()
    b.union("s", 12, [("small", b.u32, 0), ("large", b.u64, 0)])
    fields = [("small", c_uint32), ("large", c_uint64), ("_pad", c_uint8 * size)]
    padded: Any = type("Padded", (Union,), {"_fields_": fields, "_pack_": 4, "_layout_": "ms"})

    found = differences(b.btf(), padded)

    assert any(text.startswith("_pad:") for text in found) is not is_padding
