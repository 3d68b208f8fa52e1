from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugin import workspace as workspaces
from tests.plugin.workspace import Workspace


@pytest.fixture(scope="session")
def library_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mypy cache of the libraries only: parsing them takes most of a cold run."""
    return workspaces.library_cache(tmp_path_factory.mktemp("libraries"))


@pytest.fixture
def workspace(tmp_path: Path, library_cache: Path) -> Workspace:
    """An empty project."""
    made = Workspace(tmp_path)
    made.seed(library_cache)
    return made


@pytest.fixture
def make_workspace(tmp_path: Path, library_cache: Path) -> Callable[[str], Workspace]:
    """A function that creates an empty project with a given name."""

    def make(name: str) -> Workspace:
        (tmp_path / name).mkdir()
        made = Workspace(tmp_path / name)
        made.seed(library_cache)
        return made

    return make
