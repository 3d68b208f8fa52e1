"""A look-up decodes only the records that it needs, so faults in others show later."""

from pathlib import Path

import pytest

from btf_typing import Btf, BtfFormatError
from tests.builder import PTR, BtfBuilder

_MANY = 20_000
"""Number of structs; they have more records than the package walks in one step."""


def _large() -> BtfBuilder:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    for index in range(_MANY):
        b.struct(f"s{index}", 8, [("a", u32, 0), ("b", u32, 32)])
    return b


def test_a_struct_near_the_beginning_is_found_without_walking_to_the_end() -> None:
    b = _large()
    btf = Btf.from_bytes(b.build())

    assert btf.struct("s1").b.offset == 4
    assert len(btf.table.raw.records.scanned) < _MANY

    assert len(btf) == _MANY + 2
    assert len(btf.table.raw.records.scanned) == _MANY + 1


def test_names_at_the_end_are_found_and_found_again() -> None:
    btf = Btf.from_bytes(_large().build())

    for index in (_MANY - 1, 0, _MANY - 2, 5, 7, _MANY - 1, 9):
        assert btf.type(f"s{index}").id == index + 2
    assert "s" not in btf
    assert "s20000" not in btf


def test_a_large_type_section_that_is_cut_short_fails_where_it_ends() -> None:
    b = _large()
    whole = len(b.types())
    btf = Btf.from_bytes(b.build(type_len=whole - 8))

    assert btf.type(2).name == "s0"
    for _ in range(2):
        with pytest.raises(BtfFormatError, match=f"ends in the middle of type id {_MANY + 1}, at "):
            len(btf)
        with pytest.raises(BtfFormatError, match="ends in the middle"):
            btf.type(_MANY + 1)
    assert btf.type(_MANY).name == f"s{_MANY - 2}"
    records = btf.table.raw.records
    assert list(records.infos) == [btf.table.raw.words[at + 1] for at in records.scanned]


def test_an_unknown_kind_far_down_fails_when_it_is_reached() -> None:
    b = _large()
    b.add(77, "strange")
    btf = Btf.from_bytes(b.build())

    assert btf.type(2).name == "s0"
    for _ in range(2):
        with pytest.raises(BtfFormatError, match=f"type id {_MANY + 2} has unknown kind 77"):
            list(btf.types())


def test_a_reference_past_the_end_is_refused_when_it_is_followed() -> None:
    b = _large()
    b.patch(2, body=b.words(b.string("a"), b.next_id, 0, b.string("next"), 3, 32))
    btf = Btf.from_bytes(b.build())

    with pytest.raises(BtfFormatError) as caught:
        btf.struct("s0")
    assert str(caught.value) == (
        f"type id {_MANY + 2} does not exist (ids are 0..{_MANY + 1}), in [2] STRUCT 's0'"
    )


def test_a_pointer_past_the_end_does_not_matter_until_someone_follows_it() -> None:
    b = _large()
    b.patch(2, info=PTR << 24, size_type=b.next_id, body=b"")
    b.patch(3, body=b.words(b.string("a"), 1, 0, b.string("next"), 2, 64), size_type=16)
    btf = Btf.from_bytes(b.build())

    assert btf.struct("s1").next.offset == 8
    with pytest.raises(BtfFormatError, match=rf"type id {_MANY + 2} does not exist"):
        btf.table.by_id(_MANY + 2)


def test_a_reference_that_cannot_exist_is_refused_at_once() -> None:
    b = _large()
    b.patch(2, body=b.words(b.string("a"), 1 << 31, 0, b.string("next"), 1, 32))
    btf = Btf.from_bytes(b.build())
    with pytest.raises(
        BtfFormatError, match=rf"type id {1 << 31} does not exist \(ids are 1\.\.{_MANY + 1}\)"
    ):
        btf.type(2)


def test_late_errors_also_name_the_file_and_the_type(tmp_path: Path) -> None:
    b = _large()
    b.patch(2, body=b.words(1 << 24, 1, 0, b.string("next"), 1, 32))
    b.add(77, "strange")
    path = tmp_path / "late.btf"
    path.write_bytes(b.build())
    btf = Btf.from_file(path)

    with pytest.raises(BtfFormatError) as caught:
        btf.struct("s0")
    assert str(caught.value) == (
        f"{path}: string offset {1 << 24} is past the string section ({len(b.strings)} bytes),"
        " in [2] STRUCT 's0', at byte 0x28"
    )
    with pytest.raises(BtfFormatError) as caught:
        len(btf)
    assert str(caught.value).startswith(f"{path}: type id {_MANY + 2} has unknown kind 77, and ")
