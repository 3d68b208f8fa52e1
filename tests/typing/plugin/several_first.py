"""``several.py`` imports these names from here or from ``several_second.py``."""

from ctypes import Structure, c_uint32
from typing import Final

LENGTH: Final = 2
PATH: Final = "prog.bpf.o"
NAME: Final = "creds"
Number = c_uint32


class Creds(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class Empty(Structure):
    pass
