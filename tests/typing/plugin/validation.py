"""Hand-written classes, compared with the object."""

# mypy: enable-error-code="btf-unresolved"

import ctypes
from ctypes import POINTER, Structure, c_char, c_int32, c_uint8, c_uint32, c_uint64, sizeof
from typing import Literal

import layouts
from btf_typing import load

obj = load("prog.bpf.o")
Stats = obj.btf.struct("stats")
Creds = obj.btf.struct("creds")


@obj.btf.validate("stats")
class Right(ctypes.Structure):
    _fields_ = [("count", c_uint64), ("bytes", c_uint64)]


@obj.btf.validate("stats")
class Misspelt(Structure):
    _fields_ = [
        ("count", c_uint64),
        ("byte", c_uint64),
        # E: field "byte" of struct "stats": class has c_uint64 at offset 8, BTF has 'bytes' there,
        #    c_uint64 at offset 8; rename it to 'bytes'  [btf-layout]
    ]


@obj.btf.validate("stats")
class Retyped(Structure):
    _fields_ = [
        ("count", ctypes.c_int64),
        # E: field "count" of struct "stats": class has c_int64 at offset 0, BTF has c_uint64 at
        #    offset 0  [btf-layout]
        ("bytes", ctypes.c_double),
        # E: field "bytes" of struct "stats": class has c_double at offset 8, BTF has c_uint64 at
        #    offset 8  [btf-layout]
    ]


@obj.btf.validate("stats")
class Reordered(Structure):
    _fields_ = (
        ("bytes", c_uint64),
        # E: field "bytes" of struct "stats": class has c_uint64 at offset 0, BTF has c_uint64 at
        #    offset 8; move it after 'count'  [btf-layout]
        ("count", c_uint64),
        # E: field "count" of struct "stats": class has c_uint64 at offset 8, BTF has c_uint64 at
        #    offset 0  [btf-layout]
    )


@obj.btf.validate("stats")
class Short(Structure):
    _fields_ = [("count", c_uint64)]
    # E: struct "stats": class has 8 bytes, BTF has 16 bytes  [btf-layout]
    # E: field "bytes" of struct "stats": class has no such field, BTF has c_uint64 at
    #    offset 8  [btf-layout]


@obj.btf.validate("stat")  # E: no struct "stat" in "prog.bpf.o"; did you mean "stats"?  [btf-name]
class NoSuch(Structure):
    _fields_ = [("count", c_uint64)]


@obj.btf.validate("event")
class Event(Structure):
    _pack_ = 1
    LENGTH = 16
    _fields_ = [
        ("pid", c_uint32),
        ("_1", c_uint8 * 4),
        ("ts", c_uint64),
        ("comm", c_char * LENGTH),
        ("kind", c_int32),
        ("creds", Creds),
        ("_2", c_uint8 * (sizeof(c_uint32) * 1)),
        ("next", POINTER(c_uint32)),
        ("load", c_uint32 * 4),
        ("ratio", ctypes.c_double),
        ("done", ctypes.c_bool),
        ("_3", c_uint8 * 7),
    ]


@obj.btf.validate("event")
class Nested(Structure):
    class Creds(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_int32)]

    _fields_ = [
        ("pid", c_uint32),
        ("ts", c_uint64),
        ("comm", c_char * 16),
        ("kind", c_int32),
        ("creds", Creds),
        # E: field "creds.gid" of struct "event": class has c_int32 at offset 4, BTF has c_uint32 at
        #    offset 4  [btf-layout]
        ("next", ctypes.c_void_p),
        ("load", c_uint32 * 4),
        ("ratio", ctypes.c_double),
        ("done", ctypes.c_bool),
    ]


@obj.btf.validate("value")
class Value(ctypes.Union):
    _fields_ = [("number", c_uint64), ("text", c_char * 8)]


def inside() -> None:
    @obj.btf.validate("creds")
    class Local(Structure):
        _fields_ = [
            # E: struct "creds": class has 16 bytes, BTF has 8 bytes  [btf-layout]
            ("uid", c_uint32),
            ("gid", c_uint64),
            # E: field "gid" of struct "creds": class has c_uint64 at offset 8, BTF has c_uint32 at
            #    offset 4  [btf-layout]
        ]

    @obj.btf.validate("creds")
    class Good(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

    obj.btf.validate_struct("creds", Good)


class Later(Structure):
    """A class whose fields are assigned later, because they refer to it."""


Later._fields_ = [
    ("count", c_uint64),
    ("bytes", c_uint32),
    # E: field "bytes" of struct "stats": class has c_uint32 at offset 8, BTF has c_uint64 at
    #    offset 8  [btf-layout]
    ("_pad", c_uint32),
    # E: field "_pad" of struct "stats": class has c_uint32 at offset 12, BTF has 'bytes' there,
    #    c_uint64 at offset 8  [btf-layout]
]
obj.btf.validate_struct("stats", Later)


class Base(Structure):
    _fields_ = [("count", c_uint64)]


@obj.btf.validate("stats")
class Derived(Base):
    _fields_ = [
        ("bytes", c_int32),
        # E: field "bytes" of struct "stats": class has c_int32 at offset 8, BTF has c_uint64 at
        #    offset 8  [btf-layout]
        ("_pad", c_uint32),
        # E: field "_pad" of struct "stats": class has c_uint32 at offset 12, BTF has 'bytes' there,
        #    c_uint64 at offset 8  [btf-layout]
    ]


obj.btf.validate_struct("event", layouts.Event)
obj.btf.validate_struct("stats", layouts.Wrong)
# E: class "layouts.Wrong", struct "stats": class has 8 bytes, BTF has 16 bytes  [btf-layout]
# E: class "layouts.Wrong", field "count" of struct "stats": class has c_int64 at offset 0, BTF has
#    c_uint64 at offset 0  [btf-layout]
# E: class "layouts.Wrong", field "bytes" of struct "stats": class has no such field, BTF has
#    c_uint64 at offset 8  [btf-layout]
obj.btf.validate_struct("stats", Stats)
obj.btf.validate_struct("stats", layouts.Unknown)
# E: not checked: class "Unknown": field "comm": the value of "sizes.NOT_FINAL" is unknown; declare
#    it Final in the module that defines it  [btf-unresolved]
layouts_of_event = obj.btf.validate("event")
# E: not checked: this call decorates no class; write it above one, or use
#    validate_struct()  [btf-unresolved]
misspelt = obj.btf.validate("evnt")
# E: not checked: this call decorates no class; write it above one, or use
#    validate_struct()  [btf-unresolved]
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
obj.btf.validate_struct("stts", layouts.Unknown)
# E: not checked: class "Unknown": field "comm": the value of "sizes.NOT_FINAL" is unknown; declare
#    it Final in the module that defines it  [btf-unresolved]
# E: no struct "stts" in "prog.bpf.o"; did you mean "stats"?  [btf-name]


@obj.btf.validate("stats")
class TwoNames(Structure):
    _fields_ = [("count", c_uint64)] + [("bytes", c_uint64)]


@obj.btf.validate("stats")
# E: ctypes will reject class "Broken" at run time: type object 'Broken' has no attribute
#    'nothing'  [btf-layout]
class Broken(Structure):
    _anonymous_ = ("nothing",)
    _fields_ = [("count", c_uint64), ("bytes", c_uint64)]


def either(name: Literal["stats", "creds"]) -> None:
    @obj.btf.validate(name)
    class Both(Structure):
        _fields_ = [
            # E: struct "creds": class has 16 bytes, BTF has 8 bytes  [btf-layout]
            # E: field "uid" of struct "creds": class has no such field, BTF has c_uint32 at
            #    offset 0  [btf-layout]
            # E: field "gid" of struct "creds": class has no such field, BTF has c_uint32 at
            #    offset 4  [btf-layout]
            ("count", c_uint64),
            # E: field "count" of struct "creds": class has c_uint64 at offset 0, BTF has 'uid'
            #    there, c_uint32 at offset 0  [btf-layout]
            ("bytes", c_uint64),
            # E: field "bytes" of struct "creds": class has c_uint64 at offset 8, BTF has nothing
            #    after 8 bytes  [btf-layout]
        ]


tool = load("tool.bpf.o")
Address = tool.maps["addresses"].value
tool.btf.validate_struct("addr", Address)
tool.btf.validate_struct("addr", tool.maps["counts"].key)
# E: field "port" of struct "addr": class has no such field, BTF has c_uint16 at
#    offset 4  [btf-layout]
# E: field "pid" of struct "addr": class has c_uint32 at offset 0, BTF has 'ip' there, c_uint32 at
#    offset 0; rename it to 'ip'  [btf-layout]
# E: field "cpu" of struct "addr": class has c_uint32 at offset 4, BTF has 'port' there, c_uint16 at
#    offset 4  [btf-layout]
tool.btf.validate_struct("addr", tool.maps["addresses"].key)
# E: not checked: map "addresses" has no struct or union as key  [btf-unresolved]
