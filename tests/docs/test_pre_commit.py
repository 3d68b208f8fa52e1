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
_PAGE = ROOT / "docs/howto/pre-commit.md"
_RECIPES = [snippet.text for snippet in snippets(_PAGE) if snippet.language == "yaml"]

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


def _recipe(tmp_path: Path, number: int) -> str:
    """A recipe of the page, with hooks that run what is installed here."""
    recipe = _RECIPES[number].replace("uv run ", "")
    if "repo: REPOSITORY" not in recipe:
        return recipe
    ours = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    revision = _hooks(tmp_path / "btf_typing", ours)
    recipe = recipe.replace("repo: REPOSITORY", f"repo: {tmp_path / 'btf_typing'}")
    recipe = recipe.replace("rev: REVISION", f"rev: {revision}")
    revision = _hooks(tmp_path / "mirrors-mypy", _MYPY_HOOK)
    recipe = re.sub(r"https://\S+", str(tmp_path / "mirrors-mypy"), recipe)
    recipe = re.sub(r"rev: v\S+", f"rev: {revision}", recipe)
    return re.sub(r" +additional_dependencies: .*\n", "", recipe)  # not for language: system


def _failed(done: subprocess.CompletedProcess[str]) -> int:
    assert done.returncode == 1
    return done.stdout.count("Failed")


_BOTH = pytest.mark.parametrize("number", [0, 1], ids=["local", "repositories"])


@_BOTH
def test_hooks_stop_a_commit_of_an_object_with_other_types(
    project: Path, tmp_path: Path, number: int
) -> None:
    recipe = _recipe(tmp_path, number)
    assert _commit(project, recipe, "app/main.py").returncode == 0

    _change_object(project)
    done = _commit(project, recipe, "app/prog.bpf.o")
    assert _failed(done) == 2
    command = "btf-stubs app/prog.bpf.o -o app --live"
    assert f'prog_bpf.pyi: out of date; run "{command}"' in done.stdout
    assert f'is out of date; run "{command}"' in done.stdout

    # pre-commit hides changes that are not staged.
    assert _run(project, *command.split()).returncode == 0
    assert _failed(_commit(project, recipe)) == 2
    fixed = _commit(project, recipe, "app/prog_bpf.pyi")
    assert "out of date" not in fixed.stdout
    assert 'Module "app.prog_bpf" has no attribute "exec_event"' in fixed.stdout


@_BOTH
def test_hooks_stop_a_commit_that_deletes_the_object(
    project: Path, tmp_path: Path, number: int
) -> None:
    recipe = _recipe(tmp_path, number)
    assert _commit(project, recipe).returncode == 0
    _git(project, "commit", "--quiet", "--message", "hooks")
    _git(project, "rm", "--quiet", "app/prog.bpf.o")  # the only file in this commit

    done = _commit(project, recipe)
    assert _failed(done) == 2
    assert "btf-stubs: app/prog.bpf.o: no such file" in done.stdout
