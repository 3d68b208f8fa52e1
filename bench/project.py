"""Projects for mypy to check, of 200 modules. Each module reads an object's events."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, TypeAlias

from .measure import ROOT
from .tools import SMALL

MODULES = 200

_BTF_STUBS = str(Path(sys.executable).with_name("btf-stubs"))

_CONFIG = "[mypy]\nstrict = True\nmypy_path = $MYPY_CONFIG_FILE_DIR/stubs\n"
_PLUGIN = "plugins = btf_typing_mypy\n"

_USUAL = (ROOT / "bench/module.py.txt").read_text(encoding="utf-8")
"""A module of 170 lines. Most of them are not about events."""

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

_DISPATCH_HEAD = '''\
"""Module NUMBER."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from btf_typing import load

if TYPE_CHECKING:
    import progOBJECT_bpf

obj = load("progOBJECT.bpf.o")
exec_event = obj.btf.struct("exec_event")
exec_count = obj.btf.struct("exec_count")
creds = obj.btf.struct("creds")
'''

_DISPATCH_PART = '''

def shown_PART(record: object) -> str:
    """A record in words."""
    if isinstance(record, exec_event):
        user = record.creds
        return f"{record.comm.decode()} ({record.pid}) {user.uid} {user.gid} {record.argc}"
    if isinstance(record, exec_count):
        return f"{record.last_comm.decode()} {record.execs} {record.last_pid}"
    return str(record.uid + record.gid) if isinstance(record, creds) else ""


def numbers_PART(records: list[object]) -> Iterator[int]:
    """Some numbers of the records."""
    for record in records:
        if isinstance(record, (exec_event, creds)):
            yield len(bytes(record))
        if isinstance(record, exec_event):
            yield record.tid
        elif isinstance(record, exec_count):
            yield record.execs + record.last_seen


def user_PART(event: progOBJECT_bpf.exec_event) -> int:
    """The user of an event."""
    event.argc = len(event.filename) + sum(event.arg_len)
    return event.creds.uid
'''

_MORE = 8
"""`_lengthened` adds this many copies of the code that is not about events."""


def _lengthened(text: str) -> str:
    """*text* with `_MORE` copies of the code that is not about events, under other names."""
    head, *parts, start = re.split(r"\n\n\n(?=@|class |def |if )", text)
    about_events = re.compile(r"def (events|command_of|main)\b")
    others = [part for part in parts if not about_events.match(part)]
    names = "|".join(re.findall(r"(?m)^(?:class|def) (\w+)", "\n".join(others)))
    copies = [
        re.sub(rf"\b({names})\b", rf"\g<1>{number}", part)
        for number in range(_MORE)
        for part in others
    ]
    return "\n\n\n".join([head, *parts, *copies, start])


Texts: TypeAlias = tuple[str, ...]
"""Texts of modules. A project uses them in turn."""

DISPATCH: Texts = (
    _DISPATCH_HEAD + "".join(_DISPATCH_PART.replace("PART", str(part)) for part in range(5)),
)
"""Modules that do nothing but test the classes of records and read their fields."""

SHORT: Texts = (_SHORT,)
USUAL: Texts = (_USUAL,)
AS_THEY_ARE: Texts = (_SHORT, _USUAL, _USUAL, _lengthened(_USUAL))
"""Texts with lengths like those of the modules in the packages that we develop with.

Of these modules, the shortest quarter has 33 lines on average, the middle half 180, and the longest
quarter 1,100.
"""

_INFERRED = re.compile(r"\b(exec_event|exec_count|creds) = obj")
_DECLARED = r"\1: type[progOBJECT_bpf.\1] = obj"


_GENERATED = {
    """from typing import TYPE_CHECKING

from btf_typing import load

if TYPE_CHECKING:
    import progOBJECT_bpf
""": """
import progOBJECT_bpf
""",
    "with load(": "with progOBJECT_bpf.load(",
    'obj.btf.struct("exec_event")': "progOBJECT_bpf.exec_event",
}
"""Old text and new text, for a module that imports from a generated module."""


class Kind(NamedTuple):
    """The properties of a project.

    Attributes:
        objects: Number of objects, each with its stub.
        plugin: Whether mypy runs with the plugin.
        declared: Whether the modules write out the types that the plugin would infer.
        texts: Texts of the modules.
        live: Whether each object has a generated module, from which the modules import.
        folder: Folder of the stubs, in the project.
    """

    objects: int = 1
    plugin: bool = True
    declared: bool = False
    texts: Texts = AS_THEY_ARE
    live: bool = False
    folder: str = "stubs"


def write(project: Path, kind: Kind) -> None:
    """Write a project of that *kind* into a new directory *project*."""
    (project / kind.folder).mkdir(parents=True)
    inputs = [f"prog{number}.bpf.o" for number in range(kind.objects)]
    for name in inputs:
        shutil.copy(SMALL, project / name)
    stub(project, *inputs, *["--live"] * kind.live, folder=kind.folder)
    configure(project, plugin=kind.plugin)
    for number in range(MODULES):
        text = kind.texts[number % len(kind.texts)]
        if kind.declared:
            text = _INFERRED.sub(_DECLARED, text)
        if kind.live:
            text = with_generated_module(text)
        module = text.replace("NUMBER", str(number)).replace("OBJECT", str(number % kind.objects))
        (project / f"module{number}.py").write_text(module, encoding="utf-8")


def configure(project: Path, *, plugin: bool) -> None:
    """Write the settings of mypy."""
    (project / "mypy.ini").write_text(_CONFIG + _PLUGIN * plugin, encoding="utf-8")


def with_generated_module(text: str) -> str:
    """*text*, with the same classes from a generated module."""
    for old, new in _GENERATED.items():
        text = text.replace(old, new)
    return text


def stub(project: Path, *arguments: str, folder: str = "stubs") -> None:
    """Run ``btf-stubs`` with *arguments*, and write into a *folder* of the project."""
    command = [_BTF_STUBS, *arguments, "-o", folder]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
