"""A stub that is out of date is reported once in a file, where the file gets the object."""

from btf_typing import load

obj = load("stale.bpf.o")
# E: stub "stubs/stale_bpf.pyi" is out of date; run "btf-stubs stale.bpf.o -o stubs"  [btf-stub]
First = obj.btf.struct("event")
Second = obj.btf.struct("pair_t")
Third, Fourth = obj.btf.struct("event_t"), obj.btf.type("event")
print([obj.btf.struct(name) for name in ("event", "pair_t")])


def show(event: First) -> None:
    obj.btf.struct("event")
    obj.btf.struct("evnt")
    # E: no struct "evnt" in "stale.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
    load("stale.bpf.o").btf.struct("event")
