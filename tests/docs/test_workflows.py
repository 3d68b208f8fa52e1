"""The workflows of this repository, those for users, and the pre-commit hook are well formed."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import snippets
from tests.paths import ROOT

_FOR_USERS = sorted((ROOT / "examples/ci").glob("*.yml"))


def _run(module: str, *arguments: str | Path) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "workflow",
    [*sorted((ROOT / ".github/workflows").glob("*.yml")), *_FOR_USERS],
    ids=lambda path: path.name,
)
def test_workflow_fits_the_schema_of_github(workflow: Path) -> None:
    _run("check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)


def test_hook_fits_the_schema_of_pre_commit() -> None:
    _run("pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


@pytest.mark.parametrize("workflow", _FOR_USERS, ids=lambda path: path.name)
def test_page_shows_the_workflow_for_users(workflow: Path) -> None:
    shown = [snippet.text for snippet in snippets(ROOT / "docs/howto/ci.md")]

    assert workflow.read_text(encoding="utf-8") in shown


@pytest.mark.parametrize("workflow", _FOR_USERS, ids=lambda path: path.name)
def test_the_commands_of_the_workflow_pass_and_notice_a_change(
    workflow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    for program in ("clang", "btf-stubs", "mypy"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    text = workflow.read_text(encoding="utf-8")
    commands = [
        command
        for command in re.findall(r"run: (?:uv run --locked )?(.*)", text)
        if command.startswith(("btf-stubs", "mypy"))
    ]
    (settings,) = (s.text for s in snippets(ROOT / "docs/howto/ci.md") if "[mypy]" in s.text)
    source = tmp_path / "bpf/prog.bpf.c"
    for folder in ("app", "bpf"):
        (tmp_path / folder).mkdir()
    source.write_text("struct event { int pid; } event;\n")
    (tmp_path / "mypy.ini").write_text(settings)
    (tmp_path / "app/__init__.py").touch()
    (tmp_path / "app/main.py").write_text("from app.prog_bpf import event\n\nevent().pid\n")

    def run(command: str) -> int:
        return subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=False).returncode

    assert len(commands) == 2
    assert run(commands[0].replace("--check ", "")) == 0
    assert [run(command) for command in commands] == [0, 0]
    source.write_text("struct event { int tid; } event;\n")
    assert run(commands[0]) == 1
    assert run(commands[0].replace("--check ", "")) == 0
    assert [run(command) for command in commands] == [0, 1]


def test_the_step_without_clang_checks_the_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    if shutil.which("btf-stubs") is None:
        pytest.skip("btf-stubs is not installed")
    (step,) = (
        snippet.text
        for snippet in snippets(ROOT / "docs/howto/ci.md")
        if snippet.text.lstrip().startswith("- name: The stub matches the object")
    )
    command = step.partition("run: ")[2].strip()
    (tmp_path / "app").mkdir()

    def check(example: str) -> int:
        shutil.copy(ROOT / f"examples/{example}.bpf.o", tmp_path / "app/prog.bpf.o")
        return subprocess.run(command.split(), cwd=tmp_path, check=False).returncode

    assert check("execsnoop/execsnoop") == 1
    write = command.replace("--check ", "").split()
    assert subprocess.run(write, cwd=tmp_path, check=False).returncode == 0
    assert check("execsnoop/execsnoop") == 0
    assert check("percpu/percpu") == 1
