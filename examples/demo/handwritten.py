"""The struct of execsnoop.bpf.c as ctypes classes, written by hand as in most programs.

Every line is a faithful copy of the C. Even so, the class reads wrong values.
"""

import ctypes
from pathlib import Path

from btf_typing import BtfValidationError
from examples.execsnoop.execsnoop_bpf import exec_event, obj


class Ids(ctypes.Structure):
    """The anonymous struct of thread and process id."""

    _fields_ = [("tid", ctypes.c_uint32), ("pid", ctypes.c_uint32)]


class PidTgid(ctypes.Union):
    """The anonymous union of these two ids and the number that the BPF helper returns."""

    _anonymous_ = ("ids",)
    _fields_ = [("pid_tgid", ctypes.c_uint64), ("ids", Ids)]


class Creds(ctypes.Structure):
    """``struct creds``."""

    _fields_ = [("uid", ctypes.c_uint32), ("gid", ctypes.c_uint32)]


class HandWritten(ctypes.Structure):
    """``struct exec_event``."""

    _anonymous_ = ("pid_tgid_union",)
    _fields_ = [
        ("timestamp", ctypes.c_uint64),
        ("pid_tgid_union", PidTgid),
        ("creds", Creds),
        ("comm", ctypes.c_char * 16),
        ("kind", ctypes.c_int32),
        ("argc", ctypes.c_uint32, 7),
        ("argc_cut", ctypes.c_bool, 1),
        ("path_error", ctypes.c_int32, 8),
        ("path_len", ctypes.c_uint8),
        ("arg_len", ctypes.c_uint32 * 4),
        ("filename", ctypes.c_char * 64),
    ]


if __name__ == "__main__":
    # A perf buffer passes the address of an event in its pages. Programs that use BCC cast it.
    recorded = Path("examples/execsnoop/recorded_event.bin").read_bytes()
    page = ctypes.create_string_buffer(recorded, 4096)
    by_hand = ctypes.cast(page, ctypes.POINTER(HandWritten)).contents
    generated = ctypes.cast(page, ctypes.POINTER(exec_event)).contents

    print(f"{'':8}  {'by hand':26}  btf_typing")
    for name in ("argc", "argc_cut", "arg_len", "filename"):
        values = (getattr(by_hand, name), getattr(generated, name))
        shown = [str(list(value) if name == "arg_len" else value) for value in values]
        print(f"{name:8}  {shown[0]:26}  {shown[1]}")

    try:
        obj.btf.validate_struct("exec_event", HandWritten)
    except BtfValidationError as error:
        print(f"\nBtfValidationError: {error}")
