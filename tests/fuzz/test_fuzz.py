from pathlib import Path

import pytest

from btf_typing import Btf
from tests.fuzz.campaign import Campaign, Seed, every_kind, seeds
from tests.fuzz.mutate import Mutator
from tests.fuzz.walk import walk


@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.name)
def test_seeds_are_well_formed_and_can_be_walked(seed: Seed, tmp_path: Path) -> None:
    path = tmp_path / "seed"
    path.write_bytes(seed.data)

    assert walk(Btf.from_file(path)) > 0


def test_damaged_files_end_in_an_error_of_ours_or_in_something_whole() -> None:
    campaign = Campaign()

    campaign.run(0, 600)

    assert campaign.report.failures == []
    assert campaign.report.outcomes.total() == 600
    # Damage that everything refuses, or nothing does, would prove little.
    assert campaign.report.outcomes["refused"] > 150
    assert campaign.report.outcomes["with classes"] > 150


def test_the_same_seed_does_the_same_damage() -> None:
    data = every_kind()

    assert Mutator(7).mutated(data) == Mutator(7).mutated(data)
    assert Mutator(7).mutated(data) != Mutator(8).mutated(data)
