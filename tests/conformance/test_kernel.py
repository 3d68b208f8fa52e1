import ctypes
from pathlib import Path

import pytest

from btf_typing import Btf
from tests.conformance.prover import Prover
from tests.conformance.reader import Reader

_KERNEL = Path("/sys/kernel/btf/vmlinux")

pytestmark = pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(_KERNEL.read_bytes())


@pytest.fixture(scope="module")
def btf() -> Btf:
    return Btf.from_kernel()


def test_every_member_of_every_aggregate_is_exactly_its_bits(
    btf: Btf, reader: Reader, reports: list[str]
) -> None:
    every = [t for t in reader.types if t.kind in {"STRUCT", "UNION"}]
    prover = Prover(btf, reader)

    for one in every:
        prover.prove(one)

    reports.append(f"kernel: {prover}, 0 skipped")
    assert not prover.wrong, "\n".join(prover.wrong[:30])
    assert prover.aggregates == len(every)
    # The other structs are packed, over-aligned or have bitfields.
    assert prover.mirrored > 0.9 * len(every)


# Naive ctypes classes get each of these wrong, for a different reason.
@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("desc_ptr", "packed"),
        ("zone", "an over-aligned member"),
        ("vm_area_struct", "over-aligned size only"),
        ("pt_regs", "something nested"),
        ("fs_context", "bitfield placement"),
        ("scan_control", "bitfield placement"),
        ("task_struct", "an unnamed bitfield gap"),
        ("__u128_halves", "__int128"),
        ("percpu_ref_data", "bool bitfields"),
        ("nft_rule_dp", "right on 3.13 and wrong on 3.14 in naive ctypes"),
    ],
)
def test_aggregates_that_naive_ctypes_gets_wrong(
    btf: Btf, reader: Reader, name: str, cause: str
) -> None:
    found = [t for t in reader.types if t.name == name and t.kind in {"STRUCT", "UNION"}]
    if not found:
        pytest.skip(f"this kernel has no {name}")
    prover = Prover(btf, reader)

    for one in found:
        prover.prove(one)

    assert not prover.wrong, f"{cause}: {prover.wrong}"
    assert prover.members >= 2


def test_desc_ptr_reads_the_bytes_of_a_descriptor_table_register(btf: Btf) -> None:
    if "desc_ptr" not in btf:
        pytest.skip("no desc_ptr: not x86")
    register = btf.struct("desc_ptr").from_buffer_copy(
        b"\xff\x0f" + b"\x00\x10\x00\x00\xfe\xff\xff\xff"
    )

    assert ctypes.sizeof(register) == 10
    assert register.size == 0x0FFF
    assert register.address == 0xFFFFFFFE00001000


def test_both_structs_called_console_are_reached_by_their_ids(btf: Btf, reader: Reader) -> None:
    ids = [t.id for t in reader.find("STRUCT", "console")]
    if len(ids) < 2:
        pytest.skip("this kernel has one struct console")

    sizes = {ctypes.sizeof(btf.struct(type_id)) for type_id in ids}

    assert sizes == {reader.types[type_id].size_type for type_id in ids}
    assert len(sizes) == 2
    assert btf.struct("console") is btf.struct(ids[0])
