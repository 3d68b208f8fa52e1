"""The project that the differential harness edits: modules, objects and stubs.

It has a module for each feature of the plugin, and modules that import them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from btf_typing._layout import identifiers
from btf_typing._stubs.selection import Selection
from tests.builder import BtfBuilder
from tests.paths import ROOT
from tests.plugin import objects
from tests.plugin.workspace import Workspace


class Pipe:
    """Content of a path that is a named pipe. Nobody writes to it, so reading it never ends."""


class Link(NamedTuple):
    """Content of a path that is a symbolic link.

    Attributes:
        target: Path that the link names.
    """

    target: str


Content = str | bytes | Pipe | Link | None
"""Content of a file; None if the file does not exist."""


class Stub(NamedTuple):
    """A stub to write again.

    Attributes:
        object: Path of the object.
        module: Name of the module; empty for the usual one.
        selection: Types to write.
        to: Directory of the stub.
        base: Path of the base BTF; empty if the object needs none.
    """

    object: str
    module: str = ""
    selection: Selection = Selection()
    to: str = "stubs"
    base: str = ""

    def files(self) -> list[str]:
        """The files of the stub."""
        stem = f"{self.to}/{self.module or identifiers.module_name(self.object)}"
        return [f"{stem}.pyi", f"{stem}.py"] if self.selection.live else [f"{stem}.pyi"]


CONFIG = """\
[mypy]
plugins = btf_typing_mypy
mypy_path = $MYPY_CONFIG_FILE_DIR/stubs
strict = True
"""

# Modules enable the code, and the configuration does too (see `configured`). In a configuration,
# mypy 1 does not know our codes, and its daemon restarts for each run. mypy 2.4's daemon may forget
# the codes in modules.
_CODE = "btf-unresolved"
_CODES = f'# mypy: enable-error-code="{_CODE}"\n'

_MODULES: dict[str, str] = {
    "consts.py": """\
from typing import Final

OTHER: Final = "build/other.bpf.o"
NAME: Final = "stats"
COMM: Final = 16
TEXT: Final = 8
BASE: Final = "base.btf"
""",
    # mypy never forgets a module of typeshed. Once nothing imports it, the next update of the
    # daemon ends with an AssertionError if any module has errors, with or without a plugin. This
    # import keeps all modules of typeshed that generated modules need.
    "always.py": "import btf_typing.live\n",
    "handles.py": """\
from pathlib import Path

from btf_typing import load

obj = load(Path(__file__).parent / "prog.bpf.o")
Event = obj.btf.struct("event")
Kind = obj.btf.enum("kind")


class Tool:
    Stats = obj.btf.struct("stats")


ToolStats = Tool.Stats
""",
    "other.py": """\
import consts
from btf_typing import load

obj = load(consts.OTHER)
Event = obj.btf.struct("event")
reveal_type(Event)
""",
    "use.py": """\
from handles import Event, Kind, ToolStats


def who(event: Event) -> int:
    return event.pid


def make() -> Event:
    return Event(pid=1, comm=b"bash", kind=Kind.KIND_EXEC)


def count(stats: ToolStats) -> int:
    return stats.count
""",
    "indirect.py": """\
import consts
from handles import obj

Stats = obj.btf.struct(consts.NAME)


def total(stats: Stats) -> int:
    reveal_type(stats)
    return stats.count
""",
    "layouts.py": """\
import ctypes

import consts


class Creds(ctypes.Structure):
    _fields_ = [("uid", ctypes.c_uint32), ("gid", ctypes.c_uint32)]


class Event(ctypes.Structure):
    _fields_ = [
        ("pid", ctypes.c_uint32),
        ("ts", ctypes.c_uint64),
        ("comm", ctypes.c_char * consts.COMM),
        ("kind", ctypes.c_int),
        ("creds", Creds),
        ("next", ctypes.c_void_p),
        ("load", ctypes.c_uint32 * 4),
        ("ratio", ctypes.c_double),
        ("done", ctypes.c_bool),
    ]
""",
    "checks.py": """\
import ctypes

import layouts
from handles import Event, obj

obj.btf.validate_struct("event", layouts.Event)
obj.btf.validate_struct("event", Event)


class Holder(ctypes.Structure):
    _fields_ = [("event", Event)]


obj.btf.validate_struct("stats", Holder)


@obj.btf.validate("stats")
class Stats(ctypes.Structure):
    _fields_ = [("count", ctypes.c_uint64), ("bytes", ctypes.c_uint64)]


def inside() -> None:
    @obj.btf.validate("creds")
    class Creds(ctypes.Structure):
        _fields_ = [("uid", ctypes.c_uint32), ("gid", ctypes.c_uint32)]

    obj.btf.validate_struct("creds", layouts.Creds)
""",
    "cycle_a.py": """\
import cycle_b
from btf_typing import load

obj = load("prog.bpf.o")
Creds = obj.btf.struct("creds")


def uid(event: cycle_b.Event) -> int:
    return event.creds.uid
""",
    "cycle_b.py": """\
import cycle_a
from handles import obj

Event = obj.btf.struct("event")


def gid(creds: cycle_a.Creds) -> int:
    return creds.gid
""",
    "deep.py": """\
from typing import Literal

import use
from btf_typing import BpfObject, load

events = [use.make()]
reveal_type(events[0].comm)
print(events[0].creds.uid + use.who(events[0]))


def load_average(obj: BpfObject[Literal["prog.bpf.o"]]) -> int:
    return obj.btf.struct("event")().load[0]


def nowhere() -> None:
    reveal_type(load("lone.bpf.o").btf.struct("event"))
""",
    "generated.py": """\
from app.live_bpf import Object, event, load, obj

Event = obj.btf.struct("event")
mapping = obj.maps
reveal_type(mapping)


def who(it: Event, other: event, them: Object) -> int:
    reveal_type(load().btf)
    reveal_type(them.btf.struct("creds"))
    return it.pid + other.pid
""",
    "importing.py": """\
from typing import Literal

import app.live_bpf
from btf_typing import BpfObject
from generated import Event, obj


def over(obj: BpfObject[Literal["app/live.bpf.o"]], event: Event) -> int:
    return event.pid


over(obj, obj.btf.struct("event")())
over(app.live_bpf.obj, app.live_bpf.event())
reveal_type(obj.btf.struct("stats"))
reveal_type(obj.btf.struct("extra"))
""",
    "dispatch.py": """\
from typing import assert_never

from handles import Event, obj

Creds = obj.btf.struct("creds")
Either = Event | Creds
CLASSES = Event, Creds


def by_class(x: Either) -> int:
    if isinstance(x, Event):
        reveal_type(x)
        return x.pid
    reveal_type(x)
    return x.uid


def by_tuple(x: Event | Creds | int) -> int:
    return 0 if isinstance(x, CLASSES) else x


def by_pattern(x: Event | Creds) -> int:
    match x:
        case Event():
            return x.pid
        case Creds():
            return x.uid
    assert_never(x)
""",
    "proven.py": """\
import ctypes

import consts
from handles import obj


@obj.btf.validate("creds")
class Creds(ctypes.Structure):
    _fields_ = [("uid", ctypes.c_uint32), ("gid", ctypes.c_uint32)]


@obj.btf.validate("value")
class Value(ctypes.Union):
    _fields_ = [("number", ctypes.c_uint64), ("text", ctypes.c_char * consts.TEXT)]
""",
    "proven_use.py": """\
import ctypes

from proven import Creds, Value

creds = Creds(uid=1)
reveal_type(creds.gid)
creds.uid = 2
creds.uidd = 2
reveal_type(Value().text)


def of_class() -> int:
    return Creds.uidd.offset


def pointed_to() -> None:
    ctypes.pointer(creds)[0].uidd
    ctypes.pointer(creds)[0] = Value()
""",
    "renamed.py": """\
from proven import Creds


class Renamed(Creds):
    pass
""",
    "renamed_use.py": """\
from renamed import Renamed


def of_derived_class() -> int:
    return Renamed.uidd.offset
""",
    "record.py": """\
import ctypes

import consts
from handles import Event, obj

creds = obj.btf.struct("creds")


class Record(ctypes.Structure):
    _fields_ = [("creds", creds), ("event", Event), ("text", ctypes.c_char * consts.TEXT)]


class Unknown(ctypes.Structure):
    _fields_ = [
        ("text", ctypes.c_char * int("8")),
        ("creds", creds),
        ("event", ctypes.POINTER(Event)),
    ]
""",
    "record_use.py": """\
from record import Record, Unknown

reveal_type(Record().creds)
reveal_type(Record().event)
Record().creds.gidd
Record().event.pid + 1
Unknown().creds.gid + 1
Unknown().event.contents.pid + 1
""",
    "derived.py": """\
import ctypes

from proven import Creds
from record import Record


class Longer(Creds):
    _fields_ = [("more", ctypes.c_uint32)]


class Other(Record):
    _fields_ = [("creds", ctypes.c_uint32)]


def use(longer: Longer, other: Other) -> None:
    reveal_type(longer.more)
    print(longer.moer)
    reveal_type(other.creds)
""",
    "lost.py": """\
from btf_typing import BpfObject, Btf, load
from handles import obj


def show(it: BpfObject) -> None:
    it.btf.struct("event")


def show_btf(it: Btf) -> None:
    it.struct(input())


def show_default(it: BpfObject | None = obj) -> None:
    objects: list[BpfObject] = [obj]
    if it is None:
        it = objects[0]
    it.btf.struct("event")
    objects[0].btf.struct("event")


show(obj)
show_btf(obj.btf)
load(input()).btf.struct("event")
""",
    "split.py": """\
import consts
from btf_typing import load

obj = load("module.btf", base=consts.BASE)
Event = obj.btf.struct("module_event")


def device(event: Event) -> int:
    reveal_type(event.source)
    return event.source.id
""",
    "typing_only.py": """\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import prog_bpf
    from app.live_bpf import stats


def count(event: "prog_bpf.event", it: "stats") -> int:
    return event.pid + it.count
""",
    "tables.py": """\
from app.tool_bpf import obj

Address = obj.maps["addresses"].value
seen = obj.sections[".bss"]


def port(address: Address) -> int:
    reveal_type(obj.maps["counts"].key)
    reveal_type(obj.maps.get("counts"))
    reveal_type(seen)
    return address.port
""",
    "private.py": """\
from handles import Event


class Handler:
    def state(self, event: Event) -> object:
        return event.__state
""",
    "either.py": """\
import sys

from btf_typing import load

if sys.argv[1:]:
    obj = load("prog.bpf.o")
else:
    obj = load("build/other.bpf.o")
reveal_type(obj.btf.struct("event"))
""",
}

MODULES = {name: _CODES + text for name, text in _MODULES.items()}

PROG, OTHER = "prog.bpf.o", "build/other.bpf.o"
LIVE = "app/live.bpf.o"
LONE = "found/lone.bpf.o"
TOOL = "app/tool.bpf.o"
SPLIT, SPLIT_BASE = "module.btf", "base.btf"
WHEN = [("when", "u64"), ("pid", "u32")]


def split(device: str = "device", pid: str = "pid") -> tuple[bytes, bytes]:
    """A base with a struct *device*, and split BTF that uses it beside a member *pid*."""
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    found = base.struct(device, 4, [("id", u32, 0)])
    module = BtfBuilder(base=base)
    module.struct("module_event", 8, [(pid, u32, 0), ("source", found, 32)])
    return base.build(), module.build()


_BASE_BTF, _SPLIT_BTF = split()

BASE: dict[str, Content] = {
    "mypy.ini": f"{CONFIG}\n[btf-typing]\nobject-path = found\n",
    **MODULES,
    PROG: objects.compiled(),
    OTHER: objects.compiled({"event": WHEN}),
    LIVE: objects.compiled(),
    TOOL: (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes(),
    SPLIT_BASE: _BASE_BTF,
    SPLIT: _SPLIT_BTF,
    "app/__init__.py": "",
}
LIVE_STUB = Stub(LIVE, selection=Selection(live=True), to="app")
TOOL_STUB = Stub(TOOL, selection=Selection(live=True), to="app")
SPLIT_STUB = Stub(SPLIT, base=SPLIT_BASE)
BASE_STUBS = (Stub(PROG), Stub(OTHER), LIVE_STUB, TOOL_STUB, SPLIT_STUB)
STUB, OTHER_STUB = "stubs/prog_bpf.pyi", "stubs/other_bpf.pyi"


def configured(files: Mapping[str, Content]) -> Mapping[str, Content]:
    """*files*, with the codes also enabled in the configuration file if it is one of them."""
    config = files.get("mypy.ini")
    if not isinstance(config, str):
        return files
    # Name each module: with a code for all modules, ``dmypy run`` of mypy 2 crashes.
    modules = ",".join(name.removesuffix(".py") for name in MODULES)
    section = f"[mypy-{modules}]\nenable_error_code = {_CODE}\n"
    return {**files, "mypy.ini": config.replace(CONFIG, f"{CONFIG}\n{section}")}


def write(workspace: Workspace, files: Mapping[str, Content], stubs: tuple[Stub, ...]) -> None:
    """Write *files* and *stubs*; files that would not change are not touched."""
    for name, content in files.items():
        _write_one(workspace, name, content)
    for stub in stubs:
        workspace.stub(stub.object, stub.module, stub.selection, stub.to, stub.base)


def _write_one(workspace: Workspace, name: str, content: Content) -> None:
    path = workspace.root / name
    is_special = path.is_symlink() or (path.exists() and not path.is_file())
    if content is None or is_special:
        path.unlink(missing_ok=True)
    if isinstance(content, Pipe):
        os.mkfifo(path)
    elif isinstance(content, Link):
        path.symlink_to(content.target)
    elif content is not None:
        raw = content.encode() if isinstance(content, str) else content
        if not path.exists() or path.read_bytes() != raw:
            workspace.write(name, raw)
