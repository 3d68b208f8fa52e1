"""Tests of an object's class, in both branches."""

import ctypes
from typing import Final, assert_never

import app.classes
from app.classes import Creds, Event, decode
from btf_typing import load

obj = load("prog.bpf.o")
Stats = obj.btf.struct("stats")
Value = obj.btf.union("value")


def by_isinstance(x: Event | Creds) -> int:
    reveal_type(isinstance(x, Event))  # N: Revealed type is "bool"
    return x.pid if isinstance(x, Event) else x.uid


def misspelt(x: Stats | Value) -> None:
    if isinstance(x, Stats):
        x.coumt  # E: "stats" has no attribute "coumt"; maybe "count"?  [attr-defined]
    else:
        x.numbr  # E: "value" has no attribute "numbr"; maybe "number"?  [attr-defined]


BOTH = (Event, Creds)


def by_tuple(x: Event | Creds | Stats, y: Event | Creds | Stats) -> int:
    if isinstance(x, (Event, Creds)):
        reveal_type(x)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"
    else:
        reveal_type(x)  # N: Revealed type is "prog_bpf.stats"
    if not isinstance(y, BOTH):
        return y.count
    return y.pid if isinstance(y, app.classes.Event) else y.uid


def by_union(x: Event | Creds | int) -> int:
    if isinstance(x, Event | Creds):
        reveal_type(x)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"
        return 0
    return x


def by_issubclass(x: type[Event | Creds]) -> int:
    if issubclass(x, Event):
        return x().pid
    return x().uid


def by_class_of_a_caller(x: Event | Creds, cls: type[Event]) -> None:
    if not isinstance(x, cls):
        # cls may be a class derived from Event.
        reveal_type(x)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"


def by_classes_of_a_caller(x: Event | Creds, both: tuple[type[Event], type[Creds]]) -> None:
    if not isinstance(x, both):
        reveal_type(x)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"


def by_type(x: Event | Creds) -> int:
    return x.pid if type(x) is Event else 0


def by_match(x: Event | Creds | Stats) -> int:
    match x:
        case Event(pid=pid):
            reveal_type(pid)  # N: Revealed type is "int"
            x.pidd  # E: "event" has no attribute "pidd"; maybe "pid"?  [attr-defined]
            return pid
        case app.classes.Creds():
            return x.uid
        case Stats():
            return x.count
        case _:
            assert_never(x)


def by_match_with_a_hole(x: Event | Creds) -> int:
    match x:
        case Event():
            return x.pid
    assert_never(x)
    # E: Argument 1 to "assert_never" has incompatible type "creds"; expected "Never"  [arg-type]


def by_match_of_a_call() -> int:
    x: Event | Creds = decode(b"")
    match x:
        case Event() | Creds():
            return 0
    assert_never(x)


def local(x: object) -> int:
    Local = obj.btf.struct("event")  # noqa: N806
    match x:
        case Local():
            return x.pid
    return x.uid if isinstance(x, Creds) else 0


class Tool:
    """A class in an attribute."""

    def __init__(self) -> None:
        self.Event = obj.btf.struct("event")

    def show(self, x: Event | Creds) -> int:
        """Test against it."""
        return x.pid if isinstance(x, self.Event) else x.uid


class Declared:
    """A class in an attribute with an annotation, and in a Final one."""

    def __init__(self, wanted: type[Event]) -> None:
        self.wanted: type[Event] = wanted
        self.Final: Final = obj.btf.struct("event")

    def show(self, x: Event | Creds, y: Event | Creds) -> None:
        if not isinstance(x, self.wanted):
            # wanted may be a class derived from Event.
            reveal_type(x)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"
        if not isinstance(y, self.Final):
            reveal_type(y)  # N: Revealed type is "prog_bpf.creds"


CLASSES = {1: Event, 2: Creds, 3: obj.btf.struct("stats")}
BY_NAME = dict(event=Event, creds=Creds)


def by_table(kind: int, data: bytes) -> ctypes.Structure:
    ctypes.sizeof(CLASSES[kind])
    cls = CLASSES[kind]
    return cls.from_buffer_copy(data)


def by_name(name: str) -> type[ctypes.Structure]:
    return BY_NAME[name]


reveal_type(Event)  # N: Revealed type is "type[prog_bpf.event]"


class Holder:
    Declared: type[Event] = Event
    Inferred = Event

    @classmethod
    def by_own_class(cls, x: Event | Creds) -> None:
        if not isinstance(x, cls.Declared):
            reveal_type(x)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"


def by_class_attributes(x: Event | Creds, y: Event | Creds) -> None:
    if not isinstance(x, Holder.Declared):
        # Declared may be a class derived from Event.
        reveal_type(x)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"
    if not isinstance(y, Holder.Inferred):
        reveal_type(y)  # N: Revealed type is "prog_bpf.creds"
