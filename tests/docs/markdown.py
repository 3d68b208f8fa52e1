"""Parse the snippets of a Markdown page, and the notes about testing them.

A note is a comment such as ``<!-- test: needs clang -->`` on a line of its own before a snippet.
The module `tests.docs.session` lists the notes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,})(?P<info>.*)")
_NOTE = re.compile(r" *<!-- test: (?P<note>.*) -->")
_DIRECTIVE = re.compile(r"\{(?:code-block|sourcecode)\} *(?P<language>\w+)")
_OPTION = re.compile(r":(?P<key>[\w-]+): *(?P<value>.*)")


class Snippet(NamedTuple):
    """A fenced block.

    Attributes:
        line: Number of its first line of text, from 1.
        language: Language, such as ``"console"``; empty if it has none.
        text: Text, with a newline at the end of each line.
        caption: Name of the file that it shows; empty if it shows none.
        notes: Notes about testing it.
    """

    line: int
    language: str
    text: str
    caption: str
    notes: tuple[str, ...]


def snippets(path: Path) -> Iterator[Snippet]:
    """The fenced blocks of the page *path*, in order."""
    lines = iter(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    notes: list[str] = []
    for number, line in lines:
        if note := _NOTE.fullmatch(line):
            notes.append(note["note"])
        elif opening := _FENCE.fullmatch(line):
            body = list(_body(lines, opening["indent"] + opening["fence"], len(opening["indent"])))
            yield _snippet(number + 1, opening["info"].strip(), body, tuple(notes))
            notes = []
        elif line.strip():
            notes = []


def _body(lines: Iterator[tuple[int, str]], closing: str, indent: int) -> Iterator[str]:
    for _, line in lines:
        if line.rstrip() == closing:
            return
        yield line[indent:]
    raise AssertionError("a fence is not closed")


def _snippet(line: int, info: str, body: list[str], notes: tuple[str, ...]) -> Snippet:
    directive = _DIRECTIVE.fullmatch(info)
    if directive is None:
        return Snippet(line, info, "".join(f"{text}\n" for text in body), "", notes)
    caption = ""
    while body and (option := _OPTION.fullmatch(body[0])):
        if option["key"] == "caption":
            caption = option["value"].strip("`")
        body, line = body[1:], line + 1
    while body and not body[0].strip():
        body, line = body[1:], line + 1
    text = "".join(f"{text}\n" for text in body)
    return Snippet(line, directive["language"], text, caption, notes)
