"""The same in a module that imports the object."""

from states_stale import Third, obj
# E: stub "stubs/stale_bpf.pyi" is out of date; run "btf-stubs stale.bpf.o -o stubs"  [btf-stub]

First = obj.btf.struct("event")
Second = obj.btf.struct("pair_t")


def show(first: First, second: Second, third: Third) -> None:
    obj.btf.struct("event")
