"""The wire format: header, sections, the extent of each record. Nothing is decoded here.

Every part of a BTF record is a 32-bit word, so the type section is one sequence of words in the
host's order, whatever the order in the file.

Source: Linux Documentation/bpf/btf.rst, include/uapi/linux/btf.h.
"""

from __future__ import annotations

import struct
import sys
from _thread import allocate_lock  # threading's own Lock; importing that takes a millisecond
from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise

from btf_typing._typing import TYPE_CHECKING, NamedTuple
from btf_typing.errors import BtfFormatError
from btf_typing.model import KINDS

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from btf_typing.model import KindName

ByteOrder: TypeAlias = 'Literal["little", "big"]'

Blob: TypeAlias = bytes | memoryview
"""A whole blob of BTF, header first."""

Words: TypeAlias = memoryview
"""32-bit words. A view of the blob itself: a kernel's has four million bytes of them."""

MAGIC: dict[bytes, ByteOrder] = {b"\x9f\xeb": "little", b"\xeb\x9f": "big"}
"""The first two bytes of BTF, in each byte order."""

LARGEST = 1 << 30
"""Bytes of BTF, or of an object, that are read into memory: 200 times a kernel's."""

_SHORT_HEADER = 24
_LONG_HEADER = 32
_COMMON_WORDS = 3  # name_off, info, and size or type
_WORD = 4

_FIRST_STRETCH = 1 << 13
"""Words walked at first. A section of fewer is therefore checked whole when it is loaded."""

# Words of a record past the common ones: fixed, and for each of its vlen elements.
_EXTRA_WORDS: dict[KindName, tuple[int, int]] = {
    "INT": (1, 0),
    "ARRAY": (3, 0),
    "STRUCT": (0, 3),
    "UNION": (0, 3),
    "ENUM": (0, 2),
    "FUNC_PROTO": (0, 2),
    "VAR": (1, 0),
    "DATASEC": (0, 3),
    "DECL_TAG": (1, 0),
    "ENUM64": (0, 3),
}


def vlen_of(info: int) -> int:
    """How many elements follow: 24 bits in the newest libbpf, of which older ones used 16."""
    return info & 0xFFFFFF


def kind_number_of(info: int) -> int:
    """The kind's number: 7 bits in the newest libbpf, of which older ones used 5."""
    return info >> 24 & 0x7F


def kind_of_info(info: int) -> KindName:
    """The kind that an info word tells; ``UNKNOWN`` for one newer than this package."""
    number = kind_number_of(info)
    return KINDS[number] if number < len(KINDS) else "UNKNOWN"


def kflag_of(info: int) -> bool:
    """The flag whose meaning depends on the kind."""
    return bool(info >> 31)


class Records:
    """Where each record of a type section begins, in the order of ids.

    Ids say nothing of places, so a record is found by stepping over all before it. That is done
    when one is asked for, a stretch at a time, each twice as long as the one before: what a struct
    needs is mostly near to it, and a kernel has 126,000 records.

    Threads may ask at once: one of them walks, and the others wait.

    A record's length follows from its info word alone, and few info words are distinct: a memo of
    them makes the walk one dictionary look-up a record.

    Args:
        words: the type section.
        layout: the layout section, which tells the size of unknown kinds.
        types_at: where the type section begins, in bytes, for messages.
        path: of the file, for messages; None for BTF from memory.

    Attributes:
        found: the first words of the records that were walked so far.

    Raises:
        BtfFormatError: here and wherever the walk goes on: the section is malformed there.
    """

    def __init__(self, words: Words, layout: bytes, types_at: int, path: str | None) -> None:
        self.found: array[int] = array("I")
        self._words = words
        self._layout = layout
        self._types_at = types_at
        self._path = path
        self._lengths: dict[int, int] = {}
        self._next = 0
        self._stretch = _FIRST_STRETCH
        self._walking = allocate_lock()
        self.reach(0)

    def __len__(self) -> int:
        while self.reach(len(self.found)):
            pass
        return len(self.found)

    def __iter__(self) -> Iterator[int]:
        done = 0
        while self.reach(done):
            stretch = self.found[done:]
            done += len(stretch)
            yield from stretch

    def reach(self, index: int) -> bool:
        """Whether there are more than *index* records; they are found then."""
        while len(self.found) <= index:
            try:
                with self._walking:
                    if len(self.found) <= index and not self._go_on():
                        return False
            except BtfFormatError as error:
                error.path = self._path
                raise
        return True

    def may_reach(self, index: int) -> bool:
        """Whether there may be more than *index* records; nothing is walked to find out."""
        unwalked = len(self._words) - self._next
        return index < len(self.found) + unwalked // _COMMON_WORDS

    def infos(self) -> Iterator[int]:
        """Every distinct info word; those of the records found so far come first."""
        known = set(self._lengths)
        yield from known
        len(self)
        yield from self._lengths.keys() - known

    def _go_on(self) -> bool:
        """Walk the next stretch; whether there was one."""
        words, lengths, append = self._words, self._lengths, self.found.append
        at, end = self._next, len(words)
        if at == end:
            return False
        limit = min(at + self._stretch, end - 1)
        self._stretch *= 2
        try:
            while at < limit:
                try:
                    length = lengths[words[at + 1]]
                except KeyError:
                    length = self._learn(at)
                append(at)
                at += length
        finally:
            advanced = at > self._next
            self._next = at
        if at > end:
            self._next = self.found.pop()
        if at >= end - 1 and at != end:
            raise BtfFormatError(
                f"type section ends in the middle of type id {len(self.found) + 1}",
                offset=self._types_at + self._next * _WORD,
            )
        return advanced

    def _learn(self, at: int) -> int:
        """The length in words of the record at *at*, the first with its info word."""
        info = self._words[at + 1]
        length = self._lengths[info] = _record_words(
            info, self._layout, len(self.found) + 1, self._types_at + at * _WORD
        )
        return length


class DataSection(NamedTuple):
    """A section of variables.

    Attributes:
        size: in bytes.
        data: the initial values; empty where all are zero (``.bss``).
        symbols: the offset of each global symbol in it, in bytes.
        statics: the offsets of the local symbols of each name, of which there may be several.
    """

    size: int
    data: memoryview
    symbols: dict[str, int]
    statics: dict[str, set[int]]


DataSections: TypeAlias = Callable[[], dict[str, DataSection]]


class Function(NamedTuple):
    """A global function of a BPF object.

    Attributes:
        name: Name of its symbol.
        section: Name of the ELF section that holds it, such as ``"xdp"`` or ``".text"``.
    """

    name: str
    section: str


Functions: TypeAlias = Callable[[], list[Function]]


class Contents(NamedTuple):
    """What a file holds.

    Attributes:
        btf: the BTF: the section ``.BTF``, or the whole of a raw BTF file.
        base: the section ``.BTF.base``, a distilled base; None where there is none.
        pointer_size: of the target in bytes, by the class of the ELF; None for raw BTF.
        data_sections: of a BPF object, gives its sections of variables by name, or raises
            `BtfFormatError`; None for other files.
        functions: of a BPF object, gives its global functions, or raises `BtfFormatError`; None for
            other files.
    """

    btf: Blob
    base: bytes | None
    pointer_size: int | None
    data_sections: DataSections | None
    functions: Functions | None = None


class RawBtf(NamedTuple):
    """One blob of BTF, nothing of it decoded.

    Attributes:
        words: the type section.
        records: where each record begins in ``words``, as far as anyone has asked.
        strings: the string section.
        byteorder: of the file, and so of the target.
        types_at: where the type section begins, in bytes, for messages.
        path: of the file, for messages; None for BTF from memory.
    """

    words: Words
    records: Records
    strings: bytes
    byteorder: ByteOrder
    types_at: int
    path: str | None

    @property
    def positions(self) -> array[int]:
        """Where each record begins, the last one too."""
        len(self.records)
        return self.records.found


def parse(data: Blob, *, split: bool, path: str | None = None) -> RawBtf:
    """Find the sections of *data*, and the first records.

    Args:
        data: a whole blob of BTF, header first.
        split: it continues a base, so that an empty string section is allowed.
        path: of the file, for messages; None for BTF from memory.

    Raises:
        BtfFormatError: anything but well-formed BTF.
    """
    byteorder = MAGIC.get(bytes(data[:2]))
    if byteorder is None:
        found = f"0x{bytes(data[:2])[::-1].hex()}" if data else "nothing"
        raise BtfFormatError(f"bad BTF magic {found}, expected 0xeb9f", offset=0)
    types, strings, layout = _sections(data, byteorder)
    if (types.stop - types.start) % _WORD:
        raise BtfFormatError(
            f"type section of {types.stop - types.start} bytes is not made of 32-bit words",
            offset=types.start,
        )
    words = _words(data, types, byteorder)
    records = Records(words, bytes(data[layout]), types.start, path)
    names = _checked_strings(data, strings, split)
    return RawBtf(words, records, names, byteorder, types.start, path)


def _words(data: Blob, where: slice, byteorder: ByteOrder) -> Words:
    """The words of *data* in the host's order."""
    if byteorder == sys.byteorder:
        return memoryview(data)[where].cast("I")
    words = array("I", data[where])
    words.byteswap()
    return memoryview(words)


def _sections(data: Blob, byteorder: ByteOrder) -> tuple[slice, slice, slice]:
    """The type, string and layout sections of *data*."""
    order = "<" if byteorder == "little" else ">"
    if len(data) < _SHORT_HEADER:
        raise BtfFormatError(
            f"BTF header cut short: {len(data)} bytes, at least {_SHORT_HEADER} expected", offset=0
        )
    _, version, flags, header_size = struct.unpack_from(order + "HBBI", data)
    if version != 1:
        raise BtfFormatError(f"BTF version {version}, expected 1", offset=2)
    if flags:
        raise BtfFormatError(f"BTF header flags {flags:#x}, expected 0", offset=3)
    if not _SHORT_HEADER <= header_size <= len(data):
        raise BtfFormatError(
            f"BTF header of {header_size} bytes, expected {_SHORT_HEADER} to {len(data)}", offset=4
        )
    fields = struct.unpack_from(order + "4I", data, 8)
    if header_size >= _LONG_HEADER:
        fields += struct.unpack_from(order + "2I", data, 24)
    named = zip(("type", "string", "layout"), fields[::2], fields[1::2], strict=False)
    found = [_section(data, name, header_size, at, size) for name, at, size in named]
    in_order = sorted((part for part in found if part.start < part.stop), key=lambda s: s.start)
    for before, after in pairwise(in_order):
        if after.start < before.stop:
            raise BtfFormatError("BTF sections overlap", offset=after.start)
    types, strings, *rest = found
    return types, strings, rest[0] if rest else slice(0, 0)


def _section(data: Blob, name: str, header_size: int, at: int, size: int) -> slice:
    start = header_size + at
    if at % _WORD and name == "type":
        raise BtfFormatError(f"type section at offset {at}, which is not a multiple of 4", offset=8)
    if start + size > len(data):
        raise BtfFormatError(
            f"{name} section of {size} bytes ends past the end of the BTF ({len(data)} bytes)",
            offset=start,
        )
    return slice(start, start + size)


def _checked_strings(data: Blob, where: slice, split: bool) -> bytes:
    strings = bytes(data[where])
    if not strings and split:
        return strings
    if not split and strings[:1] != b"\0":
        raise BtfFormatError(
            "string section does not begin with a NUL; split BTF needs base=", offset=where.start
        )
    if strings[-1:] != b"\0":
        raise BtfFormatError("string section does not end with a NUL", offset=where.stop)
    return strings


def _record_words(info: int, layout: bytes, index: int, offset: int) -> int:
    """Length in words of a record with that *info* word."""
    number = kind_number_of(info)
    if 0 < number < len(KINDS):
        fixed, each = _EXTRA_WORDS.get(KINDS[number], (0, 0))
        return _COMMON_WORDS + fixed + each * vlen_of(info)
    entry = layout[number * 4 : number * 4 + 4]
    if number == 0 or len(entry) < _WORD:
        raise BtfFormatError(
            f"unknown kind {number} of type {index}, and no layout section that tells its size",
            offset=offset,
        )
    fixed, each = entry[0], entry[1]
    if (fixed | each) % _WORD:
        raise BtfFormatError(
            f"kind {number} has parts of {fixed} and {each} bytes, not multiples of 4",
            offset=offset,
        )
    return _COMMON_WORDS + (fixed + each * vlen_of(info)) // _WORD
