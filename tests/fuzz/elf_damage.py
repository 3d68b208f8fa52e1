"""Mutations of ELF files at the level of headers, sections and symbols.

`mutate` damages bytes. This damages the meaning: a section gets the type, the flags or the name of
another, a symbol lies in another section, a table has entries of another size. The bytes of every
section stay whole, so that the readers get further than with random bytes.
"""

import random
import struct
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.campaign import Campaign, Case, Prepared, Seed, seeds, use

_NUMBERS = (0, 1, 2, 3, 4, 7, 8, 16, 24, 64, 0xFF, 0xFFF1, 0xFFF2, 0xFFFF, 1 << 16, 1 << 31, -1)
_TYPES = (0, 1, 2, 3, 4, 8, 9, 11, 17, 18, 0x6FFFFFF6, 0x70000000, 0xFFFFFFFF)
_FLAGS = (0, 1, 2, 3, 4, 6, 0x10, 0x40, 0x800, 0xFFFFFFFF)
_SPECIAL_SECTIONS = (0, 1, 0xFF00, 0xFFF1, 0xFFF2, 0xFFFF, -1)
_NAMES = (
    *(".BTF", ".BTF.ext", ".BTF.base", ".maps", "maps", "maps/x", ".data", ".bss", ".rodata"),
    *(".rodata.x", ".data.y", ".kconfig", ".ksyms", ".symtab", ".strtab", ".text", "license"),
    *("xdp", "tc", "struct_ops", ".addr_space.1", ".comment", ".debug_str", "", "no such"),
)
_RENDERED = 4


class _Layout(NamedTuple):
    """The places of the fields in the structs of one ELF class."""

    header: str
    section: str
    symbol: str
    symbol_fields: tuple[str, ...]


_CLASSES = {
    1: _Layout("HHIIIIIHHHHHH", "10I", "IIIBBH", ("name", "value", "size", "info", "o", "shndx")),
    2: _Layout(
        "HHIQQQIHHHHHH", "IIQQQQIIQQ", "IBBHQQ", ("name", "info", "o", "shndx", "value", "size")
    ),
}
_HEADER_FIELDS = (
    *("type", "machine", "version", "entry", "phoff", "shoff", "flags", "ehsize", "phentsize"),
    *("phnum", "shentsize", "shnum", "shstrndx"),
)
_SECTION_FIELDS = (
    *("name", "type", "flags", "addr", "offset", "size", "link", "info", "align", "entsize"),
)
_SYMTAB = 2


class _Table:
    """An ELF file as fields that can be changed; the contents of its sections stay as they are."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self.order = "<" if data[5] == 1 else ">"
        self.layout = _CLASSES[data[4]]
        self.header = self._read(self.layout.header, 16, _HEADER_FIELDS)
        at, size = self.header["shoff"], struct.calcsize(self.order + self.layout.section)
        self.sections = [
            self._read(self.layout.section, at + i * size, _SECTION_FIELDS)
            for i in range(self.header["shnum"])
        ]

    def _read(self, form: str, at: int, names: tuple[str, ...]) -> dict[str, int]:
        return dict(zip(names, struct.unpack_from(self.order + form, self.data, at), strict=True))

    def symbols(self) -> list[int]:
        """The offsets of all symbols in the file."""
        size = struct.calcsize(self.order + self.layout.symbol)
        return [
            at
            for section in self.sections
            if section["type"] == _SYMTAB
            for at in range(section["offset"], section["offset"] + section["size"] - size + 1, size)
        ]

    def symbol(self, at: int) -> dict[str, int]:
        """The symbol at an offset in the file."""
        return self._read(self.layout.symbol, at, self.layout.symbol_fields)

    def put_symbol(self, at: int, symbol: dict[str, int]) -> None:
        """Write a symbol back."""
        self._write(self.layout.symbol, at, symbol)

    def _write(self, form: str, at: int, fields: dict[str, int]) -> None:
        kinds = struct.Struct(self.order + form)
        widths = {"B": 8, "H": 16, "I": 32, "Q": 64}
        codes = "IIIIIIIIII" if form == "10I" else form
        values = [
            value & (1 << widths[code]) - 1
            for code, value in zip(codes, fields.values(), strict=True)
        ]
        kinds.pack_into(self.data, at, *values)

    def names(self) -> int:
        """Append a table of the names in `_NAMES`; return its offset in the section of names."""
        strings = self.sections[self.header["shstrndx"]]
        old = bytes(self.data[strings["offset"] : strings["offset"] + strings["size"]])
        strings["offset"], strings["size"] = len(self.data), len(old) + len(_blob())
        self.data += old + _blob()
        return len(old)

    def build(self) -> bytes:
        """The file; the section headers are appended, so that there may be any number of them."""
        size = struct.calcsize(self.order + self.layout.section)
        at = len(self.data)
        self.data += bytes(size * len(self.sections))
        for index, section in enumerate(self.sections):
            self._write(self.layout.section, at + index * size, section)
        if self.header["shoff"] >= 0:
            self.header["shoff"] = at
        self._write(self.layout.header, 16, self.header)
        return bytes(self.data)


def _blob() -> bytes:
    return b"\0" + b"\0".join(name.encode() for name in _NAMES) + b"\0"


class Damage:
    """Changes of one ELF file. A seed always gives the same changes."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(repr(seed))  # noqa: S311 - test data, not secrets
        self._changes: tuple[Callable[[_Table], None], ...] = (
            *(
                self._header,
                self._section,
                self._section,
                self._section,
                self._rename,
                self._rename,
            ),
            *(self._swap, self._copy, self._drop, self._symbol, self._symbol, self._symbol),
            *(self._swap_symbols, self._resize, self._alias),
        )

    def damaged(self, data: bytes) -> bytes:
        """*data* with one to four changes."""
        table = _Table(data)
        for _ in range(self._random.randint(1, 4)):
            if table.sections:
                self._random.choice(self._changes)(table)
        return table.build()

    def _number(self, table: _Table) -> int:
        kind = self._random.randrange(3)
        if kind == 0:
            return self._random.choice(_NUMBERS)
        return self._random.randrange(len(table.data) + 8 if kind == 1 else len(table.sections) + 2)

    def _header(self, table: _Table) -> None:
        field = self._random.choice(_HEADER_FIELDS)
        table.header[field] = self._number(table)
        if field == "shoff":
            table.header["shoff"] = -1 - table.header["shoff"] % 64

    def _section(self, table: _Table) -> None:
        section = self._random.choice(table.sections)
        field = self._random.choice(_SECTION_FIELDS)
        values = {"type": _TYPES, "flags": _FLAGS}.get(field)
        section[field] = self._random.choice(values) if values else self._number(table)

    def _rename(self, table: _Table) -> None:
        if table.header["shstrndx"] < len(table.sections):
            start = table.names()
            name = self._random.choice(_NAMES)
            at = _blob().index(b"\0" + name.encode() + b"\0") + 1
            self._random.choice(table.sections)["name"] = start + at

    def _swap(self, table: _Table) -> None:
        one, other = (self._random.randrange(len(table.sections)) for _ in range(2))
        sections = table.sections
        sections[one], sections[other] = sections[other], sections[one]

    def _copy(self, table: _Table) -> None:
        copied = dict(self._random.choice(table.sections))
        table.sections.insert(self._random.randrange(len(table.sections) + 1), copied)
        table.header["shnum"] += self._random.choice((0, 1, 1))

    def _drop(self, table: _Table) -> None:
        table.sections.pop(self._random.randrange(len(table.sections)))
        table.header["shnum"] -= self._random.choice((0, 1, 1))

    def _resize(self, table: _Table) -> None:
        section = self._random.choice(table.sections)
        section["size"] = max(0, section["size"] + self._random.choice((-8, -4, -1, 1, 4, 8, 24)))

    def _alias(self, table: _Table) -> None:
        """Two sections share bytes."""
        one, other = self._random.choice(table.sections), self._random.choice(table.sections)
        one["offset"], one["size"] = other["offset"], other["size"]

    def _symbol(self, table: _Table) -> None:
        symbols = [at for at in table.symbols() if at + 24 <= len(table.data)]
        if not symbols:
            return
        at = self._random.choice(symbols)
        symbol = table.symbol(at)
        field = self._random.choice(table.layout.symbol_fields)
        if field == "shndx" and self._random.random() < 0.5:
            symbol[field] = self._random.choice(_SPECIAL_SECTIONS)
        else:
            symbol[field] = self._number(table)
        table.put_symbol(at, symbol)

    def _swap_symbols(self, table: _Table) -> None:
        symbols = [at for at in table.symbols() if at + 24 <= len(table.data)]
        if symbols:
            one, other = self._random.choice(symbols), self._random.choice(symbols)
            first, second = table.symbol(one), table.symbol(other)
            table.put_symbol(one, second)
            table.put_symbol(other, first)


class ElfCampaign(Campaign):
    """Uses ELF files with other headers, sections and symbols than they should have."""

    @cached_property
    def _elf_seeds(self) -> list[Seed]:
        return [seed for seed in seeds() if seed.data[:4] == b"\x7fELF" and not seed.base]

    def case(self, number: int) -> Case:
        """Name the case *number*."""
        return Case(self._elf_seeds[number % len(self._elf_seeds)].name, number)

    def prepare(self, case: Case, directory: Path) -> Prepared:
        """Damage the seed of *case*."""
        seed = self._elf_seeds[case.number % len(self._elf_seeds)]
        path = directory / "fuzzed.bpf.o"
        path.write_bytes(Damage(case).damaged(seed.data))
        return Prepared(path, None)

    def use(self, case: Case, prepared: Prepared) -> str:
        """Use the file, and return the outcome."""
        return use(prepared, rendered=case.number % _RENDERED == 0)
