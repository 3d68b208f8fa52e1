"""Globals of objects, compared with their C source and with libbpf's reading."""

import copy
import ctypes
from pathlib import Path
from typing import Any, Literal

import pytest

import btf_typing
from btf_typing import BpfObject, Btf, BtfFormatError, LayoutError, TypeNotFoundError, load
from btf_typing._classes.instances import own_origin
from tests import libbpf
from tests.builder import BtfBuilder, Order
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT

_OBJECTS = ROOT / "tests/objects"
_GLOBALS = [
    f"{compiler}-{order}" for compiler in ("clang19", "clang14", "gcc12") for order in ("el", "eb")
]
_LITTLE = [
    *(_OBJECTS / f"globals-{name}.o" for name in _GLOBALS if name.endswith("el")),
    _OBJECTS / "linked.o",
    ROOT / "examples/globals/globals.bpf.o",
]

# The values in globals.c, except grid: GCC 12 confuses its dimensions.
_CONFIG = {"level": 1, "origin": {"x": -2, "y": 3}, "name": b"abc", "low": 5, "high": 4097}
_EMPTY = {"level": 0, "origin": {"x": 0, "y": 0}, "name": b"", "low": 0, "high": 0}
_VALUES: dict[str, object] = {
    "small": 0x11,
    "wide": 0x1122334455667788,
    "text": b"hello",
    "config": _CONFIG,
    "mode": 7,
    "aligned": 0x4321,
    "weak": 0xABCDEF01,
    "counter": -7,
    "flag": True,
    "custom": 99,
    "hidden": 98,
    "limit": 1000,
    "corner": {"x": 7, "y": -8},
    "secret": 0x5A,
    "deadline": 5000000000,
    "zero": 0,
    "tail": [0, 0, 0],
    "empty": _EMPTY,
    "calls": 0,
}
_PLACES = {
    ".data": {"small", "wide", "text", "config", "mode", "aligned", "weak", "counter"},
    ".data.custom": {"flag", "custom", "hidden"},
    ".rodata": {"limit", "corner", "secret"},
    ".rodata.x": {"deadline"},
    ".bss": {"zero", "tail", "empty", "calls"},
}


def _globals(name: str) -> BpfObject:
    return load(_OBJECTS / f"globals-{name}.o")


@pytest.mark.parametrize("name", _GLOBALS)
def test_variables_have_the_values_of_the_c(name: str) -> None:
    obj = _globals(name)
    found: dict[str, object] = {}
    for section in obj.sections.values():
        found |= btf_typing.asdict(section)

    grid = found.pop("grid")
    assert grid == ([[1, 2], [3, 4], [5, 6]] if "gcc" in name else [[1, 2, 3], [4, 5, 6]])
    if "clang" in name:
        # Names of static variables in functions begin with the function's name.
        assert (found.pop("f_counter_"), found.pop("g_counter_")) == (31, 32)
        assert found.pop("g_calls_") == 0
    assert found == _VALUES


@pytest.mark.parametrize("name", ["clang19-el", "clang14-eb"])
def test_variables_are_in_the_section_that_the_c_says(name: str) -> None:
    sections = _globals(name).sections

    assert set(sections) == set(_PLACES)
    for section, names in _PLACES.items():
        fields = {name for name in btf_typing.asdict(sections[section]) if not name.endswith("_")}
        assert fields - {"grid"} == names


@pytest.mark.parametrize("path", _LITTLE, ids=lambda path: path.name)
def test_bytes_are_the_initial_values_of_libbpf(path: Path) -> None:
    sections = load(path).sections
    theirs = {each.name: each.initial for each in libbpf.opened(path).maps if each.internal}

    assert len(theirs) >= 3
    assert len(theirs) == len(sections)
    for name, initial in theirs.items():
        # libbpf names .data, .rodata and .bss after the object.
        section = name if name.startswith(".") else "." + name.rpartition(".")[2]
        assert bytes(sections[section]) == initial


@pytest.mark.parametrize(
    "path", [path for path in _LITTLE if "gcc" not in path.name], ids=lambda path: path.name
)
def test_places_are_those_that_libbpf_fills_into_the_btf(path: Path) -> None:
    """GCC's objects are left out: libbpf believes their BTF, in which static variables are at 0."""
    fixed = Btf.from_bytes(libbpf.opened(path).btf)
    sections = load(path).sections
    compared = 0
    for name, section in sections.items():
        cls: Any = type(section)
        ours = {(f.bit_offset // 8, f.c_name) for f in sections.layout(name).fields}
        theirs = {(field.offset, field.name) for field in fixed.type(name).fields}
        assert ours == theirs
        assert ctypes.sizeof(cls) == fixed.type(name).size
        compared += len(ours)
    assert compared >= 3


def test_statics_of_gcc_are_where_their_symbols_are() -> None:
    """GCC's BTF has offset 0 for all of them, and at most one of secret and counter is there."""
    data = _globals("gcc12-el").sections[".data"]
    cls: Any = type(data)

    assert (cls.secret.offset, cls.counter.offset) == (8, 24)
    assert type(_globals("gcc12-el").sections[".bss"]).calls.offset == 4


def test_static_variables_of_one_name_are_distinguished() -> None:
    linked: BpfObject = load(_OBJECTS / "linked.o")
    data = linked.sections[".data"]

    assert btf_typing.asdict(data) == {
        "global_of_a": 12,
        "counter": 11,
        "tag_a": b"aaaa",
        "global_of_b": 22,
        "counter_": 21,
        "tag_b": b"bb",
    }


def test_names_that_python_cannot_spell() -> None:
    data: Any = _globals("clang19-el").sections[".data"]

    assert getattr(data, "f.counter") == data.f_counter_ == 31


def test_an_instance_is_made_once_and_can_be_written_to() -> None:
    obj = _globals("clang19-el")
    data: Any = obj.sections[".data"]

    data.config.origin.x = 5
    data.small = 255

    assert obj.sections[".data"] is data
    assert bytes(data)[:1] == b"\xff"
    assert bytes(data)[28:32] == b"\5\0\0\0"
    assert _globals("clang19-el").sections[".data"].small == 0x11
    with pytest.raises(AttributeError):
        data.smal = 5


def test_the_class_reads_a_live_section() -> None:
    cls: Any = type(_globals("clang19-el").sections[".rodata"])

    live = cls.from_buffer_copy(b"\1\0\0\0\2\0\0\0\3\0\0\0\4")

    assert (cls.__name__, cls.__module__) == ("section_rodata", "globals_clang19_el_bpf")
    assert (live.limit, live.corner.x, live.corner.y, live.secret) == (1, 2, 3, 4)
    assert type(_globals("clang19-el").sections[".data.custom"]).__name__ == "section_data_custom"


def test_a_mapping() -> None:
    sections = _globals("clang19-el").sections

    assert sorted(sections) == [".bss", ".data", ".data.custom", ".rodata", ".rodata.x"]
    assert ".maps" not in sections
    assert "license" not in sections
    assert sections.get(".dat") is sections.get(".dat", default=None) is None
    assert repr(sections).startswith("<Sections of ")


def test_a_section_that_is_not_there() -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        _globals("clang19-el").sections[".rodat"]

    assert str(caught.value).startswith("no section of globals '.rodat' in ")
    assert caught.value.suggestions[0] == ".rodata"
    with pytest.raises(TypeNotFoundError, match=r"^no section of globals '\.rodat' in "):
        _globals("clang19-el").sections.initial_values(".rodat")


def test_raw_btf_has_no_sections(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.datasec(".data", 4, [(b.var("x", b.int("int", 4)), 0, 4)])
    path = tmp_path / "raw.btf"
    path.write_bytes(b.build())

    assert list(load(path).sections) == []


def _object(
    tmp_path: Path,
    btf: BtfBuilder,
    data: bytes | int,
    *symbols: Symbol,
    section: str = ".data",
    **options: Any,
) -> BpfObject:
    path = tmp_path / "made.o"
    path.write_bytes(elf({".BTF": btf.build(), section: data}, symbols, **options))
    return load(path)


@pytest.mark.parametrize(("bits", "order"), [(32, "<"), (32, ">"), (64, "<"), (64, ">")])
def test_elf_of_either_class_and_order(tmp_path: Path, bits: int, order: Order) -> None:
    b = BtfBuilder(order)
    u16 = b.int("u16", 2)
    first, second = b.var("first", b.ptr()), b.var("second", u16)
    b.datasec(".data", 0, [(second, 0, 2), (first, 0, bits // 8)])
    endian: Literal["little", "big"] = "little" if order == "<" else "big"
    data = b"\0" * 8 + (0x1234).to_bytes(bits // 8, endian) + (7).to_bytes(2, endian)
    symbols = [
        Symbol("second", ".data", 8 + bits // 8, 2),
        Symbol("first", ".data", 8, bits // 8),
    ]

    obj = _object(tmp_path, b, data, *symbols, bits=bits, order=order)

    section: Any = obj.sections[".data"]
    assert (section.first, section.second) == (0x1234, 7)
    assert bytes(section) == data
    assert obj.btf.pointer_size == bits // 8


@pytest.mark.parametrize("name", [".database", ".bssx", ".rodatax", "data", ".kconfig"])
def test_sections_that_libbpf_leaves_alone(tmp_path: Path, name: str) -> None:
    b = BtfBuilder()
    b.datasec(name, 4, [(b.var("x", b.int("int", 4), 0), 0, 4)])

    obj = _object(tmp_path, b, bytes(4), Symbol("x", name, 0, 4, binding=0), section=name)

    assert list(obj.sections) == []
    assert libbpf.opened(tmp_path / "made.o").maps == []


def test_other_machines_have_no_sections(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.datasec(".data", 4, [(b.var("x", b.int("int", 4), 0), 0, 4)])

    assert list(_object(tmp_path, b, b"\0\0\0\0", machine=62).sections) == []
    assert list(_object(tmp_path, b, b"\0\0\0\0").sections) == [".data"]


def _statics(*offsets: int) -> BtfBuilder:
    """An object whose BTF has a static variable ``x`` at each of *offsets*."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.datasec(".data", 0, [(b.var("x", u32, 0), offset, 4) for offset in offsets])
    return b


_DATA = bytes(range(16))


def test_static_variables_without_symbols_are_where_btf_says(tmp_path: Path) -> None:
    section: Any = _object(tmp_path, _statics(4, 8), _DATA).sections[".data"]

    assert (section.x, section.x_) == (0x07060504, 0x0B0A0908)


def test_the_one_symbol_of_a_static_variable_is_right(tmp_path: Path) -> None:
    symbol = Symbol("x", ".data", 8, 4, binding=0)

    section: Any = _object(tmp_path, _statics(0), _DATA, symbol).sections[".data"]

    assert section.x == 0x0B0A0908


def test_ambiguous_static_variables_are_refused(tmp_path: Path) -> None:
    symbols = [Symbol("x", ".data", 4, 4, binding=0), Symbol("x", ".data", 12, 4, binding=0)]

    section: Any = _object(tmp_path, _statics(0, 8), _DATA, *symbols).sections[".data"]
    with pytest.raises(
        LayoutError,
        match="at offset 0, but none of the static variables 'x' in the ELF file is there",
    ):
        section.x  # noqa: B018  # it raises
    good: Any = _object(tmp_path, _statics(4, 12), _DATA, *symbols).sections[".data"]
    assert (good.x, good.x_) == (0x07060504, 0x0F0E0D0C)


def test_a_global_without_a_symbol(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.datasec(".data", 4, [(b.var("x", b.int("int", 4)), 0, 4)])
    local = Symbol("x", ".data", 0, 4, binding=0)

    section: Any = _object(tmp_path, b, _DATA, local).sections[".data"]
    with pytest.raises(LayoutError, match=r"no symbol 'x' in .* stripped\?"):
        section.x  # noqa: B018  # it raises


def test_variables_of_other_objects_are_left_out(tmp_path: Path) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.datasec(".data", 0, [(b.var("theirs", u32, 2), 0, 4), (b.var("ours", u32), 0, 4)])

    section: Any = _object(tmp_path, b, _DATA, Symbol("ours", ".data", 4, 4)).sections[".data"]

    assert btf_typing.asdict(section) == {"ours": 0x07060504}


def test_a_section_that_the_elf_file_lacks(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.datasec(".rodata", 4, [(b.var("x", b.int("int", 4)), 0, 4)])

    with pytest.raises(
        BtfFormatError, match=r"section '\.rodata' is in the BTF, but not in the ELF"
    ):
        _object(tmp_path, b, _DATA).sections[".rodata"]


def test_a_variable_past_the_end(tmp_path: Path) -> None:
    section: Any = _object(tmp_path, _statics(12), _DATA[:14]).sections[".data"]
    with pytest.raises(
        LayoutError, match=r"^\[3\] DATASEC '\.data': member 'x': 32 bits at bit 96 end past the 14"
    ):
        section.x  # noqa: B018  # it raises


def test_a_struct_past_the_end_is_no_part_of_the_section(tmp_path: Path) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    pair = b.struct("pair", 8, [("a", u32, 0), ("b", u32, 32)])
    b.datasec(".data", 16, [(b.var("near", u32), 0, 4), (b.var("far", pair), 12, 8)])
    symbols = Symbol("near", ".data", 0, 4), Symbol("far", ".data", 12, 8)

    section: Any = _object(tmp_path, b, _DATA, *symbols).sections[".data"]
    assert section.near == 0x03020100
    with pytest.raises(LayoutError, match="member 'far': 64 bits at bit 96 end past the 16"):
        section.far  # noqa: B018  # it raises

    origin = own_origin(type(section))
    assert origin is not None
    # The section itself and one u32, without nested structs.
    assert (origin.layout.depth, origin.layout.values, origin.layout.parts) == (1, 2, 2)


def test_a_variable_without_a_layout(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.datasec(".data", 4, [(b.var("x", b.fwd("later"), 0), 0, 4)])

    section: Any = _object(tmp_path, b, _DATA).sections[".data"]
    with pytest.raises(LayoutError, match="later"):
        section.x  # noqa: B018  # it raises


def test_sections_copy() -> None:
    data: Any = _globals("clang19-el").sections[".data"]
    copied = copy.deepcopy(data)

    assert copied == data
    copied.small = 1
    assert data.small == 0x11
    assert copied != data
