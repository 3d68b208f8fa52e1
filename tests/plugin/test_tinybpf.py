"""Programs that load with tinybpf, checked over the stand-in in ``tests/stand_ins``."""

from __future__ import annotations

import shutil

import pytest

from tests.paths import ROOT
from tests.plugin.workspace import CONFIG, Workspace
from tests.typing import runner

REQUESTED = """\
import ctypes

from btf_typing import tinybpf

with tinybpf.load("request.o") as obj:
    ExecEvent = obj.btf.struct("exec_event")  # from BTF, cached by name
    event = ExecEvent.from_buffer_copy(bytes(ctypes.sizeof(ExecEvent)))
    print(event.pid, event.comm)

    @obj.btf.validate("exec_event")  # raises BtfValidationError on a mismatch
    class Mine(ctypes.Structure):
        _fields_ = [("timestamp", ctypes.c_uint64), ("pid", ctypes.c_uint32)]

    obj.btf.validate_struct("exec_event", Mine)

    found = obj.btf.type("exec_event")
    print(found.size)
    print(found.fields)
"""
"""What tinybpf's users asked for, with its import changed."""

_MAPS = """\
from btf_typing import load, tinybpf

with tinybpf.load("loaders.o") as obj:
    reveal_type(obj)  # N: Revealed type is "btf_typing.tinybpf.BpfObject[Literal['loaders.o']]"
    Event = obj.btf.struct("call_event")
    reveal_type(obj.maps["by_pid"])  # N: Revealed type is "btf_typing.tinybpf.BpfMap[int, int]"
    reveal_type(obj.map("by_comm"))
    # N: Revealed type is "btf_typing.tinybpf.BpfMap[bytes, loaders_bpf.by_comm_value]"
    for key, value in obj.maps["by_key"].items():
        reveal_type(key)  # N: Revealed type is "loaders_bpf.call_key"
        reveal_type(value.calls)  # N: Revealed type is "int"
        value.callss  # E: "call_count" has no attribute "callss"; maybe "calls"?  [attr-defined]
    reveal_type(obj.maps["per_cpu"].lookup_percpu(1))  # N: Revealed type is "list[int] | None"
    obj.maps["by_pid"]["x"]
    # E: Invalid index type "str" for "BpfMap[int, int]"; expected type "int"  [index]
    obj.maps["by_pidd"]  # E: no map "by_pidd" in "loaders.o"; did you mean "by_pid"?  [btf-name]
    obj.map("by_pidd")  # E: no map "by_pidd" in "loaders.o"; did you mean "by_pid"?  [btf-name]
    obj.maps["loaders.rodata"]
    obj.program("on_cal")
    # E: no program "on_cal" in "loaders.o"; did you mean "on_call"?  [btf-name]
    obj.program("on_call").attach()
    obj.nothing
    # E: "BpfObject[Literal['loaders.o']]" has no attribute "nothing"  [attr-defined]


def on_event(event: Event) -> int:
    return event.pidd
    # E: Returning Any from function declared to return "int"  [no-any-return]
    # E: "call_event" has no attribute "pidd"; maybe "pid"?  [attr-defined]


tinybpf.BpfRingBuffer(obj.map("ring"), on_event, event_type=Event)
tinybpf.BpfPerfBuffer(obj.map("perf"), lambda cpu, event: print(event.pidd), event_type=Event)
# E: "call_event" has no attribute "pidd"; maybe "pid"?  [attr-defined]
reveal_type(load("loaders.o").maps["by_pid"].decode_key(5))  # N: Revealed type is "int"
try:
    tinybpf.load("loaders.o")
except tinybpf.BpfError as error:
    print(error.errno)
"""


@pytest.fixture
def project(workspace: Workspace) -> Workspace:
    """A project with the two objects, their stubs, and the stand-in beside them."""
    stand_ins = ROOT / "tests/stand_ins"
    workspace.write("mypy.ini", CONFIG.replace("/stubs\n", f"/stubs:{stand_ins}\n"))
    for name in ("request.o", "loaders.o"):
        shutil.copy(ROOT / "tests/objects" / name, workspace.root)
        workspace.stub(name)
    return workspace


def _check(project: Workspace, text: str) -> None:
    project.write("program.py", text)
    for _ in ("cold", "warm"):
        output = project.mypy("--hide-error-context", "program.py")
        found = runner.reported(output.text)
        assert not runner.difference(runner.expected(project.root, ["program.py"]), found)


def test_the_requested_program_has_no_error(project: Workspace) -> None:
    _check(project, REQUESTED)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            'struct("exec_event")  #',
            'struct("exec_evnt")  #',
            'no struct "exec_evnt" in "request.o"; did you mean "exec_event"?  [btf-name]',
        ),
        ("event.pid", "event.pidd", '"exec_event" has no attribute "pidd"; maybe "pid"?'),
        ("c_uint32)]", "c_int32)]", "class has c_int32 at offset 8, BTF has c_uint32 at offset 8"),
        ('"exec_event", Mine', '"exec_evnt", Mine', 'no struct "exec_evnt" in "request.o"'),
        ('type("exec_event")', 'type("exec_evnt")', 'no type "exec_evnt" in "request.o"'),
        ("found.fields", "found.field", '"BtfType" has no attribute "field"'),
    ],
)
def test_one_mistake_in_the_requested_program(
    project: Workspace, right: str, wrong: str, message: str
) -> None:
    assert REQUESTED.count(right) == 1
    project.write("program.py", REQUESTED.replace(right, wrong))
    output = project.mypy("program.py")
    assert message in output.text
    assert "Found 1 error in 1 file" in output.text


_IDENTITIES = """\
import sys
from contextlib import ExitStack
from typing import Literal

from btf_typing import tinybpf
from btf_typing.tinybpf import load

named: tinybpf.BpfObject[Literal["loaders.o"]] = tinybpf.load(sys.argv[1])
named.btf.struct("call_evnt")
# E: no struct "call_evnt" in "loaders.o"; did you mean "call_event" or "call_count" or
#    "call_key"?  [btf-name]


def passed(obj: tinybpf.BpfObject[Literal["loaders.o"]]) -> int:
    obj.maps["by_pidd"]  # E: no map "by_pidd" in "loaders.o"; did you mean "by_pid"?  [btf-name]
    return obj.maps["by_pid"][1]


passed(tinybpf.load("request.o"))
# E: Argument 1 to "passed" has incompatible type "BpfObject[Literal['request.o']]"; expected
#    "BpfObject[Literal['loaders.o']]"  [arg-type]


def bare() -> tinybpf.BpfObject:
    return tinybpf.load("loaders.o")


bare().btf.struct("call_event")
# E: not checked: the annotation "BpfObject" does not say which object this is; write
#    BpfObject[Literal["loaders.o"]]  [btf-unresolved]
with ExitStack() as stack:
    reveal_type(stack.enter_context(load("loaders.o")).map("by_pid"))
    # N: Revealed type is "btf_typing.tinybpf.BpfMap[int, int]"
Event = load("loaders.o").btf.struct("call_event")


def show(event: Event) -> str:
    return event.pid
    # E: Incompatible return value type (got "int", expected "str")  [return-value]


load("loaders.o" if sys.argv[1:] else "request.o").btf.struct("call_event")
# E: no struct "call_event" in "request.o"; did you mean "exec_event"?  [btf-name]
"""


def test_the_identity_of_an_object(project: Workspace) -> None:
    _check(project, _IDENTITIES)


def test_maps_programs_and_buffers(project: Workspace) -> None:
    _check(project, _MAPS)


_OTHER_LOADER = """\
import os
import sys
from contextlib import ExitStack
from typing import Literal

import tinybpf as loader
from btf_typing import BpfObject, Btf, load
from tinybpf import load as load_into_kernel

PATH = "loaders.o"
with loader.load("loaders.o") as bpf:
    reveal_type(load(bpf.path))
    # N: Revealed type is "btf_typing.bpf_object.BpfObject[Literal['loaders.o']]"
    reveal_type(Btf.from_libbpf(bpf.btf))
    # N: Revealed type is "btf_typing.btf.Btf[Literal['loaders.o']]"
with loader.load("request.o") as bpf:
    Btf.from_libbpf(bpf.btf).struct("exec_evnt")
    # E: no struct "exec_evnt" in "request.o"; did you mean "exec_event"?  [btf-name]
obj = load_into_kernel(PATH if sys.argv[1:] else "request.o")
load(str(obj.path)).btf.struct("call_event")
# E: no struct "call_event" in "request.o"; did you mean "exec_event"?  [btf-name]
with ExitStack() as stack:
    entered = stack.enter_context(loader.load(path="loaders.o"))
    Event = load(os.fspath(entered.path)).btf.struct("call_event")
pointer = entered.btf
Count = Btf.from_libbpf(pointer).struct("call_count")


def show(event: Event, count: Count) -> str:
    print(count.call)  # E: "call_count" has no attribute "call"; maybe "calls"?  [attr-defined]
    return event.pidd
    # E: Returning Any from function declared to return "str"  [no-any-return]
    # E: "call_event" has no attribute "pidd"; maybe "pid"?  [attr-defined]


class Tool:
    def __init__(self) -> None:
        self.bpf = loader.load("loaders.o")
        self.obj = load(self.bpf.path)

    def use(self) -> None:
        self.obj.maps["by_pidd"]
        # E: no map "by_pidd" in "loaders.o"; did you mean "by_pid"?  [btf-name]


load(loader.load("missing.o").path).btf.struct("nothing")
# E: cannot read "missing.o": no such file  [btf-stub]
# Paths and pointers that are known only at run time.
load(loader.load(sys.argv[1]).path).btf.struct("nothing")
Btf.from_libbpf(loader.load(sys.argv[1]).btf).struct("nothing")
Btf.from_libbpf(int(input())).struct("nothing")
Btf.from_libbpf(pointer=None).struct("nothing")
annotated: Btf[Literal["loaders.o"]] = Btf.from_libbpf(int(input()))
annotated.struct("call_evnt")
# E: no struct "call_evnt" in "loaders.o"; did you mean "call_event" or "call_count" or
#    "call_key"?  [btf-name]
"""


_PASSED = """\
from btf_typing import Btf, load
from tinybpf import BpfObject
import tinybpf


def passed(bpf: tinybpf.BpfObject) -> None:
    load(bpf.path).btf.struct("nothing")
    Btf.from_libbpf(bpf.btf).struct("nothing")


def passed_from_elsewhere(bpf: tinybpf.BpfObject) -> None:
    load(bpf.path).btf.struct("nothing")


def opened() -> BpfObject:
    return tinybpf.load("loaders.o")


class Tool:
    bpf: BpfObject | None = None

    def use(self) -> None:
        self.bpf = tinybpf.load("request.o")
        load(self.bpf.path).btf.struct("nothing")
        # E: not checked: the annotation "BpfObject" does not say which object this is; assign the
        #    result to a variable with the annotation
        #    BpfObject[Literal["request.o"]]  [btf-unresolved]


def unannotated():  # E: Function is missing a return type annotation  [no-untyped-def]
    load("loaders.o")
    return tinybpf.load("loaders.o")


passed(tinybpf.load("loaders.o"))
passed(opened())
load(opened().path)
# E: not checked: the annotation "BpfObject" does not say which object this is; assign the result
#    to a variable with the annotation BpfObject[Literal["loaders.o"]]  [btf-unresolved]
"""


def test_objects_that_tinybpf_itself_loads(project: Workspace) -> None:
    _check(project, _OTHER_LOADER)


def test_annotations_that_lose_objects_of_tinybpf_itself(project: Workspace) -> None:
    _check(project, _PASSED)


def test_a_parameter_may_be_for_any_object_unless_the_settings_ask(project: Workspace) -> None:
    project.write("program.py", _PASSED)
    config = (project.root / "mypy.ini").read_text("utf-8")
    for setting, count in (("default", 2), ("all", 4)):
        project.write("mypy.ini", f"{config}[btf-typing]\nunresolved = {setting}\n")
        text = project.mypy("program.py").text
        assert text.count("assign the result to a variable") == count, text


def test_objects_of_a_tinybpf_without_types(project: Workspace) -> None:
    project.write("mypy.ini", CONFIG + "ignore_missing_imports = True\n")
    _check(project, _OTHER_LOADER)
