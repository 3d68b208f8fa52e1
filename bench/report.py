"""Write the figures as Markdown: the goals, and tables with bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .measure import Taken, Timing, median, spread

_BAR = 30


class Row(NamedTuple):
    """The figures of one contender, in the unit of its table.

    Attributes:
        name: Name of the contender.
        values: One value for each round; empty if the contender did not run.
        note: Why it did not run, or a remark.
        ours: Whether it is btf_typing.
    """

    name: str
    values: tuple[float, ...]
    note: str = ""
    ours: bool = False


class Table(NamedTuple):
    """Contenders side by side.

    Attributes:
        title: Heading.
        text: What the contenders did.
        unit: Unit of the values.
        rows: The contenders, in a fixed order.
    """

    title: str
    text: str
    unit: str
    rows: list[Row]

    def middle(self, name: str) -> float | None:
        """The median of the row *name*; None if it did not run."""
        values = self.values(name)
        return median(values) if values else None

    def values(self, name: str) -> tuple[float, ...]:
        """The values of the row *name*; empty if it did not run."""
        return next((row.values for row in self.rows if row.name == name), ())


class Ratio(NamedTuple):
    """One figure divided by another.

    Attributes:
        middle: Median of the ratios of all rounds.
        values: Ratio of each round; empty if the two had different numbers of rounds.
    """

    middle: float
    values: tuple[float, ...] = ()

    @property
    def spread(self) -> str:
        """The quartiles of the ratios and the number of rounds; empty if there are too few."""
        if len(self.values) <= 1:
            return ""
        low, high = spread(self.values)
        return f"{_figure(low)} to {_figure(high)} in {len(self.values)} rounds"


class Goal(NamedTuple):
    """A goal, and the figure that was measured.

    Attributes:
        text: Description.
        found: The measured value; None if it could not be measured.
        limit: Limit for the value.
        at_least: Whether *limit* is the smallest value that meets the goal; else it is the largest.
        unit: Unit of both.
        spread: How far the rounds are apart, and how many there were.
    """

    text: str
    found: float | None
    limit: float
    at_least: bool = False
    unit: str = "x"
    spread: str = ""

    @classmethod
    def of_ratio(
        cls, text: str, ratio: Ratio | None, limit: float, *, at_least: bool = False
    ) -> Goal:
        """A goal about a ratio."""
        if ratio is None:
            return cls(text, None, limit, at_least)
        return cls(text, ratio.middle, limit, at_least, spread=ratio.spread)

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        if self.found is None:
            return "not measured"
        met = self.found >= self.limit if self.at_least else self.found <= self.limit
        return "met" if met else "**missed**"


def timed(title: str, text: str, timings: Sequence[Timing]) -> Table:
    """A table of processor time, with wall-clock time and memory as a note."""
    rows = []
    for timing in timings:
        note = time_and_memory(timing.runs) if timing.runs else timing.why_not
        values = tuple(1000 * run.cpu for run in timing.runs)
        rows.append(Row(timing.contender.name, values, note, timing.contender.ours))
    return Table(title, text, "ms", rows)


def time_and_memory(runs: Sequence[Taken]) -> str:
    """The wall-clock time and the memory of *runs*."""
    peak, floor = max(run.peak for run in runs), max(run.floor for run in runs)
    memory = f"{_figure(peak)} MB" if peak > floor else f"under {_figure(floor)} MB"
    return f"{_figure(1000 * median([run.wall for run in runs]))} ms of wall-clock time, {memory}"


def ratio(table: Table, one: str, other: str) -> Ratio | None:
    """The figure of *one* divided by the figure of *other*.

    The two ran one after the other in each round, so the machine was equally busy for both. The
    result is therefore the median of the ratios of all rounds. If their numbers of rounds differ,
    it is the ratio of the medians.
    """
    a, b = table.values(one), table.values(other)
    if not a or not b:
        return None
    if len(a) == len(b):
        ratios = tuple(x / y for x, y in zip(a, b, strict=True))
        return Ratio(median(ratios), ratios)
    return Ratio(median(a) / median(b))


def difference(table: Table, one: str, other: str) -> float | None:
    """The figure of *one* minus the figure of *other*.

    Like `ratio`, this is the median of all rounds. If their numbers of rounds differ, it is the
    difference of the medians.
    """
    a, b = table.values(one), table.values(other)
    if not a or not b:
        return None
    if len(a) == len(b):
        return median([x - y for x, y in zip(a, b, strict=True)])
    return median(a) - median(b)


_FIGURES = re.compile(r"(?s)(?<=this part -->\n).*(?=<!-- end of the figures -->)")


def page_with_goals(page: str, report: str) -> str:
    """The text of docs/reference/performance.md, with the table of goals from *report*."""
    table = report.partition("## Goals\n")[2].partition("\n## ")[0].strip()
    return _FIGURES.sub(lambda _: f"\n{table}\n\n", page)


_COSTS = {
    "asdict": "times a dictionary written by hand",
    "asdict, text": "times a dictionary written by hand",
    "repr": "times an f-string written by hand",
    "many": "times as fast as a loop of `asdict`",
}
"""The ways to use events in the table of docs/howto/events.md, and the text after their figures."""

_COST_NAMES = {"asdict, text": "`asdict`, with `text=True`", "many": "`columns`"}


def page_with_costs(page: str, report: str) -> str:
    """The text of docs/howto/events.md, with the measured costs from the goals of *report*.

    A report without such goals leaves the page as it is.
    """
    lines = ["| way | measured, from the cheapest to the dearest class |", "| --- | --- |"]
    for way, unit in _COSTS.items():
        goal = re.compile(rf"(?m)^\| {way} (?:of )?\S+ ?[/:].*? x \| ([\d.,]+) x")
        found = sorted(goal.findall(report), key=lambda text: float(text.replace(",", "")))
        if not found:
            return page
        name = _COST_NAMES.get(way, f"`{way}`")
        lines.append(f"| {name} | {found[0]} to {found[-1]} {unit} |")
    table = "\n".join(lines)
    return _FIGURES.sub(lambda _: f"\n{table}\n\n", page)


def render(heading: str, tables: Sequence[Table], goals: Sequence[Goal]) -> str:
    """The whole report."""
    parts = [heading, _goals(goals), *map(_table, tables)]
    return "\n".join(parts)


def _goals(goals: Sequence[Goal]) -> str:
    lines = ["## Goals\n", "| goal | limit | measured | |", "| --- | ---: | ---: | --- |"]
    for goal in goals:
        found = (
            "-" if goal.found is None else f"{_figure_beside(goal.found, goal.limit)} {goal.unit}"
        )
        found += f" ({goal.spread})" if goal.spread else ""
        bound = "at least" if goal.at_least else "at most"
        limit = f"{bound} {_figure(goal.limit)} {goal.unit}"
        lines.append(f"| {goal.text} | {limit} | {found} | {goal.verdict} |")
    return "\n".join(lines) + "\n"


def _table(table: Table) -> str:
    largest = max([median(row.values) for row in table.rows if row.values], default=0)
    ours = [median(row.values) for row in table.rows if row.values and row.ours]
    lines = [
        f"## {table.title}\n",
        f"{table.text}\n",
        f"| | median, {table.unit} | quartiles | rounds | relative to ours | | |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- |",
    ]
    for row in table.rows:
        if not row.values:
            lines.append(f"| {row.name} | - | - | - | - | | {row.note} |")
            continue
        middle = median(row.values)
        low, high = spread(row.values)
        share = f"{_figure(middle / ours[0])} x" if ours and ours[0] else "-"
        bar = "█" * max(1, round(_BAR * middle / largest)) if largest else ""
        name = f"**{row.name}**" if row.ours else row.name
        quartiles = f"{_figure(low)} to {_figure(high)}"
        cells = (name, _figure(middle), quartiles, str(len(row.values)), share, bar, row.note)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    """*value* with three significant digits."""
    if abs(value) >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _figure_beside(value: float, limit: float) -> str:
    """*value* like `_figure`, but with more digits if it would look the same as *limit*."""
    text = _figure(value)
    return f"{value:.5g}" if text == _figure(limit) and value != limit else text
