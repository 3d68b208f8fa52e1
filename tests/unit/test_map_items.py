"""Keys, values and events in the forms that loaders use, compared with `struct` and `int`."""

from __future__ import annotations

import array
import ctypes
import struct
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from btf_typing import BpfObject, BtfDataError, BtfError, load
from tests.builder import BtfBuilder
from tests.paths import ROOT

_KEY = struct.pack("=I16s", 7, b"bash")
_VALUE = struct.pack("=QB7x", 5, 0b00101_011)


@pytest.fixture(scope="module")
def obj() -> BpfObject:
    return _OBJ


def _scalars() -> BpfObject:
    """An object with a map for each kind of scalar."""
    b = BtfBuilder()
    types = {
        "float": b.float("float", 4),
        "double": b.float("double", 8),
        "char": b.int("char", 1, "signed"),
        "bool": b.int("_Bool", 1, "bool"),
        "s32": b.int("int", 4, "signed"),
        "u8": b.int("unsigned char", 1),
        "u64": b.int("unsigned long", 8),
        "s128": b.int("__int128", 16, "signed"),
    }
    array_type = b.ptr(b.array(types["s32"], 1))
    variables = []
    for name, type_id in types.items():
        members = [("type", array_type, 0), ("key", b.ptr(types["s32"]), 64)]
        definition = b.struct("", 24, [*members, ("value", b.ptr(type_id), 128)])
        variables.append((b.var(name, definition), 0, 24))
    b.datasec(".maps", 24, variables)
    return load(b.build())


@pytest.mark.parametrize(
    "form",
    [
        bytes,
        bytearray,
        memoryview,
        lambda data: ctypes.create_string_buffer(data, len(data)),
        lambda data: (ctypes.c_uint8 * len(data))(*data),
        lambda data: array.array("B", data),
        lambda data: memoryview(array.array("I", data)),
    ],
)
def test_buffers(obj: BpfObject, form: Any) -> None:
    by_key = obj.maps["by_key"]
    key = by_key.decode_key(form(_KEY))
    assert type(key) is obj.btf.struct("key")
    assert (key.pid, key.comm) == (7, b"bash")
    value = by_key.decode_value(form(_VALUE))
    assert type(value) is obj.btf.struct("value")
    assert (value.count, value.flags, value.rest) == (5, 3, 5)

    assert by_key.encode_key(key) == by_key.encode_key(form(_KEY)) == _KEY
    assert by_key.encode_value(value) == by_key.encode_value(form(_VALUE)) == _VALUE


def test_the_result_is_a_copy(obj: BpfObject) -> None:
    memory = bytearray(_KEY)
    key = obj.maps["by_key"].decode_key(memory)
    memory[0] = 9
    key.pid += 1
    assert (key.pid, memory[0]) == (8, 9)
    own = obj.maps["by_key"].decode_key(key)
    own.pid = 1
    assert key.pid == 8


_OBJ = load(ROOT / "tests/objects/maps-clang19-el.o")
_SCALARS = _scalars()


@pytest.mark.parametrize("number", [0, 7, 0xFFFF_FFFF, -1])
def test_an_int_for_a_struct_of_its_size(obj: BpfObject, number: int) -> None:
    """pylibbpf returns each key of 4 bytes as a number, whatever its type."""
    key = obj.maps["anonymous_key"].decode_key(number)
    data = (number & 0xFFFF_FFFF).to_bytes(4, sys.byteorder)
    assert (key.port, key.proto) == struct.unpack("=HH", data)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("float", struct.pack("=f", 1.5), 1.5),
        ("double", struct.pack("=d", 0.1), 0.1),
        ("char", b"x", b"x"),
        ("bool", b"\1", True),
        ("s32", struct.pack("=i", -5), -5),
        ("u8", b"\xff", 255),
        ("u64", struct.pack("=Q", 2**63), 2**63),
    ],
)
def test_scalars(name: str, data: bytes, expected: Any) -> None:
    each = _SCALARS.maps[name]
    value = each.decode_value(data)
    assert (type(value), value) == (type(expected), expected)
    # Loaders return an int for some of these, whatever its sign, and tinybpf also a float.
    as_int = each.decode_value(int.from_bytes(data, sys.byteorder))
    assert (type(as_int), as_int) == (type(expected), expected)
    signed = each.decode_value(int.from_bytes(data, sys.byteorder, signed=True))
    assert signed == expected
    if isinstance(expected, float):
        assert each.decode_value(expected) == expected
    assert each.encode_value(expected) == each.encode_value(data) == data
    assert each.encode_value(each.value(expected)) == data


def test_char_arrays_pointers_and_other_arrays(obj: BpfObject) -> None:
    by_hand = obj.maps["by_hand"]
    assert by_hand.decode_value(b"abc\0\0\0") == b"abc"
    assert by_hand.decode_value(b"abcdef") == b"abcdef"
    assert by_hand.encode_value(b"abc") == b"abc\0\0\0"
    assert by_hand.encode_value(bytearray(b"abcdef")) == b"abcdef"

    by_pointer = obj.maps["by_pointer"]
    assert by_pointer.decode_key(0) is None
    assert by_pointer.decode_key(bytes(8)) is None
    assert by_pointer.decode_key(2**63) == 2**63
    assert by_pointer.encode_key(None) == by_pointer.encode_key(0) == bytes(8)

    value = obj.maps["anonymous_key"].decode_value(struct.pack("=4Q", 1, 2, 3, 4))
    assert isinstance(value, ctypes.Array)
    assert list(value) == [1, 2, 3, 4]
    assert obj.maps["anonymous_key"].encode_value(value) == struct.pack("=4Q", 1, 2, 3, 4)
    assert list(_SCALARS.maps["s128"].decode_value(-2)) == [0xFE, *[0xFF] * 15]


def test_only_a_size_is_known(obj: BpfObject) -> None:
    sizes_only = obj.maps["sizes_only"]
    assert sizes_only.decode_key(bytearray(12)) == bytes(12)
    assert sizes_only.encode_key(memoryview(bytes(12))) == bytes(12)
    with pytest.raises(BtfDataError, match=r"^key of map 'sizes_only' has 3 bytes, expected 12$"):
        sizes_only.encode_key(b"abc")


def test_per_cpu_values(obj: BpfObject) -> None:
    """Each value in a block takes a multiple of 8 bytes; in a list, it may or may not."""
    per_cpu = obj.maps["per_cpu"]
    assert per_cpu.per_cpu
    assert not obj.maps["by_key"].per_cpu
    block = _VALUE + bytes(16) + _VALUE
    forms: list[Any] = [block, bytearray(block), [_VALUE, bytes(16), bytearray(_VALUE)]]
    for items in forms:
        values = per_cpu.decode_values(items)
        assert [value.count for value in values] == [5, 0, 5]
        assert type(values[0]) is obj.btf.struct("value")
        assert per_cpu.encode_values(values) == block


def _per_cpu_int() -> Any:
    b = BtfBuilder()
    u32 = b.int("unsigned int", 4)
    kind = b.ptr(b.array(u32, 6))  # BPF_MAP_TYPE_PERCPU_ARRAY
    members = [("type", kind, 0), ("key", b.ptr(u32), 64), ("value", b.ptr(u32), 128)]
    b.datasec(".maps", 24, [(b.var("hits", b.struct("", 24, members)), 0, 24)])
    return load(b.build()).maps["hits"]


def test_small_per_cpu_values_are_padded_in_a_block_and_in_a_list() -> None:
    hits = _per_cpu_int()
    block = struct.pack("=I4xI4x", 3, 4)
    assert hits.decode_values(block) == [3, 4]
    assert hits.decode_values((ctypes.c_uint64 * 2)(3, 4)) == [3, 4]
    assert hits.decode_values([3, 4]) == [3, 4]
    assert hits.decode_values([block[:8], block[8:12]]) == [3, 4]
    assert hits.encode_values([3, 4]) == block
    assert hits.decode_values(b"") == hits.decode_values([]) == []
    with pytest.raises(BtfDataError, match=r"12 bytes, expected a multiple of 8$"):
        hits.decode_values(bytes(12))
    with pytest.raises(BtfDataError, match=r"^value of map 'hits' has 5 bytes, expected 4$"):
        hits.decode_values([bytes(5)])
    with pytest.raises(TypeError, match=r"expected bytes, got NoneType"):
        hits.decode_values([None])


def test_a_block_of_other_maps_has_no_padding(obj: BpfObject) -> None:
    assert obj.maps["first"].decode_values(struct.pack("=3I", 1, 2, 3)) == [1, 2, 3]
    assert obj.maps["first"].encode_values([1, 2, 3]) == struct.pack("=3I", 1, 2, 3)


def test_wrong_sizes_and_numbers(obj: BpfObject) -> None:
    first = obj.maps["first"]
    with pytest.raises(BtfDataError, match=r"^value of map 'first' has 3 bytes, expected 4$"):
        first.decode_value(b"abc")
    with pytest.raises(BtfDataError, match=r"^value of map 'by_key' has 17 bytes, expected 16$"):
        obj.maps["by_key"].decode_value(bytes(17))
    with pytest.raises(BtfDataError, match=r"4294967296 does not fit into 4 bytes$"):
        first.decode_value(2**32)
    for number in (2**32, -1):
        with pytest.raises(BtfDataError, match=f"{number} does not fit into a c_u"):
            first.encode_value(number)
    with pytest.raises(BtfDataError, match=r"has 7 bytes, expected 6$"):
        obj.maps["by_hand"].encode_value(b"toolong")
    with pytest.raises(BtfDataError, match=r"2 does not fit into a c_bool"):
        obj.maps["by_pointer"].encode_value(2)
    assert issubclass(BtfDataError, BtfError)
    assert issubclass(BtfDataError, ValueError)


def test_wrong_types(obj: BpfObject) -> None:
    first: Any = obj.maps["first"]
    with pytest.raises(TypeError, match=r"^value of map 'first': expected bytes or .*, got str$"):
        first.decode_value("5")
    with pytest.raises(TypeError, match=r"^value of map 'first': "):
        first.encode_value("5")
    by_key: Any = obj.maps["by_key"]
    with pytest.raises(TypeError, match=r"^key of map 'by_key': expected bytes, got int$"):
        by_key.encode_key(5)
    with pytest.raises(TypeError, match=r"^value of map 'by_hand': expected bytes, got str$"):
        obj.maps["by_hand"].encode_value("abc")


@given(data=st.binary(min_size=16, max_size=16))
def test_any_bytes_of_a_struct_come_back(data: bytes) -> None:
    by_key = _OBJ.maps["by_key"]
    assert by_key.encode_value(by_key.decode_value(data)) == data


@given(number=st.integers(-(2**32), 2**33))
def test_any_number_comes_back_or_is_refused(number: int) -> None:
    first, s32 = _OBJ.maps["first"], _SCALARS.maps["s32"]
    for each, lowest in ((first, 0), (s32, -(2**31))):
        if lowest <= number < lowest + 2**32:
            data = each.encode_value(number)
            assert data == (number % 2**32).to_bytes(4, sys.byteorder)
            assert each.decode_value(data) == each.decode_value(number) == number
        else:
            with pytest.raises(BtfDataError, match="does not fit"):
                each.encode_value(number)


def test_events(obj: BpfObject) -> None:
    events, cls = obj.maps["perf"], obj.btf.struct("value")
    for data in (_VALUE, bytearray(_VALUE), memoryview(_VALUE), _VALUE + bytes(4)):
        event = events.decode_event(cls, data)
        assert type(event) is cls
        assert (event.count, event.rest) == (5, 5)

    memory = ctypes.create_string_buffer(_VALUE)
    event = events.decode_event(cls, ctypes.addressof(memory), len(_VALUE))
    ctypes.memset(memory, 0, len(_VALUE))
    assert event.count == 5, "a copy"

    message = "event of map 'perf' has 12 bytes, but value has 16; is this the struct"
    with pytest.raises(BtfDataError, match=message):
        events.decode_event(cls, _VALUE[:12])
    with pytest.raises(BtfDataError, match=message):
        events.decode_event(cls, ctypes.addressof(memory), 12)
    with pytest.raises(TypeError, match=r"an address and the number of bytes there"):
        events.decode_event(cls, ctypes.addressof(memory))
    with pytest.raises(TypeError, match="an address and the number of bytes there"):
        events.decode_event(cls, ctypes.addressof(memory), -1)
    with pytest.raises(BtfDataError, match=r"^event of map 'perf' has the address 0$"):
        events.decode_event(cls, 0, 16)
    with pytest.raises(BtfDataError, match=message):
        events.decode_event(cls, _VALUE, 12)
