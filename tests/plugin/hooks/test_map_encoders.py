"""``encode_key`` and the like, of a map of one of several objects."""

from tests.paths import ROOT
from tests.plugin.workspace import Workspace


def test_a_map_of_one_of_several_objects_accepts_its_own_structs(workspace: Workspace) -> None:
    """mypy asks for the map of each object, with the union of their structs as the argument."""
    for name in ("a.bpf.o", "b.bpf.o"):
        workspace.write(name, (ROOT / "examples/execsnoop/execsnoop.bpf.o").read_bytes())
        workspace.stub(name)
    workspace.write(
        "program.py",
        "from btf_typing import load\n\n"
        'obj = load("a.bpf.o" if input() else "b.bpf.o")\n'
        'counts = obj.maps["exec_counts"]\n'
        "counts.encode_value(counts.value())\n"
        'counts.encode_value(obj.btf.struct("exec_event")())\n',
    )
    text = workspace.mypy("program.py").text
    wrong = 'the values of this map are "exec_count", not "exec_event"'
    cure = "to pass the bytes of another struct, write bytes(...)  [arg-type]"
    errors = [line for line in text.splitlines() if "error:" in line]
    assert errors == [f"program.py:6: error: {wrong}; {cure}"]
