"""Files that no compiler writes: each gives the right class or the right error."""

import contextlib
import ctypes
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

import btf_typing
from btf_typing import Btf, BtfError, BtfFormatError
from btf_typing._wire import elf as elf_reader
from tests.builder import KIND_LAYOUT, PTR, STRUCT, BtfBuilder, Order
from tests.elf_builder import Symbol, elf

_MANY = 0xFFFFFFFF


def _small() -> BtfBuilder:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("s", 8, [("a", u32, 0), ("b", u32, 32)])
    return b


def _words(**words: Any) -> bytes:
    return _small().build(**words)


# Faults that are found before any type is read.
@pytest.mark.parametrize(
    ("data", "parts"),
    [
        pytest.param(b"", ["empty", "magic 0xeb9f", "byte 0x0"], id="empty"),
        pytest.param(b"\x9f", ["magic", "0xeb9f"], id="one byte"),
        pytest.param(b"\x9f\xeb\x01\x00", ["header", "4 bytes", "24"], id="magic and no more"),
        pytest.param(_words(magic=0x457F), ["magic 0x457f", "0xeb9f", "byte 0x0"], id="magic"),
        pytest.param(_words(version=2), ["version 2", "expected 1", "byte 0x2"], id="version"),
        pytest.param(_words(flags=1), ["flags 0x1", "byte 0x3"], id="flags"),
        pytest.param(_words(hdr_len=23), ["header of 23 bytes", "byte 0x4"], id="short header"),
        pytest.param(_words(hdr_len=_MANY), ["header of 4294967295"], id="huge header"),
        pytest.param(_words(type_len=_MANY & ~3), ["type section", "past the end"], id="types"),
        pytest.param(_words(str_len=_MANY), ["string section", "past the end"], id="strings"),
        pytest.param(_words(str_off=_MANY), ["string section", "past the end"], id="string offset"),
        pytest.param(
            _words(str_off=4),
            ["type section and string section overlap"],
            id="overlapping sections",
        ),
        pytest.param(
            _words(type_len=50),
            ["type section of 50 bytes, expected a multiple of 4"],
            id="odd type section",
        ),
        pytest.param(_words(type_off=2), ["type section", "multiple of 4"], id="misaligned types"),
        pytest.param(_words(type_len=48), ["ends in the middle", "id 2"], id="half a type"),
        pytest.param(_words(str_len=0), ["string section"], id="no strings"),
        pytest.param(_words(str_len=3), ["string section", "end with a NUL"], id="no last NUL"),
        pytest.param(
            _words(str_off=53, str_len=8), ["string section", "begin with a NUL"], id="no first NUL"
        ),
    ],
)
def test_broken_headers_are_refused(data: bytes, parts: list[str]) -> None:
    with pytest.raises(BtfFormatError) as caught:
        Btf.from_bytes(data)

    for part in parts:
        assert part in str(caught.value)


def _overrun(b: BtfBuilder) -> None:
    b.add(STRUCT, "s", 8, b.words(0, 1, 0), vlen=2)


def _overrun_by_far(b: BtfBuilder) -> None:
    b.add(STRUCT, "s", 8, b.words(0, 1, 0), vlen=0xFFFFFF)


def _kind_0(b: BtfBuilder) -> None:
    b.add(0, "s", 8)


def _kind_20(b: BtfBuilder) -> None:
    b.add(20, "s", 8)


def _stray_word(b: BtfBuilder) -> None:
    b.add(PTR, body=b.words(0))


def _two_stray_words(b: BtfBuilder) -> None:
    b.add(PTR, body=b.words(0, 0))


@pytest.mark.parametrize(
    ("add", "parts"),
    [
        (_stray_word, ["ends in the middle", "id 2"]),
        (_two_stray_words, ["kind 0"]),
        (_overrun, ["ends in the middle", "id 1"]),
        (_overrun_by_far, ["ends in the middle", "id 1"]),
        (_kind_0, ["kind 0", "type id 1"]),
        (_kind_20, ["kind 20", "type id 1", "layout section"]),
    ],
)
def test_records_without_an_end_are_refused(
    add: Callable[[BtfBuilder], None], parts: list[str]
) -> None:
    b = BtfBuilder()
    add(b)

    with pytest.raises(BtfFormatError) as caught:
        Btf.from_bytes(b.build())

    for part in parts:
        assert part in str(caught.value)


def test_a_record_may_have_more_elements_than_16_bits_can_count() -> None:
    b = BtfBuilder()
    count = (1 << 16) + 3
    b.enum("many", [(0, number) for number in range(count)])
    after = b.struct("after", 4, [("x", b.int("u32", 4), 0)])
    btf = Btf.from_bytes(b.build())

    assert len(btf.type("many").enumerators) == count
    assert btf.type("many").enumerators[-1].value == count - 1
    assert btf.type(after).name == "after"


def test_a_layout_section_leads_past_kinds_that_nobody_knows() -> None:
    b = BtfBuilder()
    b.add(20, "new", 0, b.words(1, 2, 3, 4, 5), vlen=2)
    u32 = b.int("u32", 4)
    b.struct("s", 4, [("a", u32, 0)])

    btf = Btf.from_bytes(b.build(layout=[*KIND_LAYOUT, (4, 8)]))

    assert btf.struct("s")(a=7).a == 7
    assert btf.type(1).name == "new"
    assert btf.type(1).kind == "UNKNOWN"


def test_a_layout_section_with_absurd_sizes_is_refused() -> None:
    b = BtfBuilder()
    b.add(20, "new")

    with pytest.raises(BtfFormatError, match="kind 20"):
        Btf.from_bytes(b.build(layout=[*KIND_LAYOUT, (3, 1)]))


def test_a_longer_header_than_any_known_is_stepped_over() -> None:
    data = _small().build(header=32)
    longer = data[:4] + (40).to_bytes(4, "little") + data[8:32] + bytes(8) + data[32:]

    assert ctypes.sizeof(Btf.from_bytes(longer).struct("s")) == 8


# A fault in one type affects only that type, and the message names it.
def test_a_string_offset_past_the_strings_is_refused_where_it_is_used() -> None:
    b = _small()
    bad = b.struct(70112, 4, [("a", 1, 0)])
    worse = b.struct("worse", 4, [(70113, 1, 0)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(BtfFormatError, match=r"70112.*past the string section.*\[3\] STRUCT.*0x"):
        btf.struct(bad)
    with pytest.raises(BtfFormatError, match=r"70113.*past the string section.*\[4\] STRUCT.*0x"):
        btf.struct(worse)
    assert ctypes.sizeof(btf.struct("s")) == 8


def test_a_type_id_that_does_not_exist_is_refused_where_it_is_used() -> None:
    b = _small()
    b.typedef("lost", 9041)
    b.struct("lost_too", 4, [("a", 9042, 0)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(BtfFormatError, match=r"9041 does not exist.*1\.\.4.*base=.*\[3\] TYPEDEF"):
        btf.struct("lost")
    with pytest.raises(BtfFormatError, match=r"9042 does not exist.*1\.\.4.*base=.*\[4\] STRUCT"):
        btf.struct("lost_too")
    assert ctypes.sizeof(btf.struct("s")) == 8


def test_split_btf_without_its_base_says_so() -> None:
    base = _small()
    split = BtfBuilder(base=base)
    split.struct("t", 8, [("inner", 2, 0)])

    with pytest.raises(BtfFormatError, match="base="):
        Btf.from_bytes(split.build()).struct("t")
    joined = Btf.from_bytes(split.build(), base=Btf.from_bytes(base.build()))
    assert joined.struct("t")(inner=joined.struct("s")(a=1, b=2)).inner.b == 2


def test_a_base_of_the_other_byte_order_is_refused() -> None:
    base = BtfBuilder(">")
    base.int("u32", 4)
    split = BtfBuilder("<", base=base)
    split.ptr(1)

    with pytest.raises(BtfFormatError, match="endian"):
        Btf.from_bytes(split.build(), base=Btf.from_bytes(base.build()))


# Names.
@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"caf\xe9", "caf\\xe9"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"\xff", "\\xff"),
        (b"quo\"te's", "quo\"te's"),
        (b"new\nline", "new\nline"),
        ("größe".encode(), "größe"),
        (b"a b", "a b"),
        (b"0", "0"),
        (b"x" * 4000, "x" * 4000),
    ],
)
def test_any_bytes_make_a_name(raw: bytes, shown: str) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct(raw, 4, [(raw, u32, 0)])
    btf = Btf.from_bytes(b.build())

    cls = btf.struct(shown)

    (name,) = btf_typing.asdict(cls())
    assert name.isidentifier()
    assert cls.__name__.isidentifier()
    assert btf.type(shown).fields[0].name == shown
    assert getattr(cls(**{name: 9}), name) == 9


def test_names_longer_than_any_compiler_writes_are_refused() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct(b"x" * 5000, 4, [("a", u32, 0)])
    b.struct("s", 4, [("a", u32, 0)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(BtfFormatError, match=r"offset 7 .*4096 bytes.*\[2\] STRUCT"):
        btf.type(2)
    assert ctypes.sizeof(btf.struct("s")) == 4


_OVERLAP = (
    r"overlapping names add up to (\d+) bytes in a string section of 16391 bytes;"
    r" at most 1179704 are supported, in \[\d+\] FWD"
)


def test_overlapping_long_names_take_no_more_memory_than_their_share() -> None:
    b = BtfBuilder()
    wild = b.fwd(0xFFFFFFFF)
    b.strings += (b"x" * 4095 + b"\0") * 4
    for number in range(16_000):
        b.fwd(1 + number)
    b.strings += b"alone\0"
    b.fwd(b.first_string + len(b.strings) - 6)
    btf = Btf.from_bytes(b.build())

    with pytest.raises(BtfFormatError, match="is past the string section"):
        btf.type(wild)
    # It would be 32 MB if all of these names were kept.
    with pytest.raises(BtfFormatError, match=_OVERLAP):
        list(map(btf.type, range(wild + 1, len(btf))))
    assert "alone" in btf


# ELF.
def _object(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "prog.bpf.o"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "part"),
    [
        pytest.param(b"\x7fELF", "corrupt ELF", id="magic and no more"),
        pytest.param(elf({".BTF": _words()})[:40], "corrupt ELF", id="half a header"),
        pytest.param(elf({".BTF": _words()})[:-200], "corrupt ELF", id="no section headers"),
        pytest.param(elf({".data": bytes(4)}), "no .BTF section", id="no BTF"),
        pytest.param(elf({".BTF": b""}), "magic", id="empty BTF"),
        pytest.param(elf({".BTF": 64}), "BTF", id="BTF without content"),
        pytest.param(elf({".BTF": _words(version=9)}), "version 9", id="bad BTF"),
        pytest.param(elf({".BTF": _words(), ".BTF.base": b"junk"}), "magic", id="bad base"),
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"#!/bin/sh\n", "neither an ELF object nor raw BTF", id="a script"),
    ],
)
def test_objects_that_hold_no_btf_are_refused_by_name(
    tmp_path: Path, data: bytes, part: str
) -> None:
    path = _object(tmp_path, data)

    with pytest.raises(BtfFormatError, match=part) as caught:
        btf_typing.load(path)

    assert str(caught.value).startswith(f"{path}: ")
    assert caught.value.path == str(path)


@pytest.mark.parametrize(("bits", "order"), [(32, ">"), (64, "<")])
def test_every_byte_of_an_object_may_be_wrong(
    tmp_path: Path, bits: Literal[32, 64], order: Order
) -> None:
    symbols = [Symbol("v", ".data", 0, 8)]
    good = elf({".BTF": _words(), ".data": bytes(8)}, symbols, bits=bits, order=order)
    path = tmp_path / "prog.bpf.o"
    read = 0
    for at in range(len(good)):
        wrong = 0xFF if bits == 64 else good[at] ^ 0x80
        path.write_bytes(good[:at] + bytes([wrong]) + good[at + 1 :])
        with contextlib.suppress(BtfError):
            obj = btf_typing.load(path)
            list(obj.maps)
            list(obj.sections)
            ctypes.sizeof(obj.btf.struct("s"))
            read += 1
    # Nothing reads padding, flags and the like.
    assert len(good) // 3 < read < len(good)


def test_symbols_with_endless_names_are_not_read_to_their_end(tmp_path: Path) -> None:
    b = BtfBuilder()
    variable = b.var("v", b.int("u32", 4))
    b.datasec(".data", 4, [(variable, 0, 4)])
    filler = b"x" * 400_000
    symbols = [Symbol("v", ".data", 0, 4)] * 10_000
    data = bytearray(elf({".BTF": b.build(), ".data": bytes(4), ".filler": filler}, symbols))
    # The string table is the filler, and every name begins somewhere in it: 4 GB of names.
    headers = int.from_bytes(data[40:48], "little")
    table, names = headers + 4 * 64, headers + 5 * 64
    data[names + 24 : names + 32] = data.find(filler).to_bytes(8, "little")
    first = int.from_bytes(data[table + 24 : table + 32], "little")
    for number in range(1, 10_001):
        at = first + 24 * number
        data[at : at + 4] = number.to_bytes(4, "little")
    obj = btf_typing.load(_object(tmp_path, bytes(data)))

    with pytest.raises(
        BtfFormatError, match=r"corrupt ELF: a name at byte .* has no NUL within 4096 bytes"
    ):
        obj.sections[".data"]


def _with_data() -> bytes:
    """An object with a variable of 4 bytes in ``.data``."""
    b = BtfBuilder()
    variable = b.var("v", b.int("u32", 4))
    b.datasec(".data", 4, [(variable, 0, 4)])
    sections = {".BTF": b.build(), ".data": b"\1\2\3\4"}
    return elf(sections, [Symbol("v", ".data", 0, 4)])


@pytest.mark.parametrize(("table", "at", "size"), [(0, 58, 2), (3, 56, 8)])
def test_tables_of_entries_without_size_are_not_read(
    tmp_path: Path, table: int, at: int, size: int
) -> None:
    data = bytearray(_with_data())
    at += int.from_bytes(data[40:48], "little") + 64 * table if table else 0
    assert int.from_bytes(data[at : at + size], "little") == (24 if table else 64)
    data[at : at + size] = bytes(size)

    with pytest.raises(BtfFormatError, match=r"corrupt ELF: .* of 0 bytes, expected at least"):
        btf_typing.load(_object(tmp_path, bytes(data))).sections[".data"]


def test_sections_that_overlap_are_not_copied(tmp_path: Path) -> None:
    data = bytearray(_with_data())
    first = int.from_bytes(data[40:48], "little")
    count = int.from_bytes(data[60:62], "little")
    headers = data[first : first + 64 * count]
    section = headers[2 * 64 : 3 * 64]
    more = 2000
    section[24:40] = bytes(8) + (len(data) + 64 * more).to_bytes(8, "little")  # the whole file
    data[40:48] = len(data).to_bytes(8, "little")
    data[60:62] = (count + more).to_bytes(2, "little")
    data += headers + section * more
    obj = btf_typing.load(_object(tmp_path, bytes(data)))

    tracemalloc.start()
    with pytest.raises(
        BtfError, match=r"data sections have \d+ bytes together, more than the file"
    ):
        obj.sections[".data"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * len(data)


@pytest.mark.parametrize("offset", [-2, 1 << 60])
def test_variables_past_the_end_of_the_file(tmp_path: Path, offset: int) -> None:
    data = bytearray(_with_data())
    at = int.from_bytes(data[40:48], "little") + 2 * 64 + 24
    found = int.from_bytes(data[at : at + 8], "little")
    assert data[found : found + 4] == b"\1\2\3\4"
    data[at : at + 8] = (offset if offset > 0 else len(data) + offset).to_bytes(8, "little")
    path = _object(tmp_path, bytes(data))

    with pytest.raises(BtfFormatError, match=r"corrupt ELF: section \.data ends at byte") as caught:
        btf_typing.load(path).sections[".data"]
    assert caught.value.path == str(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_name_past_the_end_of_the_file(tmp_path: Path) -> None:
    data = bytearray(_with_data())
    at = int.from_bytes(data[40:48], "little") + 64
    data[at : at + 4] = b"\xff\xff\xff\x7f"

    with pytest.raises(BtfFormatError, match="corrupt ELF: a name ends at byte 0x8"):
        btf_typing.load(_object(tmp_path, bytes(data)))


def test_one_compiler_section_of_each_name_is_read() -> None:
    raw = _words()
    data = bytearray(elf({".BTF": raw, ".comment": b"GCC: (GNU) 12.1.0\0" + bytes(100_000)}))
    first = int.from_bytes(data[40:48], "little")
    count, more = int.from_bytes(data[60:62], "little"), 1000
    headers = data[first : first + 64 * count]
    comment = headers[2 * 64 : 3 * 64]
    data[40:48] = len(data).to_bytes(8, "little")
    data[60:62] = (count + more).to_bytes(2, "little")
    data += headers + comment * more

    tracemalloc.start()
    contents = elf_reader.read(io.BytesIO(data), len(data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert contents.old_compiler
    assert peak < 20 * len(data)


class _Counted(io.BytesIO):
    """A file that counts the bytes that are read from it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def test_only_one_of_many_btf_sections_is_read() -> None:
    raw = _words() + bytes(100_000)
    data = bytearray(elf({".BTF": raw}, machine=62))
    first = int.from_bytes(data[40:48], "little")
    count, more = int.from_bytes(data[60:62], "little"), 1000
    headers = data[first : first + 64 * count]
    data[40:48] = len(data).to_bytes(8, "little")
    data[60:62] = (count + more).to_bytes(2, "little")
    data += headers + headers[64:128] * more
    stream = _Counted(data)

    assert elf_reader.read(stream, len(data)).btf == raw
    assert stream.count < 6000 * more


@pytest.mark.parametrize(("length", "is_too_long"), [(4096, False), (4097, True)])
def test_names_have_at_most_4096_bytes(length: int, is_too_long: bool) -> None:
    b = BtfBuilder()
    b.struct("n" * length, 4, [("x", b.int("u32", 4), 0)])
    btf = Btf.from_bytes(b.build())

    if is_too_long:
        with pytest.raises(BtfFormatError, match="more than 4096 bytes"):
            btf.type(b.next_id - 1)
    else:
        assert len(btf.type(b.next_id - 1).name) == length
