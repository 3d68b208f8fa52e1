"""Damage bytes as broken files, programs and attackers do. A seed always gives the same damage."""

import random
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

_WORDS = (
    *(0, 1, 2, 3, 7, 8, 12, 24, 31, 32, 33, 63, 64, 127, 128, 255, 256, 4096, 65535, 65536),
    *(0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 0x00FFFFFF, 0x01000000, 0xEB9F0100),
)


_INSIDE = 0.5
"""Share of the damage that stays in one header or section. Most of a BPF object is debug data."""

_BTF_MAGIC = {b"\x9f\xeb": "<", b"\xeb\x9f": ">"}


class _Elf(NamedTuple):
    """Struct formats and offsets in the headers of one ELF class."""

    table_at: tuple[str, int]
    count_at: int
    entry: int
    place_at: tuple[str, int]


_ELF = {1: _Elf(("I", 0x20), 0x30, 40, ("2I", 0x10)), 2: _Elf(("Q", 0x28), 0x3C, 64, ("2Q", 0x18))}


def parts(data: bytes) -> Iterator[slice]:
    """The headers and sections of well-formed BTF, or of an ELF file and the BTF in it."""
    if data[:4] == b"\x7fELF":
        shape, order = _ELF[data[4]], "<" if data[5] == 1 else ">"
        code, at = shape.table_at
        (table,) = struct.unpack_from(order + code, data, at)
        (count,) = struct.unpack_from(order + "H", data, shape.count_at)
        yield slice(0, shape.count_at + 4)
        for header in range(table, table + count * shape.entry, shape.entry):
            yield slice(header, header + shape.entry)
            code, place = shape.place_at
            start, size = struct.unpack_from(order + code, data, header + place)
            if start + size <= len(data):
                yield slice(start, start + size)
                for part in parts(data[start : start + size]):
                    yield slice(start + part.start, start + part.stop)
    elif data[:2] in _BTF_MAGIC and len(data) >= 24:
        order = _BTF_MAGIC[data[:2]]
        header, *places = struct.unpack_from(order + "5I", data, 4)
        yield slice(0, header)
        for start, size in (places[:2], places[2:]):
            yield slice(header + start, header + start + size)


class Mutator:
    """Damages bytes. The damage depends only on the seed."""

    def __init__(self, seed: object) -> None:
        """Start the random sequence of *seed*."""
        self._random = random.Random(repr(seed))  # noqa: S311 - test data, not secrets

    def mutated(self, data: bytes) -> bytes:
        """*data* with one to eight kinds of damage."""
        changed = bytearray(data)
        places = [part for part in parts(data) if part.start < part.stop]
        for _ in range(self._random.choice((1, 1, 1, 2, 3, 8))):
            damage = self._random.choice(
                (
                    *(self._set_word, self._set_word, self._set_word, self._nudge_word),
                    *(self._set_info, self._set_info, self._copy_word, self._copy_word),
                    *(self._nudge_bits, self._swap_words),
                    *(self._flip_bit, self._set_byte, self._copy_block, self._cut, self._insert),
                )
            )
            if places and self._random.random() < _INSIDE:
                self._inside(changed, self._random.choice(places), damage)
            else:
                damage(changed)
        return bytes(changed)

    def _inside(self, data: bytearray, place: slice, damage: Callable[[bytearray], None]) -> None:
        """Damage one part of *data*, and keep the places of the others."""
        part = data[place]
        rest = bytes(part)
        damage(part)
        data[place] = (bytes(part) + rest[len(part) :])[: len(rest)]

    def _at(self, data: bytearray, align: int = 4) -> int:
        """A random offset for a word, more often near the beginning."""
        last = max(len(data) - 4, 0) // align
        place = self._random.randint(0, last)
        if self._random.random() < 0.2:
            place = min(place, self._random.randint(0, 12))
        return place * align

    def _put(self, data: bytearray, at: int, value: int) -> None:
        order = self._random.choice("<<<>")
        if at + 4 <= len(data):
            struct.pack_into(order + "I", data, at, value & 0xFFFFFFFF)

    def _set_word(self, data: bytearray) -> None:
        small = self._random.randint(0, 200)
        self._put(data, self._at(data), self._random.choice((*_WORDS, small, len(data))))

    def _nudge_word(self, data: bytearray) -> None:
        at = self._at(data)
        if at + 4 <= len(data):
            (old,) = struct.unpack_from("<I", data, at)
            self._put(data, at, old + self._random.choice((-8, -4, -1, 1, 4, 8, 1 << 16, 1 << 24)))

    def _nudge_bits(self, data: bytearray) -> None:
        """Change a bit offset a little, or the width beside it."""
        at = self._at(data)
        if at + 4 <= len(data):
            (old,) = struct.unpack_from("<I", data, at)
            shift = self._random.choice((0, 0, 24))
            self._put(data, at, old + (self._random.randint(-9, 9) << shift))

    def _swap_words(self, data: bytearray) -> None:
        one, two = self._at(data), self._at(data)
        data[one : one + 4], data[two : two + 4] = data[two : two + 4], data[one : one + 4]

    def _set_info(self, data: bytearray) -> None:
        """A random info word: any kind, few or very many elements, with or without kflag."""
        vlen = self._random.choice((0, 1, 1, 2, 3, 16, 0xFFFF, 0xFFFFFF))
        kind = self._random.randint(0, 21)
        self._put(data, self._at(data), self._random.getrandbits(1) << 31 | kind << 24 | vlen)

    def _copy_word(self, data: bytearray) -> None:
        source, target = self._at(data), self._at(data)
        data[target : target + 4] = data[source : source + 4]

    def _flip_bit(self, data: bytearray) -> None:
        if data:
            data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)

    def _set_byte(self, data: bytearray) -> None:
        if data:
            data[self._random.randrange(len(data))] = self._random.choice((0, 1, 127, 128, 255))

    def _copy_block(self, data: bytearray) -> None:
        source, target = self._at(data), self._at(data)
        length = 4 * self._random.randint(1, 16)
        data[target : target + length] = data[source : source + length]

    def _cut(self, data: bytearray) -> None:
        at = self._at(data)
        if self._random.random() < 0.3:
            del data[at:]
        else:
            del data[at : at + self._random.choice((1, 4, 4, 8, 12, 24))]

    def _insert(self, data: bytearray) -> None:
        at = self._at(data)
        data[at:at] = data[at : at + 4 * self._random.randint(1, 8)] or b"\0\0\0\0"
