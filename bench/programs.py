"""Python programs that are timed as whole processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .measure import ROOT

_LIBBPF = """\
import ctypes
lib = ctypes.CDLL({library!r}, use_errno=True)
lib.btf__parse.restype = ctypes.c_void_p
lib.btf__parse.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
lib.btf__find_by_name_kind.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32]
btf = lib.btf__parse({path!r}.encode(), None)
assert lib.btf__find_by_name_kind(btf, {name!r}.encode(), 4) > 0
"""

_AGGREGATES = """\
from btf_typing import load
btf = load({path!r}).btf
for type_id in btf.table.ids_of(("STRUCT", "UNION")):
    btf.classes.aggregate(btf.layouts.aggregate(type_id), "anonymous")
"""

_PEAK = """
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print(line.split()[1])
"""


def one_struct(path: Path, name: str) -> str:
    """Load *path* and build one class."""
    return f"from btf_typing import load\nload({str(path)!r}).btf.struct({name!r})\n"


def typing_first(path: Path, name: str) -> str:
    """The same as `one_struct`, in a program that imports `typing` first."""
    return f"import typing\n{one_struct(path, name)}"


def libbpf(library: str, path: Path, name: str) -> str:
    """The same look-up with libbpf, which builds no class."""
    return _LIBBPF.format(library=library, path=str(path), name=name)


def aggregates(path: Path) -> str:
    """Build the class of every struct and union."""
    return _AGGREGATES.format(path=str(path))


def aggregates_uncollected(path: Path) -> str:
    """The same without garbage collection, as the docs advise. Almost nothing here is garbage."""
    return f"import gc\ngc.disable()\n{aggregates(path)}gc.freeze()\n"


def all_types(path: Path) -> str:
    """Decode every type."""
    return f"from btf_typing import load\nfor _ in load({str(path)!r}).btf.types(): pass\n"


def with_peak(program: str) -> str:
    """*program*, with code at its end that prints the most memory that it held, in KiB."""
    return program + _PEAK


def number(program: str) -> int:
    """The number that a program prints; 0 if it fails."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return int(done.stdout) if not done.returncode else 0
