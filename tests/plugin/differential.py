"""Every mode of mypy gives the answer of a cold run, after every edit.

``python -m tests.plugin.differential`` tries them all; ``--help`` says how to try fewer.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.plugin import edits, modes
from tests.plugin.edits import Edit
from tests.plugin.workspace import Workspace, library_cache

_SECOND = 1.05
"""mypy compares whole seconds of modification times, so edits must be further apart."""


class Harness:
    """One project that lives through edits, and one cold answer after each.

    Args:
        root: an empty directory.
        cache: of the libraries.
        python: with the mypy to try.
        wanted: names of the modes; all of them where empty.
    """

    def __init__(self, root: Path, cache: Path, python: str, wanted: Sequence[str] = ()) -> None:
        self._workspace = Workspace(root, python)
        self._cold = modes.Cold(self._workspace, cache)
        self._modes = [
            mode for mode in modes.all_modes(self._workspace) if not wanted or mode.name in wanted
        ]
        self.answers = 0
        self.changed = 0
        """Edits that changed the cold answer: one that does not shows little."""
        edits.write(self._workspace, edits.BASE, edits.BASE_STUBS)
        self._before: list[str] = []

    def names(self) -> list[str]:
        """Of the modes that are tried."""
        return [mode.name for mode in self._modes]

    def start(self) -> Iterator[str]:
        """Differences before any edit."""
        yield from self._compare("the first run")

    def edit(self, name: str, edit: Edit) -> Iterator[str]:
        """Differences after *edit*, and after it was undone."""
        created = {path: None for path in edit.files if path not in edits.BASE}
        for stub in edit.stubs:
            if stub.module:
                created[f"stubs/{stub.module}.pyi"] = None
            elif stub not in edits.BASE_STUBS and stub.object not in edits.BASE:
                created[f"stubs/{Path(stub.object).name[:-2].replace('.', '_')}.pyi"] = None
        time.sleep(_SECOND)
        edits.write(self._workspace, edit.files, edit.stubs)
        yield from self._compare(name)
        time.sleep(_SECOND)
        edits.write(self._workspace, {**edits.BASE, **created}, edits.BASE_STUBS)
        yield from self._compare(f"{name}, undone")

    def close(self) -> None:
        """Stop what still runs."""
        for mode in self._modes:
            mode.close()

    def _compare(self, step: str) -> Iterator[str]:
        files = sorted(name for name in edits.MODULES if (self._workspace.root / name).exists())
        cold = modes.answer(self._cold.run(files))
        self.changed += cold != self._before
        self._before = cold
        for mode in self._modes:
            found = modes.answer(mode.run(files))
            self.answers += 1
            if found != cold:
                diff = difflib.unified_diff(cold, found, "cold", mode.name, lineterm="", n=0)
                yield f"== {step}\n" + "\n".join(diff)


def run(harness: Harness, chosen: Iterable[str]) -> Iterator[str]:
    """Differences over all *chosen* edits."""
    try:
        yield from harness.start()
        for name in chosen:
            yield from harness.edit(name, edits.EDITS[name])
    finally:
        harness.close()


def main() -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", default=sys.executable, help="with the mypy to try")
    parser.add_argument("--mode", action="append", default=[], help="(repeatable) only this mode")
    parser.add_argument("--edit", action="append", default=[], help="(repeatable) only such edits")
    args = parser.parse_args()
    chosen = [
        name for name in edits.EDITS if not args.edit or any(part in name for part in args.edit)
    ]
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        cache = library_cache(Path(directory, "libraries"), args.python)
        Path(directory, "project").mkdir()
        harness = Harness(Path(directory, "project"), cache, args.python, args.mode)
        for difference in run(harness, chosen):
            failures += 1
            print(difference, flush=True)  # noqa: T201  # the command's output
        print(  # noqa: T201
            f"{len(chosen)} kinds of edit, each done and undone, in {', '.join(harness.names())};"
            f" {harness.changed} changes of the cold answer; {harness.answers} answers compared;"
            f" {failures} differences"
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
