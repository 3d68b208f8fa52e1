"""What is written for each shape of C: source, object, stub and module, in tests/golden.

``UPDATE_GOLDENS=1 python -m pytest tests/unit/test_stubgen_golden.py`` writes them again.
"""

import difflib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from btf_typing import BpfObject, _names, load, stubgen
from btf_typing.stub_contents import EVERYTHING

_GOLDEN = Path(__file__).parents[1] / "golden"
_ROOT = _GOLDEN.parents[1]
_UPDATE = "UPDATE_GOLDENS=1 python -m pytest tests/unit/test_stubgen_golden.py"
OBJECTS = sorted(_GOLDEN.glob("*.o"))
_WRITERS: dict[str, Callable[..., str]] = {".pyi": stubgen.render, ".py": stubgen.render_runtime}


def _run(*command: str) -> None:
    """Run a checker over the goldens; what it says is the failure."""
    done = subprocess.run(
        command,
        cwd=_GOLDEN,
        env=os.environ | {"MYPYPATH": str(_ROOT), "PYTHONPATH": f"{_GOLDEN}:{_ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _tool(name: str) -> str:
    """A program that is installed beside this Python."""
    path = shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def test_every_source_has_its_object() -> None:
    assert {path.stem for path in OBJECTS} == {path.stem for path in _GOLDEN.glob("*.c")}
    assert len(OBJECTS) > 10


@pytest.mark.parametrize("suffix", _WRITERS)
@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.stem)
def test_golden(path: Path, suffix: str) -> None:
    golden = path.with_suffix(suffix)
    text = _WRITERS[suffix](load(path), object_path_as_shown=path.name)
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(text, "utf-8")
    lines = [
        *difflib.unified_diff(
            golden.read_text("utf-8").splitlines(keepends=True),
            text.splitlines(keepends=True),
            f"{golden.name} as committed",
            f"{golden.name} as written now",
        )
    ]
    assert not lines, f"{''.join(lines)}\nIf this is right: {_UPDATE}"


@pytest.mark.parametrize("width", [88, 100, 120])
def test_formatters_leave_the_goldens_alone(width: int) -> None:
    _run(_tool("ruff"), "format", "--isolated", "--diff", "--line-length", str(width), ".")


def test_mypy_has_nothing_to_say() -> None:
    pytest.importorskip("mypy")
    stubs = [path.with_suffix(".pyi").name for path in OBJECTS]
    _run(
        sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null", *stubs
    )


def test_stubtest_finds_the_modules_as_the_stubs_say(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    allowed = tmp_path / "allowed"
    allowed.write_text("\n".join([*_beyond_stubs(), r".*\.__iter__"]))
    modules = [path.stem for path in OBJECTS]
    _run(
        *(sys.executable, "-m", "mypy.stubtest", *modules),
        *("--allowlist", str(allowed), "--ignore-unused-allowlist"),
    )


def _beyond_stubs() -> list[str]:
    """C's spelling of fields: reached by ``getattr`` alone, so no stub can tell of them.

    (Nor is ``Array.__iter__``, which typeshed has and ctypes has not, any fault of a typedef.)
    """
    found = []
    for path in OBJECTS:
        obj: BpfObject = load(path)
        contents, _ = stubgen.collect(obj, EVERYTHING)
        found += [
            f"{path.stem}.{name}.{field.c_name}"
            for name, layout in (*contents.records, *contents.sections)
            for field in layout.fields
            if _names.is_reachable_as_c(field.c_name, field.name)
        ]
    return found


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.stem)
def test_modules_need_nothing_of_ours(path: Path) -> None:
    code = f"import sys; import {path.stem}; assert 'btf_typing' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
        cwd=_GOLDEN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_module_refuses_a_machine_that_lays_out_differently(tmp_path: Path) -> None:
    text = (_GOLDEN / "packed.py").read_text("utf-8")
    assert "@_sized(11)" in text
    wrong = tmp_path / "wrong.py"
    wrong.write_text(text.replace("@_sized(11)", "@_sized(12)"))
    spec = importlib.util.spec_from_file_location("wrong", wrong)
    assert spec
    assert spec.loader
    with pytest.raises(ImportError, match="packed: 11 bytes, 12 in the object"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_pyright_has_nothing_to_say(tmp_path: Path) -> None:
    config = tmp_path / "pyrightconfig.json"
    for path in OBJECTS:
        shutil.copy(path.with_suffix(".pyi"), tmp_path)
    config.write_text(f'{{"extraPaths": ["{_ROOT}"]}}')
    _run(_tool("pyright"), "-p", str(tmp_path), "--warnings")
