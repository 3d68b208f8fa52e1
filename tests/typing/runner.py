"""Cases for mypy: ordinary Python files with comments that say what mypy must report.

``# E: message  [code]`` at the end of a line expects that error there, and ``# N: message`` that
note. One line may have several. A comment on a line of its own is about the nearest line of code
before it. A comment that is indented by four or more spaces continues the message above it. mypy
must report nothing else.
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
    """A message that mypy reports or should report."""

    path: str
    line: int
    severity: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.text}"


def expected(root: Path, names: Iterable[str]) -> list[Message]:
    """The messages that the comments expect in the files *names* below *root*."""
    return sorted(message for name in names for message in _expected(root, name))


def _expected(root: Path, name: str) -> list[Message]:
    found: list[Message] = []
    code = 0
    for number, line in enumerate((root / name).read_text("utf-8").splitlines(), 1):
        goes_on = _GOES_ON.fullmatch(line)
        if goes_on and found and found[-1].line == code:
            # mypy writes two spaces before the code of an error.
            space = "  " if goes_on[1].startswith("[") else " "
            found[-1] = found[-1]._replace(text=f"{found[-1].text}{space}{goes_on[1]}")
        if not line.lstrip().startswith("#"):
            code = number
        for kind, text in _EXPECTED.findall(line):
            found.append(Message(name, code, _SEVERITIES[kind], text))
    return found


def reported(output: str) -> list[Message]:
    """The messages in mypy's *output*, in the spelling of its newest version.

    Notes that only say where something is documented or defined are left out.

    Raises:
        AssertionError: The output has something else, such as a traceback.
    """
    found = []
    for line in output.splitlines():
        message = _MESSAGE.fullmatch(line)
        if _OF_MYPY.match(line):
            continue  # a note has no line if mypy read the definition from its cache
        if message:
            path, number, severity, text = message.groups()
            found.append(Message(path, int(number), severity, newest(text)))
        elif not line.startswith(("Found ", "Success: ")):
            raise AssertionError(f"mypy said:\n{output}")
    return sorted(found)


def newest(text: str) -> str:
    """*text* with types in the spelling of the newest mypy."""
    text = text.replace("builtins.", "")
    return _UNION.sub(lambda found: " | ".join(re.split(r", (?![^[]*\])", found[1])), text)


def difference(wanted: Iterable[Message], found: Iterable[Message]) -> str:
    """The difference as a diff; empty if there is none."""
    lines = difflib.unified_diff(
        [f"{message}\n" for message in wanted],
        [f"{message}\n" for message in found],
        "expected by comments",
        "said by mypy",
        n=0,
    )
    return "".join(lines)
