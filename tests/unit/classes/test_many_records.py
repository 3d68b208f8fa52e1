"""`asdicts` and `columns`: many records in one buffer."""

import ctypes
import importlib.util
import platform
import random
import struct
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from btf_typing import Btf, LayoutError, asdict, asdicts, columns
from tests.builder import MemberSpec, Order
from tests.handwritten import Types


def _types(order: Order = "<") -> Btf:
    b = Types(order)
    point = b.struct("point", 4, [("x", b.i16, 0), ("y", b.u16, 16)])
    either = b.union("", 8, [("whole", b.u64, 0), ("half", b.u32, 0)])
    members: list[MemberSpec] = [
        *(
            ("id", b.u32, 0),
            ("low", b.i32, 32, 3),
            ("flag", b.bool, 35, 1),
            ("high", b.u32, 36, 28),
        ),
        *(("", either, 64), ("comm", b.array(b.char, 8), 128), ("at", point, 192)),
        *(("points", b.array(point, 2), 224), ("grid", b.array(b.array(b.u16, 3), 2), 288)),
        *(("ratio", b.f64, 384), ("next", b.pointer, 448), ("wide", b.i128, 512)),
        ("lines", b.array(b.array(b.char, 4), 2), 640),
    ]
    b.struct("event", 88, members)
    b.struct("empty", 0)
    deep = b.i128
    for _ in range(63):
        deep = b.array(deep, 1)
    b.struct("deep", 16, [("a", deep, 0)])
    return b.btf()


@pytest.fixture(scope="module")
def btf() -> Btf:
    return _types()


def _records(btf: Btf) -> bytes:
    cls = btf.struct("event")
    first = cls(id=1, low=-4, flag=True, high=5, whole=1 << 40 | 7, comm=b"ab", next=0x1000)
    first.at.x, first.points[1].y, first.grid[1][2] = -1, 65535, 9
    first.ratio, first.wide, first.lines[1].value = 0.5, -(1 << 100), b"xyz"
    return bytes(first) + bytes(cls(id=2)) + b"\xff" * 88


@pytest.mark.parametrize("order", ["<", ">"])
def test_columns_have_every_value(order: Order) -> None:
    btf = _types(order)

    found = columns(btf.struct("event"), _records(btf))

    assert list(found) == [
        *("id", "low", "flag", "high", "whole", "half", "comm", "at.x", "at.y", "points.x"),
        *("points.y", "grid", "ratio", "next", "wide", "lines"),
    ]
    assert found["id"].tolist() == [1, 2, 0xFFFFFFFF]
    assert found["low"].tolist() == [-4, 0, -1]
    assert found["flag"].tolist() == [True, False, True]
    assert found["high"].tolist() == [5, 0, (1 << 28) - 1]
    assert found["half"][0] == (7 if order == "<" else 1 << 8)
    assert found["comm"].tolist() == [b"ab", b"", b"\xff" * 8]
    assert found["at.x"].tolist() == [-1, 0, -1]
    assert found["points.y"].tolist() == [[0, 65535], [0, 0], [65535, 65535]]
    assert found["grid"].shape == (3, 2, 3)
    assert found["grid"][0].tolist() == [[0, 0, 0], [0, 0, 9]]
    assert found["ratio"][:2].tolist() == [0.5, 0]
    assert found["next"].tolist() == [0x1000, 0, (1 << 64) - 1]
    assert found["wide"].tolist() == [-(1 << 100), 0, -1]
    assert found["lines"].tolist()[0] == [b"", b"xyz"]
    assert all(values.dtype.isnative for values in found.values())
    assert all(values.flags.owndata or values.base is not None for values in found.values())


def test_columns_are_copies_with_the_types_of_c(btf: Btf) -> None:
    data = bytearray(_records(btf))

    found = columns(btf.struct("event"), data)
    data[:] = bytes(len(data))

    assert found["id"].tolist()[:2] == [1, 2]
    kinds = {name: values.dtype.str[1:] for name, values in found.items()}
    assert kinds["id"], kinds["low"] == ("u4", "i4")
    assert (kinds["flag"], kinds["comm"], kinds["at.x"], kinds["ratio"]) == ("b1", "S8", "i2", "f8")
    assert kinds["wide"] == "O"


def test_text_ends_at_the_first_nul_and_can_be_decoded(btf: Btf) -> None:
    cls = btf.struct("event")
    texts = [b"ab\0garba", b"\0garbage", b"12345678", "é\0x".encode().ljust(8, b"\0"), bytes(8)]
    data = b"".join(bytes(16) + text + bytes(64) for text in texts)

    assert columns(cls, data)["comm"].tolist() == [b"ab", b"", b"12345678", "é".encode(), b""]
    assert columns(cls, data, text=True)["comm"].tolist() == ["ab", "", "12345678", "é", ""]
    assert columns(cls, data[:88], text=True)["comm"].tolist() == ["ab"]
    bad = bytes(16) + b"\xffx" + bytes(70)
    assert columns(cls, bad, text=True)["comm"].tolist() == ["\ufffdx"]
    assert asdicts(cls, data, text=True)[0]["comm"] == "ab"


@pytest.mark.parametrize("length", [1, 2, 3, 16])
@pytest.mark.parametrize("nuls", [0.001, 0.3])
def test_every_text_of_many_blocks_ends_at_its_first_nul(length: int, nuls: float) -> None:
    b = Types()
    b.struct("event", length, [("comm", b.array(b.char, length), 0)])
    draw = random.Random(length)  # noqa: S311  # the same bytes each time
    data = bytes(0 if draw.random() < nuls else 65 for _ in range(200_000 // length * length))

    found = columns(b.btf().struct("event"), data)["comm"].tolist()

    texts = (data[start : start + length] for start in range(0, len(data), length))
    assert found == [text.partition(b"\0")[0] for text in texts]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators differ")
def test_the_next_call_reuses_the_memory_of_columns_that_were_freed() -> None:
    code = (
        "import resource; from btf_typing import columns, load\n"
        "cls = load('examples/execsnoop/execsnoop.bpf.o').btf.struct('exec_event')\n"
        "data = bytes(128 * 20_000)\n"
        "for _ in range(4):\n"
        "    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "    columns(cls, data)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 60  # pages; the columns have 600 pages


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, np.frombuffer])
def test_any_buffer(btf: Btf, make: Any) -> None:
    cls, data = btf.struct("event"), _records(btf)
    buffer: Any = make(data, np.uint32) if make is np.frombuffer else make(data)

    assert columns(cls, buffer)["id"].tolist() == [1, 2, 0xFFFFFFFF]
    assert [one["id"] for one in asdicts(cls, buffer)] == [1, 2, 0xFFFFFFFF]


def test_asdicts_are_those_of_asdict(btf: Btf) -> None:
    cls, data = btf.struct("event"), _records(btf)[:176]
    instances = [cls.from_buffer_copy(data, offset) for offset in (0, 88)]

    assert asdicts(cls, data) == list(map(asdict, instances))
    assert asdicts(cls, data, json=True) == [asdict(one, json=True) for one in instances]
    assert asdicts(cls, b"") == []


def test_no_records_have_all_columns(btf: Btf) -> None:
    found = columns(btf.struct("event"), b"")

    assert len(found) == 16
    assert found["grid"].shape == (0, 2, 3)


@pytest.mark.parametrize("convert", [asdicts, columns])
def test_buffers_and_classes_that_do_not_fit(btf: Btf, convert: Any) -> None:
    with pytest.raises(ValueError, match=r"90 bytes are not a whole number of .* event has 88"):
        convert(btf.struct("event"), bytes(90))
    with pytest.raises(ValueError, match="each empty has 0"):
        convert(btf.struct("empty"), b"")
    with pytest.raises(TypeError, match="c_int was not made by btf_typing"):
        convert(ctypes.c_int, b"")
    with pytest.raises(TypeError):
        convert(btf.struct("event"), "text")


def test_fields_of_a_subclass(btf: Btf) -> None:
    class Stamped(btf.struct("point")):  # type: ignore[misc]
        _fields_ = (("at", ctypes.c_uint32),)

    data = struct.pack("<hHI", 1, 2, 3)
    assert asdicts(Stamped, data) == [{"x": 1, "y": 2, "at": 3}]
    with pytest.raises(TypeError, match="Stamped adds fields that the C type does not have"):
        columns(Stamped, data)


def test_too_many_dimensions_name_the_field(btf: Btf) -> None:
    with pytest.raises(LayoutError, match=r"deep\.a: numpy says"):
        columns(btf.struct("deep"), bytes(48))


def test_asdicts_needs_no_numpy() -> None:
    code = (
        "import sys; from btf_typing import asdicts, load;"
        "cls = load('examples/execsnoop/execsnoop.bpf.o').btf.struct('creds');"
        "print(asdicts(cls, bytes(16)), 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[{'uid': 0, 'gid': 0}, {'uid': 0, 'gid': 0}] False\n"


@pytest.mark.skipif(not importlib.util.find_spec("pandas"), reason="pandas is not installed")
def test_pandas_makes_a_table(btf: Btf) -> None:
    pandas = importlib.import_module("pandas")
    found = columns(btf.struct("event"), _records(btf)[:176], text=True)

    flat = {name: [*values] if values.ndim > 1 else values for name, values in found.items()}
    table = pandas.DataFrame(flat)

    assert table.shape == (2, 16)
    assert table["comm"].tolist() == ["ab", ""]
    assert table["points.y"][0].tolist() == [0, 65535]
    assert table.groupby("flag")["id"].sum().to_dict() == {False: 2, True: 1}


@pytest.mark.skipif(not importlib.util.find_spec("polars"), reason="polars is not installed")
def test_polars_makes_a_table(btf: Btf) -> None:
    polars = importlib.import_module("polars")
    found = columns(btf.struct("event"), _records(btf)[:176], text=True)
    del found["wide"]

    table = polars.DataFrame(found)

    assert table["comm"].to_list() == ["ab", ""]
    assert table["points.y"].to_list() == [[0, 65535], [0, 0]]
    assert table.filter(table["flag"])["id"].to_list() == [1]
