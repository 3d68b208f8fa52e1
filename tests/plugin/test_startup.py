"""If nothing has changed, a run of mypy imports only a few small modules of the plugin."""

from tests.plugin import objects
from tests.plugin.workspace import Workspace

_PROGRAM = """\
from btf_typing import load

print(load("prog.bpf.o").btf.struct("event")().pid)
"""
_USES = """
from ctypes import Structure, c_uint32


class Creds(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


load("prog.bpf.o").btf.validate_struct("creds", Creds)
load("prog.bpf.o").maps["absent"]  # type: ignore[btf-name]


class Own:
    __own = 1


print(Own.__own)
"""
_ON_DEMAND = ("mangled_names", "maps_programs_sections", "validate")
_IMPORTS = """\
import sys
from mypy.main import main

before = set(sys.modules)
try:
    main(args=["program.py"], clean_exit=True)
finally:
    ours = sorted(name for name in sys.modules if name.startswith("btf_typing"))
    print(*ours, file=sys.stderr)
"""
_LIGHT = {
    "",
    "error_codes",
    "fullnames",
    "mypy_processes",
    "plugin",
    "project",
    "project.code_digest",
    "project.dependencies",
    "project.directories",
    "project.disk_cache",
    "project.external_files",
    "project.read_tracker",
    "project.settings",
    "project.stub_files",
}


_FROM_THE_PACKAGE = {
    "btf_typing",
    "btf_typing._lazy",
    "btf_typing._sources",
    "btf_typing._typing_stand_ins",
    "btf_typing.mypy_support",
}


def test_a_warm_run_imports_no_decoder(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    assert workspace.mypy("program.py").status == 0

    wanted = {f"btf_typing_mypy.{name}".rstrip(".") for name in _LIGHT}
    assert _imported(workspace) == {*wanted, *_FROM_THE_PACKAGE}


def test_a_feature_is_imported_when_the_program_uses_it(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    features = {f"btf_typing_mypy.hooks.{name}" for name in _ON_DEMAND}
    imported = _imported(workspace)
    assert "btf_typing_mypy.hooks.load" in imported
    assert imported & features == set()

    workspace.write("program.py", f"{_PROGRAM}{_USES}")
    assert _imported(workspace) >= features


def _imported(workspace: Workspace) -> set[str]:
    """Our modules that a run without errors imports."""
    text = workspace.mypy("-c", _IMPORTS, command=()).text
    assert "Success: no issues found in 1 source file" in text
    return set(text.splitlines()[-1].split())
