from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin.workspace import Workspace

_IMPORTS = """\
import contextlib
import ctypes
import enum
import importlib.resources
import os.path
import pathlib
import typing
import typing_extensions

import btf_typing
import btf_typing.records
"""


@pytest.fixture(scope="session")
def library_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the libraries alone: parsing those anew takes most of a cold run."""
    workspace = Workspace(tmp_path_factory.mktemp("libraries"))
    workspace.write("libraries.py", _IMPORTS)
    output = workspace.mypy("libraries.py")
    assert output.status == 0, output.text
    (workspace.root / ".mypy_cache" / "btf-typing.jsonl").unlink(missing_ok=True)
    return workspace.root / ".mypy_cache"


@pytest.fixture
def workspace(tmp_path: Path, library_cache: Path) -> Workspace:
    """An empty project."""
    made = Workspace(tmp_path)
    made.seed(library_cache)
    return made


@pytest.fixture
def make_workspace(tmp_path: Path, library_cache: Path) -> Callable[[str], Workspace]:
    """Makes an empty project of a name."""

    def make(name: str) -> Workspace:
        (tmp_path / name).mkdir()
        made = Workspace(tmp_path / name)
        made.seed(library_cache)
        return made

    return make
