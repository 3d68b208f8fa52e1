"""`from_record`: records that end in a flexible array."""

import copy
import ctypes
import pickle
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from btf_typing import Btf, asdict, dtype, from_record, load
from tests.builder import BtfBuilder, Order
from tests.handwritten import Types

_KERNEL = Path("/sys/kernel/btf/vmlinux")


def _types(order: Order = "<") -> BtfBuilder:
    b = Types(order)
    point = b.struct("point", 4, [("x", b.u16, 0), ("y", b.u16, 16)])
    # The array begins in the padding of the struct.
    b.struct("event", 16, [("time", b.u64, 0), ("len", b.u8, 64), ("data", b.array(b.u8, 0), 72)])
    b.struct("line", 4, [("len", b.u32, 0), ("text", b.array(b.char, 0), 32)])
    b.struct("numbers", 4, [("n", b.i32, 0), ("values", b.array(b.i32, 0), 32)])
    b.struct("points", 4, [("n", b.u32, 0), ("points", b.array(point, 0), 32)])
    b.struct("rows", 4, [("n", b.u32, 0), ("rows", b.array(b.array(b.u16, 2), 0), 32)])
    either = b.union("", 0, [("raw", b.array(b.u8, 0), 0), ("points", b.array(point, 0), 0)])
    b.struct("either", 4, [("n", b.u32, 0), ("", either, 32)])
    header = b.struct("header", 4, [("len", b.u32, 0)])
    nested = b.struct("nested", 4, [("header", header, 0), ("data", b.array(b.u16, 0), 32)])
    b.struct("marked", 8, [("mark", b.array(b.u8, 0), 0), ("a", b.u64, 0)])
    b.struct("outer", 4, [("inner", nested, 0)])
    return b


@pytest.fixture(scope="module")
def btf() -> Btf:
    return Btf.from_bytes(_types().build())


_HEAD = struct.pack("<QB", 5, 3)


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
def test_the_array_is_the_rest_of_the_record(btf: Btf, make: Any) -> None:
    cls = btf.struct("event")

    event = from_record(cls, make(_HEAD + b"abc"))

    assert isinstance(event, cls)
    assert (event.time, event.len, event.data[:], len(event.data)) == (5, 3, [97, 98, 99], 3)
    assert bytes(event.data) == b"abc"
    assert asdict(event) == {"time": 5, "len": 3, "data": [97, 98, 99]}
    assert repr(event) == "event(time=5, len=3, data=[97, 98, 99])"


def test_long_records_have_their_size(btf: Btf) -> None:
    event = from_record(btf.struct("event"), _HEAD + bytes(range(200)))

    assert bytes(event) == _HEAD + bytes(range(200))
    assert ctypes.sizeof(event) == 209
    assert event.data[:] == [*range(200)]
    assert repr(event).endswith("14, 15, ... 200 in all])")


def test_an_offset_cannot_be_negative(btf: Btf) -> None:
    derived = type(from_record(btf.struct("event"), _HEAD + bytes(99)))
    with pytest.raises(ValueError, match=r"^offset cannot be negative$"):
        derived.from_buffer_copy(_HEAD + bytes(99), -1)


def test_the_class_itself_stays_as_it_is(btf: Btf) -> None:
    cls = btf.struct("event")
    from_record(cls, _HEAD + bytes(99))

    assert ctypes.sizeof(cls) == 16
    assert [name for name, _ in cls._fields_] == ["time", "len", "data"]
    assert cls.from_buffer_copy(_HEAD + bytes(99)).data[:] == []
    assert type(cls()) is cls
    assert cls.data.offset == 9


@pytest.mark.parametrize("order", ["<", ">"])
def test_every_kind_of_element(order: Order) -> None:
    btf = Btf.from_bytes(_types(order).build())

    def of(name: str, format_: str, *values: Any) -> Any:
        return from_record(btf.struct(name), struct.pack(order + format_, 2, *values))

    assert of("line", "I5s", b"a\0b\0\0").text == b"a\0b\0\0"
    assert of("numbers", "i3i", -1, 2, 3).values[:] == [-1, 2, 3]
    assert asdict(of("points", "I4H", 1, 2, 3, 4))["points"] == [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
    assert asdict(of("rows", "I4H", 1, 2, 3, 4))["rows"] == [[1, 2], [3, 4]]
    either = of("either", "I4H", 1, 2, 3, 4)
    assert (len(either.raw), len(either.points), either.points[1].y) == (8, 2, 4)


def test_bytes_that_fill_no_element_are_left_over(btf: Btf) -> None:
    numbers = from_record(btf.struct("numbers"), struct.pack("<ii3s", 1, 7, b"xyz"))

    assert numbers.values[:] == [7]
    assert bytes(numbers)[8:] == b"xyz"


def test_a_field_has_the_number_of_elements(btf: Btf) -> None:
    padded = _HEAD + b"abcdefg"

    event = from_record(btf.struct("event"), padded, count="len")
    nested = from_record(btf.struct("nested"), struct.pack("<IHHH", 2, 7, 8, 9), count="header.len")
    either = from_record(btf.struct("either"), struct.pack("<I4H", 1, 1, 2, 3, 4), count="n")

    assert event.data[:] == [*b"abc"]
    assert bytes(event) == padded
    assert nested.data[:] == [7, 8]
    assert asdict(either) == {"n": 1, "raw": [1, 0, 2, 0], "points": [{"x": 1, "y": 2}]}


@pytest.mark.parametrize(
    ("name", "record", "count", "message"),
    [
        (
            "event",
            _HEAD + b"ab",
            "len",
            r"len is 3, but the record of 11 bytes has room for 2 elements of event\.data, 1 bytes",
        ),
        ("numbers", struct.pack("<ii", -1, 5), "n", r"n is -1, but .* room for 1 elements"),
        (
            "event",
            b"12345678",
            None,
            r"has 8 bytes, but the array at the end of event begins at .* 9",
        ),
    ],
)
def test_records_that_are_too_short(
    btf: Btf, name: str, record: bytes, count: str | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        from_record(btf.struct(name), record, count=count)


@pytest.mark.parametrize(
    ("name", "count", "message"),
    [
        ("event", "size", "event has no field 'size'"),
        ("event", "lem", "event has no field 'lem'; did you mean 'len'?"),
        ("nested", "heder.len", "nested has no field 'heder'; did you mean 'header'?"),
        ("nested", "header.lenn", "nested has no field 'header.lenn'; did you mean 'header.len'?"),
        ("nested", "header.len.x", "nested has no field 'header.len.x': 'header.len' is int, not"),
        ("event", "", "event has no field ''"),
    ],
)
def test_no_length_field(btf: Btf, name: str, count: str, message: str) -> None:
    with pytest.raises(AttributeError, match=f"^{re.escape(message)}"):
        from_record(btf.struct(name), bytes(99), count=count)


def test_a_length_field_that_is_no_integer(btf: Btf) -> None:
    with pytest.raises(TypeError, match=r"expected an integer in nested\.header, but it is header"):
        from_record(btf.struct("nested"), bytes(99), count="header")


@pytest.mark.parametrize("name", ["point", "marked", "outer"])
def test_classes_without_a_flexible_array_at_their_end(btf: Btf, name: str) -> None:
    with pytest.raises(TypeError, match=f"last member of {name} is not a flexible array"):
        from_record(btf.struct(name), bytes(99))


def test_other_classes_and_values(btf: Btf) -> None:
    with pytest.raises(TypeError, match="c_int was not made by btf_typing"):
        from_record(ctypes.c_int, b"")  # type: ignore[type-var]
    with pytest.raises(TypeError):
        from_record(btf.struct("event"), "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        from_record(btf.struct("event"), 99)  # type: ignore[arg-type]


def test_elements_can_be_written(btf: Btf) -> None:
    event = from_record(btf.struct("points"), struct.pack("<I4H", 2, 1, 2, 3, 4))
    line = from_record(btf.struct("line"), struct.pack("<I4s", 4, b"abcd"))

    event.points[1].x = 9
    assert bytes(event) == struct.pack("<I4H", 2, 1, 2, 9, 4)
    event.points = ((5, 6),)
    assert bytes(event) == struct.pack("<I4H", 2, 5, 6, 0, 0)
    line.text = b"xy"
    assert line.text == b"xy\0d"
    with pytest.raises(ValueError, match="too long"):
        line.text = b"12345"
    with pytest.raises(AttributeError):
        line.textt = b""


def test_the_memory_of_elements_lives(btf: Btf) -> None:
    points = from_record(btf.struct("points"), struct.pack("<I4H", 2, 1, 2, 3, 4)).points

    assert asdict(points[1]) == {"x": 3, "y": 4}


@pytest.mark.parametrize("record", [_HEAD + b"abc", _HEAD + bytes(range(99))])
def test_copies_have_the_array(btf: Btf, record: bytes) -> None:
    event = from_record(btf.struct("event"), record, count="len")

    for again in (copy.copy(event), copy.deepcopy(event), copy.copy(copy.copy(event))):
        assert again == event
        assert again.data[:] == event.data[:]
        again.data[0] ^= 1
        assert again != event
    assert event == from_record(btf.struct("event"), record, count="len")
    assert event != btf.struct("event").from_buffer_copy(bytes(event))


def test_pickles_have_the_array(tmp_path: Path) -> None:
    path = tmp_path / "types.btf"
    path.write_bytes(_types().build())
    event = from_record(load(path).btf.struct("event"), _HEAD + b"abcdefg", count="len")

    again = pickle.loads(pickle.dumps(event))  # noqa: S301  # our own bytes

    assert again == event
    assert type(again) is type(event)
    assert (again.data[:], bytes(again)) == ([*b"abc"], bytes(event))


def test_classes_of_a_user(btf: Btf) -> None:
    class Event(btf.struct("event")):  # type: ignore[misc]
        def text(self) -> str:
            return bytes(self.data).decode()

    event = from_record(Event, _HEAD + b"abc")
    event.note = 1

    assert (event.text(), isinstance(event, Event)) == ("abc", True)
    assert repr(event) == "Event(time=5, len=3, data=[97, 98, 99])"
    assert copy.copy(event).note == 1


def test_numpy_still_reads_the_fixed_part(btf: Btf) -> None:
    event = from_record(btf.struct("event"), _HEAD + b"abc")
    assert np.frombuffer(bytes(event), dtype(type(event)))["time"].tolist() == [5]


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_all_flexible_arrays_of_the_kernel() -> None:
    btf = Btf.from_kernel()
    tried = 0
    for type_ in btf.types():
        fields = type_.fields if type_.kind == "STRUCT" else ()
        last = fields[-1] if fields else None
        if not last or not last.name or last.type.length != 0 or not last.type.type.size:  # type: ignore[union-attr]
            continue
        if any(field.offset + field.size > last.offset for field in fields):
            continue
        size = last.type.type.size  # type: ignore[union-attr]
        record = bytes(index * 7 % 251 for index in range(last.offset + 3 * size))
        instance = from_record(btf.struct(type_.id), record)
        *_, name = asdict(instance)
        array = getattr(instance, name)
        assert name.startswith(last.name)
        assert bytes(array) == record[last.offset :]
        assert len(array) == (3 * size if isinstance(array, bytes) else 3)
        tried += 1
    assert tried > 100
