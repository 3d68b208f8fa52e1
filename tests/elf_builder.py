"""Build ELF objects in memory, as small as a reader of BTF accepts them.

Source: the ELF gABI; ``e_machine`` from Linux include/uapi/linux/elf-em.h.
"""

import struct
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from tests.builder import Order


class Symbol(NamedTuple):
    """A symbol of an ELF object; by default a global variable."""

    name: str
    section: str
    value: int
    size: int
    binding: int = 1
    kind: int = 1


class _Class(NamedTuple):
    """The struct formats and the alignment that differ between 32- and 64-bit ELF."""

    ident: int
    header: str
    section: str
    symbol: str
    align: int


_CLASSES = {
    32: _Class(1, "HHIIIIIHHHHHH", "10I", "IIIBBH", 4),
    64: _Class(2, "HHIQQQIHHHHHH", "IIQQQQIIQQ", "IBBHQQ", 8),
}
_ET_REL, _EM_BPF = 1, 247
_PROGBITS, _SYMTAB, _STRTAB, _NOBITS = 1, 2, 3, 8
_WRITE, _ALLOC, _EXECINSTR = 1, 2, 4


def elf(
    sections: Mapping[str, bytes | int],
    symbols: Sequence[Symbol] = (),
    *,
    bits: Literal[32, 64] = 64,
    order: Order = "<",
    machine: int = _EM_BPF,
    executable: Collection[str] = (),
) -> bytes:
    """A relocatable ELF object that holds *sections*.

    Args:
        sections: Content of each section by its name. A number is the size in bytes of a section
            without content, such as ``.bss``.
        symbols: Symbols for ``.symtab``; there is no such section without symbols.
        bits: ELF class, 32 or 64.
        order: Byte order of the ELF structures.
        machine: ``e_machine``; by default BPF.
        executable: Names of the sections that hold code.
    """
    shape = _CLASSES[bits]
    every: dict[str, bytes | int] = {"": b"", **sections}
    if symbols:
        every |= _symbol_table(shape, order, symbols, list(every))
    every[".shstrtab"] = "\0".join([*every, ".shstrtab"]).encode() + b"\0"
    start = 16 + struct.calcsize(order + shape.header)
    body, headers, name_at = b"", b"", 0
    for name, content in every.items():
        data = b"" if isinstance(content, int) else content
        size = content if isinstance(content, int) else len(content)
        body += bytes(-(start + len(body)) % shape.align)
        kind = _PROGBITS if isinstance(content, bytes) else _NOBITS
        link = info = entry = 0
        if name == ".symtab":
            kind, link, info = _SYMTAB, list(every).index(".strtab"), 1
            entry = struct.calcsize(order + shape.symbol)
        elif name in {".strtab", ".shstrtab"}:
            kind = _STRTAB
        flags = _WRITE | _ALLOC | (_EXECINSTR if name in executable else 0)
        words = (name_at, kind, flags, 0, start + len(body), size, link, info, 1, entry)
        headers += struct.pack(order + shape.section, *(words if name else [0] * len(words)))
        name_at += len(name) + 1
        body += data
    body += bytes(-(start + len(body)) % shape.align)
    return _elf_header(shape, order, machine, start + len(body), len(every)) + body + headers


def _symbol_table(
    shape: _Class, order: Order, symbols: Sequence[Symbol], sections: list[str]
) -> dict[str, bytes]:
    names = b"\0"
    table = bytes(struct.calcsize(order + shape.symbol))
    for symbol in symbols:
        info, section = symbol.binding << 4 | symbol.kind, sections.index(symbol.section)
        if shape.ident == 1:
            words = (len(names), symbol.value, symbol.size, info, 0, section)
        else:
            words = (len(names), info, 0, section, symbol.value, symbol.size)
        table += struct.pack(order + shape.symbol, *words)
        names += symbol.name.encode() + b"\0"
    return {".symtab": table, ".strtab": names}


def _elf_header(shape: _Class, order: Order, machine: int, table_at: int, count: int) -> bytes:
    ident = b"\x7fELF" + bytes([shape.ident, 1 if order == "<" else 2, 1]) + bytes(9)
    size = 16 + struct.calcsize(order + shape.header)
    entry = struct.calcsize(order + shape.section)
    words = (_ET_REL, machine, 1, 0, 0, table_at, 0, size, 0, 0, entry, count, count - 1)
    return ident + struct.pack(order + shape.header, *words)
