"""Classes that other modules import."""

from enum import StrEnum
from typing import Final

from btf_typing import load

obj = load("prog.bpf.o")
Event = obj.btf.struct("event")
Creds = obj.btf.struct("creds")


def decode(data: bytes) -> Event | Creds:
    """One of two structures."""
    return Event.from_buffer_copy(data) if len(data) > 8 else Creds.from_buffer_copy(data)


class Opener:
    """Classes of other modules derive from this one."""

    def __init__(self, wanted: type[Event]) -> None:
        self.opened = load("prog.bpf.o")
        self.wanted: type[Event] = wanted


class Names(StrEnum):
    CREDS = "creds"
    WRONG = "evnt"


FINAL: Final = ("event", "evnt")
GROWING = ["event"]
