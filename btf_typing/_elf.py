"""What an ELF file holds of BTF. pyelftools reads it, and is imported when the first one is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from ._format import Contents, DataSection
from ._typing import TYPE_CHECKING
from .errors import BtfError, BtfFormatError

if TYPE_CHECKING:
    from typing import IO, Any, TypeAlias

    # Of pyelftools, whose types are not named: mypy would read all of it with every program that
    # imports ours, which takes it longer than the program.
    ELFFile: TypeAlias = Any
    Section: TypeAlias = Any

_EM_BPF = "EM_BPF"

_READS = 8
"""How often the bytes of a file may be read by pyelftools; an object takes about three times."""

_SPARE_READS = 1 << 16
"""Bytes that it may read in any file, however short."""

_SYMBOLS = ".symtab"
_DATA_PREFIXES = (".data.", ".bss.", ".rodata.")


class _Object:
    """A BPF object whose section headers were read.

    Args:
        whole: the file.

    Attributes:
        sections: of pyelftools, by index: those that `data_sections` needs.
    """

    def __init__(self, whole: bytes) -> None:
        self.sections: dict[int, Section] = {}
        self._whole = whole

    def data_sections(self) -> dict[str, DataSection]:
        """The sections that hold variables, by name.

        Raises:
            BtfFormatError: they cannot be read.
        """
        with _corrupt():
            return self._data_sections()

    def _data_sections(self) -> dict[str, DataSection]:
        found: dict[int, tuple[str, DataSection]] = {}
        table: Any = None
        for index, section in self.sections.items():
            if section.name == _SYMBOLS:
                table = section
                continue
            at, size = section["sh_offset"], section["sh_size"]
            data = b"" if section["sh_type"] == "SHT_NOBITS" else self._whole[at : at + size]
            found[index] = section.name, DataSection(size, data, {}, {})
        for symbol in table.iter_symbols() if table else ():
            if symbol["st_shndx"] in found:
                _, owner = found[symbol["st_shndx"]]
                if symbol["st_info"]["bind"] == "STB_LOCAL":
                    owner.statics.setdefault(symbol.name, set()).add(symbol["st_value"])
                else:
                    owner.symbols[symbol.name] = symbol["st_value"]
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
        self.tell = stream.tell

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
            raise BtfFormatError("corrupt ELF: its headers and names overlap beyond all measure")
        return data


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
    """Turn what pyelftools lets out into an error of ours: whatever a corrupt file provokes."""
    try:
        yield
    except BtfError:
        raise
    except Exception as error:
        raise BtfFormatError(f"corrupt ELF: {str(error) or type(error).__name__}") from error


def _read(stream: IO[bytes], length: int) -> Contents:
    rationed = _Rationed(stream, length)
    elf = _opened(rationed, length)
    parsed = _Object(rationed.keep()) if elf["e_machine"] == _EM_BPF else None
    found: dict[str, bytes] = {}
    for index, section in enumerate(elf.iter_sections()):
        if parsed and (section.name == _SYMBOLS or is_data(section.name)):
            parsed.sections[index] = section
        if section.name in (".BTF", ".BTF.base"):
            at, size = section["sh_offset"], section["sh_size"]
            if at + size > length:
                raise BtfFormatError(f"corrupt ELF: section {section.name} ends past the file")
            stream.seek(at)
            found[section.name] = stream.read(size)
    if ".BTF" not in found:
        raise BtfFormatError("no .BTF section in this ELF file; was it compiled with -g?")
    data_sections = parsed.data_sections if parsed else None
    return Contents(found[".BTF"], found.get(".BTF.base"), elf.elfclass // 8, data_sections)


def _opened(stream: Any, length: int) -> ELFFile:
    try:
        if not TYPE_CHECKING:
            from elftools.elf.elffile import ELFFile  # noqa: PLC0415  # 50 ms; raw BTF needs none
    except ImportError as error:
        raise BtfError(f"ELF files are read by pyelftools, which is not there: {error}") from error

    elf = ELFFile(stream)
    count, entry = elf.num_sections(), elf["e_shentsize"]
    # Else a count of 2**32 headers of 0 bytes each would be read to the end.
    if (count and not entry) or count * entry > length:
        raise BtfFormatError(f"corrupt ELF: {count} section headers do not fit the file")
    return elf
