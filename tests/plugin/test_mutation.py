"""Mutations of one object; ``python -m tests.plugin.mutation`` tries all objects."""

from pathlib import Path

from tests.plugin import mutation

EXECSNOOP = Path(__file__).parents[2] / "examples/execsnoop/execsnoop.bpf.o"


def test_every_mutant_is_caught_and_no_original(tmp_path: Path, library_cache: Path) -> None:
    counts = mutation.run([EXECSNOOP], tmp_path, library_cache)
    assert not counts.alarms
    assert not counts.missed
    assert not counts.disagreements
    # A much lower count would mean that uses are no longer generated.
    assert counts.originals >= 30
    assert counts.mutants >= 150
    assert counts.compared >= 50
