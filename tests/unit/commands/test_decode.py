"""``btf-layout decode``: text, JSON lines, and inputs that do not fit."""

import io
import json
import struct
from pathlib import Path

import pytest

from btf_typing import asdict, load
from btf_typing._commands.btf_layout import main
from tests.builder import Order
from tests.handwritten import Types
from tests.paths import ROOT

_EXECSNOOP = str(ROOT / "examples/execsnoop/execsnoop.bpf.o")
_RECORD = (ROOT / "examples/execsnoop/recorded_event.bin").read_bytes()


def _types(path: Path, order: Order = "<") -> str:
    b = Types(order)
    kind = b.enum("kind", {"OPEN": 1})
    b.struct("event", 8, [("id", b.u32, 0), ("kind", kind, 32)])
    b.union("either", 4, [("whole", b.u32, 0), ("half", b.u16, 0)])
    b.typedef("event_t", b.next_id - 2)
    b.struct("packet", 4, [("len", b.u32, 0), ("data", b.array(b.u8, 0), 32)])
    b.struct("empty", 0)
    path.write_bytes(b.build())
    return str(path)


@pytest.fixture
def types(tmp_path: Path) -> str:
    return _types(tmp_path / "types.btf")


def _give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


_ONE = struct.pack("<II", 7, 1)
_TWO = struct.pack("<II", 8, 9)


@pytest.mark.parametrize("name", ["event", "event_t"])
def test_records_as_text(
    types: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _give(monkeypatch, _ONE + _TWO)

    assert main(["decode", types, name]) == 0
    assert capsys.readouterr() == (
        "event, 8 bytes\n  id    7\n  kind  OPEN (1)\n\nevent, 8 bytes\n  id    8\n  kind  9\n",
        "",
    )


def test_options_of_text(
    types: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _give(monkeypatch, bytes(4) + struct.pack("<I", 1))

    assert main(["decode", types, "event", "--nonzero", "--hexdump", "--color", "always"]) == 0
    assert capsys.readouterr().out == (
        "\x1b[1mevent, 8 bytes\x1b[0m\n  \x1b[36mkind\x1b[0m  OPEN (1)\n\n"
        f"00000000  \x1b[32m{'00 00 00 00':47}\x1b[0m  \x1b[32m{'....':16}\x1b[0m"
        "  \x1b[32mid\x1b[0m\n"
        f"00000004  \x1b[33m{'01 00 00 00':47}\x1b[0m  \x1b[33m{'....':16}\x1b[0m"
        "  \x1b[33mkind\x1b[0m\n"
    )


def test_records_as_json_lines(
    types: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _give(monkeypatch, _ONE + _TWO)

    assert main(["decode", "--format", "json", types, "event"]) == 0
    assert capsys.readouterr().out == '{"id": 7, "kind": "OPEN"}\n{"id": 8, "kind": 9}\n'


def test_a_recorded_event(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _give(monkeypatch, _RECORD * 3)
    event = load(_EXECSNOOP).btf.struct("exec_event").from_buffer_copy(_RECORD)

    assert main(["decode", _EXECSNOOP, "exec_event", "--format", "json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == 3 * [asdict(event, json=True, enums=True)]


def test_offset_and_count(
    types: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytes(20) + _ONE + _TWO + b"rest"
    for arguments in (["--offset", "20", "--count", "1"], ["--offset=0x14", "--count=1"]):
        _give(monkeypatch, data)
        assert main(["decode", types, "event", "--format", "json", *arguments]) == 0
        assert capsys.readouterr() == ('{"id": 7, "kind": "OPEN"}\n', "")
    _give(monkeypatch, data)
    assert main(["decode", types, "event", "--count", "0"]) == 0
    assert capsys.readouterr() == ("", "")


def test_unions(
    types: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _give(monkeypatch, struct.pack("<I", 0x10002))

    assert main(["decode", types, "either", "--format", "json"]) == 0
    assert capsys.readouterr().out == '{"whole": 65538, "half": 2}\n'


def test_a_flexible_array_is_the_rest(
    types: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _give(monkeypatch, b"header" + struct.pack("<I", 3) + b"abc")

    assert main(["decode", types, "packet", "--format", "json", "--offset", "6"]) == 0
    assert capsys.readouterr().out == '{"len": 3, "data": [97, 98, 99]}\n'


def test_another_byte_order_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _types(tmp_path / "big.btf", ">")
    _give(monkeypatch, struct.pack(">II", 7, 1))

    assert main(["decode", path, "event", "--format", "json"]) == 0
    note = "note: reading the records as big-endian, the byte order of the object"
    assert capsys.readouterr() == (
        '{"id": 7, "kind": "OPEN"}\n',
        f"btf-layout: {path}: {note}\n",
    )


@pytest.mark.parametrize(
    ("arguments", "data", "message"),
    [
        (
            ["event"],
            _ONE + b"abc",
            "event has 8 bytes, but the last record has 3; check that the type is right, and skip",
        ),
        (["event"], b"", "standard input has no record after 0 bytes"),
        (["event", "--offset=9"], b"12", "standard input has 2 bytes, but --offset is 9"),
        (["packet"], b"12", "the record has 2 bytes, but the array at the end of packet begins"),
        (["evnt"], _ONE, "no struct 'evnt'; did you mean 'event' or 'event_t'?"),
        (["kind"], _ONE, "types.btf: 'kind' is a type of kind ENUM, not a struct or union"),
        (["empty"], b"", "empty has a size of 0 bytes"),
        ([], b"", "is not a pinned map; to decode records, add the name of their type"),
    ],
)
def test_inputs_that_do_not_fit(
    types: str,
    arguments: list[str],
    data: bytes,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _give(monkeypatch, data)

    assert main(["decode", types, *arguments]) == 1
    out, err = capsys.readouterr()
    assert message in err
    assert err.count("\n") == 1
    assert bool(out) == (data.startswith(_ONE) and arguments == ["event"])


@pytest.mark.parametrize("number", ["x", "-1", "1.5", ""])
def test_numbers_that_are_none(types: str, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["decode", types, "event", f"--offset={number}"])
    assert f"expected 0 or more, found {number!r}" in capsys.readouterr().err


def test_no_input(
    types: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert main(["decode", types, "event"]) == 1
    assert "standard input is closed; redirect a file" in capsys.readouterr().err
    terminal = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", terminal)
    assert main(["decode", types, "event"]) == 1
    assert "standard input is a terminal; redirect a file" in capsys.readouterr().err
