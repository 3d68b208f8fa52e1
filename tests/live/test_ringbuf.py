"""ringbuf on this kernel: compare every field of signals between known processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples import libbpf
from examples.libbpf import Bpf
from examples.ringbuf import ringbuf
from examples.ringbuf.ringbuf import OBJECT
from examples.ringbuf.ringbuf_bpf import signal_code, signal_event, signal_step

REASON = libbpf.why_not_live(*ringbuf.TRACEPOINTS)
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

COMM = "btf-receiver"
SA_SIGINFO = 4
SA_RESTART = 0x10000000

RECEIVER = f"""
import signal, sys
with open("/proc/self/comm", "w") as comm:
    comm.write("{COMM}")
signal.signal(signal.SIGUSR2, lambda *_: None)
signal.siginterrupt(signal.SIGUSR2, False)
print("ready", flush=True)
sys.stdin.read()
"""

# A fatal signal is delivered as SIGKILL, unless it dumps core: then it keeps its number.
ABORTER = """
import resource, signal, threading
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
signal.pthread_kill(threading.get_ident(), signal.SIGXFSZ)
"""


class Session:
    """The attached program, and its events about one signal number."""

    def __init__(self, bpf: Bpf) -> None:
        self.events: list[signal_event] = []
        self.buffer = bpf.ring_buffer("events", self._on_sample)

    def _on_sample(self, data: bytes) -> None:
        self.events.append(signal_event.from_buffer_copy(data))

    def wait_for(self, count: int, number: int, pids: set[int]) -> list[signal_event]:
        """The first *count* events of this signal among the given processes."""
        deadline = time.monotonic() + 10
        while True:
            ours = [e for e in self.events if e.signal == number and e.pid in pids]
            if len(ours) >= count or time.monotonic() > deadline:
                return sorted(ours, key=lambda event: event.timestamp)
            self.buffer.poll(100)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        session = Session(bpf)
        with session.buffer:
            yield session


@pytest.fixture
def receiver() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", RECEIVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    yield process
    process.communicate()


def test_sent_and_delivered(session: Session, receiver: subprocess.Popen[str]) -> None:
    before = time.monotonic_ns()
    os.kill(receiver.pid, signal.SIGUSR2)
    sent, taken = session.wait_for(2, signal.SIGUSR2, {os.getpid(), receiver.pid})

    assert before < sent.timestamp < taken.timestamp < time.monotonic_ns()
    assert (sent.step, sent.code) == (signal_step.SIGNAL_SENT, signal_code.CODE_USER)
    assert (sent.pid, sent.signal) == (os.getpid(), signal.SIGUSR2)
    assert sent.comm == Path("/proc/self/comm").read_bytes().rstrip(b"\n")
    assert sent.sent.target_pid == receiver.pid
    assert sent.sent.target_comm == COMM.encode()
    assert sent.sent.to_group is True

    assert (taken.step, taken.code) == (signal_step.SIGNAL_DELIVERED, signal_code.CODE_USER)
    assert (taken.pid, taken.comm) == (receiver.pid, COMM.encode())
    assert taken.signal == signal.SIGUSR2
    assert isinstance(taken.delivered.handler, int)
    assert taken.delivered.handler > 0
    assert taken.delivered.flags & (SA_RESTART | SA_SIGINFO) == SA_RESTART


def test_own_thread_with_the_default_action(session: Session) -> None:
    child = subprocess.Popen([sys.executable, "-c", ABORTER])
    assert child.wait() == -signal.SIGXFSZ
    sent, taken = session.wait_for(2, signal.SIGXFSZ, {child.pid})
    assert sent.code == taken.code == signal_code.CODE_TKILL
    assert taken.code == -6
    assert sent.sent.to_group is False
    assert sent.sent.target_pid == child.pid
    assert taken.delivered.handler is None, "NULL: the default action"


def test_description(session: Session, receiver: subprocess.Popen[str]) -> None:
    session.events.clear()
    os.kill(receiver.pid, signal.SIGUSR2)
    lines = [
        ringbuf.describe(e)
        for e in session.wait_for(2, signal.SIGUSR2, {os.getpid(), receiver.pid})
    ]
    assert lines[0].endswith(f"sent SIGUSR2, CODE_USER to {COMM} (process {receiver.pid})")
    assert f"{COMM} ({receiver.pid}) took SIGUSR2, CODE_USER: handler 0x" in lines[1]


def test_names_that_are_no_text() -> None:
    event = signal_event(comm=b"\xff\xfe", pid=7, signal=signal.SIGUSR1)
    line = ringbuf.describe(event)
    assert "\ufffd\ufffd (7)" in line
    assert line.encode(), "it can be printed"


def test_signals_and_codes_without_a_name() -> None:
    assert ringbuf.name_of(signal.SIGRTMIN + 1) == str(int(signal.SIGRTMIN) + 1)
    assert ringbuf.code_of(12345) == "12345"


def test_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.ringbuf.ringbuf"],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    assert len(done.stdout.splitlines()) == 2
