"""Pages read well on GitHub too: links lead somewhere and have a text, and fences are plain."""

import re
from pathlib import Path

import pytest

from tests.paths import ROOT

_PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    if "_build" not in page.parts
)
_INCLUDES = ROOT / "docs/changelog.md"
"""The page of the site that includes CHANGELOG.md."""

_FENCE = re.compile(r"^(```+|~~~+).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")


def _prose(page: Path) -> str:
    """The text of *page* without code."""
    return re.sub(r"`[^`\n]+`", "code", _FENCE.sub("", page.read_text(encoding="utf-8")))


def _anchors(page: Path) -> set[str]:
    """The anchors of the headings of *page*, as GitHub and MyST form them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", _PAGES, ids=[str(page.relative_to(ROOT)) for page in _PAGES])
def test_links_lead_to_files_and_headings_and_have_a_text(page: Path) -> None:
    for text, target in _LINK.findall(_prose(page)):
        assert text.strip(), target
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


@pytest.mark.parametrize(
    "page", [page for page in _PAGES if page != _INCLUDES], ids=lambda page: page.name
)
def test_nothing_that_only_sphinx_understands(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert not re.findall(r"^[`:]{3,}\{.*", text, re.MULTILINE)
    assert not re.findall(r"\{[a-z:]+\}`", _prose(page))
