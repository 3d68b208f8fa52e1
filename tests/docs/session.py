"""Run a page's snippets in order, in one folder and one Python namespace, as a reader would.

=====================  =========================================================================
``pycon``              is run as a doctest
``python``             is run; with the name of a file above, it is written to that file instead
any with such a name   is written to that file
``console``            has ``$`` commands for bash, each with its exact output. After a command,
                       a line that begins with ``> `` continues the command
anything else          is not tested
=====================  =========================================================================

In outputs, ``...`` matches any text. Notes before a snippet:

=========================  =====================================================================
``files A B``              the folder has copies of these files of the repository
``in repository``          commands run in the repository, not in a folder of their own
``needs A B``              the rest of the page is skipped if one of these programs, Python
                           modules, shared libraries or absolute paths is missing
``if A B``                 this snippet is skipped if one of these is missing
``python <3.14``           this snippet is only for these versions of Python
``root``                   this snippet needs root and tracefs
``pinned A``               as ``root``; this object of the folder is loaded, and its maps are
                           pinned in ``/sys/fs/bpf``
``stand-in tinybpf``       from here on, ``tests/stand_ins`` replaces tinybpf
``shown``                  this snippet is not run
=========================  =====================================================================
"""

import contextlib
import ctypes
import difflib
import doctest
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from examples.libbpf import refused
from tests.docs.markdown import Snippet, snippets
from tests.docs.pins import call_with_pins
from tests.paths import ROOT
from tests.tinybpf_stand_in import tinybpf_stand_in

_SECONDS = 120
_DOCTEST = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Import modules in *folder*, as an interpreter that was started there does."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{folder}/"):
                del sys.modules[name]


class Session:
    """The state that the snippets of one page share.

    Args:
        page: Path of the Markdown file.
        folder: Empty folder to run in.
        mypy_cache: Cache folder for mypy, which pages may share.
    """

    def __init__(self, page: Path, folder: Path, mypy_cache: Path) -> None:
        self._page = page
        self._folder = folder
        self._namespace: dict[str, Any] = {"__name__": "__main__"}
        self._pinned: Path | None = None
        self._until_the_end = contextlib.ExitStack()
        programs = folder.with_name(f"{folder.name}-bin")
        programs.mkdir()
        if clang := newest_clang():
            (programs / "clang").symlink_to(clang)
        python = Path(sys.executable).parent
        search = os.pathsep.join((str(programs), str(python), os.environ["PATH"]))
        self._environment = {
            **os.environ,
            "COLUMNS": "80",
            "MYPY_CACHE_DIR": str(mypy_cache),
            "NO_COLOR": "1",
            "PATH": search,
        }

    def run(self) -> int:
        """Run every snippet; return how many were run."""
        with self._until_the_end:
            return sum(self._run(snippet) for snippet in snippets(self._page))

    def _run(self, snippet: Snippet) -> bool:
        is_wanted = all(self._apply(note) for note in snippet.notes)
        pinned, self._pinned = self._pinned, None
        if not is_wanted:
            return False
        if snippet.file:
            target = self._folder / snippet.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(snippet.text, encoding="utf-8")
            return True
        runner = {
            "pycon": self._run_doctest,
            "python": self._run_python,
            "console": self._run_console,
        }.get(snippet.language)
        if runner is None:
            return False
        with contextlib.chdir(self._folder), _importable(self._folder):
            if pinned:
                call_with_pins(pinned, lambda: runner(snippet))
            else:
                runner(snippet)
        return True

    def _apply(self, note: str) -> bool:
        """Follow a note; return whether its snippet is to be run."""
        keyword, *words = note.split()
        match keyword:
            case "files":
                for name in words:
                    shutil.copy(ROOT / name, self._folder)
            case "in":
                assert words == ["repository"]
                self._folder = ROOT
            case "pinned":
                self._pinned = self._folder / words[0]
                return _can_go_live() and self._has("bpftool") and self._has("mount")
            case "stand-in":
                assert words == ["tinybpf"]
                self._until_the_end.enter_context(tinybpf_stand_in())
            case _:
                return self._is_met(keyword, words)
        return True

    def _is_met(self, keyword: str, words: list[str]) -> bool:
        """Whether the condition of a note is met."""
        match keyword:
            case "needs":
                if missing := [word for word in words if not self._has(word)]:
                    pytest.skip(f"{self._page.name} goes on with {missing[0]}, which is not here")
                return True
            case "if":
                return all(map(self._has, words))
            case "python":
                below = tuple(map(int, words[0].removeprefix("<").split(".")))
                return sys.version_info < below
            case "root":
                return _can_go_live()
            case "shown":
                return False
            case _:
                raise AssertionError(f"{self._page}: no such note: {keyword}")

    def _has(self, name: str) -> bool:
        if name == "kernel-headers":
            places = ("/sys/kernel/kheaders.tar.xz", f"/lib/modules/{os.uname().release}/build")
            return any(map(os.path.exists, places))
        if name.startswith("/"):
            return Path(name).exists()
        if ".so" in name:
            return _is_library(name)
        program = shutil.which(name, path=self._environment["PATH"])
        return program is not None or importlib.util.find_spec(name) is not None

    def _where(self, snippet: Snippet, line: int = 0) -> str:
        return f"{self._page}:{snippet.line + line}"

    def _run_doctest(self, snippet: Snippet) -> None:
        test = doctest.DocTestParser().get_doctest(
            snippet.text, self._namespace, self._page.name, str(self._page), snippet.line - 1
        )
        test.globs = self._namespace  # get_doctest made a copy of it
        report = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=_DOCTEST, verbose=False)
        runner.run(test, out=report.write, clear_globs=False)
        assert not runner.failures, report.getvalue()

    def _run_python(self, snippet: Snippet) -> None:
        source = "\n" * (snippet.line - 1) + snippet.text
        exec(compile(source, self._page, "exec"), self._namespace)  # noqa: S102  # our own page

    def _run_console(self, snippet: Snippet) -> None:
        if not python_starts():
            pytest.skip("this Python cannot be started from a shell")
        for line, command, expected in _commands(snippet.text):
            done = subprocess.run(
                ["/bin/bash", "-c", command],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
            if not matches(expected, done.stdout):
                difference = difflib.ndiff(expected.splitlines(), done.stdout.splitlines())
                raise AssertionError(
                    f"{self._where(snippet, line)}: $ {command}\n" + "\n".join(difference)
                )


def _commands(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, command and expected output of each ``$`` command in *text*."""
    line, command, expected = 0, "", ""
    for number, row in enumerate(text.splitlines()):
        if row.startswith("$ "):
            if command:
                yield line, command, expected
            line, command, expected = number, row[2:], ""
        elif row.startswith("> ") and not expected:
            command += "\n" + row[2:]
        else:
            expected += row + "\n"
    assert command, f"no command in {text!r}"
    yield line, command, expected


def matches(expected: str, found: str) -> bool:
    """Whether *found* matches *expected*, in which ``...`` matches any text."""
    pattern = re.escape(expected.strip()).replace(re.escape("..."), ".*")
    plain = found.strip().replace("\xa0", " ")  # pyright indents with no-break spaces
    return re.fullmatch(pattern, plain, re.DOTALL) is not None


def python_starts() -> bool:
    """Whether a child process can run this Python; it cannot if Python needs a special loader."""
    try:
        return subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def newest_clang() -> str | None:
    """The path of clang, which may have a version in its name on Debian."""
    names = ["clang", *(f"clang-{version}" for version in range(30, 13, -1))]
    return next(filter(None, map(shutil.which, names)), None)


def _is_library(name: str) -> bool:
    """Whether this process can load the shared library *name*."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _can_go_live() -> bool:
    return refused() is None and Path("/sys/kernel/tracing/events/syscalls").exists()
