"""Figures as Markdown: tables, bars, and the goals with what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .measure import Taken, Timing, held, median, spread

_BAR = 30


class Row(NamedTuple):
    """What one contender took, in the unit of its table.

    Attributes:
        name: of it.
        values: one of each round; empty where it did not run.
        note: why it did not, or what else there is to say.
        ours: whether it is btf_typing's.
    """

    name: str
    values: tuple[float, ...]
    note: str = ""
    ours: bool = False


class Table(NamedTuple):
    """Rows that are compared.

    Attributes:
        title: a heading.
        text: what was done.
        unit: of the values.
        rows: in the order that they ran in.
    """

    title: str
    text: str
    unit: str
    rows: list[Row]

    def middle(self, name: str) -> float | None:
        """The median of the row *name*; None where it did not run."""
        values = self.values(name)
        return median(values) if values else None

    def values(self, name: str) -> tuple[float, ...]:
        """Those of the row *name*; none where it did not run."""
        return next((row.values for row in self.rows if row.name == name), ())


class Goal(NamedTuple):
    """What is aimed at.

    Attributes:
        text: of it.
        found: the measured value; None where it could not be.
        limit: that it is compared with.
        at_least: whether more is better.
        unit: after the numbers.
    """

    text: str
    found: float | None
    limit: float
    at_least: bool = False
    unit: str = "x"

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.found is None:
            return "not measured"
        met = self.found >= self.limit if self.at_least else self.found <= self.limit
        return "met" if met else "**missed**"


def timed(title: str, text: str, timings: Sequence[Timing]) -> Table:
    """A table of processor time, with wall-clock time and memory as a note."""
    rows = []
    for timing in timings:
        note = noted(timing.runs) if timing.runs else timing.why_not
        values = tuple(1000 * run.cpu for run in timing.runs)
        rows.append(Row(timing.contender.name, values, note, timing.contender.ours))
    return Table(title, text, "ms", rows)


def noted(runs: Sequence[Taken]) -> str:
    """Of *runs* the wall-clock time and the memory."""
    peak, floor = max(run.peak for run in runs), held()
    memory = f"{_figure(peak)} MB" if peak > floor else f"under {_figure(floor)} MB"
    return f"{_figure(1000 * median([run.wall for run in runs]))} ms of wall-clock time, {memory}"


def ratio(table: Table, one: str, other: str) -> float | None:
    """How many times what *other* takes *one* does: the median of the rounds.

    The two of a round ran one after the other, on a machine as busy; where they did not have the
    same rounds, it is the ratio of their medians.
    """
    a, b = table.values(one), table.values(other)
    if not a or not b:
        return None
    if len(a) == len(b):
        return median([x / y for x, y in zip(a, b, strict=True)])
    return median(a) / median(b)


def difference(table: Table, one: str, other: str) -> float | None:
    """By how much the median of *one* exceeds that of *other*."""
    a, b = table.middle(one), table.middle(other)
    return a - b if a is not None and b is not None else None


def render(heading: str, tables: Sequence[Table], goals: Sequence[Goal]) -> str:
    """The whole report."""
    parts = [heading, _goals(goals), *map(_table, tables)]
    return "\n".join(parts)


def _goals(goals: Sequence[Goal]) -> str:
    lines = ["## Goals\n", "| goal | limit | measured | |", "| --- | ---: | ---: | --- |"]
    for goal in goals:
        found = "-" if goal.found is None else f"{_figure(goal.found)} {goal.unit}"
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
        f"| | median, {table.unit} | quartiles | of ours | | |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    for row in table.rows:
        if not row.values:
            lines.append(f"| {row.name} | - | - | - | | {row.note} |")
            continue
        middle = median(row.values)
        low, high = spread(row.values)
        share = f"{_figure(middle / ours[0])} x" if ours and ours[0] else "-"
        bar = "█" * max(1, round(_BAR * middle / largest)) if largest else ""
        name = f"**{row.name}**" if row.ours else row.name
        quartiles = f"{_figure(low)} to {_figure(high)}"
        lines.append(f"| {name} | {_figure(middle)} | {quartiles} | {share} | {bar} | {row.note} |")
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    """*value* to three digits."""
    if abs(value) >= 100:  # noqa: PLR2004
        return f"{value:,.0f}"
    return f"{value:.3g}"
