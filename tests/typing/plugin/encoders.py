"""Structs that the program passes to the encoders of maps."""

from btf_typing import load

tool, prog = load("tool.bpf.o"), load("prog.bpf.o")
counts = tool.maps["counts"]
Event, Value = prog.btf.struct("event"), counts.value
reveal_type(Value())  # N: Revealed type is "tool_bpf.counts_value"


class More(Value):
    """A class of the program for the same struct."""


counts.encode_value(Value())
counts.encode_value(More())
counts.encode_value(bytes(Event()))
counts.encode_value(Event())
# E: the values of this map are "counts_value", not "event"; to pass the bytes of another struct,
#    write bytes(...)  [arg-type]
counts.encode_key(Event())
# E: the keys of this map are "counts_key", not "event"; to pass the bytes of another struct, write
#    bytes(...)  [arg-type]
counts.encode_key(counts.key())
counts.encode_key(1)
# E: Argument 1 to "encode_key" of "BpfMap" has incompatible type "int"; expected "counts_key |
#    Buffer"  [arg-type]
counts.encode_values([Value(), More()])
counts.encode_values(value for value in [Value()])
counts.encode_values([Value(), Event()])
# E: the values of this map are "counts_value", not "event"; to pass the bytes of another struct,
#    write bytes(...)  [arg-type]
counts.encode_values([Event()] * 4)
# E: the values of this map are "counts_value", not "event"; to pass the bytes of another struct,
#    write bytes(...)  [arg-type]
counts.encode_values([Event() for _ in range(4)])
# E: the values of this map are "counts_value", not "event"; to pass the bytes of another struct,
#    write bytes(...)  [arg-type]
counts.encode_values(Event() for _ in range(4))
# E: the values of this map are "counts_value", not "event"; to pass the bytes of another struct,
#    write bytes(...)  [arg-type]
events = [Event()]
counts.encode_values(events)
# E: the values of this map are "counts_value", not "event"; to pass the bytes of another struct,
#    write bytes(...)  [arg-type]
counts.encode_values([*events])


class Derived(Event):
    """A class of the program for a struct of another map."""


counts.encode_value(Derived())
# E: the values of this map are "counts_value", not "Derived"; to pass the bytes of another struct,
#    write bytes(...)  [arg-type]


def with_any(given: Value | Event, buffer: bytes | Event) -> None:
    counts.encode_value(given)
    counts.encode_value(buffer)
