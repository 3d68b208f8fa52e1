"""What each type checker finds in a program that uses a stub, in three ways to use it.

The program is ``tests/typing/checkers/body.py``, in which each line is a case: ``# wrong: name`` is
a mistake that a checker should report, ``# right: name`` is code that it should accept. Above it
stands how the program gets its classes: from a module of ``--live`` or of ``--runtime``, or from
the object, with a stub that only type checkers import.

The table in docs/howto/editors.md has the same figures.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from btf_typing._commands.btf_stubs import main
from tests.checkers import command_errors
from tests.paths import ROOT

_CASES = ROOT / "tests/typing/checkers"
_OBJECTS = [
    path for folder in ("golden", "objects") for path in sorted(ROOT.glob(f"tests/{folder}/*.o"))
]
FORMS = {"live": "--live", "runtime": "--runtime", "type_checking": None}
_MODULES = {"live": "live_bpf", "runtime": "runtime_bpf", "type_checking": "plain_bpf"}

_GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
_PINNED = dict(requirement.split("==") for requirement in _GROUPS["checkers"])

_CASE = re.compile(r".*# (wrong|right): (\S+)")
_AT = re.compile(r"(\w+)\.pyi?:(\d+)")


class Found(NamedTuple):
    """What a checker says of one form.

    Attributes:
        missed: Wrong lines without an error.
        false: Right lines with an error.
        others: Lines that are no case and have an error.
    """

    missed: set[str]
    false: set[str]
    others: set[int]


def _lines(output: str) -> Iterator[tuple[str, int]]:
    for line in output.splitlines():
        at = _AT.search(line)
        if at and ": note: " not in line and "warning[" not in line:
            yield at[1], int(at[2])


def _json_lines(output: str) -> Iterator[tuple[str, int]]:
    for one in json.loads(output)["generalDiagnostics"]:
        if one["severity"] == "error":
            yield Path(one["file"]).stem, one["range"]["start"]["line"] + 1


class Checker(NamedTuple):
    """A type checker.

    Attributes:
        command: Name of its program, and arguments.
        strict: Arguments for its strictest mode.
        settings: Name and content of its settings, which make it check everything.
        strict_settings: The same for its strictest mode.
        note: What its row in the docs says after its version.
        apart: Whether each form needs a folder of its own. mypy's plugin finds the stub of an
            object by itself, so it must not find those of the other forms.
        lines: Reads the file and line of each error from its output.
    """

    command: tuple[str, ...]
    strict: tuple[str, ...] = ()
    settings: tuple[str, str] | None = None
    strict_settings: tuple[str, str] | None = None
    note: str = ""
    apart: bool = False
    lines: Callable[[str], Iterator[tuple[str, int]]] = _lines


_MYPY = ("mypy", "--cache-dir=/dev/null", "--no-error-summary", "--hide-error-context")
# A stub without a module, for imports under TYPE_CHECKING, has no source.
_PYRIGHT = ("pyrightconfig.json", '{"reportMissingModuleSource": false}')
_STRICT_PYRIGHT = (_PYRIGHT[0], '{"typeCheckingMode": "strict"}')
CHECKERS = {
    "mypy": Checker((*_MYPY, "--config-file="), ("--strict",)),
    "mypy-plugin": Checker(
        (*_MYPY, "--config-file=plugin.ini"),
        settings=("plugin.ini", "[mypy]\nplugins = btf_typing_mypy\n"),
        note=" with the plugin",
        apart=True,
    ),
    "pyright": Checker(
        ("pyright", "--outputjson"),
        settings=_PYRIGHT,
        strict_settings=_STRICT_PYRIGHT,
        lines=_json_lines,
    ),
    "pyright-dictionaries": Checker(
        ("pyright", "--outputjson"),
        settings=(
            _PYRIGHT[0],
            '{"reportMissingModuleSource": false, "strictDictionaryInference": true}',
        ),
        note=" with `strictDictionaryInference`",
        lines=_json_lines,
    ),
    "basedpyright": Checker(
        ("basedpyright", "--outputjson"),
        settings=_PYRIGHT,
        lines=_json_lines,
    ),
    "ty": Checker(("ty", "check", "--output-format", "concise")),
    # Without settings, pyrefly reports only some kinds of errors.
    "pyrefly": Checker(
        ("pyrefly", "check", "--output-format", "min-text"),
        settings=("pyrefly.toml", ""),
        strict_settings=("pyrefly.toml", 'preset = "strict"\n'),
    ),
    "zuban": Checker(("zuban", "check"), ("--strict",)),
}

STRICT = [name for name, checker in CHECKERS.items() if not checker.note]
"""The checkers, each of them once."""

_CLASS_IN_A_VARIABLE = "a class that a variable holds does not narrow in the else branch"
_JOINED = "it infers no type for a dictionary of different classes"
_MIXED = "a dictionary of a struct and a union, from variables, has values of type type"
_NAMES = "it takes the names of a mapping from Mapping[str, ...], not from __iter__"

MISSED = {
    ("pyright", form, case): _JOINED
    for form in FORMS
    for case in ("table-return", "table-argument")
}
"""Wrong lines that a checker accepts, and why."""

FALSE_ALARMS = {
    **{
        (name, "type_checking", "isinstance"): _CLASS_IN_A_VARIABLE
        for name in CHECKERS
        if name not in {"mypy-plugin", "zuban"}
    },
    **{("pyrefly", form, "iterate-maps"): _NAMES for form in FORMS},
    ("mypy", "type_checking", "mixed-table-decode"): _MIXED,
    ("mypy-plugin", "type_checking", "mixed-table-decode"): _MIXED,
}
"""Right lines that a checker refuses, and why."""


def write_project(folder: Path, *forms: str) -> None:
    """The program in each of these forms, with the stubs."""
    shutil.copy(_CASES / "prog.bpf.o", folder)
    (folder / "btf_typing").symlink_to(ROOT / "btf_typing")
    for form in forms:
        option = FORMS[form]
        options = [option] if option else []
        words = [str(folder / "prog.bpf.o"), "-o", str(folder), "-q", "--module", _MODULES[form]]
        assert main([*words, *options]) == 0
        text = (_CASES / f"{form}.py").read_text() + (_CASES / "body.py").read_text()
        (folder / f"{form}.py").write_text(text)


def program(name: str) -> str:
    """The path of a checker.

    Raises:
        pytest.skip.Exception: it is not installed, or in another version than the one that this
            module knows.
    """
    path = shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        pytest.skip(f"{name} is not installed; make checkers installs it")
    if name == "pyright" and shutil.which("node") is None:
        pytest.skip("pyright needs Node.js, which is not installed")
    pinned, installed = _PINNED[name], importlib.metadata.version(name)
    if pinned != installed:
        pytest.skip(f"expectations are for {name} {pinned}; {installed} is installed")
    return path


def output(checker: Checker, folder: Path, *files: str, strict: bool = False) -> str:
    """What a checker says of *files*."""
    settings = (checker.strict_settings if strict else None) or checker.settings
    if settings:
        (folder / settings[0]).write_text(settings[1])
    name, *arguments = checker.command
    options = checker.strict if strict else ()
    done = subprocess.run(
        [program(name), *arguments, *options, *files],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout or done.stderr


def cases(form: str) -> dict[int, tuple[str, str]]:
    """The kind and the name of the case in each line of a program."""
    text = (_CASES / f"{form}.py").read_text() + (_CASES / "body.py").read_text()
    matches = enumerate(map(_CASE.fullmatch, text.splitlines()), 1)
    return {number: (match[1], match[2]) for number, match in matches if match}


def found(name: str, folder: Path) -> dict[str, Found]:
    """What a checker finds in each form. *folder* has all forms, and can get folders."""
    checker = CHECKERS[name]
    if checker.apart:
        lines = set()
        for form in FORMS:
            alone = folder / f"{name}_{form}"
            alone.mkdir()
            write_project(alone, form)
            lines |= set(checker.lines(output(checker, alone, f"{form}.py")))
    else:
        lines = set(checker.lines(output(checker, folder, *(f"{form}.py" for form in FORMS))))
    return {form: _found(form, {line for file, line in lines if file == form}) for form in FORMS}


def _found(form: str, lines: set[int]) -> Found:
    by_line = cases(form)
    wrong = {name: number for number, (kind, name) in by_line.items() if kind == "wrong"}
    right = {name: number for number, (kind, name) in by_line.items() if kind == "right"}
    return Found(
        {name for name, number in wrong.items() if number not in lines},
        {name for name, number in right.items() if number in lines},
        lines - by_line.keys(),
    )


def _expected(table: Mapping[tuple[str, str, str], str], checker: str, form: str) -> set[str]:
    return {case for name, of, case in table if (name, of) == (checker, form)}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkers")
    write_project(folder, *FORMS)
    return folder


@pytest.mark.parametrize("name", CHECKERS)
def test_a_checker_reports_wrong_lines_and_accepts_right_ones(name: str, project: Path) -> None:
    for form, said in found(name, project).items():
        missed, false = (_expected(table, name, form) for table in (MISSED, FALSE_ALARMS))
        assert said == Found(missed, false, set()), form


def test_there_are_enough_cases_with_names_of_their_own() -> None:
    for form in FORMS:
        kinds = list(cases(form).values())
        assert len(set(kinds)) == len(kinds)
        assert sum(kind == "wrong" for kind, _ in kinds) >= 60
        assert sum(kind == "right" for kind, _ in kinds) >= 25


@pytest.mark.parametrize("form", FORMS)
def test_right_lines_run(form: str, project: Path) -> None:
    kinds = cases(form)
    lines = (project / f"{form}.py").read_text().splitlines()
    right = [
        line for number, line in enumerate(lines, 1) if kinds.get(number, "")[:1] != ("wrong",)
    ]
    (project / f"right_{form}.py").write_text("\n".join(right))
    done = subprocess.run(
        [sys.executable, "-W", "error", f"right_{form}.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stubs of many objects, each with and without ``--live``."""
    folder = tmp_path_factory.mktemp("strict")
    (folder / "btf_typing").symlink_to(ROOT / "btf_typing")
    for path in _OBJECTS:
        words = [str(path), "-o", str(folder), "-q", "--module"]
        name = f"{path.parent.name}_{path.stem.replace('-', '_')}"
        assert main([*words, f"plain_{name}"]) == 0
        assert main([*words, f"live_{name}", "--live"]) == 0
    return folder


@pytest.mark.parametrize("name", STRICT)
def test_stubs_are_clean_in_the_strictest_mode(name: str, stubs: Path) -> None:
    files = sorted(path.name for path in stubs.glob("*.pyi"))
    assert len(files) == 2 * len(_OBJECTS) > 60
    said = output(CHECKERS[name], stubs, *files, strict=True)
    if said.startswith("{"):
        assert json.loads(said)["generalDiagnostics"] == []
    else:
        assert not set(_AT.findall(said)), said


_FORMATTERS = [
    ("black", "--check", "."),
    ("isort", "--check-only", "."),
    ("ruff", "format", "--isolated", "--check", "."),
    ("ruff", "check", "--isolated", "."),
]


@pytest.mark.parametrize("command", _FORMATTERS, ids=" ".join)
def test_formatters_and_linters_leave_generated_files_alone(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    path = shutil.which(command[0], path=str(Path(sys.executable).parent))
    if path is None:
        pytest.skip(f"{command[0]} is not installed; make checkers installs it")
    for obj in _OBJECTS:
        for option in ("--live", "--runtime"):
            folder = tmp_path / obj.parent.name / option.strip("-")
            assert main([str(obj), "-o", str(folder), "-q", option]) == 0
    assert not command_errors(tmp_path, path, *command[1:])


def test_the_table_in_the_docs_has_these_figures() -> None:
    text = (ROOT / "docs/howto/editors.md").read_text()
    rows = [row.strip("| ").split(" | ") for row in text.splitlines() if row.startswith("| ")]
    start = next(number for number, row in enumerate(rows) if row[0] == "checker")
    kinds = [kind for kind, _ in cases("live").values()]
    wrong, right = kinds.count("wrong"), kinds.count("right")
    expected = [
        [f"{checker.command[0]} {_PINNED[checker.command[0]]}{checker.note}"]
        + [
            f"{wrong - len(_expected(MISSED, name, form))},"
            f" {len(_expected(FALSE_ALARMS, name, form))}"
            for form in FORMS
        ]
        for name, checker in CHECKERS.items()
    ]
    assert rows[start + 2 : start + 2 + len(CHECKERS)] == expected
    assert f"{wrong + right} lines, of which {wrong} have a mistake" in text
    assert f"the {right} right lines" in text
