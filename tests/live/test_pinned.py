"""pinned on this kernel: a map outlives its program, and bpf(2) alone reads it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples import libbpf
from examples.hashcount import hashcount
from examples.libbpf import Bpf
from examples.pinned import pinned
from examples.pinned.pinned import OBJECT, PinnedExits
from examples.pinned.pinned_bpf import exit_count

REASON = libbpf.why_not_live(pinned.TRACEPOINT)
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

UID = 1_000_000 + os.getpid()
COMM = f"exit{os.getpid()}"
EXITS = 7
# Six threads end, then the process.
ENDER = f"""
import os, threading
with open("/proc/self/comm", "w") as comm:
    comm.write("{COMM}")
os.setresuid({UID}, {UID}, {UID})
for _ in range({EXITS - 1}):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
"""
MOUNT, UMOUNT = ("mount", "-t", "bpf", "bpf"), ("umount",)
# The script pins below /sys/fs/bpf. Mount a BPF file system there for this process only.
IN_ITS_OWN_BPFFS = (
    *("unshare", "--mount", "sh", "-c"),
    'mount -t bpf bpf /sys/fs/bpf && "$@" && ls /sys/fs/bpf',
    "sh",
)


@pytest.fixture(scope="module")
def bpffs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bpffs")
    subprocess.run([*MOUNT, folder], check=True)
    yield folder
    subprocess.run([*UMOUNT, folder], check=True)


def exits_of(path: Path) -> dict[int, exit_count]:
    with PinnedExits(path) as exits:
        return dict(exits.items())


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_map_outlives_the_program(bpffs: Path) -> None:
    path = bpffs / "exits"
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.pin("exits", path)
        bpf.attach()
        start = time.monotonic_ns()
        child = subprocess.Popen([sys.executable, "-c", ENDER])
        assert child.wait() == 0
        end = time.monotonic_ns()

    count = exits_of(path)[UID]
    assert count.exits == EXITS
    assert start < count.last < end
    assert (count.last_pid, count.last_comm) == (child.pid, COMM.encode())

    subprocess.run([sys.executable, "-c", ENDER], check=True)
    assert bytes(exits_of(path)[UID]) == bytes(count), "nobody counts any more"
    path.unlink()
    with pytest.raises(FileNotFoundError):
        PinnedExits(path)


def test_a_map_of_other_sizes_is_refused(bpffs: Path) -> None:
    path = bpffs / "calls"
    with Bpf(hashcount.OBJECT) as bpf:
        bpf.load()
        bpf.pin("calls", path)
    before = open_files()

    with pytest.raises(ValueError, match=r"/calls: key_size: 20, expected 4$"):
        PinnedExits(path)
    assert open_files() == before
    path.unlink()


def test_script() -> None:
    done = subprocess.run(
        [
            *(*IN_ITS_OWN_BPFFS, sys.executable),
            *("-m", "examples.pinned.pinned", "--seconds", "0.1"),
        ],
        cwd=OBJECT.parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    rows = done.stdout.splitlines()
    assert [row for row in rows if not row.startswith("uid ")] == ["maps.debug", "progs.debug"]


def test_script_reads_a_pin(bpffs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bpffs / "read"
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.pin("exits", path)
        bpf.attach()
        subprocess.run([sys.executable, "-c", ENDER], check=True)

    pinned.show(path)

    assert f"uid {UID}: {EXITS} threads ended, the last in {COMM}\n" in capsys.readouterr().out
    path.unlink()
