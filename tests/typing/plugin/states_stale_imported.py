"""The same in a module that imports the object."""

import states_stale

# E: stub "stubs/stale_bpf.pyi" is out of date; run "btf-stubs stale.bpf.o -o stubs"  [btf-stub]
from states_stale import obj

First = obj.btf.struct("event")
Second = states_stale.obj.btf.struct("pair_t")


def show(first: First, second: Second, third: states_stale.Third) -> None:
    obj.btf.struct("event")
