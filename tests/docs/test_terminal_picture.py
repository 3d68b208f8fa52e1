"""The picture in the README shows what mypy says today."""

import html
import importlib.util
import re

import pytest

from docs.terminal_picture import PICTURE, lines_of_mypy
from tests.paths import ROOT


def _without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.skipif(importlib.util.find_spec("librt") is None, reason="mypy is not installed")
def test_picture_has_the_messages_of_mypy() -> None:
    tags = re.compile(r"(?s)<style>.*?</style>|<[^>]*>")
    shown = _without_spaces(html.unescape(tags.sub("", PICTURE.read_text(encoding="utf-8"))))
    lines = lines_of_mypy()

    assert len(lines) == 5
    for line in lines:
        assert _without_spaces(line.removeprefix("examples/demo/")) in shown
    program = (ROOT / "examples/demo/wrong.py").read_text(encoding="utf-8").partition('"""\n\n')[2]
    for line in filter(None, map(_without_spaces, program.splitlines())):
        assert line in shown
