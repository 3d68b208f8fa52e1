"""Count every system call by program, and print the ones made most often.

sudo .venv/bin/python -m examples.hashcount.hashcount [--seconds S] [--top N]

Run it from the repository's root.
"""

import argparse
import contextlib
import importlib
import importlib.util
import os
import sys
import time
from pathlib import Path
from typing import Protocol

from btf_typing import load

OBJECT = Path(__file__).parent / "hashcount.bpf.o"

# The other examples import generated modules. This one reads the object itself, and mypy's plugin
# finds the types of its classes in stubs/hashcount_bpf.pyi.
with load(OBJECT) as obj:
    CallKey = obj.btf.struct("call_key")
    CallCount = obj.btf.struct("call_count")


class Map(Protocol):
    """The part of pylibbpf's maps that is used here. Keys and values are bytes."""

    def items(self) -> dict[bytes, bytes]:
        """Return all entries."""

    def lookup(self, key: bytes) -> bytes | None:
        """Return one value. If there is none, return None or raise KeyError."""


class Bpf(Protocol):
    """The part of pylibbpf's objects that is used here."""

    def load(self) -> None:
        """Load maps and programs into the kernel."""

    def attach_all(self) -> object:
        """Attach every program to the place that its section names."""

    def __getitem__(self, name: str, /) -> Map: ...


def why_not_live() -> str | None:
    """The reason why this machine cannot run the program; None if it can."""
    if os.geteuid() != 0:
        return "loading BPF needs root"
    if importlib.util.find_spec("pylibbpf") is None:
        return "pylibbpf is not installed (pip install pylibbpf)"
    if not Path("/sys/kernel/tracing/events/raw_syscalls/sys_enter").exists():
        return "no sys_enter tracepoint (mount -t tracefs tracefs /sys/kernel/tracing)"
    return None


def attach() -> Bpf:
    """Load and attach the program. It counts until the returned object is deleted."""
    bpf: Bpf = importlib.import_module("pylibbpf").BpfObject(str(OBJECT))
    bpf.load()
    bpf.attach_all()
    return bpf


def read_calls(bpf: Bpf) -> list[tuple[CallKey, CallCount]]:
    """Read the whole map."""
    return [
        (CallKey.from_buffer_copy(key), CallCount.from_buffer_copy(value))
        for key, value in bpf["calls"].items().items()
    ]


def read_call(bpf: Bpf, comm: str, nr: int) -> CallCount | None:
    """Look up one key."""
    key = CallKey(comm=comm.encode(), nr=nr)
    with contextlib.suppress(KeyError):  # pylibbpf 0.0.6 raises KeyError, 0.0.7 returns None
        if value := bpf["calls"].lookup(bytes(key)):
            return CallCount.from_buffer_copy(value)
    return None


def main() -> None:
    """Count for a while, then print."""
    parser = argparse.ArgumentParser(description="Count system calls by program.")
    parser.add_argument("--seconds", type=float, default=1.0, metavar="S")
    parser.add_argument("--top", type=int, default=10, metavar="N")
    args = parser.parse_args()
    if reason := why_not_live():
        sys.exit(f"hashcount: {reason}")

    bpf = attach()
    time.sleep(args.seconds)
    calls = sorted(read_calls(bpf), key=lambda call: call[1].calls, reverse=True)
    print(f"{'calls':>8} {'a second':>10}  {'nr':>4}  {'last pid':>8}  program")
    for key, count in calls[: args.top]:
        seconds = (count.last - count.first) / 1e9
        rate = f"{count.calls / seconds:10.0f}" if seconds else f"{'-':>10}"
        program = key.comm.decode(errors="replace")
        print(f"{count.calls:8} {rate}  {key.nr:4}  {count.last_pid:8}  {program}")


if __name__ == "__main__":
    main()
