"""Files, folders and make targets that the pages for contributors name exist."""

import re
from collections.abc import Iterator

import pytest

from tests.docs.markdown import snippets
from tests.paths import ROOT

_CONTRIBUTING = "CONTRIBUTING.md"
_ARCHITECTURE = "docs/explanation/architecture.md"
_DIAGRAM = "docs/_static/modules.svg"
_FOLDERS = (ROOT, ROOT / "btf_typing", ROOT / "mypy_plugin/btf_typing_mypy")
"""Where a name in these pages may begin."""


def _code(page: str) -> Iterator[str]:
    """The words of a *page* that are set as code."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for span in re.findall(r"`([^`\n]+)`", text):
        yield from span.split()
    for snippet in snippets(ROOT / page):
        yield from snippet.text.split()


def _is_path(word: str) -> bool:
    """Whether *word* names a file or folder of the repository, such as ``docs/`` or ``shape.py``.

    ``.venv`` is no part of it, and ``/sys`` and ``$PYTHON311`` are no such names.
    """
    relative = re.fullmatch(r"(?!\.venv)[\w.]+(/[\w.]+)*/?", word) is not None
    return relative and ("/" in word or re.search(r"\.(md|py|svg|toml|yml)$", word) is not None)


@pytest.mark.parametrize(("page", "least"), [(_CONTRIBUTING, 25), (_ARCHITECTURE, 12)])
def test_paths_exist(page: str, least: int) -> None:
    paths = {word for word in _code(page) if _is_path(word)}
    assert len(paths) >= least
    missing = [
        path
        for path in sorted(paths)
        if not any((folder / path).exists() or any(folder.glob(f"*/{path}")) for folder in _FOLDERS)
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("tests/unit/", True),
        ("shape.py", True),
        ("CHANGELOG.md", True),
        ("mypy", False),
        ("/sys/kernel/tracing", False),
        (".venv/bin/python", False),
        ("$PYTHON311", False),
    ],
)
def test_which_words_are_paths(word: str, *, expected: bool) -> None:
    assert _is_path(word) == expected


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    text = (ROOT / _CONTRIBUTING).read_text(encoding="utf-8")
    named = {
        word
        for command in re.findall(r"(?m)(?:`|\$ )make ([a-z -]+)", text)
        for word in command.split()
    }
    assert {"test", "check", "docs", "wheel"} <= named <= targets


def test_the_diagram_shows_the_folders_of_the_tables() -> None:
    shown = re.findall(r">(\w+/)<", (ROOT / _DIAGRAM).read_text(encoding="utf-8"))
    listed = re.findall(r"(?m)^\| `(\w+/)`", (ROOT / _ARCHITECTURE).read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(listed)
