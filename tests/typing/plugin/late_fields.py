"""Classes that get their fields after they were defined, as in a chain of pointers."""

# mypy: enable-error-code="btf-unresolved"

from ctypes import POINTER, Structure, c_uint32

from btf_typing import load

btf = load("prog.bpf.o").btf
creds = btf.struct("creds")


class Early(Structure):
    """The fields of Late make mypy analyze the module twice. ``creds`` is the variable each time."""

    _fields_ = [("creds", creds), ("next", POINTER(creds))]


reveal_type(Early().creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(Early().next.contents)  # N: Revealed type is "prog_bpf.creds"


class Late(Structure):
    pass


def early() -> None:
    btf.validate_struct("creds", Late)
    # E: not checked: the class gets its _fields_ only after this call; move the call below the
    #    assignment to _fields_  [btf-unresolved]


Late._fields_ = [("uid", c_uint32), ("gid", c_uint32)]

btf.validate_struct("creds", Late)
