"""Compare ``BtfType.member`` with the members that ``reader`` finds, in all kernel types."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from btf_typing import Btf
from tests.conformance.reader import Reader

_KERNEL = Path("/sys/kernel/btf/vmlinux")


def _paths(reader: Reader, type_id: int, depth: int) -> Iterator[tuple[str, int]]:
    """Paths into an aggregate and their bit offsets, at most *depth* members deep."""
    for member, start in reader.flattened(type_id):
        name, of, offset = member.name, reader.resolve(member.type_id), start
        yield name, offset
        while of.kind == "ARRAY" and (count := of.words[0][2]):
            element = of.words[0][0]
            name += f"[{count - 1}]"
            offset += 8 * (count - 1) * reader.size_of(element)
            yield name, offset
            of = reader.resolve(element)
        if depth and of.kind in {"STRUCT", "UNION"}:
            for inner, inside in _paths(reader, of.id, depth - 1):
                yield f"{name}.{inner}", offset + inside


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_paths_into_all_kernel_types(reports: list[str]) -> None:
    btf, reader = Btf.from_kernel(), Reader(_KERNEL.read_bytes())
    count = 0

    for of in reader.types:
        if of.kind in {"STRUCT", "UNION"} and of.name:
            type_ = btf.type(of.id)
            for path, bit_offset in _paths(reader, of.id, 1):
                assert type_.member(path).bit_offset == bit_offset, (of, path)
                count += 1

    reports.append(f"paths: {count} of the kernel")
    assert count > 100_000
