"""Classes of the program that derive from a class of an object."""

import ctypes

import prog_bpf
from btf_typing import load
from prog_bpf import creds

obj = load("prog.bpf.o")
Base = obj.btf.struct("event")


class Event(Base):
    """Derives from a variable that holds a class."""

    extra: int = 0
    names: list[bytes]

    def f(self) -> int:
        self.pdi  # E: "Event" has no attribute "pdi"  [attr-defined]
        self.exrta  # E: "Event" has no attribute "exrta"; maybe "extra"?  [attr-defined]
        return self.pid + self.extra

    @property
    def name(self) -> str:
        return self.comm.decode()


event = Event(pid=1)
reveal_type(event)  # N: Revealed type is "subclasses.Event"
reveal_type(event.pid)  # N: Revealed type is "int"
reveal_type(event.creds.uid)  # N: Revealed type is "int"
reveal_type(event.extra)  # N: Revealed type is "int"
reveal_type(event.names[0])  # N: Revealed type is "bytes"
reveal_type(event.f())  # N: Revealed type is "int"
reveal_type(event.name)  # N: Revealed type is "str"
reveal_type(Event.from_buffer_copy(b"").name)  # N: Revealed type is "str"
reveal_type(Event.pid.offset)  # N: Revealed type is "int"
event.extra = "x"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "int")  [assignment]
event.pid = "1"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "int")  [assignment]
event.pdi = 1  # E: "Event" has no attribute "pdi"  [attr-defined]
event.nmae  # E: "Event" has no attribute "nmae"  [attr-defined]
event.creds.uidd  # E: "creds" has no attribute "uidd"; maybe "uid"?  [attr-defined]
Event(pidd=1)
# E: Unexpected keyword argument "pidd" for "Event"; did you mean "pid"?  [call-arg]


class Owner(creds):
    """Derives from a class of the stub."""

    def __init__(self, name: str) -> None:
        super().__init__(uid=1)
        self.name = name

    def both(self) -> int:
        self.git  # E: "Owner" has no attribute "git"  [attr-defined]
        return self.uid + self.gid


reveal_type(Owner("root").name)  # N: Revealed type is "str"
reveal_type(Owner("root").uid)  # N: Revealed type is "int"
Owner("root").udi  # E: "Owner" has no attribute "udi"  [attr-defined]
Owner(uid=1)  # E: Unexpected keyword argument "uid" for "Owner"  [call-arg]


class Further(Event):
    """Derives from a class of the program that derives from a class of the object."""

    more = b""


reveal_type(Further().more)  # N: Revealed type is "bytes"
reveal_type(Further().extra + Further().pid)  # N: Revealed type is "int"
Further().pdi  # E: "Further" has no attribute "pdi"  [attr-defined]


def accepts(event: Base, same: prog_bpf.event, own: Event) -> None:
    accepts(own, own, own)
    accepts(event, event, event)
    # E: Argument 3 to "accepts" has incompatible type "event"; expected "Event"  [arg-type]
    if not isinstance(same, Event):
        reveal_type(same)  # N: Revealed type is "prog_bpf.event"


class WithOwnFields(Base):
    _fields_ = [("more", ctypes.c_uint32)]


own = WithOwnFields(more=1, pid=2)
reveal_type(own.more)  # N: Revealed type is "int"
reveal_type(own.pid)  # N: Revealed type is "int"
own.mor  # E: "WithOwnFields" has no attribute "mor"; maybe "more"?  [attr-defined]
