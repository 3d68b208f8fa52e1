"""Build BTF in memory, right or wrong on purpose.

Each method of ``BtfBuilder`` adds a type and returns its id, so a test reads like C::

    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("s", 8, [("a", u32, 0), ("b", u32, 32)])
    data = b.build()

Member offsets are in bits, as in the format. A fourth item is the width of a bitfield in bits. A
name is a ``str``, ``bytes`` that need not be UTF-8, or an ``int``, a raw string offset. A record
may refer to ``b.next_id`` or to any other id, even one that does not exist. ``patch`` overwrites
words of a record, and ``build`` words of the header.

Source: Linux Documentation/bpf/btf.rst and include/uapi/linux/btf.h.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

Id: TypeAlias = int
"""A BTF type id; 0 is void."""
Num: TypeAlias = int
"""A count, size or offset. In the builder's class ``int`` is a method, so it needs this name."""
Name: TypeAlias = str | bytes | int
"""A name, or its raw string offset."""
Order: TypeAlias = Literal["<", ">"]
"""Byte order, in the notation of ``struct``."""
MemberSpec: TypeAlias = tuple[Name, Id, int] | tuple[Name, Id, int, int]
"""Name, type id and bit offset of a member; for a bitfield also its width in bits."""

MAGIC = 0xEB9F
INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST = range(1, 11)
RESTRICT, FUNC, FUNC_PROTO, VAR, DATASEC, FLOAT, DECL_TAG, TYPE_TAG, ENUM64 = range(11, 20)

# For each kind from 0: bytes after the record, and bytes for each element. The layout section of
# the newest kernels lists the same numbers.
KIND_LAYOUT: tuple[tuple[int, int], ...] = (
    *((0, 0), (4, 0), (0, 0), (12, 0), (0, 12), (0, 12), (0, 8), (0, 0), (0, 0), (0, 0)),
    *((0, 0), (0, 0), (0, 0), (0, 8), (4, 0), (0, 12), (0, 0), (4, 0), (0, 0), (0, 12)),
)

_HEADER_WORDS = ("hdr_len", "type_off", "type_len", "str_off", "str_len", "layout_off")


class _Record(NamedTuple):
    """One type: the three words that every kind has, and the bytes after them."""

    name_off: int
    info: int
    size_type: int
    body: bytes


class BtfBuilder:
    """Collects types and strings; ``build`` returns the bytes."""

    def __init__(self, order: Order = "<", *, base: "BtfBuilder | None" = None) -> None:
        """Start an empty BTF.

        Args:
            order: Byte order of the BTF.
            base: Base BTF; ids and string offsets continue where *base* ends now. None unless the
                BTF is split.
        """
        self.order = order
        self.strings = bytearray(b"" if base else b"\0")
        self._records: list[_Record] = []
        self._offsets: dict[bytes, Num] = dict(base._offsets) if base else {b"": 0}
        self.first_id: Num = base.next_id if base else 1
        self.first_string: Num = base.first_string + len(base.strings) if base else 0

    @property
    def next_id(self) -> Id:
        """The id of the next type."""
        return self.first_id + len(self._records)

    def string(self, text: Name) -> Num:
        """Offset of *text* in the string section, which is extended if it lacks *text*."""
        if not isinstance(text, (str, bytes)):
            return text
        raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        if raw not in self._offsets:
            self._offsets[raw] = self.first_string + len(self.strings)
            self.strings += raw + b"\0"
        return self._offsets[raw]

    def words(self, *values: Num) -> bytes:
        """*values* as 32-bit words, modulo 2^32, so that values may be negative."""
        return struct.pack(f"{self.order}{len(values)}I", *(v & 0xFFFFFFFF for v in values))

    def add(
        self,
        kind: Num,
        name: Name = "",
        size_type: Num = 0,
        body: bytes = b"",
        *,
        vlen: Num = 0,
        kflag: bool = False,
    ) -> Id:
        """Add a record of any kind, known or not.

        Args:
            kind: Kind, which the info word has from bit 24.
            name: Name.
            size_type: Third word, a size or a type id.
            body: Bytes after the three words.
            vlen: Number of elements in the info word; *body* may hold a different number.
            kflag: Bit 31 of the info word.

        Returns:
            The id of the new type.
        """
        info = kflag << 31 | kind << 24 | vlen
        self._records.append(_Record(self.string(name), info, size_type, body))
        return self.next_id - 1

    def patch(
        self,
        type_id: Id,
        *,
        name_off: Num | None = None,
        info: Num | None = None,
        size_type: Num | None = None,
        body: bytes | None = None,
    ) -> None:
        """Overwrite parts of a record."""
        old = self._records[type_id - self.first_id]
        self._records[type_id - self.first_id] = _Record(
            old.name_off if name_off is None else name_off,
            old.info if info is None else info,
            old.size_type if size_type is None else size_type,
            old.body if body is None else body,
        )

    def int(
        self,
        name: Name,
        size: Num,
        encoding: Literal["", "signed", "char", "bool"] = "",
        *,
        bits: Num | None = None,
        offset: Num = 0,
    ) -> Id:
        """Add an INT of *size* bytes; *bits* and *offset* make it a pre-kflag bitfield."""
        code = {"": 0, "signed": 1, "char": 2, "bool": 4}[encoding]
        width = size * 8 if bits is None else bits
        return self.add(INT, name, size, self.words(code << 24 | offset << 16 | width))

    def float(self, name: Name, size: Num) -> Id:
        """Add a FLOAT of *size* bytes."""
        return self.add(FLOAT, name, size)

    def ptr(self, target: Id = 0) -> Id:
        """Add a PTR, by default to void."""
        return self.add(PTR, "", target)

    def array(self, element: Id, count: Num, index: Id = 0) -> Id:
        """Add an ARRAY of *count* elements; *index* is the id of the index type."""
        return self.add(ARRAY, body=self.words(element, index, count))

    def struct(
        self,
        name: Name,
        size: Num,
        members: Sequence[MemberSpec] = (),
        *,
        kflag: bool | None = None,
    ) -> Id:
        """Add a STRUCT; by default *kflag* is set if a member is a bitfield."""
        return self._aggregate(STRUCT, name, size, members, kflag)

    def union(
        self,
        name: Name,
        size: Num,
        members: Sequence[MemberSpec] = (),
        *,
        kflag: bool | None = None,
    ) -> Id:
        """Add a UNION; by default *kflag* is set if a member is a bitfield."""
        return self._aggregate(UNION, name, size, members, kflag)

    def _aggregate(
        self, kind: Num, name: Name, size: Num, members: Sequence[MemberSpec], kflag: bool | None
    ) -> Id:
        flag = any(len(member) > 3 for member in members) if kflag is None else kflag
        body = b"".join(
            self.words(
                self.string(member[0]),
                member[1],
                member[2] | (member[3] << 24 if len(member) > 3 else 0),
            )
            for member in members
        )
        return self.add(kind, name, size, body, vlen=len(members), kflag=flag)

    def enum(
        self,
        name: Name,
        values: Mapping[str, Num] | Sequence[tuple[Name, Num]],
        size: Num = 4,
        *,
        signed: bool = False,
    ) -> Id:
        """Add an ENUM of *size* bytes with 32-bit values; *signed* sets kflag."""
        pairs = _pairs(values)
        body = b"".join(self.words(self.string(key), value) for key, value in pairs)
        return self.add(ENUM, name, size, body, vlen=len(pairs), kflag=signed)

    def enum64(
        self,
        name: Name,
        values: Mapping[str, Num] | Sequence[tuple[Name, Num]],
        size: Num = 8,
        *,
        signed: bool = False,
    ) -> Id:
        """Add an ENUM64 of *size* bytes; *signed* sets kflag."""
        pairs = _pairs(values)
        body = b"".join(self.words(self.string(key), value, value >> 32) for key, value in pairs)
        return self.add(ENUM64, name, size, body, vlen=len(pairs), kflag=signed)

    def fwd(self, name: Name, *, union: bool = False) -> Id:
        """Add a forward declaration."""
        return self.add(FWD, name, kflag=union)

    def typedef(self, name: Name, target: Id) -> Id:
        """Add a TYPEDEF."""
        return self.add(TYPEDEF, name, target)

    def volatile(self, target: Id) -> Id:
        """Add a VOLATILE."""
        return self.add(VOLATILE, "", target)

    def const(self, target: Id) -> Id:
        """Add a CONST."""
        return self.add(CONST, "", target)

    def restrict(self, target: Id) -> Id:
        """Add a RESTRICT."""
        return self.add(RESTRICT, "", target)

    def func_proto(self, result: Id = 0, params: Sequence[tuple[Name, Id]] = ()) -> Id:
        """Add a FUNC_PROTO; a last parameter ``("", 0)`` is the ellipsis."""
        body = b"".join(self.words(self.string(name), type_id) for name, type_id in params)
        return self.add(FUNC_PROTO, "", result, body, vlen=len(params))

    def func(self, name: Name, proto: Id, linkage: Num = 1) -> Id:
        """Add a FUNC; *linkage* is 0 for static, 1 for global, 2 for extern."""
        return self.add(FUNC, name, proto, vlen=linkage)

    def var(self, name: Name, type_id: Id, linkage: Num = 1) -> Id:
        """Add a VAR; *linkage* is 0 for static, 1 for global, 2 for extern."""
        return self.add(VAR, name, type_id, self.words(linkage))

    def datasec(self, name: Name, size: Num, variables: Sequence[tuple[Id, Num, Num]] = ()) -> Id:
        """Add a DATASEC; *variables* are tuples of a VAR's id, byte offset and size in bytes."""
        body = b"".join(self.words(*variable) for variable in variables)
        return self.add(DATASEC, name, size, body, vlen=len(variables))

    def decl_tag(
        self, name: Name, target: Id, component: Num = -1, *, attribute: bool = False
    ) -> Id:
        """Add a DECL_TAG on *target* or on its member or parameter *component*."""
        return self.add(DECL_TAG, name, target, self.words(component), kflag=attribute)

    def type_tag(self, name: Name, target: Id, *, attribute: bool = False) -> Id:
        """Add a TYPE_TAG."""
        return self.add(TYPE_TAG, name, target, kflag=attribute)

    def types(self) -> bytes:
        """The type section."""
        return b"".join(self.words(*record[:3]) + record.body for record in self._records)

    def build(
        self,
        *,
        layout: Sequence[tuple[Num, Num]] | None = None,
        header: Literal[24, 32] = 24,
        tail: bytes = b"",
        **header_words: Num,
    ) -> bytes:
        """The whole BTF.

        Args:
            layout: For each kind from 0, bytes after the record and bytes for each element. The
                header then has 32 bytes.
            header: Size of the header in bytes.
            tail: Bytes after the last section.
            header_words: Values to write instead of the right ``magic``, ``version``, ``flags``,
                ``hdr_len``, ``type_off``, ``type_len``, ``str_off``, ``str_len``, ``layout_off``
                or ``layout_len``.

        Returns:
            The header, types, layout section if any, strings and *tail*.
        """
        types = self.types()
        kinds = b"".join(
            struct.pack(f"{self.order}BBH", info, element, 0) for info, element in layout or ()
        )
        length = 32 if layout is not None else header
        words: dict[str, Num] = {
            "hdr_len": length,
            "type_off": 0,
            "type_len": len(types),
            "str_off": len(types) + len(kinds),
            "str_len": len(self.strings),
            "layout_off": len(types),
            "layout_len": len(kinds),
            "magic": MAGIC,
            "version": 1,
            "flags": 0,
        }
        unknown = header_words.keys() - words.keys()
        if unknown:
            raise TypeError(f"no header words {sorted(unknown)}")
        head = self._header(words | header_words)[:length]
        return head + types + kinds + bytes(self.strings) + tail

    def _header(self, words: Mapping[str, Num]) -> bytes:
        first = struct.pack(f"{self.order}HBB", words["magic"], words["version"], words["flags"])
        return first + self.words(*(words[name] for name in (*_HEADER_WORDS, "layout_len")))


def _pairs(values: Mapping[str, int] | Sequence[tuple[Name, int]]) -> list[tuple[Name, int]]:
    return list(values.items()) if isinstance(values, Mapping) else list(values)
