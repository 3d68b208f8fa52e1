"""Fixtures of the documentation's tests."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One mypy cache for the demo and all pages: the standard library takes most of a cold run."""
    return tmp_path_factory.mktemp("mypy-cache")
