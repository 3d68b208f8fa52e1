"""A run that finds nothing changed imports next to nothing for the plugin."""

from tests.plugin import objects
from tests.plugin.workspace import Workspace

_PROGRAM = """\
from btf_typing import load

print(load("prog.bpf.o").btf.struct("event")().pid)
"""
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
    "compat",
    "error_codes",
    "fullnames",
    "ignored_names",
    "plugin",
    "project",
    "project.disk_cache",
    "project.read_tracker",
    "project.dependencies",
    "project.external_files",
    "project.directories",
    "project.settings",
    "project.stub_files",
    "project.code_digest",
}


_FROM_THE_PACKAGE = {
    "btf_typing",
    "btf_typing._lazy",
    "btf_typing._typing",
    "btf_typing._version",
    "btf_typing.mypy_support",
}


def test_a_warm_run_imports_no_decoder(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("program.py", _PROGRAM)
    assert workspace.mypy("program.py").status == 0

    text = workspace.mypy("-c", _IMPORTS, command=()).text
    assert "Success: no issues found in 1 source file" in text
    wanted = {f"btf_typing_mypy.{name}".rstrip(".") for name in _LIGHT}
    assert set(text.splitlines()[-1].split()) == {*wanted, *_FROM_THE_PACKAGE}
