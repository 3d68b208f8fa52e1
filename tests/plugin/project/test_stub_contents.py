"""A stub with the right digest is not rendered again, and every other stub is."""

import importlib
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from mypy.options import Options

from btf_typing import BpfObject, BtfFormatError, load
from btf_typing._stubs import render
from btf_typing._stubs.selection import Selection
from tests.builder import BtfBuilder
from tests.paths import ROOT

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
disk_cache = importlib.import_module("btf_typing_mypy.project.disk_cache")
external_files = importlib.import_module("btf_typing_mypy.project.external_files")
object_types = importlib.import_module("btf_typing_mypy.project.object_types")

_OBJECT = "globals.o"


@pytest.fixture
def obj(tmp_path: Path) -> BpfObject:
    shutil.copy(ROOT / "tests/golden" / _OBJECT, tmp_path)
    found: BpfObject = load(tmp_path / _OBJECT)
    stub = render.stub_text(found, object_path_as_shown=_OBJECT)
    (tmp_path / "globals_bpf.pyi").write_text(stub)
    return found


def _project(folder: Path) -> Any:
    options = Options()
    options.cache_dir = os.devnull
    options.mypy_path = [str(folder)]
    return object_types.Project(external_files.ExternalFiles(options, dict))


def _found(folder: Path, obj: BpfObject, name: str) -> Any:
    project = _project(folder)
    object_file = project.object_file_at(str(folder / _OBJECT))
    assert object_file.btf.path == obj.btf.path
    return project.find(object_file.path, "struct", name)


def test_a_proven_stub_is_not_rendered(
    tmp_path: Path, obj: BpfObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("rendered")

    monkeypatch.setattr(render, "collect", never)
    found = _found(tmp_path, obj, "inner")
    assert (found.module, found.name, found.stub_problem) == ("globals_bpf", "inner", "")


def test_a_stub_with_another_digest_is_rendered(tmp_path: Path, obj: BpfObject) -> None:
    stub = tmp_path / "globals_bpf.pyi"
    stub.write_text(re.sub("sha256 [0-9a-f]+", "sha256 0000000000000000", stub.read_text()))
    found = _found(tmp_path, obj, "inner")
    assert (found.module, found.name, found.stub_problem) == ("globals_bpf", "inner", "")


def test_a_stub_with_another_text_is_out_of_date(tmp_path: Path, obj: BpfObject) -> None:
    stub = tmp_path / "globals_bpf.pyi"
    stub.write_text(f"{stub.read_text()}more: int\n")
    assert "is out of date" in _found(tmp_path, obj, "inner").stub_problem


def test_both_ways_find_the_same_classes(tmp_path: Path, obj: BpfObject) -> None:
    project = _project(tmp_path)
    object_file = project.object_file_at(str(tmp_path / _OBJECT))
    stub = project.files.stub_files.of_object(object_file.path)
    expected = render.Rendering(obj).class_names
    assert len(expected) > 5
    contents = project.stub_contents
    ids = [*expected, *range(1, len(obj.btf.table))]
    assert {id_: contents.class_name(stub, object_file, id_) for id_ in ids} == {
        id_: expected.get(id_, "") for id_ in ids
    }


def test_a_class_name_may_contain_any_character_of_python(tmp_path: Path) -> None:
    """``\\w`` does not match the middle dot."""
    b = BtfBuilder()
    for name in ("ev", "ev\u00b7x"):
        b.struct(name, 4, [("x", b.int("int", 4), 0)])
    (tmp_path / _OBJECT).write_bytes(b.build())
    found: BpfObject = load(tmp_path / _OBJECT)
    selection = Selection(("ev\u00b7*",))
    stub = render.stub_text(found, object_path_as_shown=_OBJECT, selection=selection)
    (tmp_path / "globals_bpf.pyi").write_text(stub, "utf-8")
    assert _found(tmp_path, found, "ev\u00b7x").name == "ev\u00b7x"
    assert 'leaves out struct "ev"' in _found(tmp_path, found, "ev").problem


def test_a_malformed_record_at_the_end_leaves_the_others_usable(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.struct("first", 4, [("x", b.int("int", 4), 0)])
    for number in range(4000):  # more records than the first scan reads
        b.typedef(f"t{number}", 1)
    b.add(120)
    (tmp_path / _OBJECT).write_bytes(b.build())
    object_file = _project(tmp_path).object_file_at(str(tmp_path / _OBJECT))
    assert object_file.search.find("first", "struct").name == "first"
    with pytest.raises(BtfFormatError, match="unknown kind 120"):
        len(object_file.btf)


def test_permissions_are_part_of_the_state_of_a_file(tmp_path: Path) -> None:
    """An object may have been unreadable."""
    path = tmp_path / "x.o"
    path.touch()
    before = disk_cache.file_state(str(path))
    time.sleep(0.05)  # the clock of the file system ticks every few milliseconds
    path.chmod(0o400)
    assert disk_cache.file_state(str(path)) != before
