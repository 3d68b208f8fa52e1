"""The workflows of this repository, the one for users, and the pre-commit hook are well formed."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import snippets
from tests.paths import ROOT

_FOR_USERS = ROOT / "examples/ci/btf.yml"


def _run(module: str, *arguments: str | Path) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "workflow",
    [*sorted((ROOT / ".github/workflows").glob("*.yml")), _FOR_USERS],
    ids=lambda path: path.name,
)
def test_workflow_fits_the_schema_of_github(workflow: Path) -> None:
    _run("check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)


def test_hook_fits_the_schema_of_pre_commit() -> None:
    _run("pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


def test_page_shows_the_workflow_for_users() -> None:
    shown = [snippet.text for snippet in snippets(ROOT / "docs/howto/ci.md")]

    assert _FOR_USERS.read_text(encoding="utf-8") in shown
