"""Hand-written classes whose fields have types, because the program validates them."""

import ctypes
from collections.abc import Callable
from ctypes import Structure, Union, c_char, c_int32, c_uint8, c_uint16, c_uint32, c_uint64
from typing import TypeVar

import prog_bpf
from btf_typing import load

T = TypeVar("T")
obj = load("prog.bpf.o")
Creds = obj.btf.struct("creds")


@obj.btf.validate("event")
class Event(Structure):
    _fields_ = [
        ("pid", c_uint32),
        ("ts", c_uint64),
        ("comm", c_char * 16),
        ("kind", c_int32),
        ("creds", Creds),
        ("next", ctypes.c_void_p),
        ("load", c_uint32 * 4),
        ("ratio", ctypes.c_double),
        ("done", ctypes.c_bool),
    ]

    def line(self) -> str:
        return f"{self.pid} {self.com!r}"
        # E: "Event" has no attribute "com"; maybe "comm"?  [attr-defined]


event = Event(1, 2, b"bash", creds=Creds(uid=1))
reveal_type(event.pid)  # N: Revealed type is "int"
reveal_type(event.comm)  # N: Revealed type is "bytes"
reveal_type(event.creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(event.next)  # N: Revealed type is "int | None"
reveal_type(event.load[0])  # N: Revealed type is "int"
reveal_type(event.ratio)  # N: Revealed type is "float"
reveal_type(event.done)  # N: Revealed type is "bool"
reveal_type(Event.pid.offset)  # N: Revealed type is "int"
reveal_type(Event.from_buffer_copy(b"").pid)  # N: Revealed type is "int"
event.pid = 2
event.load = (1, 2, 3, 4)
event.pid = "2"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "int")  [assignment]
event.pdi  # E: "Event" has no attribute "pdi"  [attr-defined]
event.pdi = 1  # E: "Event" has no attribute "pdi"  [attr-defined]
event.creds.uidd  # E: "creds" has no attribute "uidd"; maybe "uid"?  [attr-defined]
Event.pdi  # E: "type[Event]" has no attribute "pdi"  [attr-defined]
Event.__pointer_type__
if hasattr(Event, "_layout_"):
    print(Event._layout_)
pointer = ctypes.pointer(event)
reveal_type(pointer[0])  # N: Revealed type is "proven.Event"
pointer[0].pdi  # E: "Event" has no attribute "pdi"  [attr-defined]
pointer[0] = Creds()
# E: Incompatible types in assignment (expression has type "creds", target has type
#    "Event | tuple[Any, ...]")  [assignment]
Event(pidd=1)
# E: Unexpected keyword argument "pidd" for "Event"; did you mean "pid"?  [call-arg]
Event(pid="1")
# E: Argument "pid" to "Event" has incompatible type "str"; expected "int"  [arg-type]


class Stats(Structure):
    _fields_ = [("count", c_uint64), ("bytes", c_uint64)]

    def __init__(self, total: int) -> None:
        super().__init__(total, total)
        self.note = "own attributes stay"


obj.btf.validate_struct("stats", Stats)
stats = Stats(3)
reveal_type(stats.count)  # N: Revealed type is "int"
reveal_type(stats.note)  # N: Revealed type is "str"
stats.coumt  # E: "Stats" has no attribute "coumt"; maybe "count"?  [attr-defined]


class More(Stats):
    """A class that derives from a proven one."""

    _fields_ = [("flags", c_uint8 * 4), ("low", c_uint16, 4)]


reveal_type(More(1).low)  # N: Revealed type is "int"
More(1).lw  # E: "More" has no attribute "lw"; maybe "low"?  [attr-defined]


@obj.btf.validate("value")
class Value(Union):
    _fields_ = [("number", c_uint64), ("text", c_char * 8)]


reveal_type(Value(number=1).text)  # N: Revealed type is "bytes"
Value().txt  # E: "Value" has no attribute "txt"; maybe "text"?  [attr-defined]
Value.txt  # E: "type[Value]" has no attribute "txt"  [attr-defined]


@obj.btf.validate("creds")
class Anonymous(Structure):
    class Inner(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

    _anonymous_ = ("inner",)
    _fields_ = [("inner", Inner)]


reveal_type(Anonymous().inner.uid)  # N: Revealed type is "int"
Anonymous().uid
Anonymous.uid


class Unproven(Structure):
    """No object proves this class, so mypy accepts any attribute, as for every structure."""

    _fields_ = [("pid", c_uint32)]


Unproven().whatever
Unproven.whatever
reveal_type(ctypes.pointer(Unproven())[0])  # N: Revealed type is "Any"


class Header(Structure):
    _fields_ = [("count", c_uint64)]


@obj.btf.validate("stats")
class Derived(Header):
    _fields_ = [("bytes", c_uint64)]

    def total(self) -> int:
        self.cuont  # E: "Derived" has no attribute "cuont"; maybe "count"?  [attr-defined]
        return self.count + self.bytes


reveal_type(Derived(count=1).count)  # N: Revealed type is "int"
Derived(1, 2).bytes = "3"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "int")  [assignment]
Derived(cuont=1)
# E: Unexpected keyword argument "cuont" for "Derived"; did you mean "count"?  [call-arg]


class Extended(prog_bpf.creds):
    # E: field "uid" of struct "stats": class has c_uint32 at offset 0, BTF has 'count' there,
    #    c_uint64 at offset 0  [btf-layout]
    # E: field "gid" of struct "stats": class has c_uint32 at offset 4, BTF has 'count' there,
    #    c_uint64 at offset 0  [btf-layout]
    """A class that derives from a class of a stub. Its own fields come after those of the stub."""

    _fields_ = [
        # E: field "count" of struct "stats": class has no such field, BTF has c_uint64 at
        #    offset 0  [btf-layout]
        ("more", c_uint32),
        # E: field "more" of struct "stats": class has c_uint32 at offset 8, BTF has 'bytes' there,
        #    c_uint64 at offset 8  [btf-layout]
        ("bytes", c_uint32),
        # E: field "bytes" of struct "stats": class has c_uint32 at offset 12, BTF has c_uint64 at
        #    offset 8  [btf-layout]
    ]


obj.btf.validate_struct(cls=Extended, name="stats")
reveal_type(Extended().more)  # N: Revealed type is "int"
reveal_type(Extended().uid)  # N: Revealed type is "int"
reveal_type(ctypes.pointer(Extended())[0])  # N: Revealed type is "proven.Extended"
Extended().moer  # E: "Extended" has no attribute "moer"  [attr-defined]


class Renamed(Event):
    """A class that derives from a proven one, and has no fields of its own."""


Renamed.pdi  # E: "type[Renamed]" has no attribute "pdi"  [attr-defined]
Renamed(pidd=1)
# E: Unexpected keyword argument "pidd" for "Renamed"; did you mean "pid"?  [call-arg]


class Longer(Renamed):
    _fields_ = [("extra", c_uint32)]


reveal_type(Longer().extra)  # N: Revealed type is "int"
reveal_type(Longer(extra=1).pid)  # N: Revealed type is "int"


class Named(ctypes.Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


obj.btf.validate_struct(cls=Named, name="creds")
reveal_type(Named().uid)  # N: Revealed type is "int"


class Nested(ctypes.Structure):
    """No call validates this class itself, but a field of a validated class has this type."""

    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class Pointed(ctypes.Structure):
    """A pointer to this class proves nothing."""

    _fields_ = [("count", c_uint64)]


@obj.btf.validate("event")
class Outside(Structure):
    _fields_ = [
        ("pid", c_uint32),
        ("ts", c_uint64),
        ("comm", c_char * 16),
        ("kind", c_int32),
        ("creds", Nested),
        ("next", ctypes.POINTER(Pointed)),
        ("load", c_uint32 * 4),
        ("ratio", ctypes.c_double),
        ("done", ctypes.c_bool),
    ]


reveal_type(Outside().creds.uid)  # N: Revealed type is "int"
Outside().creds.uidd  # E: "Nested" has no attribute "uidd"; maybe "uid"?  [attr-defined]
Nested(gidd=1)
# E: Unexpected keyword argument "gidd" for "Nested"; did you mean "gid"?  [call-arg]
Pointed().whatever


class Checker:
    """Another class with a method ``validate``."""

    def validate(self, name: str) -> Callable[[T], T]: ...


@Checker().validate("creds")
@obj.btf.validate("creds")
class Twice(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


reveal_type(Twice().uid)  # N: Revealed type is "int"
