"""Type checkers accept the stubs and modules of every object of this repository.

``test_golden.py`` checks the ones in ``tests/golden``.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from btf_typing import BpfObject, load
from btf_typing._layout import identifiers
from btf_typing._stubs import render
from tests.checkers import mypy_errors, pyright_errors, stubtest_errors
from tests.paths import ROOT

_FOLDERS = ("examples/*", "tests/objects", "tests/conformance/objects")


@pytest.fixture(scope="module")
def objects() -> Mapping[str, BpfObject]:
    """Every object, by a unique module name."""
    paths = sorted(path for folder in _FOLDERS for path in ROOT.glob(f"{folder}/*.o"))
    return {
        identifiers.module_name(f"{path.parent.name}_{path.name}"): load(path) for path in paths
    }


@pytest.fixture(scope="module")
def project(objects: Mapping[str, BpfObject], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the stub and the module of each object."""
    made = tmp_path_factory.mktemp("fixtures")
    for name, obj in objects.items():
        for suffix, write in ((".pyi", render.stub_text), (".py", render.module_text)):
            (made / f"{name}{suffix}").write_text(write(obj, object_path_as_shown="x.o"))
    assert len(list(made.glob("*.pyi"))) == len(objects) > 20
    return made


def test_mypy_reports_no_errors(project: Path, objects: Mapping[str, BpfObject]) -> None:
    assert not mypy_errors(project, objects)


def test_pyright_reports_no_errors(
    project: Path, objects: Mapping[str, BpfObject], tmp_path: Path
) -> None:
    assert not pyright_errors(project, objects, tmp_path)


def test_stubtest_finds_the_modules_as_the_stubs_say(
    project: Path, objects: Mapping[str, BpfObject], tmp_path: Path
) -> None:
    assert not stubtest_errors(project, objects, tmp_path)
