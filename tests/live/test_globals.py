"""globals on this kernel: set the configuration and read exact counters, all through sections."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from btf_typing import load
from examples import libbpf
from examples.globals import globals as example
from examples.globals.globals import OBJECT
from examples.globals.globals_bpf import (
    direction,
    io_stats,
    section_bss,
    section_data,
    section_rodata,
)
from examples.libbpf import Bpf

REASON = libbpf.why_not_live(*example.TRACEPOINTS)
live = pytest.mark.skipif(REASON is not None, reason=REASON or "")


@pytest.fixture
def bpf() -> Iterator[Bpf]:
    with Bpf(OBJECT) as bpf:
        yield bpf


@pytest.fixture
def null() -> Iterator[int]:
    """Open /dev/null: each write succeeds completely, and each read returns no bytes."""
    fd = os.open("/dev/null", os.O_RDWR)
    yield fd
    os.close(fd)


def row(stats: io_stats, way: direction) -> list[int]:
    return list(stats.by_size[way])


def test_initial_values_are_those_of_the_c_source() -> None:
    with load(OBJECT) as obj:
        config = obj.sections[".rodata"].config
        assert (config.pid, config.count_reads, config.count_writes) == (0, True, True)
        data = obj.sections[".data"]
        assert (data.min_bytes, data.paused) == (1, True)
        assert bytes(obj.sections[".bss"]) == bytes(108)


@live
def test_initial_values_before_load(bpf: Bpf) -> None:
    config = bpf.initial(".rodata", section_rodata).config
    assert (config.pid, config.count_reads, config.count_writes) == (0, True, True)
    data = bpf.initial(".data", section_data)
    assert (data.min_bytes, data.paused) == (1, True)
    assert bytes(bpf.initial(".bss", section_bss)) == bytes(108)


@live
def test_exact_counts(bpf: Bpf, null: int) -> None:
    example.start(bpf, os.getpid())
    bss = bpf.globals(".bss", section_bss)
    for size in (1, 8, 9, 64, 4096, 4097, 8**6, 8**6 + 1):
        os.write(null, bytes(size))
    for size in (1, 512, 513):
        os.read(null, size)
    os.write(null, b"")
    stats = bss.stats
    assert list(stats.calls) == [3, 8]
    assert list(stats.bytes) == [1 + 512 + 513, 1 + 8 + 9 + 64 + 4096 + 4097 + 2 * 8**6 + 1]
    assert row(stats, direction.DIR_READ) == [1, 0, 0, 1, 1, 0, 0, 0]
    assert row(stats, direction.DIR_WRITE) == [1, 1, 2, 0, 1, 1, 1, 1]
    assert bss.ignored == 1, "the empty write"


@live
def test_data_changes_while_the_program_runs(bpf: Bpf, null: int) -> None:
    example.start(bpf, os.getpid())
    bss, data = bpf.globals(".bss", section_bss), bpf.globals(".data", section_data)
    os.write(null, bytes(99))
    data.min_bytes = 100
    os.write(null, bytes(99))
    os.write(null, bytes(100))
    assert (bss.stats.calls[direction.DIR_WRITE], bss.ignored) == (2, 1)
    bss.ignored = 41
    os.write(null, b"")
    assert bss.ignored == 42, "what Python writes, the program adds to"
    data.paused = True
    os.write(null, b"")
    assert bss.ignored == 42


@live
def test_configuration_is_obeyed(bpf: Bpf, null: int) -> None:
    example.start(bpf, os.getpid(), reads=False)
    os.read(null, 10)
    os.write(null, bytes(10))
    assert list(bpf.globals(".bss", section_bss).stats.calls) == [0, 1]


@live
def test_other_processes_do_not_count(bpf: Bpf) -> None:
    example.start(bpf, os.getpid() + 1)
    Path("/dev/null").write_bytes(bytes(10))
    assert bytes(bpf.globals(".bss", section_bss)) == bytes(108)


@live
def test_section_of_another_size_is_refused(bpf: Bpf) -> None:
    with pytest.raises(ValueError, match=r"\.bss has 108 bytes"):
        bpf.initial(".bss", section_data)


@live
def test_an_object_that_libbpf_refuses_is_an_os_error(bpf: Bpf) -> None:
    with pytest.raises(FileNotFoundError):
        bpf.initial(".no_such_section", section_data)
    with pytest.raises(FileNotFoundError):
        Bpf(OBJECT.with_name("no_such_object.bpf.o"))
    with pytest.raises(OSError, match="globals"):
        Bpf(OBJECT.with_name("globals.py"))


@live
def test_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.globals.globals", "--seconds", "0"],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "write: 1 call for 5000 bytes\n      up to 32768 bytes: 1\n" in done.stdout
