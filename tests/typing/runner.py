"""Cases for mypy: ordinary Python files that say in comments what mypy must say of them.

``# E: message  [code]`` at the end of a line expects that error there, ``# N: message`` that note.
Several may follow one another, and a comment that stands alone is about the nearest line of code
before it. A comment indented by four spaces or more goes on with the message above. What is not
expected must not be said.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_EXPECTED = re.compile(r"# (E|N): (.*?)(?=\s+# [EN]: |\s*$)")
_GOES_ON = re.compile(r"\s*# {4,}(.*\S)")
_MESSAGE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): (?P<severity>error|note): (?P<text>.*)")
_SEVERITIES = {"E": "error", "N": "note"}
_OF_MYPY = re.compile(r'.*note: (See https://mypy\.readthedocs\.io|".*" defined (here|in "))')
_UNION = re.compile(r"Union\[([^][]*(?:\[[^][]*\][^][]*)*)\]")


class Message(NamedTuple):
    """Something that mypy says, or should."""

    path: str
    line: int
    severity: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.text}"


def expected(root: Path, names: Iterable[str]) -> list[Message]:
    """What the comments of the files *names* below *root* expect."""
    return sorted(message for name in names for message in _expected(root, name))


def _expected(root: Path, name: str) -> list[Message]:
    found: list[Message] = []
    code = 0
    for number, line in enumerate((root / name).read_text("utf-8").splitlines(), 1):
        goes_on = _GOES_ON.fullmatch(line)
        if goes_on and found and found[-1].line == code:
            # mypy has two spaces before the code of an error.
            space = "  " if goes_on[1].startswith("[") else " "
            found[-1] = found[-1]._replace(text=f"{found[-1].text}{space}{goes_on[1]}")
        if not line.lstrip().startswith("#"):
            code = number
        for kind, text in _EXPECTED.findall(line):
            found.append(Message(name, code, _SEVERITIES[kind], text))
    return found


def said(output: str) -> list[Message]:
    """The messages in mypy's *output*, spelt as its newest version does.

    Notes that only say where something is documented or defined are left out.

    Raises:
        AssertionError: it holds something else, such as a traceback.
    """
    found = []
    for line in output.splitlines():
        message = _MESSAGE.fullmatch(line)
        if _OF_MYPY.match(line):
            continue  # some have no line, where mypy has the definition from its cache
        if message:
            path, number, severity, text = message.groups()
            found.append(Message(path, int(number), severity, newest(text)))
        elif not line.startswith(("Found ", "Success: ")):
            raise AssertionError(f"mypy said:\n{output}")
    return sorted(found)


def newest(text: str) -> str:
    """*text* with types spelt as the newest mypy does."""
    text = text.replace("builtins.", "")
    return _UNION.sub(lambda found: " | ".join(re.split(r", (?![^[]*\])", found[1])), text)


def difference(wanted: Iterable[Message], found: Iterable[Message]) -> str:
    """What differs, as a diff; empty where nothing does."""
    lines = difflib.unified_diff(
        [f"{message}\n" for message in wanted],
        [f"{message}\n" for message in found],
        "expected by comments",
        "said by mypy",
        n=0,
    )
    return "".join(lines)
