"""Types that no compiler writes: each gives the right class or the right error."""

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import btf_typing
from btf_typing import Btf, BtfError, BtfFormatError, LayoutError
from tests.builder import FUNC, BtfBuilder, MemberSpec, Order
from tests.elf_builder import elf

_MANY = 0xFFFFFFFF


# Types that are infinite, or nearly so.
def _typedef_cycle(b: BtfBuilder) -> int:
    b.typedef("a", b.next_id + 1)
    return b.typedef("b", b.next_id - 1)


def _qualifier_cycle(b: BtfBuilder) -> int:
    b.const(b.next_id + 1)
    return b.volatile(b.restrict(b.next_id - 1) - 1)


def _own_typedef(b: BtfBuilder) -> int:
    return b.typedef("me", b.next_id)


def _struct_in_itself(b: BtfBuilder) -> int:
    return b.struct("me", 4, [("me", b.next_id, 0)])


def _anonymous_in_itself(b: BtfBuilder) -> int:
    return b.union("me", 4, [("", b.next_id, 0), ("", b.next_id, 0)])


def _array_of_itself(b: BtfBuilder) -> int:
    return b.array(b.next_id, 2)


def _structs_in_each_other(b: BtfBuilder) -> int:
    b.struct("left", 4, [("right", b.next_id + 2, 0)])
    b.array(b.next_id - 1, 1)
    return b.struct("right", 4, [("left", b.next_id - 1, 0)])


def _typedef_chain(b: BtfBuilder) -> int:
    b.int("u32", 4)
    for number in range(100_000):
        b.typedef(f"t{number}", b.next_id - 1)
    return b.next_id - 1


def _deep_structs(b: BtfBuilder) -> int:
    b.int("u32", 4)
    for number in range(5_000):
        b.struct(f"s{number}", 4, [("in", b.next_id - 1, 0)])
    return b.next_id - 1


def _deep_anonymous_structs(b: BtfBuilder) -> int:
    b.int("u32", 4)
    b.struct("", 4, [("leaf", 1, 0)])
    for _ in range(5_000):
        b.struct("", 4, [("", b.next_id - 1, 0)])
    return b.next_id - 1


def _deep_arrays(b: BtfBuilder) -> int:
    b.int("u32", 4)
    for _ in range(5_000):
        b.array(b.next_id - 1, 1)
    return b.next_id - 1


def _doubling_arrays(b: BtfBuilder) -> int:
    b.int("u32", 4)
    for _ in range(60):
        b.array(b.next_id - 1, 2)
    return b.next_id - 1


def _many_nothings(b: BtfBuilder) -> int:
    return b.array(b.struct("empty", 0), _MANY)


def _doubling_unions(b: BtfBuilder) -> int:
    b.int("u32", 4)
    b.union("", 4, [("leaf", 1, 0)])
    for _ in range(60):
        inner = b.next_id - 1
        b.union("", 4, [("", inner, 0), ("", inner, 0)])
    return b.next_id - 1


@pytest.mark.parametrize(
    "add",
    [
        *(_typedef_cycle, _qualifier_cycle, _own_typedef, _struct_in_itself, _anonymous_in_itself),
        *(_array_of_itself, _structs_in_each_other, _typedef_chain, _deep_structs),
        *(_deep_anonymous_structs, _deep_arrays, _doubling_arrays, _many_nothings),
        _doubling_unions,
    ],
)
def test_types_without_an_end_have_no_layout(add: Callable[[BtfBuilder], int]) -> None:
    b = BtfBuilder()
    endless = add(b)
    b.struct("holder", 4, [("endless", endless, 0)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(LayoutError):
        btf.struct("holder")
    with pytest.raises(LayoutError):  # the first failure left nothing half-built behind
        btf.struct("holder")


def test_256_typedefs_or_dimensions_are_followed_and_257_are_not() -> None:
    b = BtfBuilder()
    last_typedef = last_array = b.int("u32", 4)
    for number in range(257):
        last_typedef = b.typedef(f"t{number}", last_typedef)
    for _ in range(257):
        last_array = b.array(last_array, 1)
    table = Btf.from_bytes(b.build()).table

    assert table.skip_modifiers(last_typedef - 1).name == "u32"
    with pytest.raises(LayoutError, match="through more than 256 typedefs and qualifiers"):
        table.skip_modifiers(last_typedef)
    assert table.skip_arrays(last_array - 1).name == "u32"
    assert table.size_of(last_array - 1) == 4
    with pytest.raises(LayoutError, match="has more than 256 dimensions"):
        table.skip_arrays(last_array)
    with pytest.raises(LayoutError, match="nests deeper than 256 levels"):
        table.size_of(last_array)


def test_structs_that_triple_are_refused_before_ctypes_describes_them() -> None:
    b = BtfBuilder()
    b.int("u8", 1)
    size = 1
    while 3 * size < _MANY:
        inner, bits = b.next_id - 1, 8 * size
        b.struct(
            f"s{size}", 3 * size, [("a", inner, 0), ("b", inner, bits), ("c", inner, 2 * bits)]
        )
        size *= 3
    btf = Btf.from_bytes(b.build())

    with pytest.raises(LayoutError):
        btf.struct(b.next_id - 1)
    assert ctypes.sizeof(btf.struct("s729")) == 3 * 729


def test_prototypes_of_prototypes_are_abridged() -> None:
    b = BtfBuilder()
    b.func_proto()
    for _ in range(60):
        inner = b.ptr(b.next_id - 1)
        b.func_proto(inner, [("a", inner), ("b", inner)])
    b.struct("s", 8, [("f", b.ptr(b.next_id - 1), 0)])

    text = Btf.from_bytes(b.build()).type("s").c_declaration

    assert "..." in text
    assert len(text) < 20_000


# Types that C cannot have.
@pytest.mark.parametrize(
    ("size", "type_id", "bits", "part"),
    [
        (8, 1, (4,), "bit 4"),
        (8, 1, (40,), "bit 40"),
        (8, 1, (64,), "past"),
        (8, 1, (0xFFFFFFF8,), "past"),
        (8, 1, (0, 33), "33 bits"),
        (8, 1, (60, 5), "past"),
        (8, 2, (0, 3), "STRUCT"),
        (8, 3, (0, 3), "FLOAT"),
        (8, 4, (0,), "FWD"),
        (8, 5, (0,), "FUNC_PROTO"),
        (8, 6, (0,), "FUNC"),
        (8, 7, (0,), "0 bytes"),
        (8, 8, (0,), "3 bytes"),
        (64, 9, (0,), "17 bytes"),
        (8, 10, (0,), "0 bytes"),
    ],
)
def test_members_that_cannot_be_are_refused_by_name(
    size: int, type_id: int, bits: tuple[int] | tuple[int, int], part: str
) -> None:
    b = BtfBuilder()
    b.int("u32", 4)
    b.struct("inner", 4, [("a", 1, 0)])
    b.float("float", 4)
    b.fwd("later")
    b.func_proto()
    b.func("call", 5)
    b.int("nothing", 0)
    b.enum("odd", {"A": 1}, 3)
    b.int("huge", 17)
    b.float("none", 0)
    b.struct("s", size, [("bad", type_id, *bits)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(LayoutError, match=part) as caught:
        btf.struct("s")

    assert "'bad'" in str(caught.value)


# Types that C cannot have but the kernel accepts: the class is right.
def test_overlapping_members_share_their_bytes() -> None:
    b = BtfBuilder()
    u32, u8 = b.int("u32", 4), b.int("u8", 1)
    b.struct("s", 8, [("a", u32, 16), ("b", u32, 0), ("c", u8, 24), ("d", b.array(u8, 4), 16)])
    cls = Btf.from_bytes(b.build()).struct("s")

    value = cls.from_buffer_copy(bytes(range(8)))

    assert (value.a, value.b, value.c) == (0x05040302, 0x03020100, 3)
    assert list(value.d) == [2, 3, 4, 5]
    value.c = 0xFF
    assert bytes(value) == bytes([0, 1, 2, 0xFF, 4, 5, 6, 7])


def test_members_of_one_name_get_underscores() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    inner = b.struct("", 4, [("a", u32, 0)])
    b.struct("s", 16, [("a", u32, 0), ("a", u32, 32), ("", inner, 64), ("a", u32, 96)])
    cls = Btf.from_bytes(b.build()).struct("s")

    value = cls.from_buffer_copy(bytes(n // 4 for n in range(16)))

    assert list(btf_typing.asdict(value)) == ["a", "a_", "a__", "a___"]
    assert list(btf_typing.asdict(value).values()) == [0, 0x01010101, 0x02020202, 0x03030303]


def test_thousands_of_members_of_one_name_end_soon() -> None:
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    b.struct("s", 20_000, [("a", u8, 8 * number) for number in range(20_000)])
    btf = Btf.from_bytes(b.build())

    try:
        names = list(btf_typing.asdict(btf.struct("s")()))
    except BtfError:
        return
    assert len(set(names)) == 20_000


@pytest.mark.parametrize("name", ["same", "same_t"])
def test_an_enum_of_too_many_enumerators_of_one_name_has_no_class(name: str) -> None:
    b = BtfBuilder()
    b.typedef("same_t", b.enum("same", [("X", value) for value in range(65)]))
    most = [("_X" if value else "_X_", value) for value in range(63)]
    b.enum("most", most)
    btf = Btf.from_bytes(b.build())

    with pytest.raises(
        LayoutError, match=r"^\[1\] ENUM 'same' has more than 64 enumerators called 'X'$"
    ):
        btf.enum(name)
    assert len(btf.enum("most")) == 63


@pytest.mark.parametrize(("size", "signed"), [(3, True), (3, False), (5, True), (16, True)])
def test_integers_of_odd_sizes_are_integers(size: int, *, signed: bool) -> None:
    b = BtfBuilder()
    odd = b.int("odd", size, "signed" if signed else "")
    b.struct("s", size + 1, [("a", odd, 8)])
    value = Btf.from_bytes(b.build()).struct("s")()

    value.a = -2

    assert bytes(value) == b"\0\xfe" + b"\xff" * (size - 1)
    assert value.a == (-2 if signed else (1 << 8 * size) - 2)


def test_a_scalar_without_a_name_is_padding() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("s", 12, [("a", u32, 0), ("", u32, 32), ("b", u32, 64)])

    value = Btf.from_bytes(b.build()).struct("s")(a=1, b=2)

    assert bytes(value) == b"\1\0\0\0\0\0\0\0\2\0\0\0"
    assert btf_typing.asdict(value) == {"a": 1, "b": 2}


def test_legacy_bitfields_are_integers_of_fewer_bits() -> None:
    b = BtfBuilder()
    low, high = b.int("int", 4, "signed", bits=3), b.int("int", 4, "signed", bits=5, offset=3)
    b.struct("s", 4, [("a", low, 0), ("b", high, 0)])
    cls = Btf.from_bytes(b.build()).struct("s")

    value = cls(a=-1, b=-2)

    assert bytes(value) == b"\xf7\0\0\0"
    assert (value.a, value.b) == (-1, -2)


def test_legacy_bitfields_are_recognised_behind_and_beside_a_typedef() -> None:
    b = BtfBuilder()
    three = b.int("unsigned int", 4, bits=3, offset=2)
    named, const = b.typedef("three_t", three), b.const(three)
    b.struct("s", 4, [("a", named, 0), ("b", three, 8), ("c", const, 16)])
    cls = Btf.from_bytes(b.build()).struct("s")

    assert bytes(cls(a=7, b=7, c=7)) == b"\x1c\x1c\x1c\0"


def test_a_bool_of_several_bits_is_a_bool() -> None:
    b = BtfBuilder()
    flag = b.int("_Bool", 1, "bool")
    b.struct("s", 1, [("a", flag, 0, 3), ("b", flag, 3, 5)])
    cls = Btf.from_bytes(b.build()).struct("s")

    assert cls.from_buffer_copy(b"\x04").a is True
    assert cls.from_buffer_copy(b"\x04").b is False
    assert bytes(cls(a=7, b=True)) == b"\x09"


def test_four_gibibytes_are_described_and_not_touched() -> None:
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    b.struct("s", _MANY, [("a", b.array(u8, _MANY - 1), 0), ("last", u8, (_MANY - 1) * 8 & _MANY)])
    btf = Btf.from_bytes(b.build())

    assert btf.type("s").size == _MANY
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    b.struct("t", _MANY, [("first", u8, 0), ("rest", b.array(u8, _MANY - 1), 8)])
    cls = Btf.from_bytes(b.build()).struct("t")
    assert ctypes.sizeof(cls) == _MANY
    assert cls.rest.size == _MANY - 1


def test_a_map_of_a_type_that_is_none_is_described(tmp_path: Path) -> None:
    b = BtfBuilder()
    kind = b.enum("kind", {"NONE": -100}, signed=True)
    pointer = b.ptr(b.int("u32", 4))
    members: list[MemberSpec] = [("type", kind, 0), ("key", pointer, 64), ("value", pointer, 128)]
    variable = b.var("m", b.struct("", 24, members))
    b.datasec(".maps", 24, [(variable, 0, 24)])
    path = tmp_path / "prog.bpf.o"
    path.write_bytes(elf({".BTF": b.build(), ".maps": bytes(24)}))

    found = btf_typing.load(path).maps["m"]

    assert found.type == "BPF_MAP_TYPE_-100"
    assert (found.key_size, found.value_size) == (4, 4)


def test_datasec_and_tags_of_things_that_are_not_there() -> None:
    b = BtfBuilder()
    b.struct("s", 4, [("a", b.int("u32", 4), 0)])
    b.datasec(".data", 8, [(1, 0, 4), (2, 0xFFFFFFFF, 0xFFFFFFFF)])
    b.decl_tag("tag", 2, 99)
    b.add(FUNC, "call", 2, vlen=9)
    btf = Btf.from_bytes(b.build())

    for type_ in btf.types():
        assert repr(type_)
        assert type_.c_declaration


def test_enumerators_that_look_private_are_members() -> None:
    b = BtfBuilder()
    b.enum("e", [("_e__x", 1), ("__y", 2), ("_e__z__", 3), ("mro", 4), ("_missing_", 5)])
    made = Btf.from_bytes(b.build()).enum("e")
    assert {name: member.value for name, member in made.__members__.items()} == {
        "_e__x": 1,
        "__y": 2,
        "_e__z___": 3,
        "mro_": 4,
        "_missing__": 5,
    }
    assert repr(made(1)) == "<e._e__x: 1>"


def test_a_sparse_file_of_60_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.btf"
    with path.open("wb") as stream:
        stream.write(bytes.fromhex("9feb0100"))
        stream.truncate(60 << 30)
    with pytest.raises(
        BtfFormatError, match="raw BTF of 64424509440 bytes; at most 1073741824 are supported"
    ):
        Btf.from_file(path)


def test_a_bitfield_has_at_least_one_bit() -> None:
    b = BtfBuilder()
    b.struct("s", 4, [("none", b.int("odd", 4, bits=0), 0)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(LayoutError, match="cannot hold a bitfield of 0 bits"):
        btf.struct("s")


@pytest.mark.parametrize("order", ["<", ">"])
def test_bits_at_the_end_of_a_struct_are_read_from_inside_it(order: Order) -> None:
    b = BtfBuilder(order)
    u8, u32 = b.int("u8", 1), b.int("u32", 4)
    b.struct("s", 6, [("a", b.array(u8, 3), 0, 0), ("b", u32, 24, 20), ("c", u32, 44, 4)])
    btf = Btf.from_bytes(b.build())
    made: Any = btf.struct("s")

    bits = next(
        field.bits for field in btf.layouts.aggregate(b.next_id - 1).fields if field.name == "b"
    )
    assert bits is not None
    assert (bits.offset, bits.storage.size) == (2, 4)
    value = made.from_buffer_copy(bytes.fromhex("000000 abcdef"))
    assert (value.b, value.c) == ((0xFCDAB, 0xE) if order == "<" else (0xABCDE, 0xF))
    value.b = 0x12345
    assert bytes(value).hex() == ("0000004523e1" if order == "<" else "00000012345f")
