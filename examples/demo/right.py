"""Decode an event that the kernel sent. mypy finds no error in this file."""

from pathlib import Path

from btf_typing import load

with load("examples/execsnoop/execsnoop.bpf.o") as obj:
    ExecEvent = obj.btf.struct("exec_event")
    ExecKind = obj.btf.enum("exec_kind")


def summary(event: ExecEvent) -> str:
    """An event as one line of text: which user starts which program."""
    who = event.comm.decode(errors="replace")
    what = event.filename.decode(errors="replace")
    return f"{who} ({event.pid}) starts {what} as uid {event.creds.uid}: {event.argc} arguments"


if __name__ == "__main__":
    recorded = Path("examples/execsnoop/recorded_event.bin").read_bytes()
    event = ExecEvent.from_buffer_copy(recorded)
    print(event)
    print(summary(event), f"[{ExecKind(event.kind).name}]")
