"""Parse the snippets of a Markdown page, and the notes about testing them.

A note is a comment such as ``<!-- test: needs clang -->`` on a line of its own before a snippet.
The module `tests.docs.session` lists the notes. A line such as ``**`mypy.ini`**`` before a snippet
says that the snippet is this file.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,})(?P<info>.*)")
_NOTE = re.compile(r" *<!-- test: (?P<note>.*) -->")
_FILE = re.compile(r" *\*\*`(?P<name>[^`]+)`\*\*")


class Snippet(NamedTuple):
    """A fenced block.

    Attributes:
        line: Number of its first line of text, from 1.
        language: Language, such as ``"console"``; empty if it has none.
        text: Text, with a newline at the end of each line.
        file: Name of the file that it shows; empty if it shows none.
        notes: Notes about testing it.
    """

    line: int
    language: str
    text: str
    file: str
    notes: tuple[str, ...]


def snippets(path: Path) -> Iterator[Snippet]:
    """The fenced blocks of the page *path*, in order."""
    lines = iter(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    notes: list[str] = []
    file = ""
    for number, line in lines:
        if note := _NOTE.fullmatch(line):
            notes.append(note["note"])
        elif shown := _FILE.fullmatch(line):
            file = shown["name"]
        elif opening := _FENCE.fullmatch(line):
            body = list(_body(lines, opening["indent"] + opening["fence"], len(opening["indent"])))
            yield Snippet(number + 1, opening["info"].strip(), "".join(body), file, tuple(notes))
            notes, file = [], ""
        elif line.strip():
            notes, file = [], ""


def _body(lines: Iterator[tuple[int, str]], closing: str, indent: int) -> Iterator[str]:
    for _, line in lines:
        if line.rstrip() == closing:
            return
        yield f"{line[indent:]}\n"
    raise AssertionError("a fence is not closed")
