"""Count the files that each process opens, on each CPU.

sudo .venv/bin/python -m examples.percpu.percpu [--seconds S]       from the repository's root
"""

import argparse
import sys
import time
from ctypes import c_uint32
from pathlib import Path

from examples.libbpf import Bpf, possible_cpus, why_not_live
from examples.percpu.percpu_bpf import access_mode, open_count

OBJECT = Path(__file__).parent / "percpu.bpf.o"
TRACEPOINT = "syscalls/sys_enter_openat"


def read_process(bpf: Bpf, pid: int) -> list[open_count]:
    """One value for each CPU, indexed by CPU; an empty list if *pid* is unknown.

    The kernel rounds the size of each value up to 8 bytes. A struct open_count
    contains a u64, so its size is a multiple of 8, and a plain array fits.
    """
    values = (open_count * possible_cpus())()
    return list(bpf.lookup("opens", c_uint32(pid), values) or ())


def describe(pid: int, values: list[open_count]) -> str:
    """A process as one line of text, with its counts by CPU and by access mode."""
    latest = max(values, key=lambda value: value.last)
    by_cpu = " ".join(f"{value.opens:6}" for value in values)
    modes = ", ".join(
        f"{mode.name.removeprefix('MODE_').lower()} {total}"
        for mode in access_mode
        if (total := sum(value.by_mode[mode] for value in values))
    )
    return f"{pid:8} {latest.comm.decode(errors='replace'):16} {by_cpu}   {modes}"


def main() -> None:
    """Count for a while, then print a line for each process."""
    parser = argparse.ArgumentParser(description="Count opened files by process and CPU.")
    parser.add_argument("--seconds", type=float, default=1.0, metavar="S")
    args = parser.parse_args()
    if reason := why_not_live(TRACEPOINT):
        sys.exit(f"percpu: {reason}")

    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        time.sleep(args.seconds)
        cpus = " ".join(f"{f'cpu{cpu}':>6}" for cpu in range(possible_cpus()))
        print(f"{'pid':>8} {'program':16} {cpus}   opened for")
        for key in bpf.keys("opens", c_uint32):
            if values := read_process(bpf, key.value):
                print(describe(key.value, values))


if __name__ == "__main__":
    main()
