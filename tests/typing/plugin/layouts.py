"""Hand-written classes that other modules validate."""

import ctypes
from ctypes import c_char, c_uint8, c_uint32, c_uint64
from typing import Final

import sizes
from sizes import COMM, LENGTH

u32 = c_uint32
PAIR: Final = 2


class Creds(ctypes.Structure):
    _fields_ = [("uid", u32), ("gid", u32)]


class Event(ctypes.Structure):
    """The right layout, with types spelt in several ways."""

    _fields_ = [
        ("pid", u32),
        ("_pad", c_uint8 * 4),
        ("ts", c_uint64),
        ("comm", c_char * COMM),
        ("kind", ctypes.c_int),
        ("creds", Creds),
        ("_pad2", c_uint32),
        ("next", ctypes.POINTER(c_uint32)),
        ("load", u32 * (PAIR * 2)),
        ("ratio", ctypes.c_double),
        ("done", ctypes.c_bool),
    ]


class Wrong(ctypes.Structure):
    """A layout without one field, and with another type for another field."""

    _fields_ = [("count", ctypes.c_int64)]


class Unknown(ctypes.Structure):
    _fields_ = [("comm", c_char * sizes.NOT_FINAL), ("x", c_char * LENGTH)]


class Plain:
    """Not a structure."""
