"""The contents of one file: BTF, data sections and functions. `files` and `elf` read the file."""

from __future__ import annotations

from collections.abc import Callable

from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple

from .btf_format import BtfBytes

if TYPE_CHECKING:
    from typing import TypeAlias


class DataSection(NamedTuple):
    """A section that holds global variables, such as ``.data``.

    Attributes:
        size: Size in bytes.
        data: Initial values; empty for ``.bss``, whose bytes are all zero.
        symbols: Offset in bytes of each global symbol, by name.
        statics: Offsets in bytes of the local symbols, by name. Two functions can each have a
            ``static int count``, so one name can have several offsets.
        others: Number of further sections of the same name.
    """

    size: int
    data: memoryview
    symbols: dict[str, int]
    statics: dict[str, list[int]]
    others: int = 0


DataSectionReader: TypeAlias = Callable[[], dict[str, DataSection]]
"""Reads the data sections of an object, by name; raises `BtfFormatError` for a corrupt file."""


class Function(NamedTuple):
    """A global function of a BPF object.

    Attributes:
        name: Name of its symbol.
        section: Name of the ELF section that holds it, such as ``"xdp"`` or ``".text"``.
    """

    name: str
    section: str


FunctionReader: TypeAlias = Callable[[], list[Function]]
"""Reads the functions of an object, in the order of the symbol table.

Raises `BtfFormatError` for a corrupt file.
"""


class FileIdentity(NamedTuple):
    """Identifies one version of a file. If two identities are equal, the file's BTF is the same.

    If a file changes twice within one tick of the clock, its times can stay the same. The identity
    therefore includes a hash of the BTF.

    Attributes:
        device: ``st_dev``.
        inode: ``st_ino``.
        size: Size in bytes.
        mtime_ns: Time of the last change of the content.
        ctime_ns: Time of the last change of content or metadata.
        btf_hash: Hash of the BTF; 0 for BTF that is mapped into memory. That is the BTF of the
            running kernel, which does not change.
    """

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    btf_hash: int


class FileContents(NamedTuple):
    """The BTF of a file, and two callables that read its data sections and its BPF functions.

    Attributes:
        btf: The ``.BTF`` section, or the whole file if it is raw BTF.
        distilled_base: The ``.BTF.base`` section of a kernel module; None if there is none.
        pointer_size: Pointer size of the target in bytes. The class of an ELF file, 32-bit or
            64-bit, gives it. None if unknown, as for a file of raw BTF.
        read_data_sections: Reads the data sections of a BPF object; None for other files.
        read_functions: Reads the global functions of a BPF object; None for other files.
        old_compiler: Whether the file names a compiler that does not set the kflag of signed enums:
            clang before 15 or GCC before 14. False for raw BTF and stripped objects, which do not
            name the compiler.
        identity: Identity of the file; None for contents without a path.
        whole_file: All bytes of the file, if it is a BPF object or raw BTF; else None.
    """

    btf: BtfBytes
    distilled_base: bytes | None
    pointer_size: int | None
    read_data_sections: DataSectionReader | None = None
    read_functions: FunctionReader | None = None
    old_compiler: bool = False
    identity: FileIdentity | None = None
    whole_file: BtfBytes | None = None
