"""Type checkers accept the stub and the module of the whole kernel.

On a busy machine, mypy, pyright and stubtest take one to four minutes each, so only ``make slow``
runs them. ``test_agreement.py`` reads the same stub in half a minute.
"""

from pathlib import Path

import pytest

from btf_typing import load
from btf_typing._stubs import render
from tests.checkers import LINT, command_errors, mypy_errors, pyright_errors, stubtest_errors, tool
from tests.slow import SLOW

_KERNEL = Path("/sys/kernel/btf/vmlinux")

pytestmark = pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
_slow = pytest.mark.skipif(not SLOW, reason="over a minute; make slow runs it")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the kernel's stub and module."""
    made = tmp_path_factory.mktemp("kernel")
    kernel = load(_KERNEL)
    shown = str(_KERNEL)
    (made / "vmlinux.pyi").write_text(render.stub_text(kernel, object_path_as_shown=shown))
    (made / "vmlinux.py").write_text(render.module_text(kernel, object_path_as_shown=shown))
    return made


def test_formatters_leave_it_alone(project: Path) -> None:
    assert not command_errors(project, tool("ruff"), "format", "--isolated", "--diff", ".")


def test_linters_find_no_errors(project: Path) -> None:
    assert not command_errors(project, tool("ruff"), "check", *LINT, ".")


@_slow
def test_mypy_reports_no_errors(project: Path) -> None:
    assert not mypy_errors(project, ["vmlinux"])


@_slow
def test_stubtest_finds_the_module_as_the_stub_says(project: Path, tmp_path: Path) -> None:
    assert not stubtest_errors(project, {"vmlinux": load(_KERNEL)}, tmp_path)


@_slow
def test_pyright_reports_no_errors(project: Path, tmp_path: Path) -> None:
    assert not pyright_errors(project, ["vmlinux"], tmp_path)
