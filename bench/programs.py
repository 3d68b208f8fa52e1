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

_READY_LISTS = """\
import ctypes, marshal
from btf_typing import load
btf = load({path!r}).btf
simple = {{getattr(ctypes, name): name for name in dir(ctypes) if name.startswith("c_")}}
numbers, lists = {{}}, []
def described(cls):
    if issubclass(cls, ctypes.Array):
        return described(cls._type_), cls._length_
    return simple.get(cls) or numbers.get(cls) or add(cls)
def add(cls):
    fields = [(name, described(type)) for name, type in cls._fields_]
    settings = [(key, vars(cls)[key]) for key in ("_pack_", "_anonymous_") if key in vars(cls)]
    lists.append((cls.__name__, issubclass(cls, ctypes.Union), settings, fields))
    numbers[cls] = len(lists)
    return len(lists)
for type_id in btf.table.ids_of(("STRUCT", "UNION")):
    described(btf.classes.aggregate(btf.layouts.aggregate(type_id), "anonymous"))
with open({output!r}, "wb") as stream:
    marshal.dump(lists, stream)
print(len(lists))
"""

_PLAIN_CTYPES = """\
import ctypes, marshal
classes = [None]
def ctype(described):
    if isinstance(described, str):
        return getattr(ctypes, described)
    if isinstance(described, int):
        return classes[described]
    element, length = described
    return ctype(element) * length
with open({lists!r}, "rb") as stream:
    lists = marshal.load(stream)
for name, union, settings, fields in lists:
    body = dict(settings)
    body["_fields_"] = [(field, ctype(described)) for field, described in fields]
    classes.append(type(name, (ctypes.Union if union else ctypes.Structure,), body))
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


def ready_lists(path: Path, output: Path) -> str:
    """Write the fields of all classes of *path* to the file *output*; print their number."""
    return _READY_LISTS.format(path=str(path), output=str(output))


def plain_ctypes(lists: Path) -> str:
    """Build all classes with ctypes alone, from what `ready_lists` wrote."""
    return _PLAIN_CTYPES.format(lists=str(lists))


def all_types(path: Path) -> str:
    """Decode every type."""
    return f"from btf_typing import load\nfor _ in load({str(path)!r}).btf.types(): pass\n"


def number(program: str) -> int:
    """The number that a program prints; 0 if it fails."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return int(done.stdout) if not done.returncode else 0
