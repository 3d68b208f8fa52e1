"""A wheel with an object and its live module: installed, and on ``sys.path`` as a file."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from btf_typing._commands.btf_stubs import main
from tests.paths import ROOT

_OBJECT = ROOT / "examples/execsnoop/execsnoop.bpf.o"

_PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "app"
version = "1.0"
dependencies = ["btf-typing"]
scripts = {show-app = "app.__main__:run"}

[tool.hatch.build]
artifacts = ["*.bpf.o"]
"""

_WORK = '''\
"""What a spawned process does."""

from app.prog_bpf import exec_event, exec_kind


def work(values: tuple[exec_event, type[exec_event], exec_kind]) -> exec_event:
    event, class_, kind = values
    assert type(event) is class_ is exec_event and kind is exec_kind.EXEC_RELATIVE
    return class_(argc=event.argc + 1)
'''

_PROGRAM = '''\
"""Uses names of the module, and sends its classes to a spawned process."""

import importlib
import multiprocessing
import pickle
import typing
from concurrent.futures import ProcessPoolExecutor

from app import prog_bpf
from app.prog_bpf import Object, exec_event, exec_kind, load, obj, section_rodata, u32
from app.work import work


def run() -> None:
    values = exec_event(argc=3), exec_event, exec_kind.EXEC_RELATIVE
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(work, values).result() == exec_event(argc=4)
    assert pickle.loads(pickle.dumps(values)) == values
    assert pickle.loads(pickle.dumps(section_rodata)) is type(obj.sections[".rodata"])
    assert typing.get_type_hints(work)["return"] is exec_event
    assert load() is obj and isinstance(obj, Object)
    assert {"exec_event", "obj"} <= set(dir(prog_bpf)) & set(prog_bpf.__all__)
    again = importlib.reload(prog_bpf)
    assert again.exec_event(argc=5).argc == 5 and again.obj is not obj
    print(u32.__name__, exec_event.__module__, obj.path)


if __name__ == "__main__":
    run()
'''


def _run(*command: str | Path, path: str = "", cwd: Path | str = "/") -> str:
    """The output of a command, which must succeed, with these folders before others on the path."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a program with an object, as its author builds it."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    package = folder / "app"
    package.mkdir()
    (folder / "pyproject.toml").write_text(_PROJECT)
    (folder / ".gitignore").write_text("*.o\n")
    texts = {"__init__.py": "", "__main__.py": _PROGRAM, "work.py": _WORK, "py.typed": ""}
    for name, text in texts.items():
        (package / name).write_text(text)
    shutil.copy(_OBJECT, package / "prog.bpf.o")
    assert main([str(package / "prog.bpf.o"), "-o", str(package), "--live", "-q"]) == 0
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_has_the_object_the_module_and_the_stub(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"app/{name}" for name in ("prog.bpf.o", "prog_bpf.py", "prog_bpf.pyi")} < names


def test_a_wheel_on_the_path(wheel: Path) -> None:
    path = os.pathsep.join([str(wheel), str(ROOT)])
    said = _run(sys.executable, "-m", "app", path=path)
    assert said == f"c_uint app.prog_bpf {wheel}/app/prog.bpf.o\n"


def test_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("pip") is None:
        pytest.skip("pip is not installed")
    venv = tmp_path / "venv"
    _run(sys.executable, "-m", "venv", "--without-pip", venv)
    python = venv / "bin/python"
    options = ("--quiet", "--no-index", "--no-deps", "--disable-pip-version-check")
    _run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel)
    own = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # btf_typing from here, and what it needs from the environment of the tests.
    (own / "borrowed.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")

    expected = f"c_uint app.prog_bpf {own}/app/prog.bpf.o\n"
    assert _run(python, "-m", "app") == expected
    assert _run(venv / "bin/show-app") == expected
