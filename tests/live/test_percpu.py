"""percpu on this kernel: open a known number of files on a known CPU."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from ctypes import c_uint32

import pytest

from examples import libbpf
from examples.libbpf import Bpf
from examples.percpu import percpu
from examples.percpu.percpu import OBJECT
from examples.percpu.percpu_bpf import access_mode, open_count

REASON = libbpf.why_not_live(percpu.TRACEPOINT)
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

COMM = "btf-percpu"
# Read "CPU READS WRITES" from stdin, open these numbers of files on that CPU, and answer.
OPENER = f"""
import os, sys
with open("/proc/self/comm", "w") as comm:
    comm.write("{COMM}")
print("ready", flush=True)
for line in sys.stdin:
    cpu, reads, writes = map(int, line.split())
    os.sched_setaffinity(0, [cpu])
    for flags in [os.O_RDONLY] * reads + [os.O_WRONLY] * writes:
        os.close(os.open("/dev/null", flags))
    print("done", flush=True)
"""


class Opener:
    """A process that opens files on request."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OPENER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self.process.pid
        assert self._answer() == "ready\n"

    def open(self, cpu: int, reads: int, writes: int) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{cpu} {reads} {writes}\n")
        self.process.stdin.flush()
        assert self._answer() == "done\n"

    def close(self) -> None:
        self.process.communicate()

    def _answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()


@pytest.fixture(scope="module")
def bpf() -> Iterator[Bpf]:
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        yield bpf


@pytest.fixture
def opener() -> Iterator[Opener]:
    opener = Opener()
    yield opener
    opener.close()


def modes(value: open_count) -> list[int]:
    return list(value.by_mode)


def test_each_cpu_has_its_own_count(bpf: Bpf, opener: Opener) -> None:
    cpus = sorted(os.sched_getaffinity(0))
    before = percpu.read_process(bpf, opener.pid)
    assert len(before) == libbpf.possible_cpus()
    start = time.monotonic_ns()
    for cpu in cpus:
        opener.open(cpu, reads=100 + cpu, writes=7 + cpu)
    after = percpu.read_process(bpf, opener.pid)

    for cpu in cpus:
        old, new = before[cpu], after[cpu]
        assert new.opens - old.opens == 107 + 2 * cpu
        grown = [n - o for o, n in zip(modes(old), modes(new), strict=True)]
        assert grown == [100 + cpu, 7 + cpu, 0, 0]
        assert new.last_mode == access_mode.MODE_WRITE_ONLY
        assert new.comm == COMM.encode()
        assert new.cpu == cpu
        assert start < new.last < time.monotonic_ns()
    for cpu in set(range(len(after))) - set(cpus):
        assert bytes(after[cpu]) == bytes(before[cpu])


def test_keys_and_description(bpf: Bpf, opener: Opener) -> None:
    opener.open(min(os.sched_getaffinity(0)), reads=1, writes=1)
    assert opener.pid in [key.value for key in bpf.keys("opens", c_uint32)]
    line = percpu.describe(opener.pid, percpu.read_process(bpf, opener.pid))
    assert line.split()[:2] == [str(opener.pid), COMM]
    assert "write_only 2" in line, "the write to comm, and the one asked for"


def test_unknown_process(bpf: Bpf) -> None:
    assert percpu.read_process(bpf, 2**31) == []


def test_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.percpu.percpu", "--seconds", "0.1"],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    columns = done.stdout.splitlines()[0].split()
    cpus = [f"cpu{cpu}" for cpu in range(libbpf.possible_cpus())]
    assert columns == ["pid", "program", *cpus, "opened", "for"]
