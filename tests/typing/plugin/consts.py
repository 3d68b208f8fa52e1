"""Paths that other modules use."""

from pathlib import Path
from typing import Final

OTHER: Final = "build/other.bpf.o"
PATH = Path("build/other.bpf.o")


class Paths:
    """The same in a class."""

    OTHER: Final = "build/other.bpf.o"
