from pathlib import Path

import pytest

from btf_typing import Btf, load
from tests.elf_builder import elf
from tests.fuzz.campaign import Campaign, Seed, every_kind, seeds
from tests.fuzz.mutate import Mutator, parts
from tests.fuzz.proof import WrongError, prove
from tests.fuzz.walk import render_texts, walk


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.name)
def test_seeds_are_well_formed_and_can_be_walked(seed: Seed, tmp_path: Path) -> None:
    path, base = tmp_path / "seed", tmp_path / "base"
    path.write_bytes(seed.data)
    base.write_bytes(seed.base)

    obj = load(path, base=base if seed.base else None)

    assert walk(obj.btf) > 0
    render_texts(obj)


def test_headers_and_sections_are_found_to_be_damaged() -> None:
    btf = every_kind()
    types = int.from_bytes(btf[12:16], "little")
    data = elf({".BTF": btf, ".data": b"abcd"})
    at, table = data.index(btf), int.from_bytes(data[0x28:0x30], "little")

    inside = [slice(0, 24), slice(24, 24 + types), slice(24 + types, len(btf))]
    assert list(parts(btf)) == inside
    found = list(parts(data))
    assert found[0] == slice(0, 64)
    assert slice(table + 64, table + 128) in found  # the header of .BTF
    assert slice(at, at + len(btf)) in found
    assert all(slice(at + part.start, at + part.stop) in found for part in inside)
    assert slice(data.index(b"abcd"), data.index(b"abcd") + 4) in found


def test_a_class_that_is_wrong_is_found() -> None:
    data = every_kind()
    btf = Btf.from_bytes(data)
    prove(btf, data)
    node = btf.struct("node")
    node.x = node.y

    with pytest.raises(WrongError, match="'node': x"):
        prove(btf, data)


def test_damaged_files_end_in_an_error_of_ours_or_in_something_whole() -> None:
    campaign = Campaign()

    campaign.run(0, 450)

    assert campaign.report.failures == []
    assert campaign.report.outcomes.total() == 450
    # If all damaged files were refused, or none, this would prove little.
    assert campaign.report.outcomes["refused"] > 100
    assert campaign.report.outcomes["with classes"] > 150


def test_the_same_seed_does_the_same_damage() -> None:
    data = every_kind()

    assert Mutator(7).mutated(data) == Mutator(7).mutated(data)
    assert Mutator(7).mutated(data) != Mutator(8).mutated(data)
