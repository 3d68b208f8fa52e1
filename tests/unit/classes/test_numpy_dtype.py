"""``dtype``: numpy reads the same values from the same bytes as ctypes."""

import ctypes
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from btf_typing import Btf, BtfError, LayoutError, dtype, load
from tests.builder import BtfBuilder
from tests.paths import ROOT

np = pytest.importorskip("numpy")

EXAMPLES = sorted((ROOT / "examples").glob("*/*.bpf.o"))


def _same(ours: object, theirs: Any) -> bool:
    """Whether a ctypes value and a numpy value are equal, apart from numpy's limits."""
    if isinstance(ours, ctypes.Structure | ctypes.Union):
        return all(_same(getattr(ours, name), theirs[name]) for name in theirs.dtype.names)
    if isinstance(ours, ctypes.Array) and ours._type_ is not ctypes.c_char:
        return all(_same(*pair) for pair in zip(ours, theirs, strict=True))
    if isinstance(ours, bytes):
        # ctypes stops at the first NUL, and numpy strips NULs at the end.
        return bytes(theirs).split(b"\0")[0] == ours.split(b"\0")[0]
    if ours is None:
        return int(theirs) == 0
    return bool(ours == theirs.item() or (np.isnan(ours) and np.isnan(theirs)))


def _structs(btf: Btf) -> Iterator[type[Any]]:
    for type_ in btf.types():
        if type_.kind in ("STRUCT", "UNION"):
            try:
                yield btf.struct(type_.id) if type_.kind == "STRUCT" else btf.union(type_.id)
            except BtfError:
                continue


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_numpy_reads_what_ctypes_reads(path: Path) -> None:
    rng = random.Random(path.name)  # noqa: S311
    compared = 0
    for cls in _structs(load(path).btf):
        made = dtype(cls)
        assert made.itemsize == ctypes.sizeof(cls)
        if not made.itemsize or not made.names:
            continue
        data = bytes(rng.randrange(2) for _ in range(4 * made.itemsize))
        records = np.frombuffer(data, dtype=made)
        for index in range(4):
            ours = cls.from_buffer_copy(data, index * made.itemsize)
            assert _same(ours, records[index]), cls
            compared += 1
    assert compared >= 4


def test_names_offsets_and_formats() -> None:
    b = BtfBuilder()
    u8, u32, char = b.int("u8", 1), b.int("u32", 4), b.int("char", 1, "signed")
    text, pairs = b.array(char, 6), b.array(b.array(u32, 2), 3)
    union = b.union("", 4, [("word", u32, 0), ("byte", u8, 0)])
    wide = b.int("__int128", 16, "signed")
    b.struct(
        "s",
        60,
        [
            ("class", u8, 0),
            ("late", u32, 8),
            ("flag", u32, 40, 3),
            ("text", text, 48),
            ("pairs", pairs, 96),
            ("", union, 288),
            ("wide", wide, 320),
        ],
    )
    made = dtype(Btf.from_bytes(b.build()).struct("s"))
    assert made.itemsize == 60
    assert made.fields is not None
    assert {name: (str(field[0]), field[1]) for name, field in made.fields.items()} == {
        "class_": ("uint8", 0),
        "late": ("uint32", 1),
        "text": ("|S6", 6),
        "pairs": ("('<u4', (3, 2))", 12),
        "word": ("uint32", 36),
        "byte": ("uint8", 36),
        "wide": ("|V16", 40),
    }


def test_bitfields_are_left_out_unless_they_fill_their_type() -> None:
    b = BtfBuilder()
    u32, bool_ = b.int("u32", 4), b.int("_Bool", 1, "bool")
    wide = b.int("unsigned __int128", 16)
    members = [
        *(("part", u32, 0, 3), ("flag", bool_, 3, 1), ("all", u32, 32, 32)),
        *(("x", wide, 128, 5), ("y", wide, 133, 100), ("whole", wide, 256, 128)),
    ]
    b.struct("s", 48, members)
    made = dtype(Btf.from_bytes(b.build()).struct("s"))
    assert made.fields is not None
    assert {name: (str(field[0]), field[1]) for name, field in made.fields.items()} == {
        "all": ("uint32", 4),
        "whole": ("|V16", 32),
    }


def test_the_other_byte_order() -> None:
    b = BtfBuilder(">")
    b.struct("s", 4, [("a", b.int("u16", 2), 0), ("b", b.int("u16", 2, "signed"), 16)])
    made = dtype(Btf.from_bytes(b.build()).struct("s"))
    records = np.frombuffer(bytes([0, 1, 0xFF, 0xFE]), dtype=made)
    assert records[0].tolist() == (1, -2)


def test_only_classes_of_ours_have_one() -> None:
    with pytest.raises(TypeError, match="Mine was not made by btf_typing"):
        dtype(type("Mine", (ctypes.Structure,), {"_fields_": []}))


def test_a_class_that_adds_fields_has_none() -> None:
    b = BtfBuilder()
    b.struct("s", 4, [("a", b.int("u32", 4), 0)])
    base: Any = Btf.from_bytes(b.build()).struct("s")
    same: Any = type(base)("Same", (base,), {})
    longer: Any = type(base)("Longer", (base,), {"_fields_": [("b", ctypes.c_uint32)]})

    assert dtype(same) == dtype(base)
    with pytest.raises(TypeError, match="Longer adds fields that the C type does not have"):
        dtype(longer)


def test_types_that_numpy_cannot_have() -> None:
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    b.struct("huge", 1 << 31, [("a", b.array(u8, (1 << 31) - 1), 0)])
    cls = Btf.from_bytes(b.build()).struct("huge")

    with pytest.raises(LayoutError, match="huge of 2147483648 bytes is too much for numpy: "):
        dtype(cls)


def test_text_of_no_length_is_an_array_of_no_characters() -> None:
    b = BtfBuilder()
    u32, char = b.int("u32", 4), b.int("char", 1, "signed")
    rows = b.array(b.array(char, 0), 2)
    b.struct("s", 4, [("n", u32, 0), ("data", b.array(char, 0), 32), ("rows", rows, 32)])
    made = dtype(Btf.from_bytes(b.build()).struct("s"))

    assert (made["data"].shape, made["data"].base) == ((0,), np.dtype("S1"))
    assert (made["rows"].shape, made["rows"].base) == ((2, 0), np.dtype("S1"))
    assert made.itemsize == 4
