"""The descriptors of bitfields: a class creates them together, `descriptors` one by one."""

from typing import Any

import pytest

from btf_typing._classes.descriptors import _bits
from btf_typing._classes.generated import simple_class
from btf_typing._layout.shape import Scalar
from tests.builder import Order
from tests.handwritten import Types

U32, I64, U8 = "u32", "i64", "u8"

STRUCTS: dict[str, tuple[int, list[tuple[str, str, int, int]]]] = {
    "one integer, with a gap": (4, [("a", U32, 0, 3), ("b", U32, 5, 9), ("c", U32, 14, 18)]),
    "integers without a gap between them": (
        4,
        [("a", U32, 0, 5), ("b", U32, 8, 2), ("c", U32, 10, 6), ("d", U32, 16, 16)],
    ),
    "integers of several sizes": (
        24,
        [
            *(("a", U8, 1, 2), ("b", U32, 20, 13), ("c", I64, 64, 45), ("d", I64, 109, 19)),
            ("e", U32, 131, 1),
        ],
    ),
    "integers that overlap": (8, [("a", U32, 0, 20), ("b", U32, 20, 9), ("c", U32, 29, 7)]),
    "bits that overlap": (4, [("a", U32, 0, 8), ("b", U32, 2, 4), ("c", U32, 3, 4)]),
    "in the other order": (4, [("a", U32, 20, 3), ("b", U32, 9, 3), ("c", U32, 1, 3)]),
}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("case", STRUCTS)
def test_bitfields_of_one_class_are_those_made_one_by_one(case: str, order: Order) -> None:
    size, members = STRUCTS[case]
    b = Types(order)
    b.struct("bits", size, [(name, getattr(b, of), at, width) for name, of, at, width in members])
    btf = b.btf()
    cls = btf.struct("bits")
    compared = 0
    for field in btf.layouts.aggregate(btf.type("bits").id).fields:
        bits = field.bits
        if bits is None or bits.maker != "_bits":
            continue
        assert isinstance(bits.storage, Scalar)
        whole = simple_class(bits.storage.ctype, bits.storage.swapped)
        alone = _bits(field.name, bits.offset, whole, bits.shift, bits.width)
        assert _facts(vars(cls)[field.name]) == _facts(alone)
        compared += 1
    assert compared >= 2, "the case has bitfields that share a class"


def test_each_bitfield_has_a_descriptor_of_its_own() -> None:
    b = Types("<")
    b.union("u", 4, [("a", b.u32, 0, 3), ("b", b.u32, 0, 3)])
    cls = vars(b.btf().union("u"))
    assert cls["a"] is not cls["b"]
    assert _facts(cls["a"])[:2] == _facts(cls["b"])[:2]


def _facts(descriptor: Any) -> list[object]:
    """All that ctypes shows of a descriptor; since Python 3.14, this includes the name."""
    names = ("offset", "size", "name", "byte_offset", "byte_size", "bit_offset", "bit_size")
    return [getattr(descriptor, name, None) for name in names]
