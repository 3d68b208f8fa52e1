"""Modules of ``btf-stubs --live``: their names at run time, and Python's tools on them."""

import ast
import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, BtfError, BtfFormatError, TypeNotFoundError, live, load
from btf_typing._commands.btf_stubs import main
from btf_typing._layout.shape import Aggregate
from btf_typing._stubs import module_names, render
from btf_typing._stubs.selection import EVERYTHING
from tests.builder import BtfBuilder
from tests.paths import ROOT
from tests.stub_reader import Stub

_KERNEL = Path("/sys/kernel/btf/vmlinux")
_FOLDERS = ("examples/*", "tests/golden", "tests/objects", "tests/conformance/objects")
OBJECTS = sorted(path for folder in _FOLDERS for path in ROOT.glob(f"{folder}/*.o"))
GLOBALS = ROOT / "tests/golden/globals.o"
EXECSNOOP = Path(__file__).parents[2] / "examples/execsnoop/execsnoop.bpf.o"

_OF_OBJECT = {"Object", "load", "obj"}


def _imported(path: Path, name: str = "") -> Any:
    """The module in the file *path*, as ``import`` leaves it."""
    name = name or path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def own_modules() -> Iterator[None]:
    """Forget the modules that a test has imported."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if isinstance(getattr(vars(sys.modules[name]).get("load"), "__self__", None), live._Module):
            del sys.modules[name]


def _written(obj: Path, folder: Path, *options: str) -> Path:
    """The live module of *obj*, written by the command."""
    assert main([str(obj), "-o", str(folder), "--live", "-q", *options]) == 0
    return next(folder.glob("*.py"))


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A project with a package ``app`` that has an object and its live module."""
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(EXECSNOOP, package / "prog.bpf.o")
    _written(package / "prog.bpf.o", package)
    return tmp_path


def _run(code: str, *, path: Path, cwd: Path | str = "/") -> str:
    """The output of another Python, which finds modules in *path*."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": f"{path}{os.pathsep}{ROOT}"},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _public(stub: str) -> set[str]:
    """The names that ``import *`` imports from a stub."""
    found = set()
    for node in ast.parse(stub).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(name)):
                found.add(name)
    return {name for name in found if not name.startswith("_")}


# Names


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_name_of_the_stub_is_what_the_object_has(path: Path, tmp_path: Path) -> None:
    module = _imported(_written(path, tmp_path))
    text = next(tmp_path.glob("*.pyi")).read_text()
    stub = Stub(text)
    obj = module.obj
    classes = render.Rendering(obj).class_names
    sections = {obj.sections.type_id(name): name for name in obj.sections}
    assert set(classes.values()) == set(stub.classes)
    for type_id, name in classes.items():
        found = getattr(module, name)
        if type_id in sections:
            assert found is type(obj.sections[sections[type_id]])
        elif obj.btf.type(type_id).kind in ("ENUM", "ENUM64"):
            assert found is obj.btf.enum(type_id)
        else:
            lookup = obj.btf.union if obj.btf.type(type_id).kind == "UNION" else obj.btf.struct
            assert found is lookup(type_id)
        assert (found.__module__, getattr(module, found.__qualname__)) == (module.__name__, found)
    for name, target in stub.aliases.items():
        found = getattr(module, name)
        assert (found is getattr(module, target)) if target in stub.classes else found
    assert set(module.__all__) == _public(text)
    assert set(module.__all__) | set(stub.classes) | set(stub.aliases) <= set(dir(module))


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_plain_name_is_the_one_that_naming_all_types_gives(path: Path) -> None:
    _compare_plain_names(load(path))


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_plain_names_of_the_kernel() -> None:
    plain, all_of_them = _compare_plain_names(load(_KERNEL), step=25)
    assert plain > 0.8 * all_of_them > 400  # most names; the share depends on the kernel


def _compare_plain_names(obj: BpfObject, step: int = 1) -> tuple[int, int]:
    """Compare every *step*th name; return how many were plain, and how many were compared."""
    table, layouts = obj.btf.table, obj.btf.layouts
    names = render.type_ids(obj, EVERYTHING)
    plain = 0
    compared = list(names.items())[::step]
    for name, type_id in compared:
        found = module_names.plain(table, name)
        if found is not None:
            plain += 1
            assert table.skip_modifiers(found).id == table.skip_modifiers(type_id).id, name
    for name in sorted({type_.name for type_ in table} - names.keys())[::step]:
        found = module_names.plain(table, name)
        if found is not None:  # a type without a layout, which has no class in the stub
            with pytest.raises(BtfError):
                layouts.ctype(found)
    return plain, len(compared)


def test_one_name_is_found_without_naming_all(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = _imported(app / "app/prog_bpf.py")
    monkeypatch.setattr(render, "type_ids", None)
    assert module.exec_event is load(app / "app/prog.bpf.o").btf.struct("exec_event")
    assert module.exec_kind.EXEC_RELATIVE == 1
    assert module.u32.__name__ == "c_uint"
    with pytest.raises(TypeError, match="not callable"):
        _ = module.exec_evnt


def test_names_that_types_share_and_names_that_python_cannot_carry(tmp_path: Path) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    ids = [b.struct("event", 4 * size, [("x", u32, 0)]) for size in (1, 2)]
    ids.append(b.struct("event___2", 12, [("x", u32, 0)]))
    ids += [b.struct(name, 4, [("x", u32, 0)]) for name in ("class", "obj", "load", "Object")]
    (tmp_path / "x.btf").write_bytes(b.build())
    module = _imported(_written(tmp_path / "x.btf", tmp_path))

    names = ["event", "event___3", "event___2", "class_", "obj_", "load_", "Object_"]
    assert [getattr(module, name) for name in names] == [module.obj.btf.struct(i) for i in ids]
    assert isinstance(module.obj, module.Object)
    assert [getattr(module, name).__qualname__ for name in names] == names


def test_a_selection_holds_for_the_module_too(app: Path) -> None:
    _written(app / "app/prog.bpf.o", app / "few", "--type", "exec_e*", "--exclude", "exec_count")
    module = _imported(app / "few/prog_bpf.py")
    assert set(module.__all__) == {"exec_event", "creds", "exec_kind"} | _OF_OBJECT
    assert module.creds is module.obj.btf.struct("creds")
    with pytest.raises(AttributeError, match="no attribute 'exec_count'; did you mean 'exec_event"):
        _ = module.exec_count
    assert module.obj.btf.struct("exec_count")  # the object has all types


def test_a_misspelt_name_has_suggestions(app: Path) -> None:
    module = _imported(app / "app/prog_bpf.py", "prog_bpf")
    with pytest.raises(AttributeError) as raised:
        _ = module.exec_evnt
    assert str(raised.value) == (
        "module 'prog_bpf' has no attribute 'exec_evnt'; did you mean 'exec_event' or 'exec_count'?"
    )
    with pytest.raises(ImportError, match="cannot import name 'exec_evnt' from 'prog_bpf'"):
        exec("from prog_bpf import exec_evnt", {})  # noqa: S102  # the statement is the test


_LEFT_OUT = "compilers leave out the types that no global, map or function needs"
_KEPT_BY = (
    "; for a type of the kernel, use Btf.from_kernel(); to keep a struct of your own, add this line"
    " to the C file: struct kill_request *unused_kill_request __attribute__((unused));"
)
_NO_SUCH_NAME = "module 'prog_bpf' has no attribute"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kill_request", f"{_LEFT_OUT}{_KEPT_BY}"),
        ("EXEC_ABSOLUTE", "it is an enumerator of enum 'exec_kind', with the value 0"),
        (
            "exec_counts",
            "it is a map: see obj.maps['exec_counts']; did you mean 'exec_count'?",
        ),
    ],
)
def test_a_missing_name_has_the_hint_of_the_object(app: Path, name: str, hint: str) -> None:
    module = _imported(app / "app/prog_bpf.py", "prog_bpf")
    with pytest.raises(AttributeError) as raised:
        getattr(module, name)
    assert str(raised.value) == f"{_NO_SUCH_NAME} {name!r}; {hint}"
    assert (raised.value.name, hasattr(module, name), getattr(module, name, 5)) == (name, False, 5)
    with pytest.raises(TypeNotFoundError) as of_object:
        module.obj.btf.struct(name)
    assert hint.startswith(of_object.value.hint)


def test_a_type_that_the_options_leave_out_has_no_wrong_reason(app: Path) -> None:
    _written(app / "app/prog.bpf.o", app / "few", "--type", "creds")
    module = _imported(app / "few/prog_bpf.py", "prog_bpf")
    for name in ("exec_kind", "sys_enter_execve", "u64"):
        with pytest.raises(AttributeError) as raised:
            getattr(module, name)
        assert str(raised.value) == f"{_NO_SUCH_NAME} {name!r}"


def test_python_ignores_our_text_in_an_import(app: Path) -> None:
    """If this fails, Python has changed: show the hint there, too, and in troubleshooting.md."""
    _imported(app / "app/prog_bpf.py", "prog_bpf")
    with pytest.raises(ImportError) as raised:
        exec("from prog_bpf import kill_request", {})  # noqa: S102  # the statement is the test
    assert _LEFT_OUT not in str(raised.value)
    with pytest.raises(TypeError, match="lay-out conflict"):
        type("Both", (AttributeError, ImportError), {})


def test_a_type_without_a_layout_is_no_attribute(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.struct("broken", 4, [("x", b.fwd("gone"), 0)])
    (tmp_path / "x.btf").write_bytes(b.build())
    module = _imported(_written(tmp_path / "x.btf", tmp_path))
    with pytest.raises(AttributeError, match=r"no attribute 'broken': .*'gone'"):
        _ = module.broken
    assert set(module.__all__) == _OF_OBJECT


def test_tools_ask_for_dunder_names_without_reading_the_object(app: Path) -> None:
    (app / "app/prog.bpf.o").unlink()
    module = _imported(app / "app/prog_bpf.py")
    for name in ("__path__", "__wrapped__", "__test__", "__bases__", "__signature__"):
        assert not hasattr(module, name)
    assert issubclass(module.Object, BpfObject)


def test_split_btf_has_its_own_names(tmp_path: Path) -> None:
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    base.struct("shared", 4, [("x", u32, 0)])
    split = BtfBuilder(base=base)
    split.struct("own", 4, [("x", u32, 0)])
    (tmp_path / "base.btf").write_bytes(base.build())
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/x.btf").write_bytes(split.build())
    path = _written(tmp_path / "sub/x.btf", tmp_path, "--base-btf", str(tmp_path / "base.btf"))
    assert '_module(globals(), "sub/x.btf", base="base.btf")' in path.read_text()
    module = _imported(path)

    assert module.own is module.obj.btf.struct("own")
    assert module.__all__ == sorted({"own", *_OF_OBJECT})
    assert not hasattr(module, "shared")
    assert module.obj.btf.struct("shared")


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_the_kernel(tmp_path: Path) -> None:
    path = _written(_KERNEL, tmp_path, "--type", "list_head")
    assert '"/sys/kernel/btf/vmlinux"' in path.read_text()
    module = _imported(path)
    assert module.list_head is Btf.from_kernel().struct("list_head")
    assert module.obj.path == str(_KERNEL)


# Objects


def test_the_module_stays_as_it_is_when_the_object_changes(app: Path) -> None:
    path = app / "app/prog_bpf.py"
    before = path.read_bytes()
    shutil.copy(GLOBALS, app / "app/prog.bpf.o")
    _written(app / "app/prog.bpf.o", app / "app")
    assert path.read_bytes() == before
    assert _imported(path).counts_key._fields_


def test_load_reads_another_build_of_the_object(app: Path) -> None:
    module = _imported(app / "app/prog_bpf.py")
    other = app / "other.bpf.o"
    shutil.copy(GLOBALS, other)
    assert module.load() is module.obj
    loaded = module.load(other)
    assert isinstance(loaded, module.Object)
    assert loaded.path == str(other)
    assert loaded.maps["counts"].key
    assert isinstance(module.load(other.read_bytes()), module.Object)
    with pytest.raises(FileNotFoundError):
        module.load(app / "missing.o")
    for empty in ("", b""):
        with pytest.raises((FileNotFoundError, BtfFormatError)):
            module.load(empty)


def test_a_missing_object_is_named_with_the_module(app: Path) -> None:
    (app / "app/prog.bpf.o").unlink()
    module = _imported(app / "app/prog_bpf.py", "app_of_test.prog_bpf")
    with pytest.raises(FileNotFoundError) as raised:
        _ = module.exec_event
    assert "app_of_test.prog_bpf" in str(raised.value)
    assert raised.value.filename == str(app / "app/prog.bpf.o")
    assert f"'{app / 'app/prog.bpf.o'}'" in str(raised.value)


def test_a_malformed_object_is_named(app: Path) -> None:
    (app / "app/prog.bpf.o").write_text("hello")
    with pytest.raises(BtfFormatError, match=r"prog\.bpf\.o: neither an ELF object nor raw BTF"):
        _ = _imported(app / "app/prog_bpf.py").exec_event


def test_threads_share_one_object(app: Path) -> None:
    module = _imported(app / "app/prog_bpf.py")
    found: list[object] = []
    threads = [
        Thread(target=lambda: found.append((module.obj, module.exec_event, module.Object)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(module.obj, module.exec_event, module.Object)] * 8
    assert type(module.obj) is module.Object


def test_reload_reads_the_object_again(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(app)
    module = importlib.import_module("app.prog_bpf")
    earlier = module.exec_event, module.obj, module.Object
    shutil.copy(GLOBALS, app / "app/prog.bpf.o")
    assert importlib.reload(module) is module
    assert module.obj is not earlier[1]
    assert not hasattr(module, "exec_event")
    assert module.counts_key._fields_
    del sys.modules["app"]


# Places


_USE = """\
from app import prog_bpf
from app.prog_bpf import exec_event, obj
event = exec_event(argc=3)
print(event.argc, exec_event.__module__, obj.path)
"""


def test_in_a_package_from_any_directory(app: Path) -> None:
    assert _run(_USE, path=app) == f"3 app.prog_bpf {app / 'app/prog.bpf.o'}\n"
    # A relative path on sys.path, and a directory that changes between import and use.
    code = "import sys, os; sys.path.insert(0, 'x/..'); from app import prog_bpf; os.chdir('/')\n"
    (app / "x").mkdir()
    assert _run(code + "print(prog_bpf.exec_event.__name__)", path=app / "x", cwd=app) == (
        "exec_event\n"
    )


def test_as_a_module_of_the_command_line(app: Path) -> None:
    (app / "app/__main__.py").write_text(_USE)
    done = subprocess.run(
        [sys.executable, "-m", "app"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=app,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("3 app.prog_bpf "), done.stderr


def test_in_an_archive(app: Path, tmp_path: Path) -> None:
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(app.glob("app/*")):
            file.write(path, path.relative_to(app))
    code = (
        f"{_USE}import pickle\n"
        "assert pickle.loads(pickle.dumps(event)) == event\n"
        "assert pickle.loads(pickle.dumps(exec_event)) is exec_event\n"
    )
    assert _run(code, path=archive) == f"3 app.prog_bpf {archive}/app/prog.bpf.o\n"


def test_a_missing_object_in_an_archive(app: Path, tmp_path: Path) -> None:
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(app.glob("app/*.py")):
            file.write(path, path.relative_to(app))
    code = (
        "try: from app.prog_bpf import exec_event\n"
        "except FileNotFoundError as error: print(error.filename)"
    )
    assert _run(code, path=archive) == f"{archive}/app/prog.bpf.o\n"


_SPAWN = """\
import multiprocessing, pickle
from app.prog_bpf import exec_event, exec_kind, section_rodata, creds

def work(item):
    event, cls, kind = item
    assert type(event) is cls is exec_event and kind is exec_kind.EXEC_RELATIVE
    return cls(argc=event.argc + 1)

def values():
    return [exec_event(argc=3), exec_event, exec_kind.EXEC_RELATIVE, section_rodata, creds(uid=5)]

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (event,) = pool.map(work, [(exec_event(argc=3), exec_event, exec_kind.EXEC_RELATIVE)])
    assert type(event) is exec_event and event.argc == 4
    print("spawned")
"""


def test_spawned_processes_have_the_same_classes(app: Path) -> None:
    (app / "spawn.py").write_text(_SPAWN)
    code = "import runpy; runpy.run_path('spawn.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "spawn.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=app,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "spawned\n", code + done.stderr


def test_pickles_are_read_where_the_package_is_elsewhere(app: Path, tmp_path: Path) -> None:
    (app / "spawn.py").write_text(_SPAWN)
    shutil.copytree(app / "app", tmp_path / "elsewhere/app")
    shutil.copy(app / "spawn.py", tmp_path / "elsewhere")
    code = "import spawn, pickle, sys; sys.stdout.write(pickle.dumps(spawn.values()).hex())"
    pickled = _run(code, path=app)
    shutil.rmtree(app / "app")
    code = f"""\
import pickle, spawn
values = pickle.loads(bytes.fromhex({pickled!r}))
assert values == spawn.values(), values
print(values[0].argc, values[1] is spawn.exec_event, values[3] is spawn.section_rodata)
"""
    assert _run(code, path=tmp_path / "elsewhere") == "3 True True\n"


# Tools


def test_help_describes_the_classes(app: Path) -> None:
    text = _run("from app import prog_bpf; help(prog_bpf)", path=app)
    assert "class exec_event(btf_typing._classes.instances.Struct)" in text
    assert "class exec_kind(enum.IntEnum)" in text


def test_type_hints_and_star_imports(app: Path) -> None:
    code = """\
from __future__ import annotations
import typing
from app.prog_bpf import *
def show(event: exec_event, other: Object) -> exec_kind: ...
assert typing.get_type_hints(show) == {"event": exec_event, "other": Object, "return": exec_kind}
import app.prog_bpf
assert typing.get_type_hints(app.prog_bpf) == {}
def now(event: app.prog_bpf.exec_event) -> app.prog_bpf.u32: ...
print(isinstance(obj, Object), load() is obj, *sorted(n for n in dir() if n.startswith("exec")))
"""
    assert _run(code, path=app) == "True True exec_count exec_event exec_kind\n"


def test_under_pytest_doctest_and_coverage(app: Path) -> None:
    pytest.importorskip("coverage")
    (app / "test_app.py").write_text(
        "from app import prog_bpf\n"
        "from app.prog_bpf import *\n"
        "def test_it() -> None:\n"
        '    """\n    >>> exec_event(argc=1).argc\n    1\n    """\n'
        "    assert prog_bpf.exec_event(argc=1).argc == 1\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "coverage", "run", "--source", "app", "-m", "pytest", "-q"),
            *("--doctest-modules", "--rootdir", ".", "-p", "no:cacheprovider", "-W", "error"),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=app,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "report"],
        cwd=app,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "100%" in report.stdout, report.stdout + report.stderr


def test_the_namespace_need_not_be_in_sys_modules(app: Path) -> None:
    free: Any = types.ModuleType("free")
    free.__file__ = str(app / "app/free.py")
    live.module(vars(free), "prog.bpf.o")
    assert free.exec_event.__module__ == "free"
    assert "exec_event" in dir(free)
    assert free.load().path == str(app / "app/prog.bpf.o")


def test_classes_of_a_plain_load_are_the_same(app: Path) -> None:
    plain = load(app / "app/prog.bpf.o")
    event = plain.btf.struct("exec_event")
    assert _imported(app / "app/prog_bpf.py").exec_event is event
    assert isinstance(vars(event)["<layout>"], Aggregate)


def test_types_may_be_called_like_nothing_but_underscores(tmp_path: Path) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("__", 4, [("x", u32, 0)])
    b.struct("*/ evil /*", 8, [("x", u32, 0)])
    b.struct("__init__", 12, [("x", u32, 0)])
    (tmp_path / "odd.btf").write_bytes(b.build())
    module = _imported(_written(tmp_path / "odd.btf", tmp_path))

    sizes = {name: ctypes.sizeof(getattr(module, name)) for name in ("__", "__init___")}

    assert sizes == {"__": 4, "__init___": 12}
    evil = next(name for name in dir(module) if "evil" in name)
    assert ctypes.sizeof(getattr(module, evil)) == 8
    with pytest.raises(AttributeError):
        _ = module.__path__
