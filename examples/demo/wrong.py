"""Like right.py, but with mistakes in four lines. Without a type checker, they fail at 3 a.m."""

from examples.execsnoop.execsnoop_bpf import exec_event, obj

counts = obj.maps["exec_count"]  # E: the map is called exec_counts


def summary(event: exec_event) -> str:
    """Read fields that do not exist, or that have another type."""
    who = event.com.decode()  # E: a misspelt field
    path: str = event.filename  # E: char[64] is bytes, not str
    return f"{who} ({event.pid}) starts {path} as uid {event.creds.uid}"


def anonymous(event: exec_event) -> None:
    """Write a value that the field cannot hold."""
    event.creds.uid = "nobody"  # E: the field is an integer
