"""core_task on this kernel: compare task_struct, as libbpf relocates it, with /proc."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from btf_typing import Btf
from examples import libbpf
from examples.core_task import core_task
from examples.core_task.core_task import OBJECT
from examples.core_task.core_task_bpf import task_event
from examples.libbpf import Bpf

REASON = libbpf.why_not_live(core_task.TRACEPOINT)
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

NICE = 7
# cat waits for a line, so the test can read /proc/PID/stat while it runs.
EXEC = f"""
import os, sys
os.setpriority(os.PRIO_PROCESS, 0, {NICE})
os.execv("/bin/cat", ["cat", "-", "-u"])
"""


class Known:
    """A known process after its exec, and the event of the exec."""

    def __init__(self, bpf: Bpf) -> None:
        events: list[task_event] = []
        with bpf.ring_buffer(
            "events", lambda data: events.append(task_event.from_buffer_copy(data))
        ) as buffer:
            child = subprocess.Popen(
                [sys.executable, "-c", EXEC], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            assert child.stdin
            assert child.stdout
            child.stdin.write(b"here\n")
            child.stdin.flush()
            assert child.stdout.readline() == b"here\n"
            self.pid = child.pid
            stat = Path(f"/proc/{child.pid}/stat").read_text()
            self.stat = stat.rpartition(")")[2].split()
            child.communicate()
            while buffer.poll(0):
                pass
        self.event = [event for event in events if event.pid == child.pid][-1]

    def field(self, number: int) -> int:
        """A field of /proc/PID/stat, with its number in proc(5)."""
        return int(self.stat[number - 3])


@pytest.fixture(scope="module")
def known() -> Iterator[Known]:
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        yield Known(bpf)


def test_identity(known: Known) -> None:
    event = known.event
    assert event.pid == known.pid
    assert event.parent_pid == known.field(4) == os.getpid()
    assert event.comm == b"cat"
    assert os.fsdecode(event.parent_comm) == Path("/proc/self/comm").read_text().strip()
    assert event.nice == known.field(19) == NICE


def test_start_time(known: Known) -> None:
    ticks = os.sysconf("SC_CLK_TCK")
    # start_time uses CLOCK_MONOTONIC, stat CLOCK_BOOTTIME: equal unless the machine has slept.
    assert abs(known.event.start_time / 1e9 - known.field(22) / ticks) < 1


def test_addresses_of_the_arguments(known: Known) -> None:
    assert known.event.arg_start == known.field(48)
    assert known.event.arg_end == known.field(49)
    assert known.event.arg_end - known.event.arg_start == len(b"cat\0-\0-u\0")


def test_bitfield_of_the_kernel(known: Known) -> None:
    assert known.event.in_execve is True


def test_offset_is_the_one_that_libbpf_found(known: Known) -> None:
    fields = {field.name: field for field in Btf.from_kernel().type("task_struct").fields}
    assert known.event.offset_of_comm == fields["comm"].offset


def test_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.core_task.core_task"],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    header, *rows = done.stdout.splitlines()
    assert header.startswith("field of task_struct")
    offsets = {row.split()[0]: row.split()[1:] for row in rows[:8]}
    assert offsets["pid"][0] == "0"
    assert rows[-1].endswith("in_execve is True")
