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


class Names(StrEnum):
    CREDS = "creds"
    WRONG = "evnt"


FINAL: Final = ("event", "evnt")
GROWING = ["event"]
