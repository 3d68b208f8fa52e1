"""Modules of ``btf-stubs --live``, which have an object."""

from typing import Literal, TypeVar

from app.tool_bpf import Object, addr, exec_event, load, obj
from btf_typing import BpfObject
from btf_typing.records import Struct

ObjectT = TypeVar("ObjectT", bound=Object)

reveal_type(obj)  # N: Revealed type is "app.tool_bpf.Object"
reveal_type(obj.btf)  # N: Revealed type is "btf_typing.btf.Btf[Literal['app/tool.bpf.o']]"
reveal_type(load().btf)  # N: Revealed type is "btf_typing.btf.Btf[Literal['app/tool.bpf.o']]"
with obj as entered:
    reveal_type(entered.maps)
    # N: Revealed type is "btf_typing.maps.Maps[Literal['app/tool.bpf.o']]"
reveal_type(obj.btf.struct("exec_event"))
# N: Revealed type is "type[app.tool_bpf.exec_event]"
reveal_type(obj.maps["counts"].value)  # N: Revealed type is "type[app.tool_bpf.counts_value]"
reveal_type(obj.programs["handle_exec"].section)  # N: Revealed type is "str"
reveal_type(obj.sections[".bss"].seen)  # N: Revealed type is "int"

# Names that are wrong.
obj.btf.struct("exec_evnt")
# E: no struct "exec_evnt" in "app/tool.bpf.o"; did you mean "exec_event"?  [btf-name]
obj.btf.enum("exec_event")
# E: no enum "exec_event" in "app/tool.bpf.o"; it is a struct, so use
#    struct('exec_event')  [btf-name]
obj.btf.type("exec_evnt")
# E: no type "exec_evnt" in "app/tool.bpf.o"; did you mean "exec_event"?  [btf-name]
obj.maps["countss"]
# E: no map "countss" in "app/tool.bpf.o"; did you mean "counts"?  [btf-name]
obj.programs["handle_exce"]
# E: no program "handle_exce" in "app/tool.bpf.o"; did you mean "handle_exec"?  [btf-name]
obj.sections[".bs"]
# E: no section of globals ".bs" in "app/tool.bpf.o"; did you mean ".bss"?  [btf-name]
obj.btf.validate_struct("exec_evnt", exec_event)
# E: no struct "exec_evnt" in "app/tool.bpf.o"; did you mean "exec_event"?  [btf-name]
obj.mapss  # E: "Object" has no attribute "mapss"  [attr-defined]

# Names that are known only at run time.
name = str(obj.path)
reveal_type(obj.maps[name])  # N: Revealed type is "btf_typing.maps.BpfMap[Any, Any]"
print(obj.btf.struct(name), obj.programs[name], obj.sections[name], obj.btf.type(name))
for each in obj.maps:
    print(obj.maps[each])

# Ways of passing it around.
Event = obj.btf.struct("exec_event")


def annotated(parameter: Object, it: Event, same: exec_event) -> None:
    reveal_type(it)  # N: Revealed type is "app.tool_bpf.exec_event"
    reveal_type(parameter.btf.struct("addr"))  # N: Revealed type is "type[app.tool_bpf.addr]"
    parameter.btf.struct("adr")
    # E: no struct "adr" in "app/tool.bpf.o"; did you mean "addr" or "addr_t"?  [btf-name]
    annotated(parameter, same, it)


def by_literal(parameter: BpfObject[Literal["app/tool.bpf.o"]]) -> None: ...
def by_another(parameter: BpfObject[Literal["prog.bpf.o"]]) -> None: ...
def by_bound(parameter: ObjectT) -> ObjectT:
    parameter.maps["count"]
    # E: no map "count" in "app/tool.bpf.o"; did you mean "counts"?  [btf-name]
    return parameter


def bare(parameter: BpfObject, name: str) -> int:
    return max(int(parameter.btf.struct(name)().pid), len(parameter.maps[name].type), 0)


by_literal(obj)
by_another(obj)
# E: Argument 1 to "by_another" has incompatible type "Object";
#    expected "BpfObject[Literal['prog.bpf.o']]"  [arg-type]
reveal_type(by_bound(obj).btf.union("word"))  # N: Revealed type is "type[app.tool_bpf.word]"
# A disabled code does not reject an overload.
print(max(obj.btf.struct(name)().pid, 0), [*map(obj.btf.struct, [name])])


@obj.btf.validate("addr")
class Addr(addr): ...


class Tool:
    obj = load()

    def use(self) -> None:
        reveal_type(self.obj.btf.struct("addr"))  # N: Revealed type is "type[app.tool_bpf.addr]"


def decode(kind: int, data: bytes) -> Struct:
    return {1: exec_event, 2: addr}[kind].from_buffer_copy(data)
