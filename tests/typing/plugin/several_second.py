"""``several.py`` imports these names from here or from ``several_first.py``."""

from ctypes import Structure, c_uint8, c_uint32
from typing import Final

LENGTH: Final = 3
PATH: Final = "build/other.bpf.o"
NAME: Final = "creds"
Number = c_uint8


class Creds(Structure):
    _fields_ = [("uid", c_uint8), ("gid", c_uint32)]
