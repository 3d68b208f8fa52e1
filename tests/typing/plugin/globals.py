"""Globals by section, maps and programs."""

from typing import Literal

from btf_typing import BpfObject, load
from btf_typing.programs import Programs
from globals_bpf import section_data, section_rodata

obj = load("globals.bpf.o")

rodata = obj.sections[".rodata"]
reveal_type(rodata)  # N: Revealed type is "globals_bpf.section_rodata"
reveal_type(rodata.config.pid)  # N: Revealed type is "int"
reveal_type(rodata.version)  # N: Revealed type is "bytes"
rodata.config.pidd
# E: "section_rodata_config" has no attribute "pidd"; maybe "pid"?  [attr-defined]
rodata.verison  # E: "section_rodata" has no attribute "verison"; maybe "version"?  [attr-defined]
reveal_type(type(rodata))  # N: Revealed type is "type[globals_bpf.section_rodata]"
type(rodata)(version=b"2.0")
type(rodata)(version="2.0")
# E: Argument "version" to "section_rodata" has incompatible type "str";
#    expected "bytes"  [arg-type]
given: section_rodata = obj.sections[".rodata"]
other: section_data = obj.sections[".rodata"]
# E: Incompatible types in assignment (expression has type "section_rodata", variable has type
#    "section_data")  [assignment]

data = obj.sections[".data"]
reveal_type(data.items[1].x)  # N: Revealed type is "int"
reveal_type(data.mode)  # N: Revealed type is "int"
reveal_type(obj.sections[".data.counters"].hits)  # N: Revealed type is "int"
reveal_type(obj.sections[".bss"].per_cpu[0].sum)  # N: Revealed type is "int"
obj.sections[".rodta"]
# E: no section of globals ".rodta" in "globals.bpf.o"; did you mean ".rodata" or
#    ".data"?  [btf-name]

counts = obj.maps["counts"]
reveal_type(counts.key)  # N: Revealed type is "type[globals_bpf.counts_key]"
reveal_type(counts.value(count=1).seen.last)  # N: Revealed type is "int"
obj.maps.get("count")  # E: no map "count" in "globals.bpf.o"; did you mean "counts"?  [btf-name]
reveal_type(obj.sections.get(".rodata"))
# N: Revealed type is "globals_bpf.section_rodata | None"
obj.sections.get(".rodta")
# E: no section of globals ".rodta" in "globals.bpf.o"; did you mean ".rodata" or
#    ".data"?  [btf-name]
Key = obj.maps["counts"].key
Value = obj.maps["counts"].value


def by_map(key: Key, value: Value) -> None:
    reveal_type(key)  # N: Revealed type is "globals_bpf.counts_key"
    reveal_type(value)  # N: Revealed type is "globals_bpf.counts_value"


named = obj.maps["named"]
reveal_type(named.key)  # N: Revealed type is "type[ctypes.c_uint32]"
reveal_type(named.value)  # N: Revealed type is "type[globals_bpf.data]"
reveal_type(counts.decode_key(b""))  # N: Revealed type is "globals_bpf.counts_key"
reveal_type(counts.decode_values([b"", 5]))  # N: Revealed type is "list[globals_bpf.counts_value]"
reveal_type(named.decode_key(5))  # N: Revealed type is "int"
reveal_type(named.decode_value(bytearray(4)))  # N: Revealed type is "globals_bpf.data"
named.encode_value(named.decode_key(5))
# E: Argument 1 to "encode_value" of "BpfMap" has incompatible type "int"; expected
#    "data | Buffer"  [arg-type]
reveal_type(counts.decode_event(counts.value, b""))
# N: Revealed type is "globals_bpf.counts_value"
obj.maps["count"]  # E: no map "count" in "globals.bpf.o"; did you mean "counts"?  [btf-name]

reveal_type(obj.programs["program"])  # N: Revealed type is "btf_typing.programs.BpfProgram"
reveal_type(obj.programs["program"].type)  # N: Revealed type is "str"
obj.programs["progam"]
# E: no program "progam" in "globals.bpf.o"; did you mean "program"?  [btf-name]
load("refused.bpf.o").programs["odd"]
# E: no program "odd" in "refused.bpf.o"; there are none: this is no BPF object, and BTF alone
#    does not describe programs  [btf-name]

odd = load("refused.bpf.o").maps["odd"]
# E: "refused.bpf.o": map 'odd': the type is missing; add __uint(type, BPF_MAP_TYPE_...), in [3]
#    STRUCT 'odd_map'  [btf-stub]


def passed(one: BpfObject) -> None:
    """Use an object of any identity."""
    reveal_type(one.sections[".rodata"])  # N: Revealed type is "Any"
    one.programs["any"]


def annotated(programs: Programs[Literal["globals.bpf.o"]], name: str) -> None:
    """Use a known object, with literal names and others."""
    programs["progrm"]
    # E: no program "progrm" in "globals.bpf.o"; did you mean "program"?  [btf-name]
    programs["program"]
    programs[name]


found = obj.maps.get("counts")
if found:
    reveal_type(found)
    # N: Revealed type is "btf_typing.maps.BpfMap[type[globals_bpf.counts_key],
    #    type[globals_bpf.counts_value]]"
    print(obj.maps.get("counts", 5))
