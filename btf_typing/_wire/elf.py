"""The BTF, data sections and functions of an ELF file.

An ELF file is a header, sections, and a table with one header for each section:

    ELF header       class (32 or 64 bits), byte order, machine; e_shoff: where the table begins
    sections         .BTF, .data, .bss, .symtab, ... in any order
    section headers  for each section: name, type, offset and size in bytes

We parse the ELF header and the section headers of every file, and use only these sections:

    .BTF, .BTF.base          of every file: BPF objects, kernel modules, vmlinux
    .data, .bss, .rodata     of BPF objects (machine EM_BPF), for ``BpfObject.sections``
    .addr_space.1            of BPF objects, also for ``BpfObject.sections``: the globals in an
                             arena (``BPF_MAP_TYPE_ARENA``)
    .symtab                  of BPF objects: the section of each variable and function, and the
                             offset of a variable in its section
    .comment, .debug_str     of BPF objects: the name and version of the compiler

pyelftools defines the structs of the format. We import it only when we read the first ELF file. We
do not use its ``ELFFile``, which builds the structs again for each file and imports all DWARF
support. ``ELFFile`` would spend more time on these two steps than we need to read an object.

Source: System V gABI, chapters 4 and 5; ``man 5 elf``.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from struct import Struct

from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple
from btf_typing.errors import BtfError, BtfFormatError
from btf_typing.model import maker

from .btf_format import MAX_BYTES
from .file_contents import DataSection, FileContents, Function

if TYPE_CHECKING:
    from typing import IO, Any, TypeAlias

    # A parsed struct of pyelftools, such as a section header. Its attributes are the C fields.
    # With the real type instead of Any, mypy would read all of pyelftools for every program that
    # imports this package. Reading it takes longer than checking the program.
    Parsed: TypeAlias = Any
    ELFStructs: Any

_EI_CLASS, _EI_DATA = 4, 5
_BITS = {1: 32, 2: 64}
"""Size of an address in bits, for each value of ``EI_CLASS``."""
_IS_LITTLE_ENDIAN = {1: True, 2: False}
"""Whether the byte order is little-endian, for each value of ``EI_DATA``."""

_EM_BPF = "EM_BPF"
_SHN_XINDEX = 0xFFFF

_MAX_NAME = 1 << 12
"""Maximum length of a name in bytes. Without a limit, a corrupt file could make us read a million
names, each as long as the file."""

_SYMBOL_TABLE = "SHT_SYMTAB"
_SHF_EXECINSTR = 0x4

_PRODUCER_SECTIONS = (".comment", ".debug_str")
"""Sections that can name the compiler: GCC with ``-gbtf`` uses the first, clang the second."""

_FIRST_MARKING_VERSION = {"clang": 15, "GCC": 14}
"""The first major version of each compiler that sets the kflag of signed enums."""

_PRODUCER = {
    "clang": rb"clang version (\d{1,4})\.",  # Debian clang version 14.0.6
    "GCC": rb"GCC: \([^\0]{0,200}?\) (\d{1,4})\.",  # GCC: (12.2.0-14+11+b2) 12.2.0
}
"""Patterns that find the major version of each compiler in `_PRODUCER_SECTIONS`."""

_BTF, _BASE = ".BTF", ".BTF.base"
_DATA_PREFIXES = (".data.", ".bss.", ".rodata.")
_ARENA_SECTION = ".addr_space.1"

_LOCAL, _FUNCTION = 0, 2
"""``STB_LOCAL``, the binding of local symbols, and ``STT_FUNC``, the type of function symbols."""


def read(stream: IO[bytes], length: int) -> FileContents:
    """Read the BTF of the ELF file *stream*, which has *length* bytes.

    Raises:
        BtfFormatError: the ELF file is corrupt or has no ``.BTF`` section.
        BtfError: pyelftools is not installed.
    """
    with _corrupt_elf_errors():
        return _read(stream, length)


def is_data_section(name: str) -> bool:
    """Whether libbpf makes the section *name* accessible to user space through a map.

    libbpf creates a map for a section named ``.data``, ``.bss`` or ``.rodata``. The name may go on
    after a dot, as in ``.rodata.config``, but ``.database`` gets no map. libbpf copies
    ``.addr_space.1`` to the arena map of the object.

    Source:
        libbpf ``bpf_object__elf_collect``.
    """
    return name == _ARENA_SECTION or f"{name}.".startswith(_DATA_PREFIXES)


@contextmanager
def _corrupt_elf_errors() -> Iterator[None]:
    """Turn all exceptions for a corrupt file, ours or pyelftools', into `BtfFormatError`."""
    try:
        yield
    except (BtfError, OSError):
        raise
    except Exception as error:
        raise BtfFormatError(f"corrupt ELF: {str(error) or type(error).__name__}") from error


def _read(stream: IO[bytes], length: int) -> FileContents:
    elf = _Elf(stream, length)
    whole_file = elf.load_into_memory() if elf.machine == _EM_BPF else None
    btf_headers: dict[str, Parsed] = {}
    producer_headers: dict[str, Parsed] = {}
    symbol_sections: dict[int, _Section] = {}
    for index, section in enumerate(elf.sections()):
        if section.name in (_BTF, _BASE):
            btf_headers[section.name] = section.header
        elif whole_file and section.name in _PRODUCER_SECTIONS:
            producer_headers[section.name] = section.header
        elif whole_file and (_has_symbols(section) or section.header.sh_type == _SYMBOL_TABLE):
            symbol_sections[index] = section
    if _BTF not in btf_headers:
        stripped = whole_file is not None and not any(
            section.header.sh_type == _SYMBOL_TABLE for section in symbol_sections.values()
        )
        raise BtfFormatError(_no_btf(elf.machine, stripped=stripped))
    btf = {name: elf.content(name, header) for name, header in btf_headers.items()}
    contents = FileContents(btf[_BTF], btf.get(_BASE), elf.pointer_size)
    if whole_file is None:
        return contents
    symbols = _Symbols(elf, whole_file, symbol_sections)
    producers = [elf.content(name, header) for name, header in producer_headers.items()]
    return contents._replace(
        read_data_sections=symbols.data_sections,
        read_functions=symbols.functions,
        old_compiler=any(map(_names_old_compiler, producers)),
        whole_file=whole_file,
    )


def _names_old_compiler(section: bytes) -> bool:
    """Whether *section* names a compiler that does not set the kflag of signed enums."""
    import re  # noqa: PLC0415  # pyelftools has imported re already, and raw BTF does not need re

    versions = {
        (name, int(major))
        for name in _FIRST_MARKING_VERSION
        for major in re.findall(_PRODUCER[name], section)
    }
    return any(major < _FIRST_MARKING_VERSION[name] for name, major in versions)


def _has_symbols(section: _Section) -> bool:
    """Whether *section* can hold variables or functions that users see."""
    return is_data_section(section.name) or _is_code(section)


def _is_code(section: _Section) -> bool:
    header = section.header
    return header.sh_type == "SHT_PROGBITS" and bool(header.sh_flags & _SHF_EXECINSTR)


class _Struct(NamedTuple):
    """A C struct of the ELF format.

    Attributes:
        parse: Turns the bytes of the struct into an object with its fields.
        size: Size in bytes.
    """

    parse: Callable[[bytes], Parsed]
    size: int


class _ElfStructs(NamedTuple):
    """The structs of one ELF class and byte order.

    Attributes:
        header: ``Elf64_Ehdr`` or ``Elf32_Ehdr``, at the start of the file.
        section_header: ``Elf64_Shdr`` or ``Elf32_Shdr``.
    """

    header: _Struct
    section_header: _Struct


@cache
def _elf_structs(bits: int, little_endian: bool) -> _ElfStructs:
    try:
        if not TYPE_CHECKING:
            from elftools.elf.structs import ELFStructs  # noqa: PLC0415  # raw BTF does not need it
    except ImportError as error:
        missing = "reading an ELF file needs pyelftools, which cannot be imported"
        raise BtfError(f'{missing} ({error}); run "pip install pyelftools"') from error

    structs = ELFStructs(little_endian, bits)
    structs.create_basic_structs()
    structs.create_advanced_structs()
    used = structs.Elf_Ehdr, structs.Elf_Shdr
    return _ElfStructs(*(_Struct(each.parse, each.sizeof()) for each in used))


class _Symbol(NamedTuple):
    """A symbol of a BPF object.

    Attributes:
        name: Its name.
        section: Index of its section.
        offset: Offset in its section in bytes.
        local: Whether it is local to this object, such as a static variable.
        function: Whether it is a function.
    """

    name: str
    section: int
    offset: int
    local: bool
    function: bool


_symbol = maker(_Symbol)

_SYMBOL_FORMATS = {
    # name, value, size, info, other, section index
    32: ("IIIBBH", itemgetter(0, 3, 5, 1)),
    # name, info, other, section index, value, size
    64: ("IBBHQQ", itemgetter(0, 1, 3, 4)),
}
"""The formats of ``Elf32_Sym`` and ``Elf64_Sym``, each with a function that selects name, info,
section index and value. An object can have a million symbols, so pyelftools would be too slow."""


class _Section(NamedTuple):
    """A section of the file: its name, and its section header."""

    name: str
    header: Parsed


def _no_btf(machine: str | int, *, stripped: bool) -> str:
    """The message about an ELF file without BTF: the likely cause, and advice.

    *machine* is the target's name, or its number if pyelftools does not know the target.
    """
    if machine != _EM_BPF:
        if isinstance(machine, str):
            target = machine.removeprefix("EM_").lower()
        else:
            target = f"machine {machine:#x}"
        cause = f"it is for {target}, not for BPF; compile with clang -target bpf -O2 -g -c"
    elif stripped:
        cause = "it was stripped; use llvm-strip -g, which keeps the BTF"
    else:
        cause = "compile with -g"
    return f"no .BTF section in this ELF file: {cause}"


class _Elf:
    """An open ELF file. The constructor reads its header.

    Args:
        stream: the open file.
        length: size of the file in bytes.

    Attributes:
        machine: Target machine as pyelftools names it, such as ``"EM_BPF"``.
        pointer_size: Pointer size of the target in bytes.

    Raises:
        ValueError: the file is corrupt. Every method raises it too.
    """

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._source: IO[bytes] | bytes = stream
        self._length = length
        # 7f 45 4c 46 ("\x7fELF"), then the class and the byte order: 02 01 is 64-bit little-endian.
        class_, order = self._bytes("e_ident", 0, _EI_DATA + 1)[_EI_CLASS:]
        bits, little_endian = _BITS.get(class_), _IS_LITTLE_ENDIAN.get(order)
        if bits is None or little_endian is None:
            raise ValueError(f"class {class_} and byte order {order}, expected 1 or 2 for each")
        self._order = "<" if little_endian else ">"
        self._structs = _elf_structs(bits, little_endian)
        header = self._parsed("the ELF header", 0, self._structs.header)
        self.machine: str | int = header.e_machine
        self.pointer_size = bits // 8
        self._headers_at, self._header_size = header.e_shoff, header.e_shentsize
        self._count, names_index = header.e_shnum, header.e_shstrndx
        if not self._headers_at:  # no section headers at all
            self._count = 0
            return
        size = self._structs.section_header.size
        _check_entry_size("section headers", self._header_size, size)
        # For 0xff00 sections or more, the count in the ELF header is 0. The real count is sh_size
        # of the first section header, which is otherwise unused. Likewise, if e_shstrndx is
        # SHN_XINDEX, sh_link of that header is the index of the section with the names.
        if not self._count:
            self._count = self._header(0).sh_size
        if self._count:
            index = self._header(0).sh_link if names_index == _SHN_XINDEX else names_index
            self._names_at: int = self._header(index).sh_offset

    def sections(self) -> Iterator[_Section]:
        """All sections, in the order of their headers."""
        for index in range(self._count):
            header = self._header(index)
            yield _Section(self._name(self._names_at + header.sh_name), header)

    def symbols(self, table: Parsed, sections: Container[int]) -> Iterator[_Symbol]:
        """The symbols in one symbol table that belong to some sections.

        Args:
            table: section header of the symbol table.
            sections: indexes of the sections.
        """
        format_, selected = _SYMBOL_FORMATS[8 * self.pointer_size]
        symbol = Struct(self._order + format_)
        entry_size = table.sh_entsize
        _check_entry_size("symbols", entry_size, symbol.size)
        entries = self._bytes("the symbol table", table.sh_offset, table.sh_size)
        if entry_size == symbol.size:
            unpacked = symbol.iter_unpack(entries[: len(entries) - len(entries) % entry_size])
        else:
            starts = range(0, len(entries) - entry_size + 1, entry_size)
            unpacked = (symbol.unpack_from(entries, start) for start in starts)
        strings = self._header(table.sh_link)  # sh_link is the index of the string table
        names = self._bytes("the names of symbols", strings.sh_offset, strings.sh_size)
        for name_at, info, index, offset in map(selected, unpacked):
            if index in sections:
                name = _name_in(names, name_at)
                local, function = info >> 4 == _LOCAL, info & 0xF == _FUNCTION
                yield _symbol((name, index, offset, local, function))

    def content(self, name: str, header: Parsed) -> bytes:
        """The bytes of the section *name*."""
        return self._bytes(f"section {name}", header.sh_offset, header.sh_size)

    def load_into_memory(self) -> bytes:
        """Read the whole file and return it. Other methods then read from this copy.

        After that, several threads can call the methods at once. Without a copy, the threads would
        share the position in the stream.
        """
        self._source = whole_file = self._bytes("the file", 0, self._length)
        return whole_file

    def _header(self, index: int) -> Parsed:
        at = self._headers_at + index * self._header_size
        return self._parsed("a section header", at, self._structs.section_header)

    def _parsed(self, label: str, at: int, struct: _Struct) -> Parsed:
        return struct.parse(self._bytes(label, at, struct.size))

    def _bytes(self, label: str, at: int, size: int) -> bytes:
        """*size* bytes of the file from offset *at*. Error messages call these bytes *label*."""
        _check_end(label, at + size, self._length)
        if size > MAX_BYTES:
            raise ValueError(f"{label} has {size} bytes; at most {MAX_BYTES} are supported")
        return self._part(at, size)

    def _name(self, at: int) -> str:
        """The NUL-terminated name at offset *at* of the file."""
        _check_end("a name", at + 1, self._length)
        return _name_in(self._part(at, _MAX_NAME), 0, at)

    def _part(self, at: int, size: int) -> bytes:
        """At most *size* bytes of the file from offset *at*."""
        if isinstance(self._source, bytes):
            return self._source[at : at + size]
        self._source.seek(at)
        return self._source.read(size)


def _name_in(data: bytes, at: int, shown_at: int | None = None) -> str:
    """The NUL-terminated name at offset *at* of *data*.

    Error messages show *shown_at* as the offset, if it is not None.
    """
    end = data.find(0, at, at + _MAX_NAME)
    if end < 0:
        shown_at = at if shown_at is None else shown_at
        raise ValueError(f"a name at byte {shown_at:#x} has no NUL within {_MAX_NAME} bytes")
    return data[at:end].decode(errors="replace")


def _check_end(label: str, end: int, length: int) -> None:
    if end > length:
        raise ValueError(
            f"{label} ends at byte {end:#x}, past the end of the file ({length:#x});"
            " is the file cut short?"
        )


def _check_entry_size(label: str, size: int, expected: int) -> None:
    """Refuse table entries smaller than their struct, which has *expected* bytes.

    A corrupt file could otherwise declare 2**64 entries of 0 bytes, and we would read them forever.
    """
    if size < expected:
        raise ValueError(f"{label} of {size} bytes, expected at least {expected}")


def _symbol_count(section: DataSection) -> int:
    """The number of variables of *section* that have symbols."""
    return len(section.symbols) + len(section.statics)


class _Symbols:
    """Reads the variables and functions of a BPF object on demand, since few programs need them.

    Several threads can read at once.

    Args:
        elf: the file, which is in memory.
        whole_file: the bytes of the file.
        sections: data sections, code sections and the symbol table, by section index.
    """

    def __init__(self, elf: _Elf, whole_file: bytes, sections: dict[int, _Section]) -> None:
        self._elf = elf
        self._file = whole_file
        self._sections = sections

    def data_sections(self) -> dict[str, DataSection]:
        """The sections that hold variables, by name.

        Raises:
            BtfFormatError: the file is corrupt.
        """
        with _corrupt_elf_errors():
            return self._data_sections()

    def functions(self) -> list[Function]:
        """The global functions, in the order of the symbol table.

        Raises:
            BtfFormatError: the file is corrupt.
        """
        with _corrupt_elf_errors():
            return list(self._functions())

    def _data_sections(self) -> dict[str, DataSection]:
        sections = {
            index: (name, DataSection(header.sh_size, self._data(name, header), {}, {}))
            for index, (name, header) in self._sections.items()
            if is_data_section(name)
        }
        self._refuse_overlap([section for _, section in sections.values()])
        for name, index, offset, local, _ in self._symbols(sections):
            _, section = sections[index]
            if local:
                section.statics.setdefault(name, []).append(offset)
            else:
                section.symbols[name] = offset
        found: dict[str, DataSection] = {}
        for name, section in sections.values():
            other = found.get(name)
            if other is None:
                found[name] = section
            else:  # clang writes a second .rodata for __attribute__((section(".rodata")))
                largest = max(other, section, key=_symbol_count)
                found[name] = largest._replace(others=other.others + 1)
        return found

    def _refuse_overlap(self, sections: list[DataSection]) -> None:
        """Refuse sections that together are longer than the file. Such sections overlap.

        A corrupt file can have thousands of sections that each cover the whole file. A program that
        copies the bytes of all of them could run out of memory.
        """
        total = sum(len(section.data) for section in sections)
        if total > len(self._file):
            raise ValueError(
                f"the data sections have {total} bytes together, more than the file"
                f" ({len(self._file)}); do they overlap?"
            )

    def _functions(self) -> Iterator[Function]:
        sections = {index: each.name for index, each in self._sections.items() if _is_code(each)}
        for name, index, _, local, function in self._symbols(sections):
            if function and not local:
                yield Function(name, sections[index])

    def _symbols(self, sections: Container[int]) -> Iterator[_Symbol]:
        """The symbols in the sections with the indexes *sections*."""
        headers = (header for _, header in self._sections.values())
        tables = [header for header in headers if header.sh_type == _SYMBOL_TABLE]
        return self._elf.symbols(tables[-1], sections) if tables else iter(())

    def _data(self, name: str, header: Parsed) -> memoryview:
        """The bytes of a section in the file; empty for ``.bss``, which has none.

        The result is a view, because copies could fill memory: a corrupt file can have thousands of
        sections that each cover the whole file.
        """
        if header.sh_type == "SHT_NOBITS":
            return memoryview(b"")
        end = header.sh_offset + header.sh_size
        _check_end(f"section {name}", end, len(self._file))
        return memoryview(self._file)[header.sh_offset : end]
