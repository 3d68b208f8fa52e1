"""What an ELF file holds of BTF.

pyelftools knows what headers and symbols look like, and is imported when the first one is read. Its
``ELFFile`` would describe them anew for each file, and import all that it has for DWARF: together
that takes longer than to read an object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO

from ._format import Contents, DataSection
from ._typing import TYPE_CHECKING, NamedTuple
from .errors import BtfError, BtfFormatError

if TYPE_CHECKING:
    from typing import IO, Any, TypeAlias

    # Of pyelftools, whose types are not named: mypy would read all of it with every program that
    # imports ours, which takes it longer than the program.
    Parsed: TypeAlias = Any
    ELFStructs: Any
    parse_cstring_from_stream: Any

_EI_CLASS, _EI_DATA = 4, 5
_BITS = {1: 32, 2: 64}
"""Of an address, by ``EI_CLASS``."""
_IS_LITTLE_ENDIAN = {1: True, 2: False}
"""By ``EI_DATA``."""

_EM_BPF = "EM_BPF"
_SHN_XINDEX = 0xFFFF

_READS = 8
"""How often the bytes of a file may be read by pyelftools; an object takes about three times."""

_SPARE_READS = 1 << 16
"""Bytes that it may read in any file, however short."""

_SYMBOLS = "SHT_SYMTAB"
_DATA_PREFIXES = (".data.", ".bss.", ".rodata.")


def read(stream: IO[bytes], length: int) -> Contents:
    """The BTF in the ELF file of *length* bytes that *stream* reads.

    Raises:
        BtfFormatError: no ELF that can be read, or none with a ``.BTF`` section.
        BtfError: pyelftools is not installed.
    """
    with _corrupt():
        return _read(stream, length)


def is_data(name: str) -> bool:
    """Whether libbpf makes a map of the section *name*, for user space to read and write."""
    return f"{name}.".startswith(_DATA_PREFIXES)


@contextmanager
def _corrupt() -> Iterator[None]:
    """Turn whatever a corrupt file provokes, in pyelftools too, into an error of ours."""
    try:
        yield
    except BtfError:
        raise
    except Exception as error:
        raise BtfFormatError(f"corrupt ELF: {str(error) or type(error).__name__}") from error


def _read(stream: IO[bytes], length: int) -> Contents:
    elf = _Elf(stream, length)
    variables = _Variables(elf) if elf.machine == _EM_BPF else None
    found: dict[str, bytes] = {}
    for index, section in enumerate(elf.sections()):
        if variables and (section.header.sh_type == _SYMBOLS or is_data(section.name)):
            variables.sections[index] = section
        if section.name in (".BTF", ".BTF.base"):
            at, size = section.header.sh_offset, section.header.sh_size
            if at + size > length:
                raise ValueError(f"section {section.name} ends past the file")
            stream.seek(at)
            found[section.name] = stream.read(size)
    if ".BTF" not in found:
        raise BtfFormatError("no .BTF section in this ELF file; was it compiled with -g?")
    data_sections = variables.data_sections if variables else None
    return Contents(found[".BTF"], found.get(".BTF.base"), elf.pointer_size, data_sections)


class _Struct(NamedTuple):
    """A struct of C, as pyelftools knows it.

    Attributes:
        parse: bytes of it.
        size: of it, in bytes.
    """

    parse: Callable[[bytes], Parsed]
    size: int


class _Described(NamedTuple):
    """What pyelftools knows of the files of one class and byte order.

    Attributes:
        header: of a file.
        section_header: of a section.
        symbol: of a table of them.
        text_at: of a stream and a place in it, gives the bytes up to the next NUL, or None.
    """

    header: _Struct
    section_header: _Struct
    symbol: _Struct
    text_at: Callable[[Any, int], bytes | None]


@cache
def _described(bits: int, little_endian: bool) -> _Described:
    try:
        if not TYPE_CHECKING:
            from elftools.common.utils import parse_cstring_from_stream  # noqa: PLC0415
            from elftools.elf.structs import ELFStructs  # noqa: PLC0415  # raw BTF needs none
    except ImportError as error:
        raise BtfError(f"ELF files are read by pyelftools, which is not there: {error}") from error

    structs = ELFStructs(little_endian, bits)
    structs.create_basic_structs()
    structs.create_advanced_structs()
    return _Described(
        _struct(structs.Elf_Ehdr),
        _struct(structs.Elf_Shdr),
        _struct(structs.Elf_Sym),
        parse_cstring_from_stream,
    )


def _struct(construct: Any) -> _Struct:
    return _Struct(construct.parse, construct.sizeof())


class _Section(NamedTuple):
    name: str
    header: Parsed


class _Elf:
    """An ELF file.

    Args:
        stream: reads it.
        length: of it, in bytes.

    Attributes:
        machine: that it is for, as pyelftools calls it.
        pointer_size: of that, in bytes.
    """

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = _Rationed(stream, length)
        self._length = length
        ident = self._stream.read(_EI_DATA + 1)
        bits, little_endian = _BITS.get(ident[_EI_CLASS]), _IS_LITTLE_ENDIAN.get(ident[_EI_DATA])
        if bits is None or little_endian is None:
            raise ValueError(f"class {ident[_EI_CLASS]}, byte order {ident[_EI_DATA]}")
        self._described = _described(bits, little_endian)
        header = self._parsed(self._described.header, 0)
        self.machine: str = header.e_machine
        self.pointer_size = bits // 8
        self._headers_at, self._header_size = header.e_shoff, header.e_shentsize
        self._count, names = header.e_shnum, header.e_shstrndx
        if not self._headers_at:
            self._count = 0
            return
        _check_size("section headers", self._header_size, self._described.section_header)
        if not self._count:  # it did not fit the field
            self._count = self._header(0).sh_size
        if self._count:
            index = self._header(0).sh_link if names == _SHN_XINDEX else names
            self._names_at: int = self._header(index).sh_offset

    def sections(self) -> Iterator[_Section]:
        """All of them, in the order of the file."""
        for index in range(self._count):
            header = self._header(index)
            yield _Section(self._text(self._names_at + header.sh_name), header)

    def symbols(self, table: Parsed) -> Iterator[tuple[str, Parsed]]:
        """Names and symbols of the section *table*."""
        _check_size("symbols", table.sh_entsize, self._described.symbol)
        names_at = self._header(table.sh_link).sh_offset
        for index in range(table.sh_size // table.sh_entsize):
            at = table.sh_offset + index * table.sh_entsize
            symbol = self._parsed(self._described.symbol, at)
            yield self._text(names_at + symbol.st_name), symbol

    def keep(self) -> bytes:
        """All of the file, which is read from memory from now on."""
        return self._stream.keep()

    def _header(self, index: int) -> Parsed:
        at = self._headers_at + index * self._header_size
        return self._parsed(self._described.section_header, at)

    def _parsed(self, struct: _Struct, at: int) -> Parsed:
        if at + struct.size > self._length:
            raise ValueError(f"a header or a symbol at byte {at:#x}, past the end of the file")
        self._stream.seek(at)
        return struct.parse(self._stream.read(struct.size))

    def _text(self, at: int) -> str:
        return (self._described.text_at(self._stream, at) or b"").decode(errors="replace")


def _check_size(what: str, size: int, struct: _Struct) -> None:
    """Else 2**64 of 0 bytes each would be read to the end."""
    if size < struct.size:
        raise ValueError(f"{what} of {size} bytes, at least {struct.size} expected")


class _Variables:
    """The sections of a BPF object that hold variables.

    Args:
        elf: the object.

    Attributes:
        sections: by index: those that `data_sections` needs.
    """

    def __init__(self, elf: _Elf) -> None:
        self.sections: dict[int, _Section] = {}
        self._elf = elf
        self._whole = elf.keep()

    def data_sections(self) -> dict[str, DataSection]:
        """The sections that hold variables, by name.

        Raises:
            BtfFormatError: they cannot be read.
        """
        with _corrupt():
            return self._data_sections()

    def _data_sections(self) -> dict[str, DataSection]:
        found: dict[int, tuple[str, DataSection]] = {}
        table: Parsed = None
        for index, (name, header) in self.sections.items():
            if header.sh_type == _SYMBOLS:
                table = header
                continue
            at, size = header.sh_offset, header.sh_size
            data = b"" if header.sh_type == "SHT_NOBITS" else self._whole[at : at + size]
            found[index] = name, DataSection(size, data, {}, {})
        for name, symbol in self._elf.symbols(table) if table else ():
            if symbol.st_shndx in found:
                _, owner = found[symbol.st_shndx]
                if symbol.st_info.bind == "STB_LOCAL":
                    owner.statics.setdefault(name, set()).add(symbol.st_value)
                else:
                    owner.symbols[name] = symbol.st_value
        return dict(found.values())


class _Rationed:
    """A stream that can be read only so much.

    The parts of a corrupt file may overlap, and its names have no end: then a megabyte of headers
    or symbols, each with a name of a megabyte, would be read for hours.
    """

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._left = _READS * length + _SPARE_READS
        self._from(stream)

    def _from(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek = stream.seek

    def keep(self) -> bytes:
        """All that there is, which is read from memory from now on."""
        self.seek(0)
        whole = self._stream.read()
        self._from(BytesIO(whole))
        return whole

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("its headers and names overlap beyond all measure")
        return data
