"""Read a pinned map with bpf(2) alone, without a loader or a library.

From the repository's root:

sudo .venv/bin/python -m examples.pinned.pinned [--seconds S]
sudo .venv/bin/python -m examples.pinned.pinned --read PATH      read a map that is already pinned
"""

import argparse
import ctypes
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from examples.libbpf import Bpf, why_not_live
from examples.pinned.pinned_bpf import exit_count, obj
from examples.text import counted

OBJECT = Path(__file__).parent / "pinned.bpf.o"
TRACEPOINT = "sched/sched_process_exit"
BPFFS = Path("/sys/fs/bpf")

Uid = obj.maps["exits"].key  # c_uint32: BTF has no name for it

# Commands of bpf(2), from linux/bpf.h.
SYSCALLS = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "s390x": 351}
MAP_LOOKUP_ELEM, MAP_GET_NEXT_KEY, OBJ_GET = 1, 4, 7


class Attr(ctypes.Structure):
    """The part of ``union bpf_attr`` that the commands use. OBJ_GET's path comes first."""

    _fields_ = (
        ("map_fd", ctypes.c_uint64),
        ("key", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
        ("flags", ctypes.c_uint64),
    )


def bpf(command: int, attr: Attr) -> int:
    """Make the system call.

    Raises:
        OSError: The kernel refuses the call.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    number = SYSCALLS[platform.machine()]
    result: int = libc.syscall(number, command, ctypes.byref(attr), ctypes.sizeof(attr))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


class PinnedExits:
    """The map ``exits``, opened by the path of its pin.

    A context manager; leaving it closes the map.

    Args:
        path: Path of the pin.

    Raises:
        OSError: There is no pin, or this user may not read it.
        ValueError: The map has keys or values of other sizes.
    """

    def __init__(self, path: Path) -> None:
        name = ctypes.create_string_buffer(os.fsencode(path))
        self._fd = bpf(OBJ_GET, Attr(ctypes.addressof(name)))
        # The kernel writes as many bytes as the map's values have, so check the size first.
        info = Path(f"/proc/self/fdinfo/{self._fd}").read_text().split()
        for what, cls in (("key_size:", Uid), ("value_size:", exit_count)):
            size = int(info[info.index(what) + 1])
            if size != ctypes.sizeof(cls):
                self.close()
                raise ValueError(f"{path}: {what} {size}, expected {ctypes.sizeof(cls)}")

    def items(self) -> Iterator[tuple[int, exit_count]]:
        """Every uid and its count."""
        key, previous = Uid(), 0
        while True:
            try:
                bpf(MAP_GET_NEXT_KEY, Attr(self._fd, previous, ctypes.addressof(key)))
            except FileNotFoundError:  # ENOENT: there is no further key
                return
            count = exit_count()
            bpf(MAP_LOOKUP_ELEM, Attr(self._fd, ctypes.addressof(key), ctypes.addressof(count)))
            yield key.value, count
            previous = ctypes.addressof(key)

    def close(self) -> None:
        """Close the file descriptor; the pin stays."""
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()


def count_and_pin(path: Path, seconds: float) -> None:
    """Count for a while. Then the program ends, and the map stays pinned at *path*."""
    with Bpf(OBJECT) as program:
        program.load()
        program.pin("exits", path)
        program.attach()
        time.sleep(seconds)


def show(path: Path) -> None:
    """Print a line for each user."""
    with PinnedExits(path) as exits:
        for uid, count in exits.items():
            program = count.last_comm.decode(errors="replace")
            print(f"uid {uid}: {counted(count.exits, 'thread')} ended, the last in {program}")


def main() -> None:
    """Count, pin, read, and remove the pin; or only read."""
    parser = argparse.ArgumentParser(description="Count the threads that end, in a pinned map.")
    parser.add_argument("--seconds", type=float, default=1.0, metavar="S")
    parser.add_argument("--read", type=Path, metavar="PATH", help="only read this pin")
    args = parser.parse_args()
    if args.read:
        show(args.read)
        return
    if reason := why_not_live(TRACEPOINT):
        sys.exit(f"pinned: {reason}")
    if not BPFFS.is_mount():
        sys.exit(f"pinned: {BPFFS} is not mounted (mount -t bpf bpf {BPFFS})")

    path = BPFFS / f"btf_typing_exits_{os.getpid()}"
    try:
        count_and_pin(path, args.seconds)
        show(path)
    finally:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
