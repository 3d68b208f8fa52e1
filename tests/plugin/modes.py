"""The ways to run mypy that must all give the same answer."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.plugin.workspace import Output, Workspace

_SUMMARY = ("Found ", "Success: ")
_IDLE = "600"
"""Seconds without a command after which a daemon ends by itself."""
_DAEMON_SAYS = ("Daemon ", "Restarting: ")
_CONFIGURATION = ("mypy.ini: ",)
"""mypy 1 warns about codes of plugins in a configuration; its daemon only when it starts."""
_DEFINED = re.compile(r'.*: note: ".*" defined (here|in ".*")')
"""Whether mypy writes the note, and with which line, depends on its cache of the definition."""
_SEE = re.compile(r".*: note: See https://mypy\.readthedocs\.io/.*")
"""mypy adds such a note only to the first of several errors, in the order of its checks."""
_NO_WORKER = "Failed to establish connection with worker"
_TRIES = 10


def answer(output: Output) -> list[str]:
    """Messages about the program in *output*, sorted because the daemon has another order."""
    skipped = (*_SUMMARY, *_DAEMON_SAYS, *_CONFIGURATION)
    return sorted(
        line
        for line in output.text.splitlines()
        if not line.startswith(skipped)
        and not _DEFINED.fullmatch(line)
        and not _SEE.fullmatch(line)
    )


class Cold:
    """Runs with a cache of only the libraries. All other modes are compared with this one."""

    name = "cold"

    def __init__(self, workspace: Workspace, library_cache: Path) -> None:
        self._workspace = workspace
        self._library_cache = library_cache

    def run(self, files: Sequence[str]) -> Output:
        """Check *files*."""
        cache = self._workspace.root / ".cache-cold"
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(self._library_cache, cache)
        return self._workspace.mypy("--cache-dir", cache.name, *files)

    def close(self) -> None:
        """Nothing is left running."""


class Warm:
    """Runs with a cache that is kept through all edits.

    Args:
        workspace: The project.
        name: Name of the mode.
        options: Options for mypy.
    """

    def __init__(self, workspace: Workspace, name: str, *options: str) -> None:
        self.name = name
        self._workspace = workspace
        self._options = options

    def run(self, files: Sequence[str]) -> Output:
        """Check *files*."""
        cache = f".cache-{self.name}"
        for _ in range(_TRIES):
            output = self._workspace.mypy("--cache-dir", cache, *self._options, *files)
            # mypy waits a few seconds for its workers to start. A busy machine may need longer.
            if _NO_WORKER not in output.text:
                break
        return output

    def close(self) -> None:
        """Nothing is left running."""


class Daemon:
    """A dmypy daemon that is kept through all edits.

    Args:
        workspace: The project.
        command: ``run`` or ``check``.
    """

    def __init__(self, workspace: Workspace, command: str) -> None:
        self.name = f"dmypy-{command}"
        self._workspace = workspace
        self._command = command
        self._started = False

    def run(self, files: Sequence[str]) -> Output:
        """Check *files*."""
        if self._command == "run":
            self._started = True
            return self._dmypy("run", "--timeout", _IDLE, "--", *self._options(), *files)
        if not self._started:
            self._started = True
            self._dmypy("start", "--timeout", _IDLE, "--", *self._options())
        return self._dmypy("check", "--", *files)

    def close(self) -> None:
        """Stop the daemon, if it runs."""
        if self._started:
            self._dmypy("stop")

    def _options(self) -> list[str]:
        return ["--cache-dir", f".cache-{self.name}", "--follow-imports", "normal"]

    def _dmypy(self, *args: str) -> Output:
        status = f".{self.name}.json"
        command = ("-m", "mypy.dmypy", "--status-file", status)
        return self._workspace.mypy(*args, command=command)


Mode = Cold | Warm | Daemon


def all_modes(workspace: Workspace) -> list[Warm | Daemon]:
    """Every mode of the installed mypy except the cold one."""
    text = workspace.mypy("--help").text
    found: list[Warm | Daemon] = [Warm(workspace, "warm")]
    for option in ("sqlite-cache", "fixed-format-cache"):
        # The help text names the option that changes the default.
        shown = re.search(rf"--(no-)?{option}", text)
        if shown:
            found.append(Warm(workspace, shown[0].strip("-"), shown[0]))
    if "--num-workers" in text:
        found.append(Warm(workspace, "workers", "--num-workers", "3"))
    return [*found, Daemon(workspace, "run"), Daemon(workspace, "check")]
