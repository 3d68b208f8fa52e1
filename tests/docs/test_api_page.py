"""The reference of the Python API is up to date, and has every public name."""

import re

import btf_typing
from docs import api_page

_REWRITE = "write it again: make docs"


def test_the_page_is_up_to_date() -> None:
    assert api_page.PAGE.read_text(encoding="utf-8") == api_page.page(), _REWRITE


def test_every_public_name_has_an_entry() -> None:
    listed = {name for names in api_page.SECTIONS.values() for name in names}

    assert set(btf_typing.__all__) - listed == set()


def test_every_entry_has_an_example() -> None:
    _, *entries = re.split(r"^#{3,4} ", api_page.page(), flags=re.MULTILINE)
    without = [entry.partition("\n")[0] for entry in entries if ">>> " not in entry]

    assert len(entries) > 80
    assert without == [], "add an 'Examples:' section to these docstrings"
