"""A stub with the right digest is not rendered again, and every other stub is."""

import importlib
import os
import re
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mypy.options import Options

from btf_typing import BpfObject, BtfFormatError, load, mypy_support
from btf_typing._stubs import render
from btf_typing._stubs.digests import stub_digest
from btf_typing._stubs.selection import Selection
from btf_typing.bpf_object import object_from_contents
from tests.builder import BtfBuilder
from tests.paths import ROOT

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
disk_cache = importlib.import_module("btf_typing_mypy.project.disk_cache")
external_files = importlib.import_module("btf_typing_mypy.project.external_files")
object_types = importlib.import_module("btf_typing_mypy.project.object_types")
stub_sync = importlib.import_module("btf_typing_mypy.project.stub_sync")

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


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the objects that the plugin reads during a test."""
    found: list[str] = []

    def read(path: str, *others: Any) -> BpfObject:
        found.append(path)
        return object_from_contents(path, *others)

    monkeypatch.setattr(mypy_support, "object_from_contents", read, raising=False)
    return found


def _digests(stub: Path) -> list[str]:
    return re.findall("sha256 ([0-9a-f]+)", stub.read_text().partition("\n")[0])


@pytest.mark.usefixtures("obj")
@pytest.mark.parametrize("name", ["inner", "data"])
def test_an_unchanged_object_is_not_read(tmp_path: Path, reads: list[str], name: str) -> None:
    project, path = _project(tmp_path), str(tmp_path / _OBJECT)
    found = project.find(path, "struct", name)
    assert found == object_types.StubClass("globals_bpf", name, object=path)
    assert project.unreadable(path) == ""
    assert project.has_stub(path)
    assert project.files.object_digest(path) == _digests(tmp_path / "globals_bpf.pyi")[0]
    assert reads == []


@pytest.mark.usefixtures("obj")
@pytest.mark.parametrize(
    ("keyword", "name", "problem"),
    [
        ("union", "inner", "no union"),
        ("struct", "iner", "did you mean"),
        ("struct", "counts_key", "no struct"),
    ],
)
def test_an_unchanged_object_is_read_for_other_names(
    tmp_path: Path, reads: list[str], keyword: str, name: str, problem: str
) -> None:
    project, path = _project(tmp_path), str(tmp_path / _OBJECT)
    with pytest.raises(object_types.NameProblemError, match=problem):
        project.find(path, keyword, name)
    assert reads == [path]


@pytest.mark.usefixtures("obj")
def test_a_new_build_with_the_same_types_has_the_same_digest(
    tmp_path: Path, reads: list[str]
) -> None:
    project, path = _project(tmp_path), tmp_path / _OBJECT
    before = project.files.object_digest(str(path))
    path.write_bytes(path.read_bytes() + b"\0")
    project.files.clear_caches()
    assert project.files.object_digest(str(path)) == before
    found = project.find(str(path), "struct", "inner")
    assert (found.name, found.problem, found.stub_problem) == ("inner", "", "")
    assert reads == [str(path)]


def test_the_digest_of_an_object_does_not_depend_on_its_stub(
    tmp_path: Path, obj: BpfObject, reads: list[str]
) -> None:
    project, path, stub = _project(tmp_path), str(tmp_path / _OBJECT), tmp_path / "globals_bpf.pyi"
    current = stub.read_text()
    found = []
    for text in (
        None,  # no stub
        f"{current}more: int\n",
        current,
        render.stub_text(obj, object_path_as_shown=_OBJECT, selection=Selection(("inner",))),
    ):
        stub.unlink(missing_ok=True)
        if text is not None:
            stub.write_text(text)
        os.utime(path)
        project.files.clear_caches()
        found.append(project.files.object_digest(path))
    assert len(set(found)) == 1
    assert len(reads) == 2


def test_each_stub_of_an_object_counts(tmp_path: Path, obj: BpfObject, reads: list[str]) -> None:
    selection = Selection(("inner",))
    second = render.stub_text(obj, object_path_as_shown=_OBJECT, selection=selection)
    (tmp_path / "second.pyi").write_text(second)
    project = _project(tmp_path)
    stubs = project.files.stub_files.all()
    found = [project.files.unread_objects.of_stub(stub) for stub in stubs]
    assert [(each.stub.module, ("struct", "data") in each.classes) for each in found] == [
        ("globals_bpf", True),
        ("second", False),
    ]
    stub_sync.sync_stubs(project)
    assert reads == []


@pytest.mark.usefixtures("obj")
def test_sync_does_not_read_an_unchanged_object(tmp_path: Path, reads: list[str]) -> None:
    project, stub = _project(tmp_path), tmp_path / "globals_bpf.pyi"
    current = stub.read_text()
    stub_sync.sync_stubs(project)
    assert (reads, stub.read_text()) == ([], current)
    stub.write_text(f"{current}more: int\n")
    stub_sync.sync_stubs(project)
    assert (reads, stub.read_text()) == ([str(tmp_path / _OBJECT)], current)


@pytest.mark.parametrize("name", ["a\\x00b.o", "\\ud800.o", "missing.o", "."])
def test_a_stub_of_an_impossible_path(tmp_path: Path, name: str) -> None:
    digests = "BTF sha256 0123456789abcdef, file sha256 0123456789abcdef"
    rest = "x: int\n"
    line = (
        f"# {name}, {digests}, stub sha256 {stub_digest(digests.removeprefix('BTF sha256 '), rest)}"
    )
    stub = tmp_path / "x.pyi"
    stub.write_text(f"{line}; made by btf-stubs, do not edit\n{rest}")
    files = _project(tmp_path).files
    assert [each.module for each in files.stub_files.all()] == ["x"]
    assert mypy_support.digests_in(stub.read_text()).valid
    assert files.unread_objects.get(files.stub_files.all()[0].object_path) is None
    assert len(files.digest()) == 64


def test_a_change_of_a_type_changes_the_digest(tmp_path: Path, reads: list[str]) -> None:
    def write(*members: str) -> None:
        b = BtfBuilder()
        number = b.int("int", 4)
        b.struct("event", 8, [(name, number, 32 * at) for at, name in enumerate(members)])
        path.write_bytes(b.build())

    path, stub = tmp_path / _OBJECT, tmp_path / "globals_bpf.pyi"
    write("pid")
    stub.write_text(render.stub_text(load(path), object_path_as_shown=_OBJECT))
    assert len(_digests(stub)) == 3
    project = _project(tmp_path)
    before = project.files.object_digest(str(path))
    assert project.find(str(path), "struct", "event").stub_problem == ""
    assert reads == []
    write("pid", "tgid")
    project.files.clear_caches()
    assert project.files.object_digest(str(path)) != before
    assert "is out of date" in project.find(str(path), "struct", "event").stub_problem
    assert reads == [str(path)]
    path.unlink()
    project.files.clear_caches()
    assert project.unreadable(str(path)).endswith("no such file")


@pytest.mark.usefixtures("obj")
def test_a_stub_with_another_name_has_another_module(tmp_path: Path) -> None:
    project, path = _project(tmp_path), str(tmp_path / _OBJECT)
    assert project.find(path, "struct", "inner").module == "globals_bpf"
    (tmp_path / "globals_bpf.pyi").rename(tmp_path / "renamed.pyi")
    project.files.clear_caches()
    assert project.find(path, "struct", "inner").module == "renamed"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub(", file sha256 [0-9a-f]+", "", text),
        lambda text: re.sub(", file.*;", ";", text),
        *[
            partial(re.sub, f"{name} sha256 [0-9a-f]+", f"{name} sha256 0000000000000000")
            for name in ("BTF", "file", "stub")
        ],
    ],
)
@pytest.mark.usefixtures("obj")
def test_an_object_is_read_if_no_digest_proves_that_it_is_unchanged(
    tmp_path: Path, reads: list[str], change: Callable[[str], str]
) -> None:
    path, stub = tmp_path / _OBJECT, tmp_path / "globals_bpf.pyi"
    changed = change(stub.read_text())
    assert changed != stub.read_text()
    stub.write_text(changed)
    found = _project(tmp_path).find(str(path), "struct", "inner")
    assert (found.name, found.problem, found.stub_problem) == ("inner", "", "")
    assert reads == [str(path)]
