"""The stub and the module of the whole kernel, as checkers see them.

On a busy machine mypy, pyright and stubtest take one to four minutes each, so they run only with
``BTF_TYPING_SLOW=1``. ``test_stubgen_agreement.py`` reads the same stub in half a minute.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from btf_typing import _names, load, stubgen
from btf_typing.stub_contents import EVERYTHING

_ROOT = Path(__file__).parents[2]
_KERNEL = Path("/sys/kernel/btf/vmlinux")

pytestmark = pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
_slow = pytest.mark.skipif(
    not os.environ.get("BTF_TYPING_SLOW"), reason="over a minute; BTF_TYPING_SLOW=1 runs it"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the kernel's stub and module."""
    made = tmp_path_factory.mktemp("kernel")
    kernel = load(_KERNEL)
    shown = str(_KERNEL)
    (made / "vmlinux.pyi").write_text(stubgen.render(kernel, object_path_as_shown=shown))
    (made / "vmlinux.py").write_text(stubgen.render_runtime(kernel, object_path_as_shown=shown))
    return made


def _run(project: Path, *command: str) -> str:
    """What a checker says; "" where it has no objection."""
    done = subprocess.run(
        command,
        cwd=project,
        env=os.environ | {"MYPYPATH": str(_ROOT), "PYTHONPATH": f"{project}:{_ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_formatters_leave_it_alone(project: Path) -> None:
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff is None:
        pytest.skip("ruff is not installed")
    assert not _run(project, ruff, "format", "--isolated", "--diff", ".")


@_slow
def test_mypy_has_nothing_to_say(project: Path) -> None:
    pytest.importorskip("mypy")
    mypy = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null")
    assert not _run(project, *mypy, "vmlinux.pyi")


@_slow
def test_stubtest_finds_the_module_as_the_stub_says(project: Path) -> None:
    pytest.importorskip("mypy")
    contents, _ = stubgen.collect(load(_KERNEL), EVERYTHING)
    beyond = [
        f"vmlinux.{name}.{field.c_name}"
        for name, layout in contents.records
        for field in layout.fields
        if _names.is_reachable_as_c(field.c_name, field.name)
    ]
    (project / "allowed").write_text("\n".join([*beyond, r".*\.__iter__"]))
    stubtest = (sys.executable, "-m", "mypy.stubtest", "vmlinux", "--ignore-unused-allowlist")
    assert not _run(project, *stubtest, "--allowlist", "allowed")


@_slow
def test_pyright_has_nothing_to_say(project: Path, tmp_path: Path) -> None:
    pyright = shutil.which("pyright", path=str(Path(sys.executable).parent))
    if pyright is None:
        pytest.skip("pyright is not installed")
    shutil.copy(project / "vmlinux.pyi", tmp_path)
    (tmp_path / "pyrightconfig.json").write_text(f'{{"extraPaths": ["{_ROOT}"]}}')
    assert not _run(tmp_path, pyright, "--warnings")
