"""A class whose layout is assigned through another name."""

from ctypes import Structure, c_uint8, c_uint32

from btf_typing import load

# mypy: enable-error-code="btf-unresolved"

btf = load("prog.bpf.o").btf


class Whole(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class Later(Structure):
    pass


for each in (Later,):
    each._pack_ = 1
Later._fields_ = [("uid", c_uint8), ("gid", c_uint32)]

btf.validate_struct("creds", Whole)
btf.validate_struct("creds", Later)
# E: not checked: _pack_ is assigned to an object that may be this class; assign it by the name of
#    the class  [btf-unresolved]
