"""The BTF format: the header, the sections, and the position of each record.

This module does not decode the records; `decode` does.

BTF is a header and two or three sections. The header has the offset of each section, counted from
the end of the header:

    header           24 bytes, or 32 with a layout section
      byte  0  magic       u16  0xeb9f, which also shows the byte order
            2  version     u8   1
            3  flags       u8   0
            4  hdr_len     u32  size of this header
            8  type_off    u32  type section: offset and size in bytes
           12  type_len    u32
           16  str_off     u32  string section: the same
           20  str_len     u32
           24  layout_off  u32  layout section: the same, only if hdr_len is at least 32
           28  layout_len  u32
    type section     one record after the other, for the type ids 1, 2, 3, ...
    string section   names, each with a NUL behind it; offset 0 is the empty name
    layout section   for each kind, 4 bytes: info_sz u8, elem_sz u8, flags u16. A record of the kind
                     has the three common words below, then info_sz bytes, then elem_sz bytes for
                     each element

A record is a sequence of 32-bit words. Every record begins with the same three words:

    word 0  name_off      offset of the name in the string section, 0 for no name
         1  info          bits 0-23 vlen (number of elements), bits 24-30 kind, bit 31 kflag
         2  size or type  size in bytes or a type id, depending on the kind
         3  ...           more words for some kinds; `decode` lists them

For example, ``struct pair { int a, b; }`` is nine words if ``int`` has the type id 1:

    "pair"  STRUCT, vlen=2  size=8 | "a"  type=1  offset=0 | "b"  type=1  offset=32 bits

Every field of a record is one word. We therefore treat the type section as an array of words, and
swap their bytes if the file does not have the host's byte order.

Source: Linux Documentation/bpf/btf.rst, include/uapi/linux/btf.h.
"""

from __future__ import annotations

import struct
import sys
from _thread import allocate_lock  # threading.Lock, without the millisecond to import threading
from array import array
from collections.abc import Iterator
from itertools import pairwise

from btf_typing._typing_stand_ins import TYPE_CHECKING, NamedTuple
from btf_typing.errors import BtfFormatError
from btf_typing.model import KINDS

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from btf_typing._api_types import KindName

ByteOrder: TypeAlias = 'Literal["little", "big"]'

BtfBytes: TypeAlias = bytes | memoryview
"""All bytes of one BTF, header first."""

Words: TypeAlias = memoryview
"""32-bit words in the host's byte order.

If the BTF has the host's byte order, the words are a view of the BTF. Otherwise, they are a copy.
"""

MAGIC: dict[bytes, ByteOrder] = {b"\x9f\xeb": "little", b"\xeb\x9f": "big"}
"""The first two bytes of BTF, in each byte order."""

MAX_BYTES = 1 << 30
"""We read at most this many bytes of BTF, or of one part of an ELF file.

The limit is 200 times the size of a kernel's BTF.
"""

_SHORT_HEADER = 24
_LONG_HEADER = 32
_COMMON_WORDS = 3  # name_off, info, and size or type
_WORD = 4

_FIRST_SCAN = 1 << 13
"""Number of words in the first scan: enough for the type section of most BPF objects."""

# For each kind, the words after the three common words: a fixed number in each record, and a number
# for each element. A kind that is not listed has neither.
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
    """Number of elements in the record with this *info* word.

    Newer libbpf uses 24 bits. Older versions used 16 and left the other 8 zero.
    """
    return info & 0xFFFFFF


def kind_number_of(info: int) -> int:
    """Number of the kind in an *info* word.

    Newer libbpf uses 7 bits. Older versions used 5 and left the other 2 zero.
    """
    return info >> 24 & 0x7F


def kind_of_info(info: int) -> KindName:
    """Name of the kind in an *info* word; ``UNKNOWN`` for a kind newer than this package."""
    number = kind_number_of(info)
    return KINDS[number] if number < len(KINDS) else "UNKNOWN"


def kflag_of(info: int) -> bool:
    """The kflag bit of an *info* word. Its meaning depends on the kind."""
    return bool(info >> 31)


class RecordIndex:
    """Positions of the records in a type section, in order of type ids.

    BTF does not say where the record of a type id begins: you have to step over all records before
    it. A kernel has 126,000 records, but programs mostly need types near the start. The index
    therefore scans on demand. Each scan covers twice as many words as the one before.

    The info word of a record determines its length, and a BTF has few distinct info words. The
    index remembers the length for each info word, so each step is one dictionary look-up.

    Threads can share an index: one of them scans while the others wait.

    Args:
        words: the type section.
        layout: the layout section, which has the record sizes of unknown kinds.
        types_at: offset of the type section in bytes, for messages.
        path: path of the file, for messages; None for BTF from memory.

    Attributes:
        scanned: Positions of the records scanned so far, as indexes into ``words``.
        infos: Info words of the same records.

    Raises:
        BtfFormatError: the type section is malformed. Methods that scan more records raise it too.
    """

    def __init__(self, words: Words, layout: bytes, types_at: int, path: str | None) -> None:
        self.scanned: array[int] = array("I")
        self.infos: array[int] = array("I")
        self._words = words
        self._layout = layout
        self._types_at = types_at
        self._path = path
        self._lengths: dict[int, int] = {}
        self._next = 0
        self._scan_size = _FIRST_SCAN
        self._scan_lock = allocate_lock()
        self._is_complete = False
        self.has(0)

    def __len__(self) -> int:
        """Number of records in the whole type section."""
        while self.has(len(self.scanned)):
            pass
        return len(self.scanned)

    def __iter__(self) -> Iterator[int]:
        """Position of every record."""
        done = 0
        while self.has(done):
            positions = self.scanned[done:]
            done += len(positions)
            yield from positions

    def has(self, number: int) -> bool:
        """Whether record *number* exists, counted from 0. Scans up to that record."""
        while len(self.scanned) <= number:
            if self._is_complete:
                return len(self.scanned) > number  # another thread may just have added it
            try:
                with self._scan_lock:
                    # Another thread may have scanned further while this one waited.
                    if len(self.scanned) <= number and not self._scan():
                        return False
            except BtfFormatError as error:
                error.path = self._path
                raise
        return True

    def may_have(self, number: int) -> bool:
        """Whether the type section is long enough for record *number*. Scans nothing."""
        remaining = len(self._words) - self._next
        return number < len(self.scanned) + remaining // _COMMON_WORDS

    def info_words(self) -> Iterator[int]:
        """Every distinct info word, first those of the records scanned so far."""
        known = set(self._lengths)
        yield from known
        len(self)  # scans the rest
        yield from self._lengths.keys() - known

    def _scan(self) -> bool:
        """Scan the next records; return whether there were any."""
        words, lengths, positions = self._words, self._lengths, array("I")
        infos = array("I")
        append, append_info = positions.append, infos.append
        at, end = self._next, len(words)
        if at == end:
            self._is_complete = True
            return False
        limit = min(at + self._scan_size, end - 1)
        self._scan_size *= 2
        try:
            while at < limit:
                info = words[at + 1]
                try:
                    length = lengths[info]
                except KeyError:
                    length = self._measure(at, len(self.scanned) + len(positions) + 1)
                append(at)
                append_info(info)
                at += length
        finally:  # keep the records scanned before an error
            advanced = at > self._next
            # If the last record ends past the section, we drop it.
            following = positions.pop() if at > end else at
            del infos[len(positions) :]
            # Other threads may be reading the old arrays, so we replace these instead of extending
            # them. Without the GIL, a reader can see an appended item before it has its value.
            self.infos = self.infos + infos
            self.scanned = self.scanned + positions
            # Set `_next` last. `may_have` counts the records in `scanned` and the words after
            # `_next`. If `_next` moved first, `may_have` would miss the new records for a moment.
            self._next = following
        if at >= end - 1 and at != end:
            raise BtfFormatError(
                f"type section ends in the middle of type id {len(self.scanned) + 1}",
                offset=self._types_at + self._next * _WORD,
            )
        return advanced

    def _measure(self, at: int, type_id: int) -> int:
        """Compute and remember the length in words of the record at *at*.

        Only messages use *type_id*, which counts the records from 1.
        """
        info = self._words[at + 1]
        offset = self._types_at + at * _WORD
        length = self._lengths[info] = _record_words(info, self._layout, type_id, offset)
        return length


class RawBtf(NamedTuple):
    """One BTF, split into its sections but not decoded.

    Attributes:
        words: The type section.
        records: Position of each record in ``words``.
        strings: The string section.
        byteorder: Byte order of the BTF, and so of the target.
        types_at: Offset of the type section in bytes, for messages.
        path: Path of the file, for messages; None for BTF from memory.
        old_compiler: True if the compiler never sets the kflag of signed enums. `decode` then
            looks at the values of an enum to guess whether it is signed.
    """

    words: Words
    records: RecordIndex
    strings: bytes
    byteorder: ByteOrder
    types_at: int
    path: str | None
    old_compiler: bool

    def word_range(self, start: int, count: int) -> tuple[int, ...]:
        """The *count* words that begin at the word *start*.

        We do not slice ``words``: without the GIL, two threads must not slice the same memoryview
        at the same time. See https://github.com/python/cpython/issues/155606.
        """
        return struct.unpack_from(f"{count}I", self.words, start * _WORD)

    @property
    def positions(self) -> array[int]:
        """Position of every record in ``words``."""
        len(self.records)  # scans all of them
        return self.records.scanned


def parse(
    data: BtfBytes, *, split: bool, path: str | None = None, old_compiler: bool = False
) -> RawBtf:
    """Check the header of *data*, find its sections and scan the first records.

    Args:
        data: all bytes of one BTF, header first.
        split: whether *data* is split BTF, which continues a base BTF. The string section of split
            BTF may be empty.
        path: path of the file, for messages; None for BTF from memory.
        old_compiler: True if the compiler never sets the kflag of signed enums.

    Raises:
        BtfFormatError: *data* is not well-formed BTF.
    """
    byteorder = _byteorder(data)
    types, strings, layout = _sections(data, byteorder)
    if (types.stop - types.start) % _WORD:
        raise BtfFormatError(
            f"type section of {types.stop - types.start} bytes, expected a multiple of 4",
            offset=types.start,
        )
    words = _words(data, types, byteorder)
    records = RecordIndex(words, bytes(data[layout]), types.start, path)
    names = _checked_strings(data, strings, split)
    return RawBtf(words, records, names, byteorder, types.start, path, old_compiler)


def _byteorder(data: BtfBytes) -> ByteOrder:
    magic = bytes(data[:2])
    if not magic:
        raise BtfFormatError("the BTF is empty, expected a header with the magic 0xeb9f", offset=0)
    if magic not in MAGIC:
        # The message shows the two bytes as a little-endian number. For example, an ELF file starts
        # with 7f 45, and the message shows 0x457f.
        raise BtfFormatError(f"bad BTF magic 0x{magic[::-1].hex()}, expected 0xeb9f", offset=0)
    return MAGIC[magic]


def _words(data: BtfBytes, section: slice, byteorder: ByteOrder) -> Words:
    """The words of a section in the host's byte order."""
    if byteorder == sys.byteorder:
        return memoryview(data)[section].cast("I")
    words = array("I", data[section])
    words.byteswap()
    return memoryview(words)


def _sections(data: BtfBytes, byteorder: ByteOrder) -> tuple[slice, slice, slice]:
    """The type, string and layout sections of *data*. A missing layout section is empty."""
    order = "<" if byteorder == "little" else ">"
    if len(data) < _SHORT_HEADER:
        raise BtfFormatError(
            f"BTF header cut short: {len(data)} bytes, expected at least {_SHORT_HEADER}", offset=0
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
    placed = zip(("type", "string", "layout"), fields[::2], fields[1::2], strict=False)
    sections = {name: _section(data, name, header_size, at, size) for name, at, size in placed}
    _refuse_overlap(sections)
    return sections["type"], sections["string"], sections.get("layout", slice(0, 0))


def _section(data: BtfBytes, name: str, header_size: int, at: int, size: int) -> slice:
    """The slice of *data* that holds one section.

    The section has *size* bytes. *at* is its offset from the end of the header.
    """
    start = header_size + at
    if at % _WORD and name == "type":
        raise BtfFormatError(f"type section at offset {at}, expected a multiple of 4", offset=8)
    if start + size > len(data):
        raise BtfFormatError(
            f"{name} section of {size} bytes ends past the end of the BTF ({len(data)} bytes)",
            offset=start,
        )
    return slice(start, start + size)


def _refuse_overlap(sections: dict[str, slice]) -> None:
    used = [(where.start, where.stop, name) for name, where in sections.items()]
    in_order = sorted(each for each in used if each[0] < each[1])
    for (_, end, before), (start, _, after) in pairwise(in_order):
        if start < end:
            raise BtfFormatError(f"{before} section and {after} section overlap", offset=start)


def _checked_strings(data: BtfBytes, section: slice, split: bool) -> bytes:
    """The string section, which must begin and end with a NUL.

    Split BTF is an exception, because its strings continue those of the base. Its string section
    may begin with a name, or be empty.
    """
    strings = bytes(data[section])
    if not strings and split:
        return strings
    if not split and strings[:1] != b"\0":
        raise BtfFormatError(
            "string section does not begin with a NUL; split BTF needs base=", offset=section.start
        )
    if strings[-1:] != b"\0":
        raise BtfFormatError("string section does not end with a NUL", offset=section.stop)
    return strings


def _record_words(info: int, layout: bytes, type_id: int, offset: int) -> int:
    """Length in words of a record with that *info* word.

    Args:
        info: word 1 of the record.
        layout: the layout section.
        type_id: number of the record in the type section, counted from 1, for messages.
        offset: offset of the record in bytes, for messages.
    """
    number = kind_number_of(info)
    if number == 0:
        raise BtfFormatError(
            f"type id {type_id} has kind 0 (void), but void has no record", offset=offset
        )
    if number < len(KINDS):
        fixed, each = _EXTRA_WORDS.get(KINDS[number], (0, 0))
        return _COMMON_WORDS + fixed + each * vlen_of(info)
    # This package does not know the kind. The layout section has two sizes in bytes for each kind:
    # the size of the fixed part and the size of an element. For example, (4, 8) means that
    # 4 + 8 * vlen bytes follow the three common words.
    entry = layout[number * 4 : number * 4 + 4]
    if len(entry) < _WORD:
        raise BtfFormatError(
            f"type id {type_id} has unknown kind {number},"
            " and the BTF has no layout section with the size of its record",
            offset=offset,
        )
    fixed, each = entry[0], entry[1]
    if (fixed | each) % _WORD:
        raise BtfFormatError(
            f"sizes {fixed} and {each} for kind {number} in the layout section,"
            " expected multiples of 4 bytes",
            offset=offset,
        )
    return _COMMON_WORDS + (fixed + each * vlen_of(info)) // _WORD
