"""What an ELF file holds of BTF. pyelftools reads it, and is imported when the first one is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from ._format import Contents
from ._typing import TYPE_CHECKING, NamedTuple
from .errors import BtfFormatError

if TYPE_CHECKING:
    from typing import IO, Any

    from elftools.elf.elffile import ELFFile

_EM_BPF = "EM_BPF"

_READS = 8
"""How often the bytes of a file may be read by pyelftools; an object takes about three times."""

_SPARE_READS = 1 << 16
"""Bytes that it may read in any file, however short."""

_DATA_PREFIXES = (".data.", ".bss.", ".rodata.")


class DataSection(NamedTuple):
    """A section of variables.

    Attributes:
        size: in bytes.
        data: the initial values; shorter than *size* where the rest is zero (``.bss``).
        symbols: the offset of each global symbol in it, in bytes.
        statics: the offsets of the local symbols of each name, of which there may be several.
    """

    size: int
    data: bytes
    symbols: dict[str, int]
    statics: dict[str, set[int]]


class _Rationed:
    """A stream that can be read only so much.

    The parts of a corrupt file may overlap, and its names have no end: then a megabyte of headers
    or symbols, each with a name of a megabyte, would be read for hours.
    """

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = stream
        self._left = _READS * length + _SPARE_READS
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise BtfFormatError("corrupt ELF: its headers and names overlap beyond all measure")
        return data


def read(stream: IO[bytes], length: int) -> Contents:
    """The BTF in the ELF file of *length* bytes that *stream* reads.

    Raises:
        BtfFormatError: no ELF that can be read, or none with a ``.BTF`` section.
    """
    with _corrupt():
        return _read(_opened(stream, length), stream, length)


def is_data(name: str) -> bool:
    """Whether libbpf makes a map of the section *name*, for user space to read and write."""
    return f"{name}.".startswith(_DATA_PREFIXES)


def data_sections(elf: bytes) -> dict[str, DataSection]:
    """The sections of the ELF object *elf* that hold variables, by name.

    Raises:
        BtfFormatError: they cannot be read.
    """
    with _corrupt():
        return _data_sections(_opened(BytesIO(elf), len(elf)), elf)


@contextmanager
def _corrupt() -> Iterator[None]:
    """Turn what pyelftools lets out into an error of ours: whatever a corrupt file provokes."""
    try:
        yield
    except BtfFormatError:
        raise
    except Exception as error:
        raise BtfFormatError(f"corrupt ELF: {str(error) or type(error).__name__}") from error


def _opened(stream: IO[bytes], length: int) -> ELFFile:
    from elftools.elf.elffile import ELFFile  # noqa: PLC0415  # 50 ms, and raw BTF needs none of it

    rationed: Any = _Rationed(stream, length)
    elf = ELFFile(rationed)
    count, entry = elf.num_sections(), elf["e_shentsize"]
    # Else a count of 2**32 headers of 0 bytes each would be read to the end.
    if (count and not entry) or count * entry > length:
        raise BtfFormatError(f"corrupt ELF: {count} section headers do not fit the file")
    return elf


def _read(elf: ELFFile, stream: IO[bytes], length: int) -> Contents:
    found: dict[str, bytes] = {}
    for section in elf.iter_sections():
        if section.name in (".BTF", ".BTF.base"):
            at, size = section["sh_offset"], section["sh_size"]
            if at + size > length:
                raise BtfFormatError(f"corrupt ELF: section {section.name} ends past the file")
            stream.seek(at)
            found[section.name] = stream.read(size)
    if ".BTF" not in found:
        raise BtfFormatError("no .BTF section in this ELF file; was it compiled with -g?")
    whole = None
    if elf["e_machine"] == _EM_BPF:
        stream.seek(0)
        whole = stream.read()
    return Contents(found[".BTF"], found.get(".BTF.base"), elf.elfclass // 8, whole)


def _data_sections(elf: ELFFile, whole: bytes) -> dict[str, DataSection]:
    found: dict[int, tuple[str, DataSection]] = {}
    for index, section in enumerate(elf.iter_sections()):
        if is_data(section.name):
            at, size = section["sh_offset"], section["sh_size"]
            data = b"" if section["sh_type"] == "SHT_NOBITS" else whole[at : at + size]
            found[index] = section.name, DataSection(size, data, {}, {})
    table: Any = elf.get_section_by_name(".symtab")
    for symbol in table.iter_symbols() if table else ():
        if symbol["st_shndx"] in found:
            _, owner = found[symbol["st_shndx"]]
            if symbol["st_info"]["bind"] == "STB_LOCAL":
                owner.statics.setdefault(symbol.name, set()).add(symbol["st_value"])
            else:
                owner.symbols[symbol.name] = symbol["st_value"]
    return dict(found.values())
