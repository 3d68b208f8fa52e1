"""Objects and stubs that are missing, out of date or damaged."""

from typing import Literal

from btf_typing import BpfObject, load

load("nothing.bpf.o")  # E: cannot read "nothing.bpf.o": no such file  [btf-stub]
load("text.bpf.o")
# E: cannot read "text.bpf.o": neither an ELF object nor raw BTF: the file is text; if
#    it is C, compile it with clang -target bpf -O2 -g -c, and load the object  [btf-stub]
load("app")
# E: cannot read "app": a directory; expected an ELF object or a raw BTF file  [btf-stub]
reveal_type(load("nothing.bpf.o" if input() else "text.bpf.o").btf.struct("event"))
# N: Revealed type is "Any"
# E: cannot read "nothing.bpf.o": no such file  [btf-stub]
# E: cannot read "text.bpf.o": neither an ELF object nor raw BTF: the file is text; if
#    it is C, compile it with clang -target bpf -O2 -g -c, and load the object  [btf-stub]
load("cut.bpf.o").btf.struct("event")
# E: cannot read "cut.bpf.o": string section of 160 bytes ends past the end of the BTF (556 bytes),
#    at byte 0x1b4  [btf-stub]
reveal_type(load("bare.bpf.o").btf.struct("event"))
# N: Revealed type is "Any"
# E: no stub for "bare.bpf.o"; run "btf-stubs bare.bpf.o -o stubs"  [btf-stub]
reveal_type(load("stale.bpf.o").btf.struct("event"))
# N: Revealed type is "type[stale_bpf.event]"
# E: stub "stubs/stale_bpf.pyi" is out of date; run "btf-stubs stale.bpf.o -o stubs"  [btf-stub]
reveal_type(load("damaged.bpf.o").btf.struct("event"))
# N: Revealed type is "Any"
# E: "damaged.bpf.o" is malformed: type id 999 does not exist (ids are 1..1); split BTF needs base=,
#    in [1] STRUCT 'event', at byte 0x18  [btf-stub]
reveal_type(load("filtered.bpf.o").btf.struct("event"))
# N: Revealed type is "type[filtered_bpf.event]"
load("filtered.bpf.o").btf.struct("stats")
# E: stub "stubs/filtered_bpf.pyi" leaves out struct "stats"; run "btf-stubs filtered.bpf.o -o stubs
#    --type=event --type=stats"  [btf-stub]
load("build/prog.bpf.o").btf.struct("event")
# E: no stub for "build/prog.bpf.o"; run "btf-stubs build/prog.bpf.o -o stubs --module
#    build_prog_bpf"  [btf-stub]
reveal_type(load("named.bpf.o").btf.struct("event"))
# N: Revealed type is "type[another_name.event]"


def annotated(obj: BpfObject[Literal["nothing.bpf.o"]]) -> None:
    obj.btf.struct("event")  # the first line that loads this object has the error
