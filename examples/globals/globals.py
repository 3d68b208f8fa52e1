"""Measure the reads and writes of one process, with a BPF program's global variables.

sudo .venv/bin/python -m examples.globals.globals [--pid PID] [--seconds S] [--min-bytes N]

Run it from the repository's root.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from examples.globals.globals_bpf import (
    direction,
    io_stats,
    section_bss,
    section_data,
    section_rodata,
)
from examples.libbpf import Bpf, why_not_live
from examples.text import counted

OBJECT = Path(__file__).parent / "globals.bpf.o"
TRACEPOINTS = ("syscalls/sys_enter_read", "syscalls/sys_enter_write")


def start(bpf: Bpf, pid: int, *, reads: bool = True, writes: bool = True) -> None:
    """Configure, load and attach the program. After loading, .rodata cannot change."""
    config = bpf.initial(".rodata", section_rodata).config
    config.pid = pid
    config.count_reads = reads
    config.count_writes = writes
    bpf.load()
    bpf.attach()
    bpf.globals(".data", section_data).paused = False


def lines(stats: io_stats, way: direction) -> list[str]:
    """Statistics of reads or writes as lines of text: totals, and a line for each size."""
    name = way.name.removeprefix("DIR_").lower()
    by_size = stats.by_size[way]
    limits = [f"up to {8**exponent}" for exponent in range(len(by_size) - 1)] + ["larger"]
    return [
        f"{name}: {counted(stats.calls[way], 'call')} for {counted(stats.bytes[way], 'byte')}",
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
        bpf.globals(".data", section_data).min_bytes = args.min_bytes
        if args.pid == os.getpid():
            Path("/dev/null").write_bytes(bytes(5000))
        time.sleep(args.seconds)
        bpf.globals(".data", section_data).paused = True
        counters = bpf.globals(".bss", section_bss)
        for way in (direction.DIR_READ, direction.DIR_WRITE):
            print("\n".join(lines(counters.stats, way)))
        smaller = counted(args.min_bytes, "byte")
        print(f"smaller than {smaller}: {counted(counters.ignored, 'call')}")


if __name__ == "__main__":
    main()
