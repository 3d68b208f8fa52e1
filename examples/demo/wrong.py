"""Like right.py, but with mistakes in four lines. Without mypy, they fail at 3 a.m."""

from btf_typing import load

with load("examples/execsnoop/execsnoop.bpf.o") as obj:
    ExecEvent = obj.btf.struct("exec_event")
    ExecCount = obj.btf.struct("exec_cuont")  # E: there is no such struct


def summary(event: ExecEvent) -> str:
    """Read fields that do not exist, or that have another type."""
    who = event.com.decode()  # E: a misspelt field
    path: str = event.filename  # E: char[64] is bytes, not str
    return f"{who} ({event.pid}) starts {path} as uid {event.creds.uid}"


def anonymous(event: ExecEvent) -> None:
    """Write a value that the field cannot hold."""
    event.creds.uid = "nobody"  # E: the field is an integer
