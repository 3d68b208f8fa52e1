"""Projects for mypy to check: two hundred modules, each of which reads an object's events."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from .tools import ROOT, SMALL

MODULES = 200

_BTF_STUBS = str(Path(sys.executable).with_name("btf-stubs"))

_CONFIG = "[mypy]\nstrict = True\nmypy_path = $MYPY_CONFIG_FILE_DIR/stubs\n"
_PLUGIN = "plugins = btf_typing_mypy\n"

_USUAL = (ROOT / "bench/module.py.txt").read_text(encoding="utf-8")
"""As long as modules are: 150 lines is the median of the packages that a project depends on."""

_SHORT = '''\
"""Module NUMBER."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from btf_typing import load

if TYPE_CHECKING:
    import progOBJECT_bpf


def events(data: bytes) -> Iterator[int]:
    """Process ids."""
    with load("progOBJECT.bpf.o") as obj:
        exec_event = obj.btf.struct("exec_event")
        event = exec_event.from_buffer_copy(data)
        yield event.pid
        yield sum([event.pid, event.argc, event.timestamp])


def shown(event: progOBJECT_bpf.exec_event) -> str:
    """An event in words."""
    return f"{event.comm.decode()} ({event.pid})"
'''

_INFERRED = "exec_event = obj"
_DECLARED = "exec_event: type[progOBJECT_bpf.exec_event] = obj"


class Kind(NamedTuple):
    """What a project is like.

    Attributes:
        objects: how many it has, each with its stub.
        plugin: whether mypy has the plugin.
        declared: whether the types that the plugin would tell are written out.
        short: whether its modules do nothing else.
    """

    objects: int = 1
    plugin: bool = True
    declared: bool = False
    short: bool = False


def write(project: Path, kind: Kind) -> None:
    """Write the project of that *kind* into the directory *project*, which is new."""
    (project / "stubs").mkdir(parents=True)
    inputs = [f"prog{number}.bpf.o" for number in range(kind.objects)]
    for name in inputs:
        shutil.copy(SMALL, project / name)
    stub(project, *inputs)
    (project / "mypy.ini").write_text(_CONFIG + _PLUGIN * kind.plugin, encoding="utf-8")
    text = _SHORT if kind.short else _USUAL
    if kind.declared:
        text = text.replace(_INFERRED, _DECLARED)
    for number in range(MODULES):
        module = text.replace("NUMBER", str(number)).replace("OBJECT", str(number % kind.objects))
        (project / f"module{number}.py").write_text(module, encoding="utf-8")


def stub(project: Path, *inputs: str) -> None:
    """Write the stubs of *inputs*."""
    command = [_BTF_STUBS, *inputs, "-o", "stubs"]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
