"""BTF of any size: one block of types, repeated with other ids and names."""

from __future__ import annotations

import struct
import sys
from array import array
from pathlib import Path
from typing import NamedTuple

from tests.builder import BtfBuilder

_MARK = b"@@@@@"
"""Placeholder in names for the number of the block."""

_ROUNDS = 24


class _Block(NamedTuple):
    """The words of a block's types, and by how much each grows from block to block."""

    words: array[int]
    steps: array[int]
    strings: bytes
    types: int


def write(path: Path, types: int) -> str:
    """Write BTF with about that many *types*; return the name of the last struct."""
    block = _block()
    count = max(1, types // block.types)
    words = array("I")
    strings = bytearray(b"\0")
    for number in range(count):
        if number:
            pairs = zip(block.words, block.steps, strict=True)
            words.extend([word + number * step for word, step in pairs])
        else:
            words.extend(block.words)
        strings += block.strings.replace(_MARK, b"%05d" % number)
    if sys.byteorder != "little":
        words.byteswap()
    size = 4 * len(words)
    header = struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, size, size, len(strings))
    with path.open("wb") as stream:
        stream.write(header)
        stream.write(words.tobytes())
        stream.write(strings)
    return f"struct_{count - 1:05d}_{_ROUNDS - 1}"


def _block() -> _Block:
    """Build a block twice, the second time one block further on, and compare the two."""
    alone = BtfBuilder()
    _fill(alone)
    strings = bytes(alone.strings[1:])
    after = BtfBuilder(base=alone)
    # Forget the names of the first block, so that the second block adds them to its own strings.
    after._offsets.clear()  # noqa: SLF001
    after._offsets[b""] = 0  # noqa: SLF001
    _fill(after)
    first, second = array("I", alone.types()), array("I", after.types())
    steps = array("I", [b - a for a, b in zip(first, second, strict=True)])
    return _Block(first, steps, strings, alone.next_id - 1)


def _fill(b: BtfBuilder) -> None:
    """Add types, in about the proportions of a kernel."""
    mark = _MARK.decode()
    u32 = b.int("unsigned int", 4)
    word = b.int("long unsigned int", 8)
    char = b.int("char", 1, "signed")
    index = b.int("__ARRAY_SIZE_TYPE__", 4)
    for number in range(_ROUNDS):
        name = f"{mark}_{number}"
        text = b.array(char, 16, index)
        alias = b.typedef(f"alias_{name}", word)
        inner = b.union("", 8, [("whole", word, 0), ("half", u32, 0)])
        record = b.struct(
            f"struct_{name}",
            64,
            [
                *(("first", word, 0), ("second", alias, 64), ("state", u32, 128)),
                *(("low", u32, 160, 7), ("flag", u32, 167, 1), ("rest", u32, 168, 24)),
                *(("", inner, 192), (f"own_{name}", word, 256)),
                *(("comm", text, 320), ("next", b.next_id + 1, 448)),
            ],
            kflag=True,
        )
        pointer = b.ptr(record)
        constant = b.const(record)
        b.ptr(constant)
        b.enum(f"enum_{name}", [(f"A_{name}", 0), (f"B_{name}", 1), (f"C_{name}", 2)])
        for turn in range(12):
            proto = b.func_proto(u32, [("self", pointer), ("flags", word)][: 1 + turn % 2])
            b.func(f"call_{name}_{turn}", proto)
