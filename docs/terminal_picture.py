"""Draw docs/_static/terminal.svg, the picture in the README: a program with mistakes, and mypy.

    python -m docs.terminal_picture

The text is what the demo shows, so draw it again when that changes. It needs rich and mypy.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax
from rich.terminal_theme import MONOKAI
from rich.text import Text

_ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = "examples/demo/wrong.py"
PICTURE = _ROOT / "docs/_static/terminal.svg"
_WIDTH = 104
_FONTS = re.compile(r"(?s)@font-face \{.*?\}\s*")
"""Fonts from the network, which the pages of a repository do not load."""


def lines_of_mypy() -> list[str]:
    """The output of mypy for the program with mistakes."""
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "mypy", _PROGRAM],
        cwd=_ROOT,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


def picture() -> str:
    """The picture as SVG."""
    console = Console(record=True, width=_WIDTH, file=open(os.devnull, "w"), force_terminal=True)  # noqa: PTH123, SIM115
    program = (_ROOT / _PROGRAM).read_text(encoding="utf-8").partition('"""\n\n')[2]
    console.print(Syntax(program, "python", line_numbers=True, start_line=3, theme="monokai"))
    console.print(f"$ mypy {_PROGRAM}", style="bold", highlight=False)
    for line in lines_of_mypy():
        console.print(_coloured(line.removeprefix("examples/demo/")))
    svg = console.export_svg(title="mypy with btf_typing", theme=MONOKAI, unique_id="terminal")
    return re.sub(r"[ \t]+$", "", _FONTS.sub("", svg), flags=re.MULTILINE)


def _coloured(line: str) -> Text:
    text = Text(line)
    text.highlight_words([": error:"], "bold red")
    text.highlight_regex(r'"[^"]*"', "bold")
    text.highlight_regex(r"\[[a-z-]+\]$", "yellow")
    return text


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
