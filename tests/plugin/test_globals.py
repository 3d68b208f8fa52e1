"""Globals: BTF does not tell where they are, and so may stay the same when they move."""

import time

from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.plugin.workspace import CONFIG, Workspace
from tests.typing.runner import newest

_PROGRAM = """\
from btf_typing import load

reveal_type(load("prog.bpf.o").sections[".data"].count)
"""


def _object(offset: int) -> bytes:
    b = BtfBuilder()
    count = b.var("count", b.int("u32", 4))
    b.datasec(".data", 0, [(count, 0, 4)])
    return elf({".BTF": b.build(), ".data": bytes(8)}, [Symbol("count", ".data", offset, 4)])


def test_a_global_that_moves_makes_the_stub_stale(workspace: Workspace) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("check.py", _PROGRAM)
    workspace.write("prog.bpf.o", _object(0))
    stub = workspace.stub("prog.bpf.o")
    assert "count: _CField[ctypes.c_uint32, int, int]  # 0: u32" in stub.read_text()
    revealed = 'check.py:3: note: Revealed type is "int"'
    assert newest(workspace.mypy("check.py").text).splitlines()[0] == revealed

    time.sleep(1.05)  # mypy compares whole seconds
    workspace.write("prog.bpf.o", _object(4))
    warm = workspace.mypy("check.py").text
    assert 'stub "stubs/prog_bpf.pyi" is out of date; run "btf-stubs prog.bpf.o' in warm

    workspace.stub("prog.bpf.o")
    assert "  # 4: u32" in stub.read_text()
    assert newest(workspace.mypy("check.py").text).splitlines()[0] == revealed
