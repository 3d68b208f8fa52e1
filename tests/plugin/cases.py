"""The project of the cases in ``tests/typing/plugin``."""

from __future__ import annotations

import shutil

from btf_typing._stubs.selection import Selection
from tests.builder import BtfBuilder, Id
from tests.paths import ROOT
from tests.plugin import objects
from tests.plugin.workspace import CONFIG, Output, Workspace
from tests.typing import runner

CASES = ROOT / "tests/typing/plugin"

_CONFIG = f"""\
{CONFIG}
# The functions in the cases need no bodies.
disable_error_code = empty-body
"""


def _with_refused_map() -> bytes:
    """BTF with a map ``odd`` whose definition has no type."""
    b = BtfBuilder()
    definition = b.struct("odd_map", 8, [("key", b.ptr(b.int("u32", 4)), 0)])
    b.datasec(".maps", 8, [(b.var("odd", definition), 0, 8)])
    return b.build()


def _with_damaged_struct() -> bytes:
    """BTF with a struct ``event`` whose member has a type that does not exist."""
    b = BtfBuilder()
    b.struct("event", 4, [("x", 999, 0)])
    return b.build()


def _with_map_of_maps() -> bytes:
    """BTF with an array ``outer`` of maps from u32 to struct value."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    value = b.struct("value", 4, [("count", u32, 0)])

    def number(value: int) -> Id:
        return b.ptr(b.array(u32, value))

    keys = ("key", b.ptr(u32), 64)
    inner = b.struct("inner", 24, [("type", number(1), 0), keys, ("value", b.ptr(value), 128)])
    values = ("values", b.array(b.ptr(inner), 0), 128)
    outer = b.struct("outer_map", 16, [("type", number(12), 0), keys, values])
    b.datasec(".maps", 16, [(b.var("outer", outer), 0, 16)])
    return b.build()


def _split() -> tuple[bytes, bytes]:
    """A base, and split BTF with a struct that has a member of a struct of the base."""
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    device = base.struct("device", 4, [("id", u32, 0)])
    split = BtfBuilder(base=base)
    split.struct("module_event", 8, [("pid", u32, 0), ("from", device, 32)])
    return base.build(), split.build()


_BASE, _MODULE = _split()
_OBJECTS = {
    "prog.bpf.o": objects.compiled(),
    "build/other.bpf.o": objects.compiled({"event": [("when", "u64"), ("what", "u32")]}),
    "globals.bpf.o": (ROOT / "tests/golden/globals.o").read_bytes(),
    "refused.bpf.o": _with_refused_map(),
    "tool.bpf.o": (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes(),
    "nested.bpf.o": _with_map_of_maps(),
    "private.bpf.o": objects.compiled(
        {"event": [("__state", "u32"), ("__len__", "u32")], "__sk_buff": [("len", "u32")]},
        enums={
            "kind": {"KIND_NONE": 0, "__KIND_MAX": 1},
            "__hidden": {"FIRST": 0},
            "__class": {"SECOND": 0},
        },
    ),
    "app/inside.bpf.o": objects.compiled({"event": [("inside", "u64")]}),
}


_SMALL = objects.compiled({"event": [("x", "u32")], "stats": [("n", "u32")]})
_SMALLER = objects.compiled({"event": [("x", "u64")]})


def _states(workspace: Workspace) -> None:
    """Write the objects and stubs that ``states.py`` needs."""
    workspace.write("text.bpf.o", b"text")
    workspace.write("cut.bpf.o", _SMALL[:-40])
    workspace.write("bare.bpf.o", _SMALL)
    workspace.write("build/prog.bpf.o", _SMALL)
    workspace.write("stale.bpf.o", _SMALL)
    workspace.stub("stale.bpf.o")
    workspace.write("stale.bpf.o", _SMALLER)
    workspace.write("damaged.bpf.o", _SMALL)
    workspace.stub("damaged.bpf.o")
    workspace.write("damaged.bpf.o", _with_damaged_struct())
    workspace.write("filtered.bpf.o", _SMALL)
    workspace.stub("filtered.bpf.o", selection=Selection(("event",)))
    workspace.write("named.bpf.o", _SMALL)
    workspace.stub("named.bpf.o", "another_name")
    workspace.write("base.btf", _BASE)
    workspace.write("module.btf", _MODULE)
    workspace.stub("module.btf", base="base.btf")
    workspace.write("new.btf", _MODULE)


def prepare(workspace: Workspace) -> list[str]:
    """Copy the cases, write the files that they need, and return the cases' names."""
    shutil.copytree(CASES, workspace.root, dirs_exist_ok=True)
    workspace.write("mypy.ini", _CONFIG)
    for name, content in _OBJECTS.items():
        workspace.write(name, content)
        workspace.stub(name)
    workspace.write("app/tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("app/tool.bpf.o", selection=Selection(live=True), to="app")
    _states(workspace)
    return sorted(str(path.relative_to(CASES)) for path in CASES.rglob("*.py"))


def compare(workspace: Workspace, names: list[str], output: Output) -> str:
    """Differences between mypy's messages and the comments in the files *names*."""
    return runner.difference(runner.expected(workspace.root, names), runner.reported(output.text))
