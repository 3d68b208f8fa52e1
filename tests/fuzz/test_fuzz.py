import ast
import contextlib
import os
from pathlib import Path

import pytest

from btf_typing import Btf, BtfError, load
from btf_typing.kinds import Kind
from tests.elf_builder import elf
from tests.fuzz.campaign import Campaign, Seed, every_kind, seeds
from tests.fuzz.elf_damage import Damage, ElfCampaign
from tests.fuzz.generated_text import SmuggledError, StubRules, check_comments
from tests.fuzz.mutate import Mutator, parts
from tests.fuzz.odd_btf import odd_file
from tests.fuzz.odd_campaign import OddCampaign
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


_CASES = int(os.environ.get("BTF_TYPING_FUZZ_CASES", "100"))
"""Cases of each campaign below; ``python -m tests.fuzz --kind odd --seconds 1800`` runs more."""


def test_odd_btf_gives_declarations_and_nothing_else() -> None:
    campaign = OddCampaign()

    campaign.run(0, _CASES)

    assert campaign.report.failures == []
    assert campaign.report.outcomes["checked"] > _CASES / 2


def test_elf_files_with_other_headers_sections_and_symbols() -> None:
    campaign = ElfCampaign()

    campaign.run(0, _CASES)

    assert campaign.report.failures == []
    assert campaign.report.outcomes["refused"] > _CASES / 10
    assert campaign.report.outcomes["with classes"] > _CASES / 4


def test_odd_files_are_odd() -> None:
    """The generator is worth its time only if files load, have classes and refuse some types."""
    kinds: set[str] = set()
    for number in range(60):
        btf = Btf.from_bytes(odd_file(number).btf)
        for type_id in range(1, len(btf)):
            with contextlib.suppress(BtfError):
                kinds.add(btf.type(type_id).kind)
    assert kinds == {str(kind) for kind in Kind} - {"VOID", "UNKNOWN"}


@pytest.mark.parametrize(
    "text",
    [
        "import os\n",
        "class x(Struct):\n    import os\n",
        "class x(Struct):\n    a: print(1)\n",
        "x: TypeAlias = __import__('os')\n",
        "class x(Struct):\n    a: unknown\n",
        "class x(Struct):\n    int: int\n",
        "print('x')\n",
        "def f() -> None: ...\n",
    ],
)
def test_smuggled_code_is_found(text: str) -> None:
    with pytest.raises(SmuggledError):
        StubRules(
            ast.parse(f"import ctypes\nfrom btf_typing.records import Struct\n{text}")
        ).check()


def test_smuggled_pragmas_are_found() -> None:
    with pytest.raises(SmuggledError):
        check_comments("\n" * 20 + "x: int  # 4: u32 # type: ignore\n")


def test_damage_changes_fields_and_not_the_contents_of_sections() -> None:
    btf = every_kind()
    data = elf({".BTF": btf, ".data": b"abcd"})
    damaged = {Damage(number).damaged(data) for number in range(50)}

    assert len(damaged) > 40
    assert sum(btf in one for one in damaged) == len(damaged)
    assert Damage(7).damaged(data) == Damage(7).damaged(data)
