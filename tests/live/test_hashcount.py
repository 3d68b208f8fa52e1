"""hashcount on this kernel: count a known number of calls, under a unique program name."""

import os
import subprocess
import sys
import time

import pytest

from examples import libbpf
from examples.hashcount import hashcount
from examples.hashcount.hashcount import OBJECT, Bpf, CallCount, CallKey, obj

REASON = hashcount.why_not_live() or libbpf.refused()
live = pytest.mark.skipif(REASON is not None, reason=REASON or "")

CALLS = 4321
UID = 1_000_000 + os.getpid()
COMM = f"hash{os.getpid()}"
GETPRIORITY = {"x86_64": 140, "aarch64": 141, "riscv64": 141, "s390x": 96}

CALLER = f"""
import os
with open("/proc/self/comm", "w") as comm:
    comm.write("{COMM}")
os.setresuid({UID}, {UID}, {UID})
for _ in range({CALLS}):
    os.getpriority(os.PRIO_PROCESS, 0)
"""


@pytest.fixture(scope="module")
def bpf() -> Bpf:
    return hashcount.attach()


@live
def test_exact_number_of_calls(bpf: Bpf) -> None:
    number = GETPRIORITY.get(os.uname().machine)
    if number is None:
        pytest.skip(f"no system call number known for {os.uname().machine}")
    before = time.monotonic_ns()
    child = subprocess.Popen([sys.executable, "-c", CALLER])
    assert child.wait() == 0
    count = hashcount.read_call(bpf, COMM, number)
    assert count is not None
    assert count.calls == CALLS
    assert (count.last_pid, count.last_uid) == (child.pid, UID)
    assert before < count.first < count.last < time.monotonic_ns()

    same = [value for key, value in hashcount.read_calls(bpf) if key.comm == COMM.encode()]
    assert bytes(count) in [bytes(value) for value in same]
    assert {value.last_pid for value in same} == {child.pid}


@live
def test_key_that_is_not_in_the_map(bpf: Bpf) -> None:
    assert hashcount.read_call(bpf, "no such program", 0) is None


def test_key_is_the_bytes_of_the_c_struct() -> None:
    assert bytes(CallKey(comm=b"ab", nr=0x102)) == b"ab".ljust(16, b"\0") + (0x102).to_bytes(
        4, sys.byteorder
    )


def test_map_tells_its_types() -> None:
    calls = obj.maps["calls"]
    assert (calls.type, calls.max_entries) == ("BPF_MAP_TYPE_HASH", 16384)
    assert calls.key is CallKey
    assert calls.value is CallCount


@live
def test_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.hashcount.hashcount", "--seconds", "0.2", "--top", "2"],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    header, *rows = done.stdout.splitlines()
    assert header.split() == ["calls", "a", "second", "nr", "last", "pid", "program"]
    assert len(rows) == 2
    assert int(rows[0].split()[0]) >= int(rows[1].split()[0]) > 0
