"""Names of types, which the object must have."""

from typing import Final, Literal

from btf_typing import load

obj = load("prog.bpf.o")
other = load("build/other.bpf.o")
NAME: Final = "evnt"
GOOD: Final = "event"

obj.btf.struct("evnt")
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
obj.btf.struct(name="evnt")
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
obj.btf.struct(NAME)
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
obj.btf.struct("ev" + "nt")
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
obj.btf.struct("value")
# E: no struct "value" in "prog.bpf.o"; it is a union, so use union('value')  [btf-name]
obj.btf.struct("elsewhere")
# E: no struct "elsewhere" in "prog.bpf.o"; it is only declared there (a forward declaration);
#    include the header that defines it in the C file  [btf-name]
obj.btf.union("valu")  # E: no union "valu" in "prog.bpf.o"; did you mean "value"?  [btf-name]
obj.btf.enum("knd")  # E: no enum "knd" in "prog.bpf.o"; did you mean "kind"?  [btf-name]
obj.btf.enum("event")
# E: no enum "event" in "prog.bpf.o"; it is a struct, so use struct('event')  [btf-name]
obj.btf.type("evnt")
# E: no type "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
obj.btf.struct("xyzzy")
# E: no struct "xyzzy" in "prog.bpf.o"; compilers leave out the types that no global, map or
#    function needs; for a type of the kernel, use Btf.from_kernel(); to keep a struct of your own,
#    add this line to the C file: struct xyzzy *unused_xyzzy __attribute__((unused));  [btf-name]
obj.btf.struct(0)
# E: no struct with id 0 in "prog.bpf.o"; the type with this id is [0] VOID 'void'  [btf-name]
obj.btf.struct(99)  # E: no struct with id 99 in "prog.bpf.o"; ids are 0 to 25  [btf-name]
other.btf.struct("event_")
# E: no struct "event_" in "build/other.bpf.o"; did you mean "event_t" or "event"?  [btf-name]

reveal_type(obj.btf.struct(GOOD))  # N: Revealed type is "type[prog_bpf.event]"
reveal_type(obj.btf.struct("event_t"))  # N: Revealed type is "type[prog_bpf.event]"
reveal_type(obj.btf.struct("pair_t"))  # N: Revealed type is "type[prog_bpf.pair_t]"
reveal_type(obj.btf.union("value"))  # N: Revealed type is "type[prog_bpf.value]"
reveal_type(obj.btf.enum("kind"))  # N: Revealed type is "type[prog_bpf.kind]"
reveal_type(obj.btf.type("u32"))  # N: Revealed type is "btf_typing.view.BtfType"


def several(name: Literal["event", "stats"], wrong: Literal["event", "stat"]) -> None:
    reveal_type(obj.btf.struct(name))
    # N: Revealed type is "type[prog_bpf.event] | type[prog_bpf.stats]"
    obj.btf.struct(wrong)
    # E: no struct "stat" in "prog.bpf.o"; did you mean "stats"?  [btf-name]
