"""Validation of hand-written classes: bitfields and byte order."""

import re
import sys
from ctypes import (
    BigEndianStructure,
    BigEndianUnion,
    LittleEndianStructure,
    Structure,
    Union,
    c_bool,
    c_int8,
    c_int16,
    c_int32,
    c_uint8,
    c_uint16,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any

import pytest

from btf_typing import Btf
from tests.builder import BtfBuilder, Order
from tests.handwritten import Types, differences, mine


def test_bitfields_are_found_where_ctypes_puts_them() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u32, 0, 3), ("b", b.i32, 3, 5), ("c", b.u32, 8, 24)])
    btf = b.btf()

    assert differences(btf, mine(("a", c_uint32, 3), ("b", c_int32, 5), ("c", c_uint32, 24))) == []
    assert differences(btf, mine(("a", c_uint32, 4), ("b", c_uint32, 4), ("c", c_int32, 24))) == [
        "a: class has c_uint32 at offset 0, bits 0-3, BTF has c_uint32 at offset 0, bits 0-2",
        "b: class has c_uint32 at offset 0, bits 4-7, BTF has c_int32 at offset 0, bits 3-7",
        "c: class has c_int32 at offset 1, bits 0-23, BTF has c_uint32 at offset 1, bits 0-23",
    ]


@pytest.mark.parametrize("size", [1 << 24, 1 << 28])
def test_bitfields_behind_a_very_large_array(size: int) -> None:
    b = Types()
    rest = b.array(b.u32, size // 4)
    b.struct(
        "s", size + 8, [("rest", rest, 0), ("a", b.u32, 8 * size), ("b", b.i32, 8 * size + 32)]
    )
    btf = b.btf()
    array = c_uint32 * (size // 4)

    assert differences(btf, mine(("rest", array), ("a", c_uint32, 32), ("b", c_int32, 32))) == []
    assert differences(btf, mine(("rest", array), ("a", c_uint32, 3), ("b", c_int32))) == [
        f"a: class has c_uint32 at offset {size}, bits 0-2, BTF has c_uint32 at offset {size}"
    ]


def test_the_type_of_a_bitfield_may_be_of_another_size() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u32, 0, 3), ("b", b.u32, 3, 5), ("_rest", b.u32, 8, 24)])
    cls = mine(("a", c_uint8, 3), ("b", c_uint8, 5), ("_rest", c_uint8 * 3))

    assert differences(b.btf(), cls) == [
        "_rest: class has c_uint8 * 3 at offset 1, BTF has c_uint32 at offset 1, bits 0-23"
    ]


def test_a_bitfield_of_whole_bytes_may_be_a_field() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u16, 0, 16), ("b", b.u16, 16)])
    btf = b.btf()

    assert differences(btf, mine(("a", c_uint16), ("b", c_uint16))) == []
    assert differences(btf, mine(("a", c_uint16, 16), ("b", c_uint16, 16))) == []
    assert differences(btf, mine(("a", c_int16), ("b", c_int16, 16))) == [
        "a: class has c_int16 at offset 0, BTF has c_uint16 at offset 0, bits 0-15",
        "b: class has c_int16 at offset 2, bits 0-15, BTF has c_uint16 at offset 2",
    ]


def test_an_integer_bitfield_of_full_width_is_no_float_or_bool() -> None:
    b = Types()
    b.struct("s", 8, [("f", b.float("float", 4), 0), ("b", b.bool, 32)])

    assert differences(b.btf(), mine(("f", c_int32, 32), ("b", c_uint32, 8))) == [
        "f: class has c_int32 at offset 0, bits 0-31, BTF has c_float at offset 0",
        "b: class has c_uint32 at offset 4, bits 0-7, BTF has c_bool at offset 4",
    ]


def test_a_bitfield_is_no_field() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u32, 0, 3)])

    assert differences(b.btf(), mine(("a", c_uint32))) == [
        "a: class has c_uint32 at offset 0, BTF has c_uint32 at offset 0, bits 0-2"
    ]


def test_bool_bitfields_are_bytes_to_ctypes() -> None:
    """ctypes ignores the width of a c_bool bitfield in every version of Python."""
    b = Types()
    b.struct("s", 1, [("a", b.bool, 0, 1), ("b", b.bool, 1, 1)])
    btf = b.btf()
    cure = "ctypes reads a c_bool bitfield as a whole byte: make it a bitfield of c_uint8"

    assert differences(btf, mine(("a", c_bool, 1), ("b", c_bool, 1))) == [
        f"a: class has c_bool at offset 0, BTF has c_bool at offset 0, bit 0; {cure}",
        f"b: class has c_bool at offset 0, BTF has c_bool at offset 0, bit 1; {cure}",
    ]
    assert differences(btf, mine(("a", c_uint8, 1), ("b", c_uint8, 1))) == []
    # A signed bitfield of one bit is 0 or -1.
    assert differences(btf, mine(("a", c_int8, 1), ("b", c_uint8, 1))) == [
        "a: class has c_int8 at offset 0, bit 0, BTF has c_bool at offset 0, bit 0"
    ]


def test_enum_bitfields_may_have_either_sign() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.enum("e", {"A": 1}), 0, 3), ("b", b.u32, 3, 29)])
    btf = b.btf()

    for kind in (c_uint32, c_int32):
        assert differences(btf, mine(("a", kind, 3), ("b", c_uint32, 29))) == []


def test_bitfields_that_ctypes_cannot_place() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u16, 1, 3), ("b", b.u16, 16)])

    assert differences(b.btf(), mine(("a", c_uint16, 3), ("b", c_uint16))) == [
        (
            "a: class has c_uint16 at offset 0, bits 0-2, BTF has c_uint16 at offset 0, bits 1-3;"
            " ctypes places bitfields differently: use the class that struct() returns"
        )
    ]


def test_a_bitfield_after_one_that_is_missing_is_not_ctypes_fault() -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u32, 0, 3), ("b", b.u32, 3, 29)])

    assert differences(b.btf(), mine(("b", c_uint32, 29))) == [
        "b: class has c_uint32 at offset 0, bits 0-28, BTF has c_uint32 at offset 0, bits 3-31",
        "a: class has no such field, BTF has c_uint32 at offset 0, bits 0-2",
    ]


def test_bitfields_in_another_order_are_not_ctypes_fault() -> None:
    b = Types()
    b.struct("s", 1, [("sig", b.u8, 0, 7), ("group", b.u8, 7, 1)])

    assert differences(b.btf(), mine(("group", c_uint8, 1), ("sig", c_uint8, 7))) == [
        (
            "group: class has c_uint8 at offset 0, bit 0, BTF has c_uint8 at offset 0, bit 7;"
            " move it after 'sig'"
        ),
        "sig: class has c_uint8 at offset 0, bits 1-7, BTF has c_uint8 at offset 0, bits 0-6",
    ]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param([("a", c_uint32, 4)], id="of another width"),
        pytest.param([("x", c_uint32, 1), ("a", c_uint32, 3)], id="surplus"),
    ],
)
def test_a_bitfield_after_a_wrong_one_is_not_ctypes_fault(first: list[Any]) -> None:
    b = Types()
    b.struct("s", 4, [("a", b.u32, 0, 3), ("b", b.u32, 3, 5)])

    lines = differences(b.btf(), mine(*first, ("b", c_uint32, 5)))

    assert lines[-1] == (
        "b: class has c_uint32 at offset 0, bits 4-8, BTF has c_uint32 at offset 0, bits 3-7"
    )
    assert "ctypes" not in "".join(line.partition(";")[2] for line in lines)


def test_padding_that_is_missing_before_a_bitfield_is_not_ctypes_fault() -> None:
    b = Types()
    b.struct("s", 12, [("a", b.u8, 0), ("b", b.u32, 64, 7), ("c", b.u32, 71, 25)])
    fields: list[Any] = [("a", c_uint8), ("b", c_uint32, 7), ("c", c_uint32, 25)]

    first, *_ = differences(b.btf(), mine(*fields))

    # Python 3.14 and newer place "b" in the first 4 bytes, as C does.
    padding = re.search(r"; put \('(_pad\d)', c_uint8 \* (\d)\) before it$", first)
    assert padding
    fields.insert(1, (padding[1], c_uint8 * int(padding[2])))
    assert differences(b.btf(), mine(*fields)) == []


def _big_endian() -> Btf:
    """``struct s { u32 a; u8 b; u8 c[3]; void *p; struct { u16 x; } n; u16 e; }``."""
    b = Types(">")
    inner = b.struct("inner", 2, [("x", b.u16, 0)])
    members = [("a", b.u32, 0), ("b", b.u8, 32), ("c", b.array(b.u8, 3), 40), ("p", b.ptr(), 64)]
    members += [("n", inner, 128), ("e", b.u16, 144)]
    b.struct("s", 20, members)
    b.struct("bits", 4, [("a", b.u32, 0, 12), ("b", b.u32, 12, 20)])
    b.union("u", 4, [("a", b.u32, 0), ("b", b.u8, 0)])
    return b.btf()


_BigInner = mine(("x", c_uint16), base=BigEndianStructure)
_BIG = [("a", c_uint32), ("b", c_uint8), ("c", c_uint8 * 3), ("p", c_uint64)]


def test_a_big_endian_structure_matches_a_big_endian_target() -> None:
    fields = [*_BIG, ("n", _BigInner), ("e", c_uint16)]

    assert differences(_big_endian(), mine(*fields, base=BigEndianStructure, _pack_=1)) == []


def test_swapped_scalars_in_a_plain_structure_match_a_big_endian_target() -> None:
    big16 = c_uint16.__ctype_be__
    inner = mine(("x", big16))
    first = [(name, getattr(cls, "__ctype_be__", cls)) for name, cls in _BIG]

    cls = mine(*first, ("n", inner), ("e", big16), _pack_=1)

    assert differences(_big_endian(), cls) == []


def test_native_scalars_do_not_match_a_big_endian_target() -> None:
    little_inner = mine(("x", c_uint16))
    cls = mine(*_BIG, ("n", little_inner), ("e", c_uint16), _pack_=1)
    be = ".__ctype_be__"

    assert differences(_big_endian(), cls) == [
        f"a: class has c_uint32 at offset 0, BTF has c_uint32{be} at offset 0",
        f"p: class has c_uint64 at offset 8, BTF has c_uint64{be} at offset 8",
        f"n.x: class has c_uint16 at offset 0, BTF has c_uint16{be} at offset 0",
        f"e: class has c_uint16 at offset 18, BTF has c_uint16{be} at offset 18",
    ]


def test_a_native_struct_inside_a_big_endian_one_stays_native() -> None:
    """ctypes accepts it without a warning."""
    little_inner = mine(("x", c_uint16), base=LittleEndianStructure)
    fields = [*_BIG, ("n", little_inner), ("e", c_uint16)]

    assert differences(_big_endian(), mine(*fields, base=BigEndianStructure, _pack_=1)) == [
        "n.x: class has c_uint16 at offset 0, BTF has c_uint16.__ctype_be__ at offset 0"
    ]


def test_native_bitfields_are_not_big_endian_ones() -> None:
    cls = mine(("a", c_uint32, 12), ("b", c_uint32, 20))

    lines = differences(_big_endian(), cls, "bits")

    assert [line.partition(":")[0] for line in lines] == ["a", "b"]
    assert lines[0] == (
        "a: class has c_uint32 at offset 0, bits 0-11,"
        " BTF has c_uint32.__ctype_be__ at offset 0, bits 0-11"
    )


def test_big_endian_bitfields_count_from_the_top() -> None:
    fields = [("a", c_uint32, 12), ("b", c_uint32, 20)]

    assert differences(_big_endian(), mine(*fields, base=BigEndianStructure), "bits") == []
    assert differences(_big_endian(), mine(*fields[::-1], base=BigEndianStructure), "bits")


@pytest.mark.parametrize(
    ("order", "right", "wrong"),
    [(">", BigEndianStructure, Structure), ("<", Structure, BigEndianStructure)],
)
def test_a_byte_that_lies_across_two_has_the_order_of_the_target(
    order: Order, right: Any, wrong: Any
) -> None:
    b = Types(order)
    b.struct("s", 2, [("a", b.u8, 0, 5), ("b", b.i8, 5, 5), ("c", b.u8, 10, 6)])
    fields = [("a", c_uint16, 5), ("b", c_int16, 5), ("c", c_uint16, 6)]

    assert differences(b.btf(), mine(*fields, base=right)) == []
    assert differences(b.btf(), mine(*fields, base=wrong)) != []


def test_big_endian_unions() -> None:
    cls = mine(("a", c_uint32), ("b", c_uint8), base=BigEndianUnion)

    assert differences(_big_endian(), cls, "u") == []
    assert differences(_big_endian(), mine(("a", c_uint32), ("b", c_uint8), base=Union), "u")


def test_pointers_of_32_bit_targets_are_integers() -> None:
    b = BtfBuilder()
    b.int("long unsigned int", 4)
    b.struct("s", 4, [("p", b.ptr(), 0)])
    btf = Btf.from_bytes(b.build())

    assert differences(btf, mine(("p", c_uint32))) == []
    assert differences(btf, mine(("p", c_void_p))) == [
        "p: class has c_void_p at offset 0, BTF has c_uint32 at offset 0",
        "class has 8 bytes, BTF has 4 bytes",
    ]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="only ctypes before Python 3.14 errs so")
@pytest.mark.parametrize(
    ("order", "base"), [("<", Structure), (">", BigEndianStructure)], ids=["little", "big"]
)
def test_a_bitfield_that_ctypes_puts_nowhere(order: Order, base: Any) -> None:
    b = Types(order)
    members = [("a", b.u32, 0, 3), ("b", b.u32, 3, 5), ("c", b.i32, 8, 7), ("d", b.u64, 64, 40)]
    b.struct("s", 16, [*members, ("e", b.u8, 104, 1)])
    first = [("a", c_uint32, 3), ("b", c_uint32, 5), ("c", c_int32, 7), ("d", c_uint64, 40)]
    # ctypes continues in the 64 bits of the previous field, and a byte has no bit 55.
    cls = mine(*first, ("e", c_uint8, 1), base=base)

    assert "e: class has c_uint8 at offset 7, no bits, BTF has c_uint8 at offset 13, bit 0" in (
        differences(b.btf(), cls)
    )
