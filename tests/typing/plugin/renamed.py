"""Hand-written classes whose fields have names of their own."""

import ctypes
from ctypes import c_int64, c_uint64

from btf_typing import load

obj = load("prog.bpf.o")


@obj.btf.validate("stats", field_names=False)
class Renamed(ctypes.Structure):
    _fields_ = [("number", c_uint64), ("total", c_uint64)]


obj.btf.validate_struct("stats", Renamed, field_names=False)
obj.btf.validate_struct(field_names=False, cls=Renamed, name="stats")
obj.btf.validate_struct("stats", Renamed, field_names=len(obj.path) > 3)


@obj.btf.validate("stats", field_names=False)
class Retyped(ctypes.Structure):
    _fields_ = [
        ("number", c_int64),
        # E: field "number" of struct "stats": class has c_int64 at offset 0, BTF has c_uint64 at
        #    offset 0  [btf-layout]
        ("total", c_uint64),
    ]


@obj.btf.validate("stats", field_names=True)
class Named(ctypes.Structure):
    _fields_ = [
        ("number", c_uint64),
        # E: field "number" of struct "stats": class has c_uint64 at offset 0, BTF has 'count'
        #    there, c_uint64 at offset 0; rename it to 'count'  [btf-layout]
        ("bytes", c_uint64),
    ]


obj.btf.validate_struct("stat", Renamed, field_names=False)
# E: no struct "stat" in "prog.bpf.o"; did you mean "stats"?  [btf-name]
