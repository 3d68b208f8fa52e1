"""How the bench decides that it has enough rounds, and what a report says of a ratio."""

import math
import statistics

import pytest

from bench.measure import SETTLED, Effort, standard_error
from bench.report import Goal, Row, Table, ratio

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


def test_a_goal_shows_the_ratios_of_the_rounds() -> None:
    rows = [Row("a", (1.0, 2.1, 3.0)), Row("b", (1.0, 2.0, 4.0)), Row("c", (2.0,))]
    table = Table("A table", "", "ms", rows)

    goal = Goal.of_ratio("a / b", ratio(table, "a", "b"), 1.05)

    assert (goal.found, goal.verdict) == (1.0, "met")
    assert goal.spread == "0.875 to 1.02 in 3 rounds"
    assert Goal.of_ratio("a / c", ratio(table, "a", "c"), 1.05).found == pytest.approx(1.05)
    assert Goal.of_ratio("a / d", ratio(table, "a", "d"), 1.05).verdict == "not measured"
