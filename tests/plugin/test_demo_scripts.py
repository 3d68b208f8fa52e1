"""Scripts like the demo's: mypy finds the errors in one, cold and warm, and none in the other."""

import shutil

from btf_typing._stubs.selection import Selection
from tests.paths import ROOT
from tests.plugin.workspace import CONFIG, Workspace
from tests.typing import runner

_OBJECT = "examples/execsnoop/execsnoop.bpf.o"

_WRONG = """\
from btf_typing import load

with load("examples/execsnoop/execsnoop.bpf.o") as obj:
    ExecEvent = obj.btf.struct("exec_event")
    ExecCount = obj.btf.struct(
        "exec_cuont",
        # E: no struct "exec_cuont" in "examples/execsnoop/execsnoop.bpf.o"; did you mean
        #    "exec_count" or "exec_event"?  [btf-name]
    )


def summary(event: ExecEvent) -> str:
    who = event.com.decode()
    # E: "exec_event" has no attribute "com"; maybe "comm"?  [attr-defined]
    path: str = event.filename
    # E: Incompatible types in assignment (expression has type "bytes", variable has type
    #    "str")  [assignment]
    return f"{who} ({event.pid}) starts {path} as uid {event.creds.uid}"


def anonymous(event: ExecEvent) -> None:
    event.creds.uid = "nobody"
    # E: Incompatible types in assignment (expression has type "str", variable has type
    #    "int")  [assignment]
    ExecEvent(pid=1, tid="2")
    # E: Argument "tid" to "exec_event" has incompatible type "str"; expected "int"  [arg-type]
"""


def test_a_wrong_script_has_its_errors_cold_and_warm(workspace: Workspace) -> None:
    workspace.write(_OBJECT, (ROOT / _OBJECT).read_bytes())
    workspace.stub(_OBJECT)
    workspace.write("wrong.py", _WRONG)
    wanted = runner.expected(workspace.root, ["wrong.py"])
    assert [message.line for message in wanted] == [6, 13, 15, 22, 25]

    for _ in ("cold", "warm"):
        output = workspace.mypy("wrong.py")
        assert output.status == 1
        assert not runner.difference(wanted, runner.reported(output.text))


def test_a_right_script_has_no_errors(workspace: Workspace) -> None:
    workspace.write(_OBJECT, (ROOT / _OBJECT).read_bytes())
    workspace.stub(_OBJECT, selection=Selection(live=True), to="examples/execsnoop")
    shutil.copy(ROOT / "examples/demo/right.py", workspace.root)
    for _ in ("cold", "warm"):
        assert workspace.mypy("right.py").status == 0


_UNANNOTATED = """\
import ctypes
import sys
from btf_typing import load


class Tool:
    def __init__(self, path=None):
        self.obj = load(path or "examples/execsnoop/execsnoop.bpf.o")
        self.Event = self.obj.btf.struct("exec_event")
        self.counts = self.obj.maps["exec_cuonts"]
        # E: no map "exec_cuonts" in "examples/execsnoop/execsnoop.bpf.o"; did you mean
        #    "exec_counts"?  [btf-name]

    def on_event(self, cpu, data, size):
        event = ctypes.cast(data, ctypes.POINTER(self.Event)).contents
        print("%-16s %d" % (event.comm.decode(), event.pdi))
        # E: "exec_event" has no attribute "pdi"  [attr-defined]


def main():
    obj = load("examples/execsnoop/execsnoop.bpf.o")
    Event = obj.btf.struct("exec_evnt")
    # E: no struct "exec_evnt" in "examples/execsnoop/execsnoop.bpf.o"; did you mean "exec_event" or
    #    "exec_count"?  [btf-name]
    Count = obj.btf.struct("exec_count")

    def on_event(cpu, data, size):
        count = Count.from_buffer_copy(data)
        print(Event, count.exces)
        # E: "exec_count" has no attribute "exces"; maybe "execs"?  [attr-defined]

    tool = Tool(sys.argv[1])
    tool.on_event(0, b"", 0)
    on_event(0, b"", 0)


if __name__ == "__main__":
    main()
"""
"""As most scripts for BCC are written: functions without annotations."""


def test_a_script_without_annotations_needs_only_check_untyped_defs(workspace: Workspace) -> None:
    workspace.write(_OBJECT, (ROOT / _OBJECT).read_bytes())
    workspace.stub(_OBJECT)
    workspace.write("script.py", _UNANNOTATED)
    plain = CONFIG.replace("strict = True\n", "")
    workspace.write("mypy.ini", f"{plain}check_untyped_defs = True\n")
    for _ in ("cold", "warm"):
        found = runner.reported(workspace.mypy("script.py").text)
        assert not runner.difference(runner.expected(workspace.root, ["script.py"]), found)

    workspace.write("mypy.ini", plain)
    assert workspace.mypy("script.py").status == 0
