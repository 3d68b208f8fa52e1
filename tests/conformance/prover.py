"""Prove bit by bit that writing through a class changes exactly the bits that BTF gives.

The prover writes several patterns through every member, over zeros and over ones. After each write
it compares the bytes around the member with the answer of ``reader``, and restores them. In the end
all bytes must be as they were, so no write changed a byte further away.
"""

import ctypes
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

import btf_typing
from tests.conformance.reader import BYTE_ORDERS, Leaf, Member, Reader, Type, deposit, python_name

_MARGIN = 16
"""Number of bytes to compare on both sides of the written ones."""


class _Place(NamedTuple):
    """The place of a value: an object, and an attribute or index of it."""

    owner: Any
    key: str | int

    def get(self) -> Any:
        return getattr(self.owner, self.key) if isinstance(self.key, str) else self.owner[self.key]

    def set(self, value: object) -> None:
        if isinstance(self.key, str):
            setattr(self.owner, self.key, value)
        else:
            self.owner[self.key] = value


class _Bytes(_Place):
    """An element of an array that is an integer without a ctypes type: an array of its bytes."""

    def get(self) -> Any:
        return list(super().get())

    def set(self, value: object) -> None:
        super().get()[:] = value


class _Text(_Place):
    """An element of an array that is a string: ctypes returns an array of characters."""

    def get(self) -> Any:
        return super().get().value

    def set(self, value: object) -> None:
        super().get().value = value


class _Image:
    """An instance over bytes that are all zeros or all ones."""

    def __init__(self, cls: Any, size: int, fill: int) -> None:
        self.data = bytearray([fill]) * size
        self.instance = cls.from_buffer(self.data)
        self.fill = fill

    def window(self, bit_offset: int, bits: int) -> slice:
        first, last = bit_offset // 8 - _MARGIN, (bit_offset + bits + 7) // 8 + _MARGIN
        return slice(max(first, 0), min(last, len(self.data)))

    def restore(self, window: slice) -> None:
        self.data[window] = bytes([self.fill]) * (window.stop - window.start)


class Prover:
    """Proves classes, counts them, and collects errors."""

    def __init__(self, btf: btf_typing.Btf, reader: Reader) -> None:
        """Prove classes of *btf* by comparing them with *reader*, which reads the same bytes."""
        self.btf = btf
        self.reader = reader
        self.aggregates = self.members = self.bitfields = self.mirrored = 0
        self.wrong: list[str] = []
        self._where = ""

    def __str__(self) -> str:
        """The counts, as a line of text."""
        return (
            f"{self.aggregates} aggregates, {self.members} members"
            f" ({self.bitfields} bitfields), {len(self.wrong)} wrong;"
            f" _fields_ are the C members in {self.mirrored}"
        )

    def prove(self, of: Type) -> None:
        """Prove the class of the struct or union with this id."""
        self.aggregates += 1
        cls = self._class(of)
        self._where = f"[{of.id}] {of.kind} {of.name!r}"
        if ctypes.sizeof(cls) != of.size_type:
            self._fail(f"{ctypes.sizeof(cls)} bytes, expected {of.size_type}")
            return
        self.mirrored += self._mirrors(cls, of)
        images = [_Image(cls, of.size_type, fill) for fill in (0, 0xFF)]
        names = []
        for member, bit_offset in self.reader.flattened(of.id):
            self.members += 1
            names.append(python_name(member.name))
            for image in images:
                self._member(image, member, bit_offset)
        if len(set(names)) != len(names):
            self._fail(f"reader found duplicate names in {names}")
        for image in images:
            if image.data.count(image.fill) != of.size_type:
                self._fail(f"a write into {image.fill:#x} went astray")
        self._prove_surface(images[0].instance, names)

    def _fail(self, text: str) -> None:
        self.wrong.append(f"{self._where}: {text}")

    def _class(self, of: Type) -> Any:
        return (self.btf.struct if of.kind == "STRUCT" else self.btf.union)(of.id)

    def _mirrors(self, cls: Any, of: Type) -> bool:
        """Whether ``_fields_`` are the C members. Anonymous members may have any name."""
        fields = cls._fields_
        return len(fields) == len(of.members) and all(
            len(ours) == 2 and (not theirs.name or ours[0] == python_name(theirs.name))
            for ours, theirs in zip(fields, of.members, strict=True)
        )

    def _prove_surface(self, instance: Any, names: list[str]) -> None:
        """Prove that the instance has attributes of these names and of no others."""
        if ctypes.sizeof(instance) <= 4096:
            found = list(btf_typing.asdict(instance))
            if found != names:
                self._fail(f"names {found}, expected {names}")
        try:
            instance.no_such_member = 1
        except AttributeError:
            return
        self._fail("assigning an unknown attribute went through")

    def _member(self, image: _Image, member: Member, bit_offset: int) -> None:
        place = _Place(image.instance, python_name(member.name))
        leaf = self.reader.leaf(member, bit_offset)
        if leaf is None:
            inner = self.reader.resolve(member.type_id)
            self._compound(image, place, inner, bit_offset)
        else:
            self.bitfields += leaf.is_bitfield and not image.fill
            self._scalar(image, place, leaf)

    def _compound(self, image: _Image, place: _Place, of: Type, bit_offset: int) -> None:
        if of.kind == "ARRAY":
            self._array(image, place, of, bit_offset)
            return
        found, cls = place.get(), self._class(of)
        self._require_address(image, place, found, bit_offset)
        if type(found) is not cls:
            self._fail(f"{place.key} is {type(found)}, expected {cls}")
        pattern = bytes(index % 251 ^ 0xA5 for index in range(of.size_type))
        place.set(cls.from_buffer_copy(pattern))
        number = int.from_bytes(pattern, BYTE_ORDERS[self.reader.order])
        self._require_bits(image, place, bit_offset, of.size_type * 8, number)

    def _array(self, image: _Image, place: _Place, of: Type, bit_offset: int) -> None:
        element, _, count = of.words[0]
        inner = self.reader.resolve(element)
        step = self.reader.size_of(element) * 8
        boolean = inner.kind == "INT" and inner.words[0][0] >> 24 & 4
        if inner.kind == "INT" and inner.name == "char" and step == 8 and not boolean:
            self._text(image, place, count, bit_offset)
            return
        array = place.get()
        self._require_address(image, place, array, bit_offset)
        if len(array) != count or ctypes.sizeof(array) * 8 != step * count:
            self._fail(f"{place.key}: {len(array)} elements, {ctypes.sizeof(array)} bytes")
        for index in sorted({0, 1, count // 2, count - 1} & set(range(min(count, 1 << 40)))):
            where = bit_offset + index * step
            leaf = self.reader.scalar(element, where)
            if leaf is None:
                self._compound(image, _Place(array, index), inner, where)
            else:
                self._scalar(image, _Place(array, index), leaf)

    def _text(self, image: _Image, place: _Place, count: int, bit_offset: int) -> None:
        place = _Text(*place) if isinstance(place.key, int) else place
        for text in {b"\xa5" * count, b"\x7f" * (count // 2)}:
            place.set(text)
            # An assignment also writes a NUL if there is room for one.
            written = text + b"\0" * (len(text) < count)
            if place.get() != text and image.fill == 0:
                self._fail(f"{place.key} reads {place.get()!r}, expected {text!r}")
            number = int.from_bytes(written, BYTE_ORDERS[self.reader.order])
            self._require_bits(image, place, bit_offset, len(written) * 8, number)

    def _scalar(self, image: _Image, place: _Place, leaf: Leaf) -> None:
        in_bytes = isinstance(place.key, int) and leaf.bits not in {8, 16, 32, 64}
        place = _Bytes(*place) if in_bytes else place
        for pattern in _patterns(leaf, image.fill):
            value = self._python(leaf, pattern)
            if in_bytes:
                value = [*pattern.to_bytes(leaf.bits // 8, BYTE_ORDERS[self.reader.order])]
            place.set(value)
            found = place.get()
            if type(found) is not type(value) or found != value:
                self._fail(f"{place.key} reads {found!r}, expected {value!r}")
            self._require_bits(image, place, leaf.bit_offset, leaf.bits, pattern)

    def _python(self, leaf: Leaf, pattern: int) -> object:
        """The value that Python must read if the bits are *pattern*."""
        if leaf.kind == "BOOL":
            return bool(pattern)
        if leaf.kind == "FLOAT":
            code, size = ("f", 4) if leaf.bits == 32 else ("d", 8)
            return struct.unpack(f">{code}", pattern.to_bytes(size, "big"))[0]
        if leaf.name == "char" and leaf.bits == 8 and not leaf.is_bitfield:
            return bytes([pattern])
        if leaf.kind == "PTR" and self.reader.pointer == 8 and self.reader.order == "<":
            return pattern or None
        return pattern - (leaf.signed and pattern >> (leaf.bits - 1)) * (1 << leaf.bits)

    def _require_bits(
        self, image: _Image, place: _Place, bit_offset: int, bits: int, pattern: int
    ) -> None:
        """Require that *bits* bits are *pattern* and the others unchanged; then restore them."""
        window = image.window(bit_offset, bits)
        expected = bytearray([image.fill]) * (window.stop - window.start)
        if bits:
            deposit(expected, bit_offset - window.start * 8, bits, pattern, self.reader.order)
        if image.data[window] != expected:
            self._fail(f"{place.key}: {image.data[window].hex()}, expected {expected.hex()}")
        image.restore(window)

    def _require_address(self, image: _Image, place: _Place, found: Any, bit_offset: int) -> None:
        offset = ctypes.addressof(found) - ctypes.addressof(image.instance)
        if offset * 8 != bit_offset:
            self._fail(f"{place.key} is at byte {offset}, expected bit {bit_offset}")


def _patterns(leaf: Leaf, fill: int) -> Iterator[int]:
    """Patterns for *leaf* over *fill* that show an error in any bit or in the sign."""
    ones = (1 << leaf.bits) - 1
    alternating = ones // 3
    if leaf.kind == "BOOL":
        yield from (1, 0)
    elif leaf.kind == "FLOAT":
        yield from {32: (0xC0490FDB, 1), 64: (0xC00921FB54442D18, 1)}[leaf.bits]
    elif fill:
        yield from {0, ones ^ alternating, ones >> 1}
    else:
        yield from {ones, alternating, 1 << (leaf.bits - 1)}
