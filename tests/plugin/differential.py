"""After every edit, every mode of mypy gives the same answer as a cold run.

``python -m tests.plugin.differential`` tries all edits and modes; ``--help`` says how to try fewer.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.plugin import edited_project, edits, modes
from tests.plugin.edited_project import Content, Stub
from tests.plugin.edits import Edit
from tests.plugin.workspace import Workspace, library_cache


class Harness:
    """A project in every mode that goes through edits, and a cold answer after each edit.

    Args:
        root: Empty directory.
        cache: mypy cache of the libraries.
        python: Interpreter with the mypy to try.
        wanted: Names of the modes; empty for all of them.
    """

    def __init__(
        self, root: Path, cache: Path, python: str = sys.executable, wanted: Sequence[str] = ()
    ) -> None:
        self._workspace = Workspace(root, python)
        self._cold = modes.Cold(self._workspace, cache)
        self._modes = [
            mode for mode in modes.all_modes(self._workspace) if not wanted or mode.name in wanted
        ]
        self.answers = 0
        self.changed = 0
        """Edits that changed the cold answer. An edit that does not change it shows little."""
        self._knows_codes = not self._workspace.mypy("--version").text.startswith("mypy 1.")
        self._write(edited_project.BASE, edited_project.BASE_STUBS)
        self._first: list[str] = []
        """The cold answer before the first edit, and after an edit is undone."""
        self._before: list[str] = []
        self._created: dict[str, Content] = {}

    def names(self) -> list[str]:
        """Names of the modes."""
        return [mode.name for mode in self._modes]

    def start(self) -> Iterator[str]:
        """Differences before the first edit."""
        self._first = self._cold_answer()
        yield from self._compare("the first run", self._first)

    def may_follow(self, edit: Edit) -> bool:
        """Whether *edit* may come now, before the last edit is undone."""
        return (self._workspace.root / edit.hides).exists()

    def edit(self, name: str, edit: Edit) -> Iterator[str]:
        """Differences after *edit* of the project's first state. Other edits are undone."""
        self._restore()
        self._write(edit.files, edit.stubs)
        self._created = {path: None for path in edit.files if path not in edited_project.BASE}
        for stub in edit.stubs:
            if stub not in edited_project.BASE_STUBS:
                self._created.update(dict.fromkeys(stub.files()))
        yield from self._compare(name, self._cold_answer(), daemon=not edit.daemon_differs)

    def undo(self, name: str) -> Iterator[str]:
        """Differences after the edit *name* is undone."""
        self._restore()
        yield from self._compare(f"{name}, undone", self._first)

    def _restore(self) -> None:
        self._write({**self._created, **edited_project.BASE}, edited_project.BASE_STUBS)
        self._created = {}

    def _write(self, files: Mapping[str, Content], stubs: tuple[Stub, ...]) -> None:
        known = edited_project.configured(files) if self._knows_codes else files
        edited_project.write(self._workspace, known, stubs)

    def close(self) -> None:
        """Stop the daemons."""
        for mode in self._modes:
            mode.close()

    def _files(self) -> list[str]:
        return sorted(path.name for path in self._workspace.root.glob("*.py"))

    def _cold_answer(self) -> list[str]:
        return modes.answer(self._cold.run(self._files()))

    def _compare(self, step: str, cold: list[str], *, daemon: bool = True) -> Iterator[str]:
        self.changed += cold != self._before
        self._before = cold
        for mode in self._modes:
            found = modes.answer(mode.run(self._files()))
            if isinstance(mode, modes.Daemon) and not daemon:
                continue
            self.answers += 1
            if found != cold:
                diff = difflib.unified_diff(cold, found, "cold", mode.name, lineterm="", n=0)
                yield f"== {step}\n" + "\n".join(diff)


def run(
    harness: Harness, chosen: Iterable[str], *, chain: bool = False, verbose: bool = False
) -> Iterator[str]:
    """Differences over all *chosen* edits.

    Args:
        harness: Harness to use.
        chosen: Names of the edits.
        chain: Whether to go from each edit straight to the next, without the first state between.
            The first state is still between two edits if the second hides a stub that the first
            has deleted; see `Edit.hides`.
        verbose: Whether to print progress.
    """
    last = ""
    try:
        yield from harness.start()
        for name in chosen:
            start = time.monotonic()
            if not harness.may_follow(edits.EDITS[name]):
                yield from harness.undo(last)
            yield from harness.edit(name, edits.EDITS[name])
            if not chain:
                yield from harness.undo(name)
            last = name
            if verbose:
                print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)  # noqa: T201
    finally:
        harness.close()


def main() -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", default=sys.executable, help="with the mypy to try")
    parser.add_argument("--mode", action="append", default=[], help="(repeatable) only this mode")
    parser.add_argument("--edit", action="append", default=[], help="(repeatable) only such edits")
    parser.add_argument("--chain", action="store_true", help="undo no edit by itself: half as long")
    parser.add_argument("-v", action="store_true", dest="verbose", help="tell how far it is")
    args = parser.parse_args()
    chosen = [
        name for name in edits.EDITS if not args.edit or any(part in name for part in args.edit)
    ]
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        cache = library_cache(Path(directory, "libraries"), args.python)
        Path(directory, "project").mkdir()
        harness = Harness(Path(directory, "project"), cache, args.python, args.mode)
        for difference in run(harness, chosen, chain=args.chain, verbose=args.verbose):
            failures += 1
            print(difference, flush=True)  # noqa: T201  # the command's output
        how = "after the other" if args.chain else "done and undone"
        print(  # noqa: T201
            f"{len(chosen)} kinds of edit, each {how}, in {', '.join(harness.names())};"
            f" {harness.changed} changes of the cold answer; {harness.answers} answers compared;"
            f" {failures} differences"
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
