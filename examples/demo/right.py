"""Decode an event that the kernel sent. Type checkers find no error in this file."""

from pathlib import Path

from examples.execsnoop.execsnoop_bpf import exec_event, exec_kind, obj


def summary(event: exec_event) -> str:
    """An event as one line of text: which user starts which program."""
    who = event.comm.decode(errors="replace")
    what = event.filename.decode(errors="replace")
    arguments = "1 argument" if event.argc == 1 else f"{event.argc} arguments"
    return f"{who} ({event.pid}) starts {what} as uid {event.creds.uid}: {arguments}"


if __name__ == "__main__":
    recorded = Path("examples/execsnoop/recorded_event.bin").read_bytes()
    event = exec_event.from_buffer_copy(recorded)
    print(event)
    print(summary(event), f"[{exec_kind(event.kind).name}]")
    print(f"The map of counts has room for {obj.maps['exec_counts'].max_entries} users.")
