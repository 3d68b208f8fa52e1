"""Split BTF, which needs its base."""

# mypy: enable-error-code="btf-unresolved"

import sys
from pathlib import Path
from typing import Literal

from btf_typing import BpfObject, Btf, load

obj = load("module.btf", base="base.btf")
reveal_type(obj)
# N: Revealed type is
#    "btf_typing.bpf_object.BpfObject[Literal['module.btf, base base.btf']]"
Event = obj.btf.struct("module_event")
reveal_type(Event().pid)  # N: Revealed type is "int"
Event().pdi  # E: "module_event" has no attribute "pdi"  [attr-defined]
obj.btf.struct("module_evnt")
# E: no struct "module_evnt" in "module.btf"; did you mean "module_event"?  [btf-name]

BASE = Btf.from_file(Path("base.btf"))
reveal_type(Btf.from_file("module.btf", BASE).struct("module_event"))
# N: Revealed type is "type[module_btf.module_event]"
reveal_type(load("module.btf", base=load("base.btf").btf).btf.struct("module_event"))
# N: Revealed type is "type[module_btf.module_event]"


def shown(event: Event) -> None:
    reveal_type(event)  # N: Revealed type is "module_btf.module_event"


def annotated(obj: BpfObject[Literal["module.btf, base base.btf"]]) -> None:
    reveal_type(obj.btf.struct("module_event"))
    # N: Revealed type is "type[module_btf.module_event]"


annotated(obj)
load("module.btf", base=None)
# E: cannot read "module.btf": string section does not begin with a NUL; split BTF needs base=, at
#    byte 0x3c  [btf-stub]
load("module.btf", base=sys.argv[1])
# E: cannot determine which object this is: the plugin cannot evaluate this index, only
#    path.parents[number]; annotate the object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
load("module.btf", base="nothing.btf")
# E: cannot read "module.btf": its base BTF cannot be read: no such file  [btf-stub]
