"""What the tests of the documentation share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for the demo and all pages: the standard library's types are most of a run."""
    return tmp_path_factory.mktemp("mypy-cache")
