"""After any change in our sources, or with another Python, mypy checks everything again."""

import importlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from mypy.options import Options

import btf_typing
from tests.paths import ROOT
from tests.plugin import objects
from tests.plugin.workspace import Workspace

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
code_digest: Any = importlib.import_module("btf_typing_mypy.project.code_digest")
disk_cache: Any = importlib.import_module("btf_typing_mypy.project.disk_cache")
read_tracker: Any = importlib.import_module("btf_typing_mypy.project.read_tracker")
_DIGEST = code_digest.digest()

_PROGRAM = """\
from btf_typing import load

reveal_type(load("prog.bpf.o").btf.struct("event"))
"""
_MYPY_WITH_COPIES = """\
import sys
from mypy.main import main

sys.path.insert(0, "copies")
main(args=sys.argv[1:], clean_exit=True)
"""


def _copies(directory: Path) -> Path:
    """Copy both packages into *directory*."""
    ignored = shutil.ignore_patterns("__pycache__")
    for package in ("btf_typing", "mypy_plugin/btf_typing_mypy"):
        source = ROOT / package
        shutil.copytree(source, directory / source.name, ignore=ignored)
    return directory


def _change_one_byte(path: Path) -> None:
    text = path.read_bytes()
    assert text.startswith(b'"""')
    path.write_bytes(text[:3] + bytes([text[3] ^ 0x20]) + text[4:])


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of both packages, which `code_digest` reads instead of the installed ones."""
    directory = _copies(tmp_path / "copies")
    monkeypatch.setattr(code_digest, "PLUGIN", str(directory / "btf_typing_mypy"))
    monkeypatch.setattr(btf_typing, "__path__", [str(directory / "btf_typing")])
    return directory


def test_copies_have_the_digest_of_the_code_that_runs(copies: Path) -> None:
    (copies / "btf_typing_mypy/hooks/__pycache__").mkdir()
    (copies / "btf_typing_mypy/hooks/__pycache__/load.py").touch()
    assert code_digest.digest() == _DIGEST


def test_a_broken_link_among_the_sources_is_ignored(copies: Path) -> None:
    state = code_digest.state()
    (copies / "btf_typing_mypy/hooks/.#load.py").symlink_to("user@host.1234")  # a lock of Emacs
    assert code_digest.digest() == _DIGEST
    assert code_digest.state() == state


@pytest.mark.parametrize(
    "name",
    [
        "btf_typing_mypy/__init__.py",
        "btf_typing_mypy/hooks/load.py",
        "btf_typing/__init__.py",
        "btf_typing/_wire/btf_format.py",
        "btf_typing/_commands/btf_stubs.py",
    ],
)
def test_one_byte_of_any_file_changes_the_digest(copies: Path, name: str) -> None:
    _change_one_byte(copies / name)
    assert code_digest.digest() != _DIGEST


def test_a_file_that_was_moved_changes_the_digest(copies: Path) -> None:
    hooks = copies / "btf_typing_mypy/hooks"
    (hooks / "load.py").rename(hooks / "load2.py")
    assert code_digest.digest() != _DIGEST


def test_another_python_has_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_digest.state()
    monkeypatch.setattr(sys, "version", f"{sys.version} of another")
    assert code_digest.digest() != _DIGEST
    assert code_digest.state() != before


def test_the_sources_are_read_again_only_when_a_file_has_changed(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = Options()
    options.cache_dir = str(tmp_path / "cache")

    def current() -> str:
        tracker = read_tracker.ReadTracker(daemon=False)
        found: str = disk_cache.DiskCache(options, tracker).code_digest
        return found

    def never() -> str:
        raise AssertionError("no file has changed")

    assert current() == _DIGEST
    with monkeypatch.context() as context:
        context.setattr(code_digest, "digest", never)
        assert current() == _DIGEST

    path = copies / "btf_typing_mypy/hooks/load.py"
    before = path.stat()
    _change_one_byte(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as "cp -p" does
    changed = current()
    assert changed == code_digest.digest() != _DIGEST

    path.touch()
    assert current() == changed


def test_mypy_checks_again_after_a_change_in_a_folder_of_the_plugin(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    copies = _copies(workspace.root / "copies")

    def abandoned() -> bool:
        """Whether mypy ignores its cache of the program because the plugin has changed."""
        text = workspace.mypy("-v", "program.py", command=("-c", _MYPY_WITH_COPIES)).text
        assert 'Revealed type is "type[prog_bpf.event]"' in text
        return "Metadata abandoned for program: plugin" in text

    assert [abandoned(), abandoned()] == [False, False]
    _change_one_byte(copies / "btf_typing/_wire/btf_format.py")
    assert [abandoned(), abandoned()] == [True, False]

    # mypy itself compares the plugins only in the first run after the change.
    workspace.write("other.py", "import btf_typing\n")
    _change_one_byte(copies / "btf_typing_mypy/hooks/load.py")
    assert not workspace.mypy("other.py", command=("-c", _MYPY_WITH_COPIES)).status
    assert [abandoned(), abandoned()] == [True, False]
