from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, cast

from btf_typing import load
from btf_typing.records import Struct
from runtime_bpf import (
    addr,
    addr as Addr,
    creds as Creds,
    exec_event,
    exec_event as Event,
    exec_kind,
    word as Word,
)

if TYPE_CHECKING:
    from runtime_bpf import Object

obj = cast("Object", load("prog.bpf.o"))
other = obj
