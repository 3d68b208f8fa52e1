"""What an ELF file holds of BTF. pyelftools reads it, and is imported when the first one is."""

from __future__ import annotations

from typing import IO, NamedTuple

from .errors import BtfFormatError

MAGIC = b"\x7fELF"

_EM_BPF = "EM_BPF"


class Contents(NamedTuple):
    """What a file holds.

    Attributes:
        btf: the BTF: the section ``.BTF``, or the whole of a raw BTF file.
        base: the section ``.BTF.base``, a distilled base; None where there is none.
        pointer_size: of the target in bytes, by the class of the ELF; None for raw BTF.
        is_bpf: whether the file is a BPF object, which may have maps and globals.
    """

    btf: bytes
    base: bytes | None
    pointer_size: int | None
    is_bpf: bool


def read(stream: IO[bytes], length: int) -> Contents:
    """The BTF in the ELF file of *length* bytes that *stream* reads.

    Raises:
        BtfFormatError: no ELF that can be read, or none with a ``.BTF`` section.
    """
    try:
        return _read(stream, length)
    except BtfFormatError:
        raise
    except Exception as error:  # pyelftools lets out whatever a corrupt file provokes
        raise BtfFormatError(f"corrupt ELF: {error or type(error).__name__}") from error


def _read(stream: IO[bytes], length: int) -> Contents:
    from elftools.elf.elffile import ELFFile  # noqa: PLC0415  # 50 ms, and raw BTF needs none of it

    elf = ELFFile(stream)
    count, entry = elf.num_sections(), elf["e_shentsize"]
    # Else a count of 2**32 headers of 0 bytes each would be read to the end.
    if (count and not entry) or count * entry > length:
        raise BtfFormatError(f"corrupt ELF: {count} section headers do not fit the file")
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
    is_bpf = elf["e_machine"] == _EM_BPF
    return Contents(found[".BTF"], found.get(".BTF.base"), elf.elfclass // 8, is_bpf)
