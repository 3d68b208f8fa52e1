"""The page about performance has the figures of the report."""

from bench.report import page_with_goals
from tests.paths import ROOT


def test_page_has_the_goals_of_the_report() -> None:
    report = (ROOT / "bench/report.md").read_text(encoding="utf-8")
    page = (ROOT / "docs/reference/performance.md").read_text(encoding="utf-8")

    assert page == page_with_goals(page, report)
    assert "| goal | limit | measured | |" in page
