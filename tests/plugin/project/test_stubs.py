"""Stubs that the cases in a directory cannot show: hidden, moved, and of the kernel."""

from pathlib import Path

import pytest

from btf_typing._stubs.selected_types import Selection
from tests.plugin import objects
from tests.plugin.workspace import Workspace
from tests.typing.runner import newest

_PROGRAM = """\
from btf_typing import load

reveal_type(load("prog.bpf.o").btf.struct("event")().pid)
"""
_KERNEL_BTF = Path("/sys/kernel/btf/vmlinux")
_KERNEL = """\
from btf_typing import Btf

btf = Btf.from_kernel()
reveal_type(btf)
reveal_type(btf.struct("list_head")().next)
btf.struct("list_haed")
Btf.from_kernel("no_such_module").struct("whatever")
"""


def test_a_module_that_hides_the_stub_is_named(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    workspace.write("prog_bpf.py", 'class event:\n    pid = ""\n')
    for _ in ("cold", "warm"):
        lines = workspace.mypy("program.py", "prog_bpf.py").text.splitlines()
        assert lines[0] == (
            'program.py:3: error: "prog_bpf.py" hides the stub "stubs/prog_bpf.pyi";'
            " remove or rename it  [btf-stub]"
        )
        assert lines[1] == 'program.py:3: note: Revealed type is "Any"'
        assert len(lines) == 3
    assert workspace.mypy("program.py").status == 0


def test_an_object_that_has_moved_takes_its_stub_along(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM.replace("prog.bpf.o", "build/prog.bpf.o"))
    workspace.write("build/prog.bpf.o", objects.compiled())
    both = 'no stub for "build/prog.bpf.o"; run "btf-stubs build/prog.bpf.o -o stubs'
    assert f'{both} --module build_prog_bpf"' in workspace.mypy("program.py").text

    (workspace.root / "prog.bpf.o").unlink()
    assert f'{both}"' in workspace.mypy("program.py").text
    workspace.stub("build/prog.bpf.o")
    assert workspace.mypy("program.py").status == 0


@pytest.mark.skipif(not _KERNEL_BTF.exists(), reason="the kernel of this machine has no BTF")
def test_the_kernel_of_this_machine_is_known_where_it_has_a_stub(workspace: Workspace) -> None:
    workspace.write("program.py", _KERNEL)
    stub = workspace.stub(str(_KERNEL_BTF), selection=Selection(("list_head",)))
    assert stub.name == "vmlinux.pyi"
    identity, field, wrong, *rest = newest(workspace.mypy("program.py").text).splitlines()
    assert "btf_typing.btf.Btf[Literal['/sys/kernel/btf/vmlinux']]" in identity
    assert field == 'program.py:5: note: Revealed type is "int | None"'
    assert 'no struct "list_haed" in "/sys/kernel/btf/vmlinux"; did you mean "list_head"' in wrong
    assert rest == ["Found 1 error in 1 file (checked 1 source file)"]
