import ctypes

from btf_typing import asdict
from btf_typing.records import Struct
from live_bpf import (
    Object,
    addr,
    addr as Addr,
    creds as Creds,
    exec_event,
    exec_event as Event,
    exec_kind,
    load,
    obj,
    word as Word,
)

other = load("prog.bpf.o")
