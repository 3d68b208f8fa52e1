"""Print programs as they start, with fields of the kernel's task_struct.

sudo .venv/bin/python -m examples.core_task.core_task [--count N]       from the repository's root
"""

import argparse
import subprocess
import sys
from pathlib import Path

from btf_typing import Btf
from examples.core_task.core_task_bpf import obj, task_event
from examples.libbpf import Bpf, why_not_live
from examples.text import counted

OBJECT = Path(__file__).parent / "core_task.bpf.o"
TRACEPOINT = "sched/sched_process_exec"


def show_offsets() -> None:
    """Print the offsets of the same fields in the object and in this kernel.

    The object's task_struct has a few fields at made-up offsets. When libbpf
    loads the program, it writes the kernel's offsets into the code.
    """
    written = obj.btf.type("task_struct")
    running = {field.name: field for field in Btf.from_kernel().type("task_struct").fields}
    print(f"{'field of task_struct':24} {'in the object':>14} {'in this kernel':>15}")
    for field in written.fields:
        print(f"{field.name:24} {field.offset:14} {running[field.name].offset:15}")


def describe(event: task_event) -> str:
    """An event as two lines of text."""
    program = f"{event.comm.decode(errors='replace')} ({event.pid}), nice {event.nice}"
    parent = f"{event.parent_comm.decode(errors='replace')} ({event.parent_pid})"
    arguments = (
        f"{counted(event.arg_end - event.arg_start, 'byte')} of arguments at {event.arg_start:#x}"
    )
    return (
        f"{event.start_time / 1e9:.6f} s  {program}, child of {parent}\n"
        f"    {arguments}; in_execve is {event.in_execve}"
    )


def main() -> None:
    """Start a program, and print events until there have been enough."""
    parser = argparse.ArgumentParser(description="Print programs as they start.")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="events to print")
    args = parser.parse_args()
    if reason := why_not_live(TRACEPOINT):
        sys.exit(f"core_task: {reason}")

    show_offsets()
    events: list[task_event] = []
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        with bpf.ring_buffer(
            "events", lambda data: events.append(task_event.from_buffer_copy(data))
        ) as buffer:
            subprocess.run(["/bin/true"], check=True)
            while len(events) < args.count:
                buffer.poll(timeout_ms=100)
    for event in events[: args.count]:
        print(describe(event))


if __name__ == "__main__":
    main()
