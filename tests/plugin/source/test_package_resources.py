"""Objects in packages, loaded through ``importlib.resources``."""

from tests.plugin import objects
from tests.plugin.workspace import Workspace

_PROGRAM = """\
import data
from btf_typing import load
from importlib.resources import files

reveal_type(load(files(data) / "prog.bpf.o"))
reveal_type(load(files(anchor="data") / "prog.bpf.o"))
"""
_INSIDE = "btf_typing.bpf_object.BpfObject[Literal['data/prog.bpf.o']]"


def test_a_package_without_init_is_its_directory(workspace: Workspace) -> None:
    for path in ("prog.bpf.o", "data/prog.bpf.o"):
        workspace.write(path, objects.compiled())
    workspace.stub("data/prog.bpf.o")
    workspace.write("data/inner.py", "")
    workspace.write("program.py", _PROGRAM)
    for _ in ("cold", "warm"):
        assert workspace.mypy("program.py").text.count(f'Revealed type is "{_INSIDE}"') == 2
