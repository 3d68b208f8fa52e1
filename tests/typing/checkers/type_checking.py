from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, cast

from btf_typing import asdict, load
from btf_typing.records import Struct

if TYPE_CHECKING:
    from plain_bpf import Object, addr, exec_event

obj = cast("Object", load("prog.bpf.o"))
other = obj
Event = obj.btf.struct("exec_event")
Addr = obj.btf.struct("addr")
Creds = obj.btf.struct("creds")
Word = obj.btf.union("word")
exec_kind = obj.btf.enum("exec_kind")
