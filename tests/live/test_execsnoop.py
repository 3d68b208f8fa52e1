"""execsnoop on this kernel: compare the events with what user space knows itself."""

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import time

import pytest

from examples import libbpf
from examples.execsnoop import execsnoop
from examples.execsnoop.execsnoop import OBJECT, RECORDED
from examples.execsnoop.execsnoop_bpf import (
    exec_count,
    exec_event,
    exec_kind,
    obj,
    section_bss,
    section_rodata,
)

# Ids that nobody else uses, and new ones in each run: all events with them come from this test.
UID, GID = 1_000_000 + os.getpid(), 2_000_000 + os.getpid()
COMM = f"exec{os.getpid():011}"  # 15 bytes, the most that comm holds

REASON = execsnoop.why_not_live() or libbpf.refused()
NO_LIBBPF = libbpf.why_not_live("syscalls/sys_enter_execve")
live = pytest.mark.skipif(REASON is not None, reason=REASON or "")

BECOME_KNOWN = f"""
import ctypes, os, sys
with open("/proc/self/comm", "w") as comm:
    comm.write("{COMM}")
os.setgroups([])
os.setresgid({GID}, {GID}, {GID})
os.setresuid({UID}, {UID}, {UID})
"""


class Session:
    """The attached program; `run` causes execs and collects their events."""

    def __init__(self) -> None:
        self.events: list[exec_event] = []
        pylibbpf = pytest.importorskip("pylibbpf")
        self.bpf = pylibbpf.BpfObject(str(OBJECT), structs={"exec_event": exec_event})
        self.bpf.load()
        self.buffer = self.bpf["events"].open_perf_buffer(self._on_event, "exec_event")
        self.bpf.attach_all()

    def _on_event(self, _cpu: int, event: exec_event) -> None:
        self.events.append(event)

    def run(self, *code: str) -> tuple[int, exec_event]:
        """Run *code* in a child with known ids; return its pid and the event of its last exec.

        The first exec of that pid is the one that starts Python.
        """
        self.events.clear()
        script = BECOME_KNOWN + "\n".join(code)
        child = subprocess.Popen([sys.executable, "-c", script])
        assert child.wait() == 0
        self.buffer.poll(0)
        # Each CPU has its own buffer, so only events of one CPU arrive in order.
        ours = sorted(
            (event for event in self.events if event.pid == child.pid),
            key=lambda event: event.timestamp,
        )
        assert len(ours) == 2, "one exec of Python, one of the child's own"
        return child.pid, ours[1]

    def count(self) -> exec_count:
        """The value of exec_counts for our uid."""
        return exec_count.from_buffer_copy(self.bpf["exec_counts"].lookup(UID))


@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


@live
def test_every_field_of_a_known_exec(session: Session) -> None:
    before = time.monotonic_ns()
    pid, event = session.run('os.execv("/bin/true", ["first", "a", "four"])')
    assert before < event.timestamp < time.monotonic_ns()
    assert (event.pid, event.tid) == (pid, pid)
    assert event.pid_tgid == pid << 32 | pid, "the union's other view of the same bytes"
    assert (event.creds.uid, event.creds.gid) == (UID, GID)
    assert event.comm == COMM.encode()
    assert event.kind == exec_kind.EXEC_ABSOLUTE
    assert event.argc == 3
    assert event.argc_cut is False
    assert event.path_error == 0
    assert event.path_len == len("/bin/true")
    assert list(event.arg_len) == [len("first"), len("a"), len("four"), 0]
    assert event.filename == b"/bin/true"


@live
def test_relative_path(session: Session) -> None:
    _, event = session.run('os.chdir("/bin")', 'os.execv("./true", ["true"])')
    assert event.filename == b"./true"
    assert event.kind == exec_kind.EXEC_RELATIVE
    assert event.kind == 1
    assert (event.path_len, event.argc, list(event.arg_len)) == (6, 1, [4, 0, 0, 0])


@live
def test_unreadable_path_sets_negative_enum_and_negative_bitfield(session: Session) -> None:
    _, event = session.run(
        "argv = (ctypes.c_char_p * 3)(b'x', b'yz', None)",
        "ctypes.CDLL(None).execve(ctypes.c_void_p(16), argv, None)",
    )
    assert event.kind == exec_kind.EXEC_UNREADABLE
    assert event.kind == -1
    assert event.path_error == -errno.EFAULT
    assert (event.argc, event.argc_cut, event.path_len) == (2, False, 0)
    assert list(event.arg_len) == [1, 2, 0, 0]
    assert event.filename == b""


@live
@pytest.mark.parametrize(("arguments", "argc", "cut"), [(64, 64, False), (65, 64, True)])
def test_bitfields_side_by_side(session: Session, arguments: int, argc: int, *, cut: bool) -> None:
    _, event = session.run(f'os.execv("/bin/true", ["xy"] * {arguments})')
    assert (event.argc, event.argc_cut, event.path_error) == (argc, cut, 0)
    assert list(event.arg_len) == [2, 2, 2, 2]


@live
def test_path_that_fills_its_array(session: Session) -> None:
    path = "/" * 60 + "bin/true"
    _, event = session.run(f'os.execv("{path}", ["true"])')
    assert event.filename == path[:63].encode()
    assert event.path_len == 63
    assert event.argc == 1, "what follows path_len is untouched"


@live
def test_map_value(session: Session) -> None:
    session.run('os.execv("/bin/true", ["true"])')
    before = session.count()
    pid, event = session.run('os.execv("/bin/true", ["true"])')
    after = session.count()
    assert after.execs == before.execs + 1
    assert after.last_seen == event.timestamp > before.last_seen
    assert after.last_pid == pid
    assert after.last_comm == COMM.encode()


@live
def test_counters_in_bss(session: Session) -> None:
    def counters() -> tuple[int, int]:
        bss = section_bss.from_buffer_copy(session.bpf["execsnoo.bss"].lookup(0))
        return bss.execs_seen, bss.events_lost

    before, _ = counters()
    session.run('os.execv("/bin/true", ["true"])')
    after, lost = counters()
    assert after >= before + 2
    assert lost == 0


@pytest.mark.skipif(NO_LIBBPF is not None, reason=NO_LIBBPF or "")
def test_configuration_in_rodata() -> None:
    with libbpf.Bpf(OBJECT) as bpf:
        rodata = bpf.initial(".rodata", section_rodata)
        assert rodata.target_uid == 0xFFFFFFFF, "any user, as the C source has it"
        rodata.target_uid = UID
        bpf.load()
        bpf.attach()
        child = [sys.executable, "-c", BECOME_KNOWN + 'os.execv("/bin/true", ["true"])']
        subprocess.run(child, check=True)
        bss = bpf.globals(".bss", section_bss)
        assert bss.execs_seen >= 2, "Python as root, then true"
        assert [key.value for key in bpf.keys("exec_counts", ctypes.c_uint32)] == [UID]
        count = bpf.lookup("exec_counts", ctypes.c_uint32(UID), exec_count())
        assert count is not None
        assert (count.execs, count.last_comm) == (1, COMM.encode())


def test_map_tells_its_types() -> None:
    counts = obj.maps["exec_counts"]
    assert (counts.type, counts.key, counts.max_entries) == (
        "BPF_MAP_TYPE_HASH",
        ctypes.c_uint32,
        1024,
    )
    assert counts.value is exec_count
    assert obj.maps["events"].type == "BPF_MAP_TYPE_PERF_EVENT_ARRAY"


@live
def test_script_live() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.execsnoop.execsnoop"],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    first, *rest = done.stdout.splitlines()
    assert first == "Live: tracepoint syscalls:sys_enter_execve of this kernel"
    assert any(line.startswith("uid 0: ") for line in rest)


@live
def test_script_without_capabilities_falls_back() -> None:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv is not installed")
    less = "-sys_admin,-bpf,-perfmon"
    done = subprocess.run(
        [
            *(setpriv, f"--bounding-set={less}", f"--inh-caps={less}"),
            *(sys.executable, "-m", "examples.execsnoop.execsnoop"),
        ],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("Recorded event: ")
    assert first.endswith("Operation not permitted")
    assert second.endswith("-> /bin/true")


def test_recorded_event() -> None:
    event = exec_event.from_buffer_copy(RECORDED.read_bytes())
    assert len(RECORDED.read_bytes()) == ctypes.sizeof(exec_event) == 128
    assert (event.filename, event.path_len) == (b"/bin/true", 9)
    assert (event.argc, event.argc_cut, event.path_error) == (2, False, 0)
    assert list(event.arg_len) == [len("/bin/true"), len("an argument"), 0, 0]
    assert exec_kind(event.kind) is exec_kind.EXEC_ABSOLUTE


@pytest.mark.parametrize(
    ("arguments", "uid", "reason"),
    [
        (["--recorded"], 0, "asked for with --recorded"),
        ([], 1000, "loading BPF needs root"),
    ],
)
def test_script_says_why_it_shows_the_recorded_event(
    arguments: list[str],
    uid: int,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(sys, "argv", ["execsnoop.py", *arguments])
    execsnoop.main()
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == f"Recorded event: {reason}"
    assert second.endswith("-> /bin/true")
