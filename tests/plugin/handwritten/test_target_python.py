"""Classes whose layout may differ between the target Python and the Python that runs mypy."""

import sys

import pytest

from tests.plugin import objects
from tests.plugin.workspace import Workspace

_PROGRAM = """\
# mypy: enable-error-code="btf-unresolved"
from ctypes import BigEndianStructure, Structure, c_long, c_uint8, c_uint32

from btf_typing import load

btf = load("prog.bpf.o").btf


class Plain(Structure):
    _fields_ = [("a", c_uint32), ("b", c_uint32, 8)]


class Packed(Plain):
    _pack_ = 1
    _fields_ = [("c", c_uint32, 8)]


class Aligned(Structure):
    _align_ = 16
    _fields_ = [("inner", Plain)]


class Big(BigEndianStructure):
    _fields_ = [("a", c_uint32)]


class Long(Structure):
    _fields_ = [("a", c_long)]


btf.validate_struct("event", Plain)
btf.validate_struct("event", Packed)
btf.validate_struct("event", Aligned)
btf.validate_struct("event", Big)
btf.validate_struct("event", Long)
"""
_LAST = _PROGRAM.count("\n")


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ((), set()),
        (("--python-version", "3.{}"), {_LAST - 3, _LAST - 2, _LAST - 1}),
        (("--platform", "win32"), {_LAST}),
    ],
)
def test_they_are_not_checked(
    workspace: Workspace, options: tuple[str, ...], lines: set[int]
) -> None:
    other = 13 if sys.version_info[1] != 13 else 12
    workspace.write("program.py", _PROGRAM)
    workspace.write("prog.bpf.o", objects.compiled({"event": [("a", "u32")]}))
    workspace.stub("prog.bpf.o")
    text = workspace.mypy(*(option.format(other) for option in options), "program.py").text
    reports = [
        line for line in text.splitlines() if "may lay out the class" in line or "sizes on" in line
    ]
    assert {int(line.split(":")[1]) for line in reports} == lines
    assert all("[btf-unresolved]" in line for line in reports)
    assert "[btf-layout]" in text
