"""Values of an instance, read from its bytes with ``reader``: slow, obvious and independent."""

import math
import struct
from typing import Any, NamedTuple

from tests.conformance.reader import BYTE_ORDERS, Leaf, Member, Reader, Type, extract, python_name


class PlainReader(NamedTuple):
    """Reads values as `btf_typing.asdict` does.

    Attributes:
        reader: the types.
        text: as for ``asdict``.
        json: as for ``asdict``.
        names: whether values of enums are the names of their enumerators.
    """

    reader: Reader
    text: bool = False
    json: bool = False
    names: bool = False

    def aggregate(self, type_id: int, data: bytes, start: int = 0) -> dict[str, Any]:
        """The values of the struct or union *type_id* at the bit *start* of *data*."""
        return {
            python_name(member.name): self._member(member, data, offset)
            for member, offset in self.reader.flattened(type_id, start)
        }

    def _member(self, member: Member, data: bytes, offset: int) -> Any:
        return self._value(member.type_id, data, offset, member.bits)

    def _value(self, type_id: int, data: bytes, offset: int, bits: int = 0) -> Any:
        of = self.reader.resolve(type_id)
        leaf = self.reader.scalar(type_id, offset, bits)
        if leaf:
            return self._scalar(of, leaf, data)
        if of.kind != "ARRAY":
            return self.aggregate(of.id, data, offset)
        element, _, count = of.words[0]
        size = self.reader.size_of(element)
        if _is_char(inner := self.reader.resolve(element)):
            return self._text(data[offset // 8 :][:count].partition(b"\0")[0])
        assert inner.kind != "FWD"
        return [self._value(element, data, offset + 8 * size * index) for index in range(count)]

    def _scalar(self, of: Type, leaf: Leaf, data: bytes) -> Any:
        number = extract(data, leaf.bit_offset, leaf.bits, self.reader.order)
        if leaf.signed and number >> (leaf.bits - 1) and leaf.kind not in {"BOOL", "PTR"}:
            number -= 1 << leaf.bits
        if _is_char(of) and not leaf.is_bitfield:
            return self._text(bytes([number & 0xFF]))
        match leaf.kind:
            case "BOOL":
                return bool(number)
            case "FLOAT":
                return self._float(data[leaf.bit_offset // 8 :][: leaf.bits // 8])
            case "PTR" if self.reader.order == "<" and leaf.bits == 64:
                return number or None
            case "ENUM" | "ENUM64" if self.names:
                found = [name for name, value in self._values(of) if value == number]
                return found[0] if found else number
        return number

    def _values(self, of: Type) -> list[tuple[str, int]]:
        """The enumerators of *of*. Their sign is that of the enum."""
        if of.kind == "ENUM" and not self.reader.is_signed(of):
            return [(name, value & 0xFFFFFFFF) for name, value in of.values]
        return list(of.values)

    def _float(self, data: bytes) -> Any:
        if len(data) not in {4, 8}:
            return list(data)
        sign = {"little": "<", "big": ">"}[BYTE_ORDERS[self.reader.order]]
        (value,) = struct.unpack(f"{sign}{'f' if len(data) == 4 else 'd'}", data)
        if not self.json or math.isfinite(value):
            return value
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value).lstrip()]

    def _text(self, data: bytes) -> bytes | str:
        if self.json:
            try:
                return data.decode()
            except UnicodeDecodeError:
                return data.hex()
        return data.decode(errors="replace") if self.text else data


def _is_char(of: Type) -> bool:
    boolean = of.kind == "INT" and of.words[0][0] >> 24 & 4
    return of.kind == "INT" and of.name == "char" and of.size_type == 1 and not boolean


def obvious_repr(instance: Any, values: dict[str, Any]) -> str:
    """The repr of an instance with these *values*, enums by name."""
    fields = (f"{name}={_shown(getattr(instance, name), each)}" for name, each in values.items())
    return f"{type(instance).__name__}({', '.join(fields)})"


def _shown(read: Any, value: Any) -> str:
    if isinstance(value, dict):
        return obvious_repr(read, value)
    if isinstance(value, list):
        shown = [_shown(read[index], each) for index, each in enumerate(value[:16])]
        shown += [f"... {len(value)} in all"] * (len(value) > 16)
        return f"[{', '.join(shown)}]"
    return value if isinstance(value, str) else repr(value)
