"""A bug in the plugin gives an error at the place where it happened, and does not stop mypy."""

import pytest

from tests.plugin import objects
from tests.plugin.workspace import Workspace

_PROGRAM = """\
import ctypes

from btf_typing import load

obj = load("prog.bpf.o")
Event = obj.btf.struct("event")


class Mine(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int)]


def shown(event: Event) -> None:
    print(event)
"""
_BROKEN = """\
import importlib
from mypy.main import main


def broken(*_args: object, **_options: object) -> None:
    raise RuntimeError("out of order")


module, class_, method = {broken!r}.rsplit(".", 2)
setattr(getattr(importlib.import_module("btf_typing_mypy." + module), class_), method, broken)
main(args=["program.py", *{options}], clean_exit=True)
"""


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("hooks.load.Load.from_path", 5),
        ("hooks.lookups.Lookups.find", 6),
        ("hooks.validate.Validate.class_defined", 9),
        ("hooks.annotations.Annotations._variable", 13),
    ],
)
def test_a_bug_is_an_error_where_it_happened(workspace: Workspace, broken: str, line: int) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    options = ["--show-traceback"]
    output = workspace.mypy("-c", _BROKEN.format(broken=broken, options=options), command=())
    assert output.status == 2
    assert "RuntimeError: out of order" in output.text

    output = workspace.mypy("-c", _BROKEN.format(broken=broken, options=[]), command=())
    said = (
        f"program.py:{line}: error: internal error in btf_typing_mypy: RuntimeError('out of order')"
        "; this line was not checked; please report it with the output of mypy --show-traceback"
        "  [btf-stub]"
    )
    assert output.status == 1
    assert said in output.text
    assert "INTERNAL ERROR" not in output.text


def test_a_class_that_holds_too_much_is_not_checked(workspace: Workspace) -> None:
    lines = [
        '# mypy: enable-error-code="btf-unresolved"',
        "from ctypes import Structure, c_uint32",
        "from btf_typing import load",
        "class L0(Structure):",
        "    _fields_ = [('a', c_uint32)]",
    ]
    for level in range(1, 40):
        fields = f"[('a', L{level - 1}), ('b', L{level - 1})]"
        lines += [f"class L{level}(Structure):", f"    _fields_ = {fields}"]
    lines.append("load('prog.bpf.o').btf.validate_struct('event', L39)")
    workspace.write("program.py", "\n".join(lines))
    workspace.write("prog.bpf.o", objects.compiled({"event": [("x", "u32")]}))
    workspace.stub("prog.bpf.o")
    output = workspace.mypy("program.py")
    assert "its description is longer than 262,144 characters  [btf-unresolved]" in output.text
