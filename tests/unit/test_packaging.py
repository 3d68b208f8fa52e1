"""The wheel, and both kinds of installation, used from outside the repository."""

import importlib.util
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

import btf_typing
from tests.paths import ROOT

_DIST_INFO = f"btf_typing-{btf_typing.__version__}.dist-info"

_FIND = "import importlib.util; print(importlib.util.find_spec('btf_typing'))"
_PROGRAM = """\
from btf_typing import load

with load("execsnoop.bpf.o") as obj:
    ExecEvent = obj.btf.struct("exec_event")


def pid(event: ExecEvent) -> int:
    return event.pid


print(pid(ExecEvent(pid=7)), ExecEvent.filename.offset)
"""
_WRONG = """\
from btf_typing import load

ExecEvent = load("execsnoop.bpf.o").btf.struct("exec_evnt")
reveal_type(load("execsnoop.bpf.o").btf.struct("exec_event")().pid)
"""
_CONFIG = """\
[mypy]
strict = True
plugins = btf_typing_mypy
mypy_path = $MYPY_CONFIG_FILE_DIR/stubs
"""


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    """The output of a command, which must succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def _need(*modules: str) -> None:
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of the repository, and the wheel built from that sdist."""
    _need("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        if hasattr(tarfile, "data_filter"):  # available since 3.11.4, and required since 3.12
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder)  # noqa: S202  # our own archive
    source = folder / sdist.name.removesuffix(".tar.gz")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


def _sources(folder: Path) -> set[str]:
    """The files of a package's folder that belong into the wheel."""
    return {
        f"{folder.name}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_holds_both_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    ours = {name for name in names if not name.startswith(_DIST_INFO)}
    assert ours == _sources(ROOT / "btf_typing") | _sources(ROOT / "mypy_plugin/btf_typing_mypy")
    assert {"btf_typing/py.typed", "btf_typing_mypy/py.typed"} <= ours
    assert {Path(name).suffix for name in ours} == {".py", ".pyi", ".typed"}
    assert {name.removeprefix(f"{_DIST_INFO}/") for name in names - ours} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
    }


def test_wheel_is_pure_and_says_what_it_needs(wheel: Path) -> None:
    assert wheel.name == f"btf_typing-{btf_typing.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_string(archive.read(f"{_DIST_INFO}/METADATA").decode())
        scripts = archive.read(f"{_DIST_INFO}/entry_points.txt").decode()

    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("Requires-Dist") == [
        "pyelftools>=0.29",
        "typing-extensions>=4.12",
        "argcomplete>=3; extra == 'completion'",
        "mypy>=1.15; extra == 'mypy'",
    ]
    assert scripts.splitlines() == [
        "[console_scripts]",
        "btf-layout = btf_typing._commands.start:btf_layout",
        "btf-stubs = btf_typing._commands.start:btf_stubs",
    ]


_RELATIVE = re.compile(r"\]\((?!https?:|#)([^)]*)\)")


def _description(wheel: Path) -> tuple[list[str], str]:
    """The URLs and the README in the metadata of *wheel*."""
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_string(archive.read(f"{_DIST_INFO}/METADATA").decode())
    text = metadata.get_payload()
    assert isinstance(text, str)
    return metadata.get_all("Project-URL") or [], text


def test_pypi_gets_a_readme_whose_links_work(wheel: Path, dist: Path, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = _RELATIVE.findall(readme)
    assert links
    assert all((ROOT / link.partition("#")[0]).exists() for link in links)

    assert _RELATIVE.findall(_description(wheel)[1]) == []

    source = tmp_path / "source"
    shutil.copytree(dist / f"btf_typing-{btf_typing.__version__}", source)
    project = (source / "pyproject.toml").read_text(encoding="utf-8")
    address = "https://example.org/a/b"
    named = re.sub(r'(?m)^repository = ""', f'repository = "{address}"', project)
    (source / "pyproject.toml").write_text(named, encoding="utf-8")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=source)
    (other,) = tmp_path.glob("*.whl")
    urls, text = _description(other)
    assert f"Repository, {address}" in urls
    assert _RELATIVE.findall(text) == []
    pictures = {"docs/_static/terminal.svg"}
    for link in links:
        assert f"]({address}/{'raw' if link in pictures else 'blob'}/main/{link})" in text


def test_twine_accepts_both_files(dist: Path) -> None:
    _need("twine")
    files = [path for path in dist.iterdir() if path.is_file()]
    assert len(files) == 2
    said = _run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *files)
    assert said.count("PASSED") == 2


def test_sdist_holds_what_its_tests_need(dist: Path) -> None:
    source = dist / f"btf_typing-{btf_typing.__version__}"

    assert (source / "tests/unit/test_packaging.py").read_bytes() == Path(__file__).read_bytes()
    assert (source / "examples/execsnoop/execsnoop.bpf.o").exists()
    assert not (source / ".venv").exists()


def test_the_release_workflow_reads_the_version() -> None:
    workflow = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    command = re.search(r'version="\$\((.*)\)"', workflow)
    assert command is not None
    assert _run("sh", "-c", command[1]).strip() == btf_typing.__version__


def _make_venv(folder: Path) -> Path:
    """A venv without btf_typing that uses everything else from this Python.

    It uses a ``.pth`` file. Python does not read ``.pth`` files in the folders that such a file
    names, so an editable install of btf_typing here has no effect there.
    """
    if subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", folder], check=False
    ).returncode:
        pytest.skip("this Python cannot make a venv")
    python = folder / "bin" / "python"
    own = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (own / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    absent = _run(python, "-c", _FIND, cwd=folder)
    if absent != "None\n":
        pytest.skip("btf_typing is installed here in a way that every venv would see")
    return python


@pytest.fixture(scope="module")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One mypy cache for both installations: the standard library takes most of a cold run."""
    return tmp_path_factory.mktemp("mypy-cache")


@pytest.mark.parametrize("editable", [False, True], ids=["installed", "editable"])
def test_installed_package_and_plugin_work_elsewhere(
    tmp_path: Path, mypy_cache: Path, *, editable: bool
) -> None:
    _need("hatchling", "mypy", "pip")
    python = _make_venv(tmp_path / "venv")
    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--no-warn-conflicts")
    target = ("--editable", ROOT) if editable else (ROOT,)
    _run(sys.executable, "-m", "pip", "--python", python, "install", *options, *target)
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(ROOT / "examples/execsnoop/execsnoop.bpf.o", project)
    (project / "mypy.ini").write_text(_CONFIG)
    (project / "program.py").write_text(_PROGRAM)
    (project / "wrong.py").write_text(_WRONG)

    home = _run(python, "-c", "import btf_typing; print(btf_typing.__file__)", cwd=project)
    assert (str(ROOT / "btf_typing") in home) == editable
    assert _run(python, "program.py", cwd=project) == "7 64\n"
    _run(python.with_name("btf-stubs"), "execsnoop.bpf.o", "-o", "stubs", cwd=project)
    assert (project / "stubs" / "execsnoop_bpf.pyi").exists()
    done = subprocess.run(
        [python, "-m", "mypy", "--cache-dir", mypy_cache, "program.py", "wrong.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == (
        'wrong.py:3: error: no struct "exec_evnt" in "execsnoop.bpf.o";'
        ' did you mean "exec_event" or "exec_count"?  [btf-name]\n'
        'wrong.py:4: note: Revealed type is "int"\n'
        "Found 1 error in 1 file (checked 2 source files)\n"
    ), done.stderr
