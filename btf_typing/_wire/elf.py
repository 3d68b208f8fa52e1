"""What an ELF file holds of BTF.

pyelftools knows what headers and symbols look like, and is imported when the first one is read. Its
``ELFFile`` would describe them anew for each file, and import all that it has for DWARF: together
that takes longer than to read an object.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO

from btf_typing._typing import TYPE_CHECKING, NamedTuple
from btf_typing.errors import BtfError, BtfFormatError

from .format import LARGEST, Contents, DataSection, Function

if TYPE_CHECKING:
    from typing import IO, Any, TypeAlias

    # Of pyelftools, whose types are not named: mypy would read all of it with every program that
    # imports ours, which takes it longer than the program.
    Parsed: TypeAlias = Any
    ELFStructs: Any

_EI_CLASS, _EI_DATA = 4, 5
_BITS = {1: 32, 2: 64}
"""Of an address, by ``EI_CLASS``."""
_IS_LITTLE_ENDIAN = {1: True, 2: False}
"""By ``EI_DATA``."""

_EM_BPF = "EM_BPF"
_SHN_XINDEX = 0xFFFF

_LONGEST_NAME = 1 << 12
"""Bytes that are searched for the end of a name, of which a corrupt file may have a million, each
as long as the file."""

_SYMBOLS = "SHT_SYMTAB"
_SHF_EXECINSTR = 0x4
_BTF, _BASE = ".BTF", ".BTF.base"
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
    except (BtfError, OSError):
        raise
    except Exception as error:
        raise BtfFormatError(f"corrupt ELF: {str(error) or type(error).__name__}") from error


def _read(stream: IO[bytes], length: int) -> Contents:
    elf = _Elf(stream, length)
    whole = elf.keep() if elf.machine == _EM_BPF else None
    of_btf: dict[str, Parsed] = {}
    of_symbols: dict[int, _Section] = {}
    for index, section in enumerate(elf.sections()):
        if section.name in (_BTF, _BASE):
            of_btf[section.name] = section.header
        elif whole and (_has_symbols(section) or section.header.sh_type == _SYMBOLS):
            of_symbols[index] = section
    if _BTF not in of_btf:
        raise BtfFormatError("no .BTF section in this ELF file; was it compiled with -g?")
    found = {name: elf.content(name, header) for name, header in of_btf.items()}
    symbols = _Symbols(whole, of_symbols) if whole else None
    return Contents(
        found[_BTF],
        found.get(_BASE),
        elf.pointer_size,
        symbols.data_sections if symbols else None,
        symbols.functions if symbols else None,
    )


def _has_symbols(section: _Section) -> bool:
    """Whether users see the symbols of *section*: its variables, or its functions."""
    return is_data(section.name) or _is_code(section)


def _is_code(section: _Section) -> bool:
    header = section.header
    return header.sh_type == "SHT_PROGBITS" and bool(header.sh_flags & _SHF_EXECINSTR)


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
    """

    header: _Struct
    section_header: _Struct
    symbol: _Struct


@cache
def _described(bits: int, little_endian: bool) -> _Described:
    try:
        if not TYPE_CHECKING:
            from elftools.elf.structs import ELFStructs  # noqa: PLC0415  # raw BTF needs none
    except ImportError as error:
        needed = 'ELF files are read by pyelftools, which is not there; "pip install pyelftools"'
        raise BtfError(f"{needed} ({error})") from error

    structs = ELFStructs(little_endian, bits)
    structs.create_basic_structs()
    structs.create_advanced_structs()
    wanted = structs.Elf_Ehdr, structs.Elf_Shdr, structs.Elf_Sym
    return _Described(*(_Struct(each.parse, each.sizeof()) for each in wanted))


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
        self._stream = stream
        self._length = length
        class_, order = self._bytes("its identification", 0, _EI_DATA + 1)[_EI_CLASS:]
        bits, little_endian = _BITS.get(class_), _IS_LITTLE_ENDIAN.get(order)
        if bits is None or little_endian is None:
            raise ValueError(f"class {class_} and byte order {order}, each 1 or 2 expected")
        self._described = _described(bits, little_endian)
        header = self._parsed("its header", 0, self._described.header)
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
            yield _Section(self._name(self._names_at + header.sh_name), header)

    def symbols(self, table: Parsed) -> Iterator[Parsed]:
        """What the section *table* holds."""
        _check_size("symbols", table.sh_entsize, self._described.symbol)
        for index in range(table.sh_size // table.sh_entsize):
            at = table.sh_offset + index * table.sh_entsize
            yield self._parsed("a symbol", at, self._described.symbol)

    def symbol_name(self, table: Parsed, symbol: Parsed) -> str:
        """What *symbol*, of the section *table*, is called."""
        return self._name(self._header(table.sh_link).sh_offset + symbol.st_name)

    def content(self, name: str, header: Parsed) -> bytes:
        """What is in the section *name*."""
        return self._bytes(f"section {name}", header.sh_offset, header.sh_size)

    def keep(self) -> bytes:
        """All of the file, which is read from memory from now on."""
        whole = self._bytes("it", 0, self._length)
        self._stream = BytesIO(whole)
        return whole

    def _header(self, index: int) -> Parsed:
        at = self._headers_at + index * self._header_size
        return self._parsed("a section header", at, self._described.section_header)

    def _parsed(self, what: str, at: int, struct: _Struct) -> Parsed:
        return struct.parse(self._bytes(what, at, struct.size))

    def _bytes(self, what: str, at: int, size: int) -> bytes:
        _check_end(what, at + size, self._length)
        if size > LARGEST:
            raise ValueError(f"{what} has {size} bytes; none is that large")
        self._stream.seek(at)
        return self._stream.read(size)

    def _name(self, at: int) -> str:
        _check_end("a name", at + 1, self._length)
        self._stream.seek(at)
        name, end, _ = self._stream.read(_LONGEST_NAME).partition(b"\0")
        if not end:
            raise ValueError(f"a name at byte {at:#x} that does not end")
        return name.decode(errors="replace")


def _check_end(what: str, end: int, length: int) -> None:
    if end > length:
        raise ValueError(f"{what} ends at byte {end:#x}, the file at {length:#x}; was it cut off?")


def _check_size(what: str, size: int, struct: _Struct) -> None:
    """Else 2**64 of 0 bytes each would be read to the end."""
    if size < struct.size:
        raise ValueError(f"{what} of {size} bytes, at least {struct.size} expected")


class _Symbols:
    """Variables and functions of a BPF object, read when they are asked for.

    Args:
        whole: Content of the file.
        found: Sections of variables and of code, and the symbol table, by index.
    """

    def __init__(self, whole: bytes, found: dict[int, _Section]) -> None:
        self._whole = whole
        self._found = found

    def data_sections(self) -> dict[str, DataSection]:
        """The sections that hold variables, by name.

        Raises:
            BtfFormatError: they cannot be read.
        """
        with _corrupt():
            return self._data_sections()

    def functions(self) -> list[Function]:
        """The global functions, in the order of the symbol table.

        Raises:
            BtfFormatError: they cannot be read.
        """
        with _corrupt():
            return list(self._functions())

    def _data_sections(self) -> dict[str, DataSection]:
        found = {
            index: (name, DataSection(header.sh_size, self._data(name, header), {}, {}))
            for index, (name, header) in self._found.items()
            if is_data(name)
        }
        for name, symbol in self._symbols(found):
            _, owner = found[symbol.st_shndx]
            if symbol.st_info.bind == "STB_LOCAL":
                owner.statics.setdefault(name, set()).add(symbol.st_value)
            else:
                owner.symbols[name] = symbol.st_value
        return dict(found.values())

    def _functions(self) -> Iterator[Function]:
        sections = {index: each.name for index, each in self._found.items() if _is_code(each)}
        for name, symbol in self._symbols(sections):
            if symbol.st_info.type == "STT_FUNC" and symbol.st_info.bind != "STB_LOCAL":
                yield Function(name, sections[symbol.st_shndx])

    def _symbols(self, owners: Container[int]) -> Iterator[tuple[str, Parsed]]:
        """The symbols of the sections *owners*, with their names."""
        tables = [header for _, header in self._found.values() if header.sh_type == _SYMBOLS]
        elf = _Elf(BytesIO(self._whole), len(self._whole))  # threads may ask at once
        for symbol in elf.symbols(tables[-1]) if tables else ():
            if symbol.st_shndx in owners:
                yield elf.symbol_name(tables[-1], symbol), symbol

    def _data(self, name: str, header: Parsed) -> memoryview:
        """What is in a section; not copied, for those of a corrupt file may overlap."""
        if header.sh_type == "SHT_NOBITS":
            return memoryview(b"")
        end = header.sh_offset + header.sh_size
        _check_end(f"section {name}", end, len(self._whole))
        return memoryview(self._whole)[header.sh_offset : end]
