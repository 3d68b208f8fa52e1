"""A few edits of the differential harness; ``python -m tests.plugin.differential`` tries all."""

from pathlib import Path

from tests.plugin import differential, edited_project, edits

_CHOSEN = [
    "object: struct gone, stub stale",
    "stub: another name",
    "stub: hidden by a module",
    "name: annotation retargeted",
    "live: field renamed, stub stale",
    "live: package deleted",
    "stub: a name that is not UTF-8",
]
_MODES = ["warm", "dmypy-check"]


def test_a_warm_run_and_the_daemon_answer_as_a_cold_run(
    tmp_path: Path, library_cache: Path
) -> None:
    harness = differential.Harness(tmp_path, library_cache, wanted=_MODES)
    assert not list(differential.run(harness, _CHOSEN, chain=True))
    assert harness.names() == _MODES
    steps = len(_CHOSEN) + 2  # the first run, and the stub comes back before a module hides it
    assert harness.changed == steps
    assert harness.answers == len(_MODES) * steps


def test_there_are_enough_kinds_of_edit_and_modules() -> None:
    assert len(edited_project.MODULES) == 27
    assert len(edits.EDITS) >= 100
