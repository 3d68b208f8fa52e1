"""Classes that get their fields after they were defined, as in a chain of pointers."""

# mypy: enable-error-code="btf-unresolved"

from ctypes import Structure, c_uint32

from btf_typing import load

btf = load("prog.bpf.o").btf


class Late(Structure):
    pass


def early() -> None:
    btf.validate_struct("creds", Late)
    # E: not checked: the class gets its _fields_ only after this call; move the call below the
    #    assignment to _fields_  [btf-unresolved]


Late._fields_ = [("uid", c_uint32), ("gid", c_uint32)]

btf.validate_struct("creds", Late)
