"""Print programs as they start. The classes that decode the events come from the object's BTF.

From the repository's root:

sudo .venv/bin/python -m examples.execsnoop.execsnoop              wait for one program to start
sudo .venv/bin/python -m examples.execsnoop.execsnoop --count 5    wait for five programs
.venv/bin/python -m examples.execsnoop.execsnoop --recorded        decode a recorded event
"""

import argparse
import importlib
import importlib.util
import os
import subprocess
from pathlib import Path

from examples.execsnoop.execsnoop_bpf import exec_count, exec_event, exec_kind
from examples.text import counted

OBJECT = Path(__file__).parent / "execsnoop.bpf.o"
RECORDED = OBJECT.with_name("recorded_event.bin")


def show(event: exec_event) -> None:
    """Print one event."""
    path = event.filename.decode(errors="replace")
    if event.kind == exec_kind.EXEC_UNREADABLE:
        path = f"({os.strerror(-event.path_error)})"
    more = "at least " if event.argc_cut else ""
    print(f"{event.timestamp / 1e9:.6f} s  {event.comm.decode(errors='replace')} -> {path}")
    print(f"    pid {event.pid}, thread {event.tid}")
    print(f"    uid {event.creds.uid}, gid {event.creds.gid}")
    print(f"    path {exec_kind(event.kind).name}, {counted(event.path_len, 'byte')}")
    print(f"    {more}{counted(event.argc, 'argument')}")
    print(f"    lengths of the first four, in bytes: {list(event.arg_len)}")


def why_not_live() -> str | None:
    """Say why this machine cannot run the program.

    Returns:
        The reason, or None if everything seems to be there.
    """
    if os.geteuid() != 0:
        return "loading BPF needs root"
    if importlib.util.find_spec("pylibbpf") is None:
        return "pylibbpf is not installed (pip install pylibbpf)"
    if not Path("/sys/kernel/tracing/events/syscalls/sys_enter_execve").exists():
        return "no execve tracepoint (mount -t tracefs tracefs /sys/kernel/tracing)"
    return None


class RefusedError(Exception):
    """The kernel refuses the program. The message is pylibbpf's."""


def watch(count: int) -> list[exec_event]:
    """Attach the program, start /bin/true, and print *count* events.

    Raises:
        RefusedError: A capability is missing, or the kernel is too old.
    """
    pylibbpf = importlib.import_module("pylibbpf")  # only a live run needs it
    seen: list[exec_event] = []
    bpf = pylibbpf.BpfObject(str(OBJECT), structs={"exec_event": exec_event})
    try:
        bpf.load()
        events = bpf["events"].open_perf_buffer(lambda _, event: seen.append(event), "exec_event")
        bpf.attach_all()
    except pylibbpf.BpfException as error:
        raise RefusedError(error) from error

    print("Live: tracepoint syscalls:sys_enter_execve of this kernel")
    subprocess.run(["/bin/true", "an argument"], check=True)
    shown = 0
    while shown < count:
        events.poll(timeout_ms=100)
        for event in seen[shown:count]:
            show(event)
            shown += 1

    for uid, value in bpf["exec_counts"].items().items():  # pylibbpf's items() is a dict
        entry = exec_count.from_buffer_copy(value)
        program = entry.last_comm.decode(errors="replace")
        print(f"uid {uid}: {counted(entry.execs, 'exec')}, the last by {program}")
    return seen


def main() -> None:
    """Run live if this machine can, and otherwise decode the recorded event."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--recorded", action="store_true", help="decode the recorded event")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="events to wait for")
    parser.add_argument("--record", type=Path, metavar="FILE", help="save the first event, live")
    args = parser.parse_args()

    reason = "asked for with --recorded" if args.recorded else why_not_live()
    if reason is None:
        try:
            seen = watch(args.count)
        except RefusedError as error:
            reason = str(error)
        else:
            if args.record:
                args.record.write_bytes(seen[0])
    if reason is not None:
        print(f"Recorded event: {reason}")
        show(exec_event.from_buffer_copy(RECORDED.read_bytes()))


if __name__ == "__main__":
    main()
