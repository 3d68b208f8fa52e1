"""Classes that ``tables_user.py`` uses in annotations."""

import enum

from btf_typing import load

obj = load("tool.bpf.o")


class Names(enum.StrEnum):
    COUNTS = "counts"


counts = obj.maps["counts"]
Key, Value = counts.key, counts.value
ByEnum = obj.maps[Names.COUNTS].value
Event = obj.btf.struct("exec_event")
Creds = obj.btf.struct("creds")
Kind = obj.btf.enum("exec_kind")
Either = Event | Creds
Maybe = Either | None
Number = Key | int
MaybeKind = Kind | None
addresses = obj.maps["addresses"]
Port = addresses.key
EventKey = obj.maps["events"].key
MaybePort = Port | None
