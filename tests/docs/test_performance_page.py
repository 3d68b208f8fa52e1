"""The page about performance has the figures of the report."""

from bench.report import page_with_costs, page_with_goals
from tests.paths import ROOT


def test_page_has_the_goals_of_the_report() -> None:
    report = (ROOT / "bench/report.md").read_text(encoding="utf-8")
    page = (ROOT / "docs/reference/performance.md").read_text(encoding="utf-8")

    assert page == page_with_goals(page, report)
    assert "| goal | limit | measured | |" in page


def test_page_about_events_has_the_costs_of_the_report() -> None:
    report = (ROOT / "bench/report.md").read_text(encoding="utf-8")
    page = (ROOT / "docs/howto/events.md").read_text(encoding="utf-8")

    assert page == page_with_costs(page, report)
    assert "| way | measured, from the cheapest to the dearest class |" in page


def test_costs_are_the_extremes_of_the_goals() -> None:
    goals = [
        "| asdict of exec_event / by hand | at most 1.3 x | 1.17 x (1.1 to 1.2) | met |",
        "| asdict of tcphdr / by hand | at most 1.3 x | 1.05 x | met |",
        "| asdict, text of tcphdr / by hand | at most 1.5 x | 1.4 x | met |",
        "| repr of tcphdr / by hand | at most 1.5 x | 1.1 x | met |",
        "| many plain: a loop of asdict / `columns` | at least 20 x | 31 x | met |",
        "| many exec_event: a loop of asdict / `columns` | at least 20 x | 127 x | met |",
    ]
    page = "a\n<!-- this part -->\nold\n<!-- end of the figures -->\nb\n"

    assert page_with_costs(page, "\n".join(goals)).splitlines()[3:8] == [
        "| way | measured, from the cheapest to the dearest class |",
        "| --- | --- |",
        "| `asdict` | 1.05 to 1.17 times a dictionary written by hand |",
        "| `asdict`, with `text=True` | 1.4 to 1.4 times a dictionary written by hand |",
        "| `repr` | 1.1 to 1.1 times an f-string written by hand |",
    ]
    assert "| `columns` | 31 to 127 times as fast as a loop" in page_with_costs(
        page, "\n".join(goals)
    )
    assert page_with_costs(page, "no goals") == page
