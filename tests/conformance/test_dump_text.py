"""Compare the hexdump of `dump` with the fields of each byte as ``reader`` finds them."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from btf_typing import Btf
from btf_typing._classes.dump_text import dump_text
from tests.conformance.reader import Member, Reader, python_name

_KERNEL = Path("/sys/kernel/btf/vmlinux")
_LARGEST = 512


def _fields(reader: Reader, type_id: int, start: int, prefix: str) -> Iterator[tuple[range, str]]:
    """The bytes of each field of an aggregate that begins at the bit *start*, and its name."""
    for member, offset in reader.flattened(type_id, start):
        yield from _field(reader, member, offset, f"{prefix}{python_name(member.name)}")


def _field(reader: Reader, member: Member, offset: int, name: str) -> Iterator[tuple[range, str]]:
    of = reader.resolve(member.type_id)
    innermost = of
    while innermost.kind == "ARRAY":
        innermost = reader.resolve(innermost.words[0][0])
    leaf = reader.leaf(member, offset)
    if leaf or (of.kind == "ARRAY" and innermost.kind not in {"STRUCT", "UNION"}):
        bits = leaf.bits if leaf else 8 * reader.size_of(of.id)
        first = leaf.bit_offset if leaf else offset
        yield range(first // 8, (first + bits + 7) // 8), name
    elif of.kind == "ARRAY":
        element, _, count = of.words[0]
        size = 8 * reader.size_of(element)
        for index in range(count if size else 0):
            inner = Member("", element, 0, 0)
            yield from _field(reader, inner, offset + size * index, f"{name}[{index}]")
    else:
        yield from _fields(reader, of.id, offset, f"{name}.")


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_hexdumps_of_all_kernel_classes(reports: list[str]) -> None:
    btf, reader = Btf.from_kernel(), Reader(_KERNEL.read_bytes())
    small = [t for t in reader.types if t.kind in {"STRUCT", "UNION"} and t.size_type <= _LARGEST]
    draw = random.Random(7)  # noqa: S311  # the same bytes each time

    for of in small:
        data = draw.randbytes(of.size_type)
        instance = (btf.struct if of.kind == "STRUCT" else btf.union)(of.id).from_buffer_copy(data)
        text = dump_text(instance, zeros=True, hexdump=True, colored=False)
        names: list[list[str]] = [[] for _ in data]
        for where, name in _fields(reader, of.id, 0, ""):
            for byte in where:
                names[byte].append(name)
        at = 0
        for line in text.partition("\n\n")[2].splitlines():
            assert int(line[:8], 16) == at
            row, label = bytes.fromhex(line[8:57]), line[77:]
            for byte in range(at, at + len(row)):
                shown, more = names[byte][:4], names[byte][4:]
                expected = ", ".join(shown + [f"and {len(more)} more"] * bool(more))
                if not more:  # which four are shown of many depends on where they begin
                    assert sorted(label.split(", ")) == sorted(
                        (expected or "(padding)").split(", ")
                    )
            assert row == data[at : at + len(row)]
            at += len(row)
        assert at == len(data)

    reports.append(f"hexdumps: {len(small)} aggregates")
