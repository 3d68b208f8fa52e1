"""Rounds, ratios, and the files that the bench writes."""

import ctypes
import math
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bench import checkers, growth, large, programs, project
from bench.goals import measured
from bench.measure import SETTLED, Contender, Effort, Taken, in_turn, run, standard_error
from bench.report import Goal, Row, Table, difference, ratio, render
from bench.tools import SMALL
from btf_typing import load
from tests.paths import ROOT

_EFFORT = Effort(fewest=3, most=6, seconds=1e9)
_TIMES = [10.0, 10.1, 9.9, 10.0, 10.2, 9.8]
_NOISY = [10.0, 12.0, 8.0, 11.0, 9.0, 10.0]


def test_the_standard_error_is_that_of_a_median() -> None:
    expected = math.sqrt(math.pi / 2) * statistics.stdev(_NOISY) / math.sqrt(6) / 10

    assert standard_error(_NOISY) == pytest.approx(expected)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_equal_ratios_need_no_more_rounds_than_the_fewest(factor: float) -> None:
    others = [[factor * time for time in _TIMES]]

    assert not _EFFORT.enough(_TIMES[:2], [others[0][:2]], 0)
    assert _EFFORT.enough(_TIMES[:3], [others[0][:3]], 0)


def test_ratios_far_apart_need_all_rounds() -> None:
    steady = [10.0] * 6

    assert standard_error(_NOISY[:5]) > SETTLED
    assert not _EFFORT.enough(steady[:5], [steady[:5], _NOISY[:5]], 0)
    assert _EFFORT.enough(steady, [steady, _NOISY], 0)


def test_no_round_starts_when_the_time_is_up() -> None:
    late = _EFFORT._replace(seconds=-1)

    assert not late.enough([1.0] * 2, [_NOISY[:2]], 0)
    assert late.enough([1.0] * 3, [_NOISY[:3]], 0)


def test_every_other_round_runs_in_reverse_order(tmp_path: Path) -> None:
    log = tmp_path / "log"
    contenders = [
        Contender(name, ("sh", "-c", f"echo {name} >> {log}"), rounds=2 * (name == "b"))
        for name in "abc"
    ]

    timings = in_turn(contenders, 3)

    assert log.read_text().split() == ["a", "b", "c", "c", "b", "a", "a", "c"]
    assert [len(timing.runs) for timing in timings] == [3, 2, 3]


def test_memory_is_that_of_the_command() -> None:
    large = bytes(100 << 20)  # memory of the process that measures
    held, all_memory = (
        run((sys.executable, "-c", f"b'x' * {size}"), cwd=ROOT) for size in (0, 64 << 20)
    )

    assert len(large) == 100 << 20
    assert isinstance(held, Taken)
    assert isinstance(all_memory, Taken)
    assert 5 < held.floor < 20
    assert 5 < held.peak < 20
    assert all_memory.peak - held.peak == pytest.approx(64, abs=2)


def test_a_command_fails_or_takes_too_long(tmp_path: Path) -> None:
    forever = f"echo $$ > {tmp_path / 'pid'}; exec sleep 1000"

    assert run(("sh", "-c", "exit 3"), cwd=tmp_path) == "exit status 3"
    assert run(("no-such-command",), cwd=tmp_path) == (
        "FileNotFoundError: [Errno 2] No such file or directory: 'no-such-command'"
    )
    assert run(("sh", "-c", forever), cwd=tmp_path, patience=0.5) == "stopped after 0.5 s"
    status = Path("/proc", (tmp_path / "pid").read_text().strip(), "status")
    for _ in range(100):  # it may take a moment until the process has ended
        if not status.exists() or "(zombie)" in status.read_text():
            break
        time.sleep(0.05)
    else:
        pytest.fail("the command still runs")


def test_a_goal_shows_the_ratios_of_the_rounds() -> None:
    rows = [Row("a", (1.0, 2.1, 3.0)), Row("b", (1.0, 2.0, 4.0)), Row("c", (2.0,))]
    table = Table("A table", "", "ms", rows)

    goal = Goal.of_ratio("a / b", ratio(table, "a", "b"), 1.05)

    assert (goal.found, goal.verdict) == (1.0, "met")
    assert goal.spread == "0.875 to 1.02 in 3 rounds"
    assert Goal.of_ratio("a / c", ratio(table, "a", "c"), 1.05).found == pytest.approx(1.05)
    assert Goal.of_ratio("a / d", ratio(table, "a", "d"), 1.05).verdict == "not measured"


@pytest.mark.parametrize(
    ("found", "shown"), [(1.0512, "1.0512 x"), (1.05, "1.05 x"), (1.062, "1.06 x"), (6.0, "6 x")]
)
def test_a_goal_that_is_just_missed_does_not_look_met(found: float, shown: str) -> None:
    report = render("", [], [Goal("a / b", found, 1.05)])

    assert f"| a / b | at most 1.05 x | {shown} |" in report


def test_plain_ctypes_builds_the_same_classes(tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    count = programs.number(programs.ready_lists(SMALL, lists))
    theirs: dict[str, Any] = {}
    exec(programs.plain_ctypes(lists), theirs)  # noqa: S102  # our own program

    btf = load(SMALL).btf
    named = [btf.type(type_id) for type_id in btf.table.ids_of({"STRUCT"})]
    ours = [btf.struct(type_.name) for type_ in named if type_.name]
    assert count == len(theirs["classes"]) - 1 >= len(ours) > 0
    built = {cls.__name__: cls for cls in theirs["classes"][1:]}
    for cls in ours:
        other = built[cls.__name__]
        assert ctypes.sizeof(other) == ctypes.sizeof(cls)
        for name, _ in cls._fields_:
            assert getattr(other, name).offset == getattr(cls, name).offset


def test_a_difference_is_the_median_of_the_rounds() -> None:
    rows = [Row("a", (10.0, 30.0, 50.0)), Row("b", (9.0, 31.0, 45.0)), Row("c", (4.0,))]
    table = Table("A table", "", "ms", rows)

    assert difference(table, "a", "b") == 1
    assert difference(table, "a", "c") == 26
    assert difference(table, "a", "d") is None


def test_each_object_may_cost_little_more_where_there_are_many() -> None:
    """Noise that all runs of a round share does not count."""
    base, noise = (100.0, 130.0, 480.0), (0.0, 90.0, 5.0)
    rows = [
        Row(growth.object_row(count), tuple(time + more for more in noise))
        for count, time in zip(growth.OBJECTS, base, strict=True)
    ]

    found = {
        goal.text: goal.found
        for goal in measured([Table(growth.objects_title("stubs", "time"), "", "ms", rows)])
    }

    each = found["stubs: each of 10 to 100 objects / each of 1 to 10"]
    assert each == pytest.approx((350 / 90) / (30 / 9))


@pytest.mark.parametrize(("largest", "verdict"), [(160.0, "met"), (210.0, "**missed**")])
def test_a_type_may_cost_little_more_where_there_are_many(largest: float, verdict: str) -> None:
    values = dict(zip(growth.TIMES, (10.0, 40.0, largest), strict=True))
    rows = [Row(growth.size_row(times), (value,)) for times, value in values.items()]
    table = Table(growth.size_title("stubs", "time"), "", "ms", rows)

    found = {goal.text: goal for goal in measured([table])}

    goal = found["stubs: time for each type, 16 x / 1 x a kernel"]
    assert (goal.found, goal.verdict) == (largest / 160, verdict)


def test_the_object_of_symbols_has_them_in_a_section(tmp_path: Path) -> None:
    large.write_symbols(tmp_path / "symbols.bpf.o", 5)

    with load(tmp_path / "symbols.bpf.o") as obj:
        assert obj.sections[".data"].symbol_0 == 7
        places = obj.sections.places[".data"].symbols
    assert places == {f"symbol_{number}": 4 * number for number in range(5)}


def test_the_object_of_types_has_as_many_as_it_says(tmp_path: Path) -> None:
    count = large.write_types(tmp_path / "types.bpf.o", 80)

    with load(tmp_path / "types.bpf.o") as obj:
        assert count == len(list(obj.btf.types())) == 84
        assert obj.btf.struct("pair_9").first.offset == 0


@pytest.mark.parametrize("text", project.AS_THEY_ARE)
def test_modules_can_import_from_a_generated_module(text: str) -> None:
    changed = project.with_generated_module(text)

    assert "from btf_typing" not in changed
    assert "exec_event = progOBJECT_bpf.exec_event" in changed
    assert "progOBJECT_bpf.load(" in changed


def test_the_stubs_of_many_names_differ_in_the_object_only(tmp_path: Path) -> None:
    for how in (checkers.WITH, checkers.WITHOUT):
        checkers.write_records(tmp_path / how, checkers.NAMES[0], how=how)
    complete, cut = (
        (tmp_path / how / "records.pyi").read_text() for how in (checkers.WITH, checkers.WITHOUT)
    )

    assert complete.startswith(cut)
    assert cut.count("\nclass record_") == checkers.NAMES[0]
    rest = complete.removeprefix(cut)
    assert rest.count("def struct(") == checkers.NAMES[0] + 1
    assert "class Object(" in rest
    assert "Object" not in cut.replace("_Object", "")


def test_rows_of_checkers_are_found_whatever_the_version() -> None:
    rows = [
        Row(checkers.names_row("pyright 1.1.414", count, how), (time,))
        for count in checkers.NAMES
        for how, time in ((checkers.WITH, 3.0), (checkers.WITHOUT, 2.0))
    ]

    goals = measured([Table(checkers.NAMES_TITLE, "", "ms", rows)])

    found = {goal.text: (goal.found, goal.verdict) for goal in goals if "structs" in goal.text}
    assert found["pyright, a stub of 1,000 structs: with `Object` / without"] == (1.5, "**missed**")
    assert found["mypy, a stub of 1,000 structs: with `Object` / without"][1] == "not measured"
