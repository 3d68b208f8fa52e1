"""A second reader of BTF, to compare with the package, which shares no code with it.

It computes from the format alone which bits of an aggregate belong to which member. Ids are those
of the BTF; id 0 is void.

Source: Linux Documentation/bpf/btf.rst.
"""

import ctypes
import keyword
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from elftools.elf.elffile import ELFFile

KINDS = (
    *("VOID", "INT", "PTR", "ARRAY", "STRUCT", "UNION", "ENUM", "FWD", "TYPEDEF", "VOLATILE"),
    *("CONST", "RESTRICT", "FUNC", "FUNC_PROTO", "VAR", "DATASEC", "FLOAT", "DECL_TAG"),
    *("TYPE_TAG", "ENUM64"),
)
_PASSED_OVER = frozenset({"TYPEDEF", "VOLATILE", "CONST", "RESTRICT", "TYPE_TAG"})
_ELEMENT = {
    "STRUCT": 12,
    "UNION": 12,
    "ENUM": 8,
    "ENUM64": 12,
    "FUNC_PROTO": 8,
    "DATASEC": 12,
}
_EXTRA = {"INT": 4, "ARRAY": 12, "VAR": 4, "DECL_TAG": 4}


class Member(NamedTuple):
    """A member as in BTF; *bits* is 0 unless kflag gives it a width."""

    name: str
    type_id: int
    bit_offset: int
    bits: int


@dataclass(frozen=True, slots=True)
class Type:
    """A record. *words* are the 32-bit words after it; each element has a tuple of its own."""

    id: int
    kind: str
    name: str
    kflag: bool
    size_type: int
    members: tuple[Member, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    words: tuple[tuple[int, ...], ...] = ()


class Leaf(NamedTuple):
    """A scalar in an aggregate. Its bit offset counts from the aggregate's start, as in BTF."""

    kind: str
    signed: bool
    name: str
    bit_offset: int
    bits: int
    is_bitfield: bool


class Reader:
    """All types of a BTF; if it is split, those of *base* come first."""

    def __init__(
        self,
        data: bytes,
        base: "Reader | None" = None,
        *,
        pointer: int = 8,
        old_compiler: bool = False,
    ) -> None:
        """Read everything at once, without checks.

        Args:
            data: well-formed BTF.
            base: the base BTF for split BTF.
            pointer: size of a PTR in bytes.
            old_compiler: *data* is of a compiler that does not mark signed enums.
        """
        self.pointer = pointer
        self.old_compiler = old_compiler
        self.order = "<" if data[:2] == b"\x9f\xeb" else ">"
        length, type_off, type_len, str_off, str_len = struct.unpack_from(
            self.order + "5I", data, 4
        )
        self._base_strings = base.strings if base else b""
        self.strings: bytes = self._base_strings + data[length + str_off :][:str_len]
        self._types = data[length + type_off :][:type_len]
        self.types: list[Type] = (
            [*base.types] if base else [Type(0, "VOID", "", kflag=False, size_type=0)]
        )
        at = 0
        while at < type_len:
            at = self._record(at)

    @classmethod
    def of_object(cls, path: Path, *, old_compiler: bool = False) -> "Reader":
        """Read the BTF of an ELF object."""
        with path.open("rb") as file:
            section = ELFFile(file).get_section_by_name(".BTF")
            assert section
            return cls(section.data(), old_compiler=old_compiler)

    def string(self, offset: int) -> str:
        """The name at *offset*."""
        end = self.strings.index(b"\0", offset)
        return self.strings[offset:end].decode()

    def _record(self, at: int) -> int:
        name_off, info, size_type = struct.unpack_from(self.order + "3I", self._types, at)
        kind, vlen = KINDS[info >> 24 & 0x1F], info & 0xFFFF
        element = _ELEMENT.get(kind, _EXTRA.get(kind, 0))
        count: int = vlen if kind in _ELEMENT else bool(element)
        layout = struct.Struct(f"{self.order}{element // 4}I")
        body = self._types[at + 12 : at + 12 + element * count]
        words = tuple(layout.iter_unpack(body)) if element else ()
        members, values = self._parts(kind, bool(info >> 31), words)
        name = self.string(name_off)
        self.types.append(
            Type(len(self.types), kind, name, bool(info >> 31), size_type, members, values, words)
        )
        return at + 12 + element * count

    def _parts(
        self, kind: str, kflag: bool, words: tuple[tuple[int, ...], ...]
    ) -> tuple[tuple[Member, ...], tuple[tuple[str, int], ...]]:
        if kind in {"STRUCT", "UNION"}:
            mask, shift = (0xFFFFFF, 24) if kflag else (0xFFFFFFFF, 32)
            return tuple(
                Member(self.string(name), type_id, offset & mask, offset >> shift)
                for name, type_id, offset in words
            ), ()
        if kind == "ENUM":
            wrap = 1 << 32 if kflag else 0
            return (), tuple((self.string(n), v - wrap * (v >> 31)) for n, v in words)
        if kind == "ENUM64":
            values = ((n, low | high << 32) for n, low, high in words)
            wrap = 1 << 64 if kflag else 0
            return (), tuple((self.string(n), v - wrap * (v >> 63)) for n, v in values)
        return (), ()

    def resolve(self, type_id: int) -> Type:
        """The type behind typedefs, qualifiers and tags."""
        while self.types[type_id].kind in _PASSED_OVER:
            type_id = self.types[type_id].size_type
        return self.types[type_id]

    def find(self, kind: str, name: str) -> list[Type]:
        """All types of one kind and name, in the order of their ids."""
        return [t for t in self.types if t.kind == kind and t.name == name]

    def size_of(self, type_id: int) -> int:
        """Size of a type in bytes."""
        resolved = self.resolve(type_id)
        if resolved.kind == "PTR":
            return self.pointer
        if resolved.kind == "ARRAY":
            return resolved.words[0][2] * self.size_of(resolved.words[0][0])
        return resolved.size_type

    def flattened(self, type_id: int, shift: int = 0) -> Iterator[tuple[Member, int]]:
        """Named members, including those of anonymous aggregates.

        Yields:
            A member, and its bit offset from the beginning of *type_id*. Unnamed members that are
            no aggregates are gaps, and are left out.
        """
        for member in self.types[type_id].members:
            offset = shift + member.bit_offset
            if member.name:
                yield member, offset
            elif (inner := self.resolve(member.type_id)).kind in {"STRUCT", "UNION"}:
                yield from self.flattened(inner.id, offset)

    def is_possible(self, type_id: int) -> bool:
        """Whether every member, at any depth, ends inside the aggregate that it belongs to."""
        of = self.resolve(type_id)
        if of.kind == "ARRAY":
            return self.is_possible(of.words[0][0])
        return all(
            one.bit_offset + (one.bits or self.size_of(one.type_id) * 8) <= of.size_type * 8
            and self.is_possible(one.type_id)
            for one in of.members
        )

    def leaf(self, member: Member, bit_offset: int) -> Leaf | None:
        """*member* as a scalar at *bit_offset*; None if it is an aggregate or an array."""
        return self.scalar(member.type_id, bit_offset, member.bits)

    def scalar(self, type_id: int, bit_offset: int, bits: int = 0) -> Leaf | None:
        """The scalar *type_id* at *bit_offset*; a bitfield has *bits* bits."""
        of = self.resolve(type_id)
        if of.kind not in {"INT", "ENUM", "ENUM64", "PTR", "FLOAT"}:
            return None
        size, given, moved = self.size_of(of.id) * 8, bits, 0
        encoding = of.words[0][0] >> 24 & 0xF if of.kind == "INT" else 0
        if of.kind == "INT" and not bits:
            # Without kflag, the type of a bitfield is an INT with fewer bits than its size.
            given, moved = of.words[0][0] & 0xFF, of.words[0][0] >> 16 & 0xFF
        plain = not bits and (of.kind != "INT" or (given == size and not moved))
        kind = "BOOL" if encoding & 4 and of.size_type == 1 else of.kind
        signed = bool(encoding & 1) if of.kind == "INT" else self.is_signed(of)
        return Leaf(kind, signed, of.name, bit_offset + moved, size if plain else given, not plain)

    def is_signed(self, enum: Type) -> bool:
        """Whether an enum is signed: by its flag, or by a value that does not fit otherwise.

        In 32 bits every value fits. For an old compiler we know that our C files use -1 to -4095.
        """
        if enum.kflag or enum.kind == "ENUM64":
            return enum.kflag
        if enum.size_type < 4:
            return any(value >> 31 for _, value in enum.values)
        return self.old_compiler and any(value > (1 << 32) - 4096 for _, value in enum.values)


_KEPT_BY_CTYPES = frozenset(
    {
        *dir(ctypes.Structure),
        *dir(type(ctypes.Structure)),
        *("_fields_", "_anonymous_", "_pack_", "_layout_", "_align_", "_swappedbytes_"),
        *("_type_", "_length_", "_flags_"),  # of arrays, of other types and of functions
    }
)


def python_name(name: str) -> str:
    """The attribute for a C name: names that Python or ctypes uses get an underscore."""
    name = unicodedata.normalize("NFKC", name)
    kept = keyword.iskeyword(name) or name in _KEPT_BY_CTYPES
    return name + "_" if kept or (name[:2] == name[-2:] == "__" and len(name) > 4) else name


BYTE_ORDERS: dict[str, Literal["little", "big"]] = {"<": "little", ">": "big"}


def extract(data: bytes, bit_offset: int, bits: int, order: str) -> int:
    """The unsigned number in *bits* bits of *data* at *bit_offset*, for the byte order *order*.

    Little-endian BTF counts bits from the least significant bit of byte 0, and big-endian BTF from
    the most significant bit of byte 0.
    """
    first, last = bit_offset // 8, (bit_offset + bits + 7) // 8
    shift = bit_offset - first * 8 if order == "<" else last * 8 - bit_offset - bits
    return int.from_bytes(data[first:last], BYTE_ORDERS[order]) >> shift & ((1 << bits) - 1)


def deposit(data: bytearray, bit_offset: int, bits: int, value: int, order: str) -> None:
    """Write *value* modulo 2^bits into *bits* bits of *data* at *bit_offset*."""
    first, last = bit_offset // 8, (bit_offset + bits + 7) // 8
    shift = bit_offset - first * 8 if order == "<" else last * 8 - bit_offset - bits
    mask = ((1 << bits) - 1) << shift
    number = int.from_bytes(data[first:last], BYTE_ORDERS[order]) & ~mask | (value << shift & mask)
    data[first:last] = number.to_bytes(last - first, BYTE_ORDERS[order])
