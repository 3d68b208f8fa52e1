"""Maps, programs and sections: tests for a name, loops over all, and maps of maps."""

import ctypes
import sys
from typing import Any

from btf_typing import BpfObject, load

obj = load("tool.bpf.o")

if "count" in obj.maps:  # E: no map "count" in "tool.bpf.o"; did you mean "counts"?  [btf-name]
    pass
if "counts" in obj.maps and max(False, "evnts" in obj.maps):
    # E: no map "evnts" in "tool.bpf.o"; did you mean "events"?  [btf-name]
    pass
"handle_exce" not in obj.programs
# E: no program "handle_exce" in "tool.bpf.o"; did you mean "handle_exec"?  [btf-name]
".rodta" in obj.sections
# E: no section of globals ".rodta" in "tool.bpf.o"; did you mean ".rodata"?  [btf-name]
"exec_evnt" in obj.btf
# E: no type "exec_evnt" in "tool.bpf.o"; did you mean "exec_event"?  [btf-name]
"exec_event" in obj.btf, "handle_exec" in obj.programs, ".bss" in obj.sections

for choice in ("counts_v2", "counts"):  # a test for the version of the object
    choice in obj.maps
either = load("tool.bpf.o") if sys.argv else load("prog.bpf.o")
"counts" in either.maps
"count" in either.maps
# E: no map "count" in "tool.bpf.o"; did you mean "counts"?  [btf-name]


def unknown(name: str, other: BpfObject) -> None:
    name in obj.maps
    "anything" in other.maps


for name in obj.maps:
    reveal_type(name)
    # N: Revealed type is "Literal['counts']? | Literal['addresses']? | Literal['events']?"
    reveal_type(obj.maps[name].value)
    # N: Revealed type is "type[tool_bpf.counts_value] | type[tool_bpf.addr] | None"
for name in sys.argv:
    print(name)


def listings() -> None:
    for name, each in obj.maps.items():
        print(name, each.name, each.max_entries)
        reveal_type(each.key)
        # N: Revealed type is "type[tool_bpf.counts_key] | type[ctypes.c_uint32] | None"
        if each.value is not None:
            ctypes.sizeof(each.value)
        ctypes.sizeof(each.value)
        # E: Argument 1 to "sizeof" has incompatible type "type[counts_value] | type[addr] | None";
        #    expected "_CData | _SimpleCData[Any] | _Pointer[Any] | CFuncPtr | _ctypes.Union |
        #    Structure | Array[Any] | type[_CData] | type[_SimpleCData[Any]] | type[_Pointer[Any]] |
        #    type[CFuncPtr] | type[_ctypes.Union] | type[Structure] | type[Array[Any]]"  [arg-type]
    for value in obj.maps.values():
        reveal_type(value.decode_key(b""))
        # N: Revealed type is "tool_bpf.counts_key | int | bytes"
    for section in obj.sections.values():
        reveal_type(section)
        # N: Revealed type is "tool_bpf.section_bss | tool_bpf.section_rodata"
    for program in obj.programs.values():
        program.sectoin  # E: "BpfProgram" has no attribute "sectoin"; maybe "section"?  [attr-defined]
    reveal_type([obj.maps[name].key_size for name in obj.maps])  # N: Revealed type is "list[int]"
    reveal_type(list(obj.maps))  # N: Revealed type is "list[str]"
    reveal_type(sorted(obj.sections.keys()))  # N: Revealed type is "list[str]"
    takes_names(list(obj.maps.keys()), dict(obj.maps.items()))


def takes_names(names: list[str], maps: dict[str, Any]) -> None:
    """Use the names of all maps."""


outer = load("nested.bpf.o").maps["outer"]
reveal_type(outer.inner.key)  # N: Revealed type is "type[ctypes.c_uint32]"
outer.inner.value(cuont=1)
# E: Unexpected keyword argument "cuont" for "value"; did you mean "count"?  [call-arg]
obj.maps["counts"].inner.value
# E: Item "None" of "BpfMap[Any, Any] | None" has no attribute "value"  [union-attr]


def patterns() -> None:
    match obj.maps:
        case {"counts": counts}:
            counts.value().cuont
            # E: "counts_value" has no attribute "cuont"; maybe "count"?  [attr-defined]
        case {"cuonts": _}:
            # E: no map "cuonts" in "tool.bpf.o"; did you mean "counts"?  [btf-name]
            pass
    match load("tool.bpf.o" if sys.argv else "prog.bpf.o").maps:
        case {"counts": _}:
            pass


def copies(other: BpfObject) -> None:
    dict(obj.maps)["counts"]
    # E: not checked: a dict does not know the type of each item; use obj.maps itself, which is a
    #    mapping  [btf-unresolved]
    dict(obj.sections)
    # E: not checked: a dict does not know the type of each item; use obj.sections itself, which is
    #    a mapping  [btf-unresolved]
    dict(other.maps)
    dict([("counts", 1)])
