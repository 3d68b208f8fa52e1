"""`dump`: the text, byte by byte."""

import ctypes
import io
import os
import pty
import struct
import subprocess
import sys
from typing import Any

import pytest

from btf_typing import Btf, dump, from_record
from btf_typing._classes.dump_text import dump_text
from tests.handwritten import Types


def _types() -> Btf:
    b = Types()
    kind = b.enum("kind", {"OPEN": 1, "CLOSE": 2})
    point = b.struct("point", 4, [("x", b.i16, 0), ("y", b.u16, 16)])
    either = b.union("", 8, [("whole", b.u64, 0), ("half", b.u32, 0)])
    b.struct(
        "event",
        96,
        [
            *(("id", b.u32, 0), ("kind", kind, 32), ("flags", b.u16, 64), ("delta", b.i16, 80)),
            *(("low", b.u8, 96, 3), ("high", b.bool, 99, 1), ("", either, 128)),
            *(("comm", b.array(b.char, 8), 192), ("mac", b.array(b.u8, 6), 256)),
            *(("at", point, 320), ("points", b.array(point, 2), 352), ("next", b.pointer, 448)),
            *(("where", b.u64, 512), ("kinds", b.array(kind, 2), 576), ("ratio", b.f64, 640)),
            *(("lines", b.array(b.array(b.char, 4), 2), 704),),
        ],
    )
    b.struct("packet", 4, [("len", b.u32, 0), ("points", b.array(point, 0), 32)])
    b.struct("block", 200, [("data", b.array(b.u8, 100), 0), ("words", b.array(b.u32, 25), 800)])
    b.struct("many", 80, [("points", b.array(point, 20), 0)])
    b.union("views", 4, [(f"view{index}", b.u32, 0) for index in range(6)])
    return b.btf()


@pytest.fixture(scope="module")
def btf() -> Btf:
    return _types()


@pytest.fixture
def event(btf: Btf) -> Any:
    made = btf.struct("event")(id=7, kind=2, flags=0x41, delta=-3, low=5, high=True)
    made.whole, made.comm, made.mac[:] = 1 << 33 | 6, b'a"\x1b\xff', b"\xde\xad\xbe\xef\0\1"
    made.at.x, made.points[1].y, made.next, made.where = -1, 9, 0x1000, 0xFFFF888000000000
    made.kinds[0], made.ratio, made.lines[1].value = 1, 0.5, "é".encode()
    return made


def _printed(instance: object, **options: bool) -> str:
    file = io.StringIO()
    dump(instance, file=file, **options)
    return file.getvalue()


_FIELDS = """\
event, 96 bytes
  id     7
  kind   CLOSE (2)
  flags  0x41
  delta  -3
  low    5
  high   true
  whole  8589934598
  half   6
  comm   "a"\\x1b\\xff"
  mac    de ad be ef 00 01
  at
    x  -1
    y  0
  points[0]
    x  0
    y  0
  points[1]
    x  0
    y  9
  next   0x1000
  where  0xffff888000000000
  kinds  [OPEN (1), 0]
  ratio  0.5
  lines  ["", "é"]
"""


def test_every_field_has_a_line(event: Any) -> None:
    assert _printed(event) == _FIELDS


def test_fields_that_are_zero_can_be_left_out(btf: Btf) -> None:
    made = btf.struct("event")(id=7, points=[(0, 0), (0, 1)])

    assert _printed(made, zeros=False) == ("event, 96 bytes\n  id  7\n  points[1]\n    y  1\n")
    assert _printed(btf.struct("event")(), zeros=False) == (
        "event, 96 bytes\n  all fields are zero\n"
    )


def test_a_text_of_only_nuls_is_zero() -> None:
    b = Types()
    b.struct("line", 4, [("len", b.u32, 0), ("text", b.array(b.char, 0), 32)])
    line = from_record(b.btf().struct("line"), b"\1\0\0\0\0\0")
    assert _printed(line, zeros=False) == "line, 6 bytes\n  len  1\n"


def test_enums_of_one_byte_have_names() -> None:
    b = Types()
    kind = b.enum("kind", {"OPEN": 1}, 1)
    b.struct("s", 2, [("kinds", b.array(kind, 2), 0)])
    made = b.btf().struct("s").from_buffer_copy(b"\1\2")
    assert _printed(made) == "s, 2 bytes\n  kinds  [OPEN (1), 2]\n"


def test_a_hexdump_says_the_fields_of_each_byte(event: Any) -> None:
    text = _printed(event, hexdump=True)

    assert text.startswith(f"{_FIELDS}\n00000000  ")
    rows = [line.split(None, 1) for line in text[len(_FIELDS) + 1 :].splitlines()]
    labels = [line[77:] for line in text[len(_FIELDS) + 1 :].splitlines()]
    assert [int(at, 16) for at, _ in rows] == [
        *(0, 4, 8, 10, 12, 13, 16, 20, 24, 32, 38, 40, 42, 44, 46, 48, 50, 52, 56, 64, 72, 80, 88)
    ]
    assert labels == [
        *("id", "kind", "flags", "delta", "low, high", "(padding)", "whole, half", "whole"),
        *("comm", "mac", "(padding)", "at.x", "at.y", "points[0].x", "points[0].y"),
        *("points[1].x", "points[1].y", "(padding)", "next", "where", "kinds", "ratio", "lines"),
    ]
    assert "00000018  61 22 1b ff 00 00 00 00" in text
    assert '  a"......          comm\n' in text


def test_a_record_with_a_flexible_array(btf: Btf) -> None:
    record = from_record(btf.struct("packet"), struct.pack("<I4h", 2, 1, 2, 3, 4))

    assert _printed(record, hexdump=True) == (
        "packet, 12 bytes\n"
        "  len  2\n  points[0]\n    x  1\n    y  2\n  points[1]\n    x  3\n    y  4\n\n"
        "00000000  02 00 00 00                                      ....              len\n"
        "00000004  01 00                                            ..                points[0].x\n"
        "00000006  02 00                                            ..                points[0].y\n"
        "00000008  03 00                                            ..                points[1].x\n"
        "0000000a  04 00                                            ..                points[1].y\n"
    )


def test_long_arrays_are_cut_in_lines_but_not_in_the_hexdump(btf: Btf) -> None:
    block = btf.struct("block")(data=bytes(range(100)), words=[*range(25)])

    text = _printed(block, hexdump=True)

    assert text.startswith(
        "block, 200 bytes\n"
        "  data   00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n"
        "         10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f\n"
    )
    assert (
        "\n         30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f\n         ... 100 in all\n"
        in text
    )
    assert "14, 15, ... 25 in all]\n" in text
    assert text.endswith(
        "18 00 00 00                                      ....              words\n"
    )
    many = _printed(btf.struct("many")())
    assert many.endswith("  points[15]\n    x  0\n    y  0\n  points[...]  20 in all\n")


def test_equal_rows_are_a_star(btf: Btf) -> None:
    lines = _printed(btf.struct("block")(), hexdump=True).splitlines()

    assert [line[:8] for line in lines if line.startswith(("0", "*"))] == [
        *("00000000", "*", "00000060", "00000064", "*", "000000c4")
    ]


def test_many_fields_in_one_place(btf: Btf) -> None:
    assert "view0, view1, view2, view3, and 2 more\n" in _printed(
        btf.union("views")(), hexdump=True
    )


def test_fields_of_a_subclass(btf: Btf) -> None:
    class Stamped(btf.struct("point")):  # type: ignore[misc]
        _fields_ = (("at", ctypes.c_uint32),)

    assert _printed(Stamped(1, 2, at=3)) == "Stamped, 8 bytes\n  x  1\n  y  2\n  at  3\n"


def test_other_classes() -> None:
    with pytest.raises(TypeError, match="c_int was not made by btf_typing"):
        dump(ctypes.c_int(5))


def test_colours_are_only_escapes_around_the_same_text(event: Any) -> None:
    plain = dump_text(event, zeros=True, hexdump=True, colored=False)
    colored = dump_text(event, zeros=True, hexdump=True, colored=True)

    assert "\x1b[36mid\x1b[0m     7\n" in colored
    stripped = colored
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", *(f"\x1b[{30 + n}m" for n in range(8))):
        stripped = stripped.replace(code, "")
    assert stripped == plain


@pytest.mark.parametrize(("no_color", "colored"), [(None, True), ("1", False), ("", True)])
def test_colours_are_for_terminals(no_color: str | None, *, colored: bool) -> None:
    program = (
        "from btf_typing import dump, load;"
        "dump(load('examples/execsnoop/execsnoop.bpf.o').btf.struct('creds')())"
    )
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    if no_color is not None:
        environment["NO_COLOR"] = no_color
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", program], stdout=theirs, env=environment, check=True)
    os.close(theirs)
    shown = os.read(ours, 4096)
    os.close(ours)

    assert (b"\x1b[36muid\x1b[0m  0" in shown) is colored
    assert b"gid" in shown


def test_nothing_else_is_coloured() -> None:
    assert "\x1b" not in _printed(_types().union("views")(), hexdump=True)
