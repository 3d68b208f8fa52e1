"""The repository's root, for tests that read its files.

A module that loads one object by name builds the path from its own ``__file__`` instead: the mypy
plugin follows paths only inside one module, and so checks what that module does with the object.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
