"""The plugin's own cache beside mypy's cache, and the answers that it reuses."""

import contextlib
import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from mypy.nodes import Import, MypyFile
from mypy.options import Options
from mypy.plugin import ReportConfigContext

from tests.plugin import objects
from tests.plugin.workspace import CONFIG, Workspace

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
ignored_names = importlib.import_module("btf_typing_mypy.ignored_names")
read_tracker = importlib.import_module("btf_typing_mypy.project.read_tracker")
dependencies = importlib.import_module("btf_typing_mypy.project.dependencies")
external_files = importlib.import_module("btf_typing_mypy.project.external_files")
project = importlib.import_module("btf_typing_mypy.project.object_types")
disk_cache = importlib.import_module("btf_typing_mypy.project.disk_cache")

_OURS = "btf_typing.records"
_LIBRARIES = {"numpy", "typing_extensions", "elftools"}
_FILES, _RESULTS = "btf-typing.jsonl", "btf-typing-results.jsonl"


def _options(tmp_path: Path) -> Options:
    options = Options()
    options.cache_dir = str(tmp_path / "cache")
    return options


def _new_cache(tmp_path: Path) -> Any:
    return disk_cache.DiskCache(_options(tmp_path), read_tracker.ReadTracker(daemon=False))


def test_a_file_is_read_again_only_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_text("one")
    read: list[str] = []

    def compute(path: str) -> str:
        read.append(path)
        return Path(path).read_text()

    first = _new_cache(tmp_path)
    assert first.digest("kind", str(path), compute) == "one"
    assert first.digest("kind", str(path), compute) == "one"
    assert _new_cache(tmp_path).digest("kind", str(path), compute) == "one"
    assert read == [str(path)]

    path.write_text("other")
    assert first.digest("kind", str(path), compute) == "one"  # until mypy looks for changes
    first.clear_memory()
    assert first.digest("kind", str(path), compute) == "other"
    assert _new_cache(tmp_path).digest("kind", str(path), compute) == "other"
    assert first.paths("kind") == [str(path)]
    assert _new_cache(tmp_path).paths("kind") == [str(path)]
    assert first.paths("other kind") == []


def test_a_result_is_used_again_for_the_same_inputs(tmp_path: Path) -> None:
    def fail() -> str:
        raise AssertionError("was to be remembered")

    first = _new_cache(tmp_path)
    assert first.result("kind", "subject", "inputs", lambda: "yes") == "yes"
    assert first.result("kind", "subject", "inputs", fail) == "yes"
    assert _new_cache(tmp_path).result("kind", "subject", "inputs", fail) == "yes"
    assert first.result("kind", "subject", "other inputs", lambda: "no") == "no"
    assert _new_cache(tmp_path).result("kind", "subject", "other inputs", fail) == "no"
    assert first.result("kind", "other subject", "inputs", lambda: "maybe") == "maybe"


def test_a_result_that_fails_is_computed_again(tmp_path: Path) -> None:
    def fail() -> str:
        raise OSError("just changed")

    first = _new_cache(tmp_path)
    with pytest.raises(OSError, match="just changed"):
        first.result("kind", "subject", "inputs", fail)
    assert first.result("kind", "subject", "inputs", lambda: "yes") == "yes"


def test_a_log_is_shortened_when_little_of_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "cache" / _FILES
    path.parent.mkdir()
    lines = [json.dumps(["kind", f"/{n % 3}", str(n), "digest"]) + "\n" for n in range(1030)]
    path.write_text("".join(lines))
    assert _new_cache(tmp_path).paths("kind") == ["/0", "/1", "/2"]
    *kept, code = path.read_text().splitlines(keepends=True)
    assert kept == lines
    assert code.startswith('["code", ')

    path.write_text("".join([*lines, *lines]))
    assert _new_cache(tmp_path).paths("kind") == ["/0", "/1", "/2"]
    *kept, code = path.read_text().splitlines(keepends=True)
    assert sorted(kept) == sorted(lines[-3:])
    assert code.startswith('["code", ')


def test_lines_that_are_not_ours_do_not_count(tmp_path: Path) -> None:
    for name in (_FILES, _RESULTS):
        path = tmp_path / "cache" / name
        path.parent.mkdir(exist_ok=True)
        broken = [
            "",
            "{",
            "[1, 2]",
            '["kind", "/a"',
            "[" * 100_000,
            "null",
            "7",
            "[[], [], [], []]",
        ]
        path.write_text("\n".join([*broken, '["kind", "/b", "1 2 3", "digest"]']))
    found = _new_cache(tmp_path)
    assert found.paths("kind") == ["/b"]
    assert found.result("kind", "/b", "inputs", lambda: "yes") == "yes"


def test_an_irrelevant_name_is_asked_once_until_the_cache_is_cleared() -> None:
    asked: list[str] = []

    def nothing(name: str) -> bool:
        asked.append(name)
        return not name.startswith("ours.")

    found = ignored_names.IgnoredNames(
        {"fixed": "FIXED"}, nothing, lambda name: name.upper() if name != "ours.not" else None
    )
    names = ["x.y", "ours.z", "x.y", "ours.z", "ours.not", "ours.not"]
    assert [found[name] for name in names] == [None, "OURS.Z", None, "OURS.Z", None, None]
    assert asked == ["x.y", "ours.z", "ours.z", "ours.not", "ours.not"]
    found.clear()
    assert found["x.y"] is None
    assert found["fixed"] == "FIXED"
    assert asked[5:] == ["x.y"]


def _files(workspace: Workspace) -> Any:
    workspace.write("mypy.ini", CONFIG)
    options = _options(workspace.root)
    options.config_file = str(workspace.root / "mypy.ini")
    options.mypy_path = [str(workspace.root / "stubs")]
    return external_files.ExternalFiles(options, dict)


def test_the_names_of_classes_are_those_of_the_stub_as_it_is(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled({"event": [("pid", "u32")]}))
    workspace.stub("prog.bpf.o")
    found_files = _files(workspace)
    found = project.Project(found_files)
    before = found.object_file("prog.bpf.o")
    assert found.find("prog.bpf.o", "struct", "event")[:3] == ("prog_bpf", "event", "")
    (stub,) = found_files.stub_files.all()
    others = {"kind", "pair_t", "value"}  # every object here has these
    assert set(found.stub_contents.class_names(stub, before).values()) == {"event", *others}

    structs = {"aaa": [("a", "double")], "bbb": [("b", "u64")], "event": [("pid", "u32")]}
    workspace.write("prog.bpf.o", objects.compiled(structs))
    workspace.stub("prog.bpf.o")
    found_files.clear_caches()
    after = found.object_file("prog.bpf.o")
    names = ["aaa", "bbb", "event"]
    assert [found.find("prog.bpf.o", "struct", name)[:3] for name in names] == [
        ("prog_bpf", name, "") for name in names
    ]
    (stub,) = found_files.stub_files.all()
    assert set(found.stub_contents.class_names(stub, after).values()) == {*names, *others}

    workspace.write("stubs/prog_bpf.pyi", "# nothing of ours\n")
    assert found.stub_contents.class_names(stub, before) == {}  # changed after mypy read it


@pytest.mark.parametrize("in_daemon", [False, True])
def test_a_module_depends_on_all_stubs(workspace: Workspace, in_daemon: bool) -> None:
    for name in ("b", "a", "c"):
        workspace.write(f"{name}.bpf.o", objects.compiled())
        workspace.stub(f"{name}.bpf.o")
    workspace.write("app/d.bpf.o", objects.compiled())
    workspace.stub("app/d.bpf.o", to="app")
    found = dependencies.Dependencies(_files(workspace), daemon=in_daemon)

    def needed(module: str, path: str, *imports: str) -> list[str]:
        file = MypyFile([], [Import([(name, None)]) for name in imports])
        file._fullname, file.path, file.defs = module, str(workspace.root / path), []
        file.is_stub = path.endswith(".pyi")
        names = [name for _, name, _ in found.additional_deps(file)]
        # If the needed stubs change, so does the data for mypy's cache.
        data = found.config_data(ReportConfigContext(module, file.path, is_check=True))
        if _OURS in imports and module != "btf_typing.btf":
            assert (data[0] if isinstance(data[0], list) else data)[1:] == names
        return names

    all_stubs = ["a_bpf", "b_bpf", "c_bpf"]
    usual = all_stubs if in_daemon else ["a_bpf"]
    assert needed("program", "program.py", "sys", _OURS) == usual
    assert needed("program", "program.py", "sys") == []
    assert needed("btf_typing.btf", "btf.py", _OURS) == []
    assert needed("btf_typing.view", "view.py", _OURS) == []
    first = needed("a_bpf", "stubs/a_bpf.pyi", "ctypes", _OURS)
    assert first == (all_stubs if in_daemon else ["b_bpf", "c_bpf"])
    second = needed("b_bpf", "stubs/b_bpf.pyi", "ctypes", _OURS)
    assert second == (all_stubs if in_daemon else [])
    assert needed("app.d_bpf", "app/d_bpf.pyi", "ctypes", _OURS) == usual
    # This module hides a stub.
    assert needed("b_bpf", "b_bpf.py", _OURS) == usual
    assert needed("a_bpf", "a_bpf.py") == ([] if in_daemon else ["b_bpf", "c_bpf"])


def test_our_own_modules_do_not_depend_on_the_list_of_stubs(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the daemon checks them again, it may end with ``KeyError: 'btf_typing._text'``."""
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    found_files = _files(workspace)
    found, checked = dependencies.Dependencies(found_files, daemon=True), []

    def checking(source: str) -> contextlib.AbstractContextManager[None]:
        checked.append(source)
        return contextlib.nullcontext()

    monkeypatch.setattr(found_files.read_tracker, "checking", checking)
    for module, needed in (("btf_typing.btf", []), ("program", [(10, "prog_bpf", -1)])):
        file = MypyFile([], [Import([(_OURS, None)])])
        file._fullname, file.path, file.defs = module, f"{module}.py", []
        assert found.additional_deps(file) == needed
    assert checked == ["program.py"]


def test_a_new_stub_leaves_modules_alone_that_do_not_need_it(workspace: Workspace) -> None:
    def abandoned() -> set[str]:
        """The modules whose cache mypy ignores because the data of the plugin has changed."""
        text = workspace.mypy("-v", "program.py", "plain.py").text
        found = re.findall(r"Metadata abandoned for (\S+): plugin configuration differs", text)
        return {name for name in found if name.partition(".")[0] not in _LIBRARIES}

    workspace.write("program.py", 'from btf_typing import load\n\nload("z.bpf.o")\n')
    workspace.write("plain.py", "x = 1\n")
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    abandoned()
    workspace.write("z.bpf.o", objects.compiled())
    workspace.stub("z.bpf.o")
    of_objects = {"btf_typing.btf", "btf_typing.bpf_object"}
    assert abandoned() == {*of_objects, "prog_bpf"}
    assert abandoned() == set()
    workspace.write("a.bpf.o", objects.compiled())
    workspace.stub("a.bpf.o")  # now the first, on which programs depend
    assert abandoned() == {*of_objects, "prog_bpf", "program", "plain"}
