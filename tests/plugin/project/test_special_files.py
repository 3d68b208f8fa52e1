"""Pipes and devices where the plugin looks for files: they are skipped, and never read."""

import importlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from mypy.options import Options

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
disk_cache = importlib.import_module("btf_typing_mypy.project.disk_cache")
external_files = importlib.import_module("btf_typing_mypy.project.external_files")
read_tracker = importlib.import_module("btf_typing_mypy.project.read_tracker")

_CACHE_FILES = ("btf-typing.jsonl", "btf-typing-results.jsonl")


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    """Fail instead of waiting for a writer of a pipe."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError("the plugin reads a pipe")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _put(path: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link to a pipe":
        os.mkfifo(path.with_suffix(".pipe"))
        path.symlink_to(path.with_suffix(".pipe"))
    else:
        path.symlink_to("/dev/zero")


_KINDS = pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "link to a device"])


@_KINDS
@pytest.mark.parametrize("name", _CACHE_FILES)
def test_a_special_cache_file_is_no_cache(kind: str, name: str, tmp_path: Path) -> None:
    options = Options()
    options.cache_dir = str(tmp_path)
    _put(tmp_path / name, kind)
    source = tmp_path / "input"
    source.write_text("text")
    cache = disk_cache.DiskCache(options, read_tracker.ReadTracker(daemon=False))

    assert cache.digest("kind", str(source), lambda path: Path(path).read_text()) == "text"
    assert cache.result("kind", "subject", "inputs", lambda: "answer") == "answer"
    assert not (tmp_path / name).is_file()


@_KINDS
def test_a_special_file_among_the_stubs_is_no_stub(kind: str, tmp_path: Path) -> None:
    options = Options()
    options.cache_dir = os.devnull
    options.mypy_path = [str(tmp_path)]
    _put(tmp_path / "odd_bpf.pyi", kind)
    line = "# prog.bpf.o, BTF sha256 0123456789abcdef; made by btf-stubs, do not edit\n"
    (tmp_path / "prog_bpf.pyi").write_text(line)

    files: Any = external_files.ExternalFiles(options, dict)

    assert [stub.module for stub in files.stub_files.all()] == ["prog_bpf"]


@_KINDS
def test_a_stub_that_becomes_a_special_file_is_not_read_again(kind: str, tmp_path: Path) -> None:
    stub_contents = importlib.import_module("btf_typing_mypy.project.stub_contents")
    stub_files = importlib.import_module("btf_typing_mypy.project.stub_files")
    options = Options()
    options.cache_dir = os.devnull
    files: Any = external_files.ExternalFiles(options, dict)
    path = tmp_path / "prog_bpf.pyi"
    _put(path, kind)
    stub = stub_files.StubFile("prog_bpf", str(path), str(tmp_path / "prog.bpf.o"))

    assert not stub_contents.StubContents(files).selection(stub).types
