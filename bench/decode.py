"""Decode events, one at a time and many at once, all in one process.

``python -m bench.decode`` prints JSON: for each case and each way to decode, the nanoseconds of
processor time per event in each round. It uses numpy and dissect.cstruct if they are installed.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import struct
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import btf_typing
from btf_typing import Btf
from tests.builder import BtfBuilder, MemberSpec

_EVENTS = 2_000
_MANY = 200_000
_ROUNDS, _QUICK_ROUNDS = 75, 15

Loop = Callable[[int], object]
"""A function that does something as often as its argument says."""


class Case(NamedTuple):
    """A kind of event.

    Attributes:
        name: Name of the case.
        size: Size in bytes.
        members: Members for the builder. Type ids: u32 1, u64 2, char[16] 4, u32[4] 5,
            struct pair 6.
        fields: ``_fields_`` of the hand-written class.
        format: Format for ``struct.unpack``.
        c: Declaration for dissect.cstruct.
        read: Four expressions that read values of an event ``e``.
    """

    name: str
    size: int
    members: Sequence[MemberSpec]
    fields: Sequence[tuple[Any, ...]]
    format: str
    c: str
    read: tuple[str, str, str, str]


class Pair(ctypes.Structure):
    """The hand-written class of the fields `owner` and `group` in the nested event."""

    _fields_ = (("uid", ctypes.c_uint32), ("gid", ctypes.c_uint32))


_U32, _U64 = ctypes.c_uint32, ctypes.c_uint64

CASES = (
    Case(
        "plain",
        40,
        [("time", 2, 0), ("pid", 1, 64), ("uid", 1, 96), ("code", 2, 128), ("comm", 4, 192)],
        [
            ("time", _U64),
            ("pid", _U32),
            ("uid", _U32),
            ("code", _U64),
            ("comm", ctypes.c_char * 16),
        ],
        "<QIIQ16s",
        "struct event { uint64 time; uint32 pid; uint32 uid; uint64 code; char comm[16]; };",
        ("e.time", "e.pid", "e.uid", "e.comm"),
    ),
    Case(
        "bitfields",
        16,
        [("time", 2, 0), ("pid", 1, 64), ("a", 1, 96, 7), ("b", 1, 103, 9), ("c", 1, 112, 16)],
        [("time", _U64), ("pid", _U32), ("a", _U32, 7), ("b", _U32, 9), ("c", _U32, 16)],
        "<QII",
        "struct event { uint64 time; uint32 pid; uint32 a:7; uint32 b:9; uint32 c:16; };",
        ("e.time", "e.a", "e.b", "e.c"),
    ),
    Case(
        "nested",
        24,
        [("time", 2, 0), ("owner", 6, 64), ("group", 6, 128)],
        [("time", _U64), ("owner", Pair), ("group", Pair)],
        "<QIIII",
        "struct pair { uint32 uid; uint32 gid; };"
        " struct event { uint64 time; struct pair owner; struct pair group; };",
        ("e.time", "e.owner.uid", "e.owner.gid", "e.group.uid"),
    ),
    Case(
        "arrays",
        40,
        [("time", 2, 0), ("comm", 4, 64), ("numbers", 5, 192)],
        [("time", _U64), ("comm", ctypes.c_char * 16), ("numbers", _U32 * 4)],
        "<Q16s4I",
        "struct event { uint64 time; char comm[16]; uint32 numbers[4]; };",
        ("e.time", "e.comm", "e.numbers[0]", "e.numbers[3]"),
    ),
)


def generated(case: Case) -> type[Any]:
    """The class that btf_typing generates."""
    b = BtfBuilder()
    u32, u64, char = b.int("u32", 4), b.int("u64", 8), b.int("char", 1, "signed")
    b.array(char, 16, u32)
    b.array(u32, 4, u32)
    b.struct("pair", 8, [("uid", u32, 0), ("gid", u32, 32)])
    assert (u32, u64) == (1, 2)  # noqa: S101  # the members of the cases use these ids
    b.struct("event", case.size, case.members)
    return Btf.from_bytes(b.build()).struct("event")


def by_hand(case: Case) -> type[Any]:
    """The class that a user would write by hand."""
    return type("Event", (ctypes.Structure,), {"_fields_": case.fields})


def loop(setup: dict[str, object], statements: Sequence[str]) -> Loop:
    """A function that runs *statements* in a loop, with as little else as possible."""
    lines = ["def run(n):", "    for _ in range(n):", *[f"        {line}" for line in statements]]
    namespace = dict(setup)
    exec("\n".join(lines), namespace)  # noqa: S102  # the statements are ours
    run: Loop = namespace["run"]  # type: ignore[assignment]
    return run


def ways(case: Case) -> dict[str, Loop]:
    """Each way to decode an event and read four of its values."""
    data = bytes(range(65, 65 + case.size))
    unpack = struct.Struct(case.format).unpack
    read = ["e = make(data)", *case.read]
    found = {
        "btf_typing": loop({"make": generated(case).from_buffer_copy, "data": data}, read),
        "ctypes by hand": loop({"make": by_hand(case).from_buffer_copy, "data": data}, read),
        "struct.unpack": loop(
            {"make": unpack, "data": data}, ["e = make(data)", *["e[0]", "e[1]", "e[2]", "e[-1]"]]
        ),
    }
    if importlib.util.find_spec("dissect.cstruct") is not None:
        cstruct = importlib.import_module("dissect.cstruct")
        made = cstruct.cstruct().load(case.c).event
        found["dissect.cstruct"] = loop({"make": made, "data": data}, read)
    return found


def reads() -> dict[str, Loop]:
    """Ways to read one field of one instance."""
    event = generated(CASES[1])()
    return {
        "a native field": loop({"e": event}, ["e.pid"]),
        "a bitfield": loop({"e": event}, ["e.b"]),
    }


def bulk() -> dict[str, Loop]:
    """Ways to read a number from each of many events in one buffer."""
    cls = generated(CASES[0])
    size = ctypes.sizeof(cls)
    data = bytes(size) * _MANY

    def one_by_one(count: int) -> int:
        make = cls.from_buffer_copy
        return sum(make(data, size * index).pid for index in range(count))

    found: dict[str, Loop] = {"a loop": one_by_one}
    if importlib.util.find_spec("numpy") is not None:
        numpy = importlib.import_module("numpy")
        dtype = btf_typing.dtype(cls)

        def at_once(count: int) -> int:
            return int(numpy.frombuffer(data, dtype=dtype, count=count)["pid"].sum())

        found["dtype"] = at_once
    return found


def validation() -> dict[str, Loop]:
    """Compare a hand-written class with the BTF."""
    case = CASES[0]
    b = BtfBuilder()
    u32, u64, char = b.int("u32", 4), b.int("u64", 8), b.int("char", 1, "signed")
    b.array(char, 16, u32)
    assert u64  # noqa: S101  # the members of the case use its id
    b.struct("event", case.size, case.members)
    btf = Btf.from_bytes(b.build())
    setup: dict[str, object] = {"validate": btf.validate_struct, "cls": by_hand(case)}
    return {"validate_struct": loop(setup, ['validate("event", cls)'])}


def in_turn(loops: dict[str, Loop], count: int, rounds: int) -> dict[str, list[float]]:
    """Nanoseconds of processor time per event in each round of *count* events."""
    for run in loops.values():
        run(min(count, 100))
    taken: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, run in loops.items():
            start = time.process_time_ns()
            run(count)
            taken[name].append((time.process_time_ns() - start) / count)
    return taken


def rounds_wanted() -> int:
    """The number of rounds; few with ``--quick`` on the command line."""
    return _QUICK_ROUNDS if "--quick" in sys.argv else _ROUNDS


def main() -> None:
    """Print the figures of every case."""
    rounds = rounds_wanted()
    found = {case.name: in_turn(ways(case), _EVENTS, rounds) for case in CASES}
    found["read"] = in_turn(reads(), 5 * _EVENTS, rounds)
    found["bulk"] = in_turn(bulk(), _MANY, 5)
    found["validate"] = in_turn(validation(), 100, 9)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
