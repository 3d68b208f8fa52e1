"""A class whose fields refer to it, so they are assigned after the class."""

from ctypes import Structure, c_uint32
from typing import Any


class Later(Structure):
    pass


Later._fields_ = [("uid", c_uint32), ("gid", c_uint32)]


CHANGED: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]


class Lists(Structure):
    _fields_ = CHANGED


CHANGED.append(("more", c_uint32))
