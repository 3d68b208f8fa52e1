"""The recipes for pre-commit, run by pre-commit on commits of different files.

The tests are offline, so copies of the hooks that use the installed programs stand in for the
repositories that the recipes name.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import snippets
from tests.paths import ROOT

_OBJECT = ROOT / "examples/execsnoop/execsnoop.bpf.o"
_RECIPES = [snippet.text for snippet in snippets(ROOT / "docs/howto/pre-commit.md")]

_MYPY_HOOK = """\
- id: mypy
  name: mypy
  entry: mypy
  language: python
  types_or: [python, pyi]
  args: ["--ignore-missing-imports", "--scripts-are-modules"]
  require_serial: true
"""
"""The manifest of mirrors-mypy, in the parts that decide when the hook runs."""


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    done = _run(folder, "git", *identity, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _hooks(folder: Path, manifest: str) -> str:
    """A repository with *manifest*, whose hooks run what is installed; returns its revision."""
    folder.mkdir()
    system = re.sub(r"language: python", "language: system", manifest)
    (folder / ".pre-commit-hooks.yaml").write_text(system)
    _git(folder, "init", "--quiet")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "hooks")
    return _git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed project with an object and its generated module."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip("pre-commit is not installed")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    folder = tmp_path / "project"
    (folder / "app").mkdir(parents=True)
    shutil.copy(_OBJECT, folder / "app/prog.bpf.o")
    (folder / "app/__init__.py").touch()
    (folder / "app/main.py").write_text("from app.prog_bpf import exec_event\n\nexec_event().pid\n")
    (folder / "mypy.ini").write_text("[mypy]\nplugins = btf_typing_mypy\n")
    made = _run(folder, "btf-stubs", "--live", "app/prog.bpf.o", "-o", "app")
    assert made.returncode == 0, made.stderr
    _git(folder, "init", "--quiet")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "first")
    return folder


def _commit(project: Path, recipe: str, *changed: str) -> subprocess.CompletedProcess[str]:
    """Run the hooks of *recipe* as for a commit of the files *changed*."""
    (project / ".pre-commit-config.yaml").write_text(recipe)
    _git(project, "add", *changed, ".pre-commit-config.yaml")
    return _run(project, sys.executable, "-m", "pre_commit", "run", "--color", "never")


def _change_object(project: Path) -> None:
    other = ROOT / "examples/core_task/core_task.bpf.o"
    shutil.copy(other, project / "app/prog.bpf.o")


@pytest.mark.parametrize("recipe", [0, 1], ids=["hook of the repository", "local hook"])
def test_hook_stops_a_commit_of_an_object_with_other_types(
    project: Path, tmp_path: Path, recipe: int
) -> None:
    hooks = tmp_path / "btf_typing"
    revision = _hooks(hooks, (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    text = _RECIPES[recipe].replace("BTF_TYPING", str(hooks)).replace("REVISION", revision)

    (project / "notes.txt").touch()
    other = _commit(project, text, "notes.txt")
    assert other.returncode == 0, other.stdout
    assert "Skipped" in other.stdout

    _change_object(project)
    done = _commit(project, text, "app/prog.bpf.o")
    assert done.returncode == 1
    assert 'out of date; run "btf-stubs app/prog.bpf.o -o app --live"' in done.stdout


@pytest.mark.parametrize("number", [2, 3], ids=["mirrors-mypy", "local hook"])
def test_mypy_hook_runs_on_a_commit_of_an_object_alone(
    project: Path, tmp_path: Path, number: int
) -> None:
    hooks = tmp_path / "mirrors-mypy"
    revision = _hooks(hooks, _MYPY_HOOK)
    recipe = re.sub(r"https://\S+", str(hooks), _RECIPES[number])
    recipe = re.sub(r"rev: \S+", f"rev: {revision}", recipe)
    recipe = re.sub(r" +additional_dependencies: .*\n", "", recipe)  # not for language: system

    assert _commit(project, recipe, "app/main.py").returncode == 0
    _change_object(project)
    done = _commit(project, recipe, "app/prog.bpf.o")
    assert done.returncode == 1
    assert "prog_bpf.pyi" in done.stdout
    assert "is out of date" in done.stdout
