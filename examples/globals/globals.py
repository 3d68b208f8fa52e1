"""Measure the reads and writes of one process, with a BPF program's global variables.

sudo python -m examples.globals.globals [--pid PID] [--seconds S] [--min-bytes N]
"""

import argparse
import os
import sys
import time
from pathlib import Path

from btf_typing import load
from examples.libbpf import Bpf, why_not_live

OBJECT = Path(__file__).parent / "globals.bpf.o"
TRACEPOINTS = ("syscalls/sys_enter_read", "syscalls/sys_enter_write")

with load(OBJECT) as obj:
    Rodata = type(obj.sections[".rodata"])  # the section in the object has the initial values
    Data = type(obj.sections[".data"])
    Bss = type(obj.sections[".bss"])
    IoStats = obj.btf.struct("io_stats")
    Direction = obj.btf.enum("direction")


def start(bpf: Bpf, pid: int, *, reads: bool = True, writes: bool = True) -> None:
    """Configure, load and attach the program. After loading, .rodata cannot change."""
    config = bpf.initial(".rodata", Rodata).config
    config.pid = pid
    config.count_reads = reads
    config.count_writes = writes
    bpf.load()
    bpf.attach()
    bpf.globals(".data", Data).paused = False


def lines(stats: IoStats, direction: Direction) -> list[str]:
    """Statistics of reads or writes as lines of text: totals, and a line for each size."""
    name = direction.name.removeprefix("DIR_").lower()
    by_size = stats.by_size[direction]
    limits = [f"up to {8**exponent}" for exponent in range(len(by_size) - 1)] + ["larger"]
    return [
        f"{name}: {stats.calls[direction]} calls for {stats.bytes[direction]} bytes",
        *(
            f"    {limit:>13} bytes: {calls}"
            for limit, calls in zip(limits, by_size, strict=True)
            if calls
        ),
    ]


def main() -> None:
    """Measure a process: by default this one, while it writes to /dev/null."""
    parser = argparse.ArgumentParser(description="Measure the reads and writes of a process.")
    parser.add_argument("--pid", type=int, default=os.getpid(), help="default: this script")
    parser.add_argument("--seconds", type=float, default=1.0, metavar="S")
    parser.add_argument("--min-bytes", type=int, default=1, metavar="N", help="ignore smaller ones")
    args = parser.parse_args()
    if reason := why_not_live(*TRACEPOINTS):
        sys.exit(f"globals: {reason}")

    with Bpf(OBJECT) as bpf:
        start(bpf, args.pid)
        bpf.globals(".data", Data).min_bytes = args.min_bytes
        if args.pid == os.getpid():
            Path("/dev/null").write_bytes(bytes(5000))
        time.sleep(args.seconds)
        bpf.globals(".data", Data).paused = True
        counters = bpf.globals(".bss", Bss)
        for direction in (Direction.DIR_READ, Direction.DIR_WRITE):
            print("\n".join(lines(counters.stats, direction)))
        print(f"smaller than {args.min_bytes} bytes: {counters.ignored} calls")


if __name__ == "__main__":
    main()
