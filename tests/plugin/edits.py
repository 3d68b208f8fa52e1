"""A project of twelve modules, and edits of every kind.

An edit has the new content of the files that it changes. The project goes from its first state to
the edited state and back, so each edit is tried in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from btf_typing._layout import identifiers
from btf_typing._stubs.selected_types import Selection
from tests.plugin import objects
from tests.plugin.workspace import Workspace

Content = str | bytes | None
"""Content of a file; None if the file does not exist."""


class Stub(NamedTuple):
    """A stub to write again.

    Attributes:
        object: Path of the object.
        module: Name of the module; empty for the usual one.
        selection: Types to write.
        to: Directory of the stub.
    """

    object: str
    module: str = ""
    selection: Selection = Selection()
    to: str = "stubs"

    def files(self) -> list[str]:
        """The files of the stub."""
        stem = f"{self.to}/{self.module or identifiers.module_name(self.object)}"
        return [f"{stem}.pyi", f"{stem}.py"] if self.selection.live else [f"{stem}.pyi"]


class Edit(NamedTuple):
    """A change to the project.

    Attributes:
        files: New content of each file that changes.
        stubs: Stubs to write after that.
    """

    files: Mapping[str, Content]
    stubs: tuple[Stub, ...] = ()


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
""",
    "handles.py": """\
from pathlib import Path

from btf_typing import load

obj = load(Path(__file__).parent / "prog.bpf.o")
Event = obj.btf.struct("event")
Kind = obj.btf.enum("kind")
""",
    "other.py": """\
import consts
from btf_typing import load

obj = load(consts.OTHER)
Event = obj.btf.struct("event")
reveal_type(Event)
""",
    "use.py": """\
from handles import Event, Kind


def who(event: Event) -> int:
    return event.pid


def make() -> Event:
    return Event(pid=1, comm=b"bash", kind=Kind.KIND_EXEC)
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
}

MODULES = {name: _CODES + text for name, text in _MODULES.items()}

PROG, OTHER = "prog.bpf.o", "build/other.bpf.o"
LIVE = "app/live.bpf.o"
LONE = "found/lone.bpf.o"
_WHEN = [("when", "u64"), ("pid", "u32")]

BASE: dict[str, Content] = {
    "mypy.ini": f"{CONFIG}\n[btf-typing]\nobject-path = found\n",
    **MODULES,
    PROG: objects.compiled(),
    OTHER: objects.compiled({"event": _WHEN}),
    LIVE: objects.compiled(),
    "app/__init__.py": "",
}
LIVE_STUB = Stub(LIVE, selection=Selection(live=True), to="app")
BASE_STUBS = (Stub(PROG), Stub(OTHER), LIVE_STUB)
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
        path = workspace.root / name
        if content is None:
            path.unlink(missing_ok=True)
            continue
        raw = content.encode() if isinstance(content, str) else content
        if not path.exists() or path.read_bytes() != raw:
            workspace.write(name, raw)
    for stub in stubs:
        workspace.stub(stub.object, stub.module, stub.selection, stub.to)


def _in(name: str, old: str, new: str, *rest: tuple[str, str]) -> dict[str, Content]:
    """The module *name* with *old* replaced by *new*, and so on. The module must contain *old*."""
    text = MODULES[name]
    for before, after in ((old, new), *rest):
        assert before in text, (name, before)
        text = text.replace(before, after)
    return {name: text}


def _event(old: tuple[str, str], *new: tuple[str, str]) -> bytes:
    """``prog.bpf.o`` with a member of its event replaced."""
    members: list[tuple[str, str]] = []
    for member in objects.EVENT:
        members.extend(new if member == old else [member])
    return objects.compiled({**objects.STRUCTS, "event": members})


_RENAMED = _event(("pid", "u32"), ("tgid", "u32"))
_WIDER = _event(("comm", "char[16]"), ("comm", "char[32]"))
_RETYPED = _event(("pid", "u32"), ("pid", "double"))
_SIGNED = _event(("pid", "u32"), ("pid", "s32"))
_MOVED = _event(("pid", "u32"), ("before", "u64"), ("pid", "u32"))
_NO_STATS = objects.compiled({k: v for k, v in objects.STRUCTS.items() if k != "stats"})
_MORE = objects.compiled({**objects.STRUCTS, "extra": [("n", "u32")]})
_KINDS = objects.compiled(enums={"kind": {"KIND_NONE": 0, "KIND_EXIT": 2}})

_BY_CONSTANT = (
    'obj = load(Path(__file__).parent / "prog.bpf.o")',
    'PATH = "prog.bpf.o"\nobj = load(PATH)',
)
_CHANGED = "def change() -> None:\n    global PATH\n    PATH = input()\n"

EDITS: dict[str, Edit] = {
    "live: field renamed": Edit({LIVE: _RENAMED}, (LIVE_STUB,)),
    "live: field renamed, stub stale": Edit({LIVE: _RENAMED}),
    "live: struct gone": Edit({LIVE: _NO_STATS}, (LIVE_STUB,)),
    "live: struct added": Edit({LIVE: _MORE}, (LIVE_STUB,)),
    "live: struct added, stub stale": Edit({LIVE: _MORE}),
    "live: object missing": Edit({LIVE: None}),
    "live: object cut off": Edit({LIVE: objects.compiled()[:100]}),
    "live: stub of another object": Edit(
        {"app/more.bpf.o": _MORE},
        (Stub("app/more.bpf.o", "live_bpf", Selection(live=True), "app"),),
    ),
    "live: filtered": Edit({}, (Stub(LIVE, "", Selection(("event",), live=True), "app"),)),
    "live: no longer imported": Edit({"generated.py": "", "importing.py": "", LIVE: _RENAMED}),
    "object: field renamed": Edit({PROG: _RENAMED}, (Stub(PROG),)),
    "object: field renamed, stub stale": Edit({PROG: _RENAMED}),
    "object: field retyped": Edit({PROG: _RETYPED}, (Stub(PROG),)),
    "object: sign of a field": Edit({PROG: _SIGNED}, (Stub(PROG),)),
    "object: array longer, stub stale": Edit({PROG: _WIDER}),
    "object: array longer": Edit({PROG: _WIDER}, (Stub(PROG),)),
    "object: field moved": Edit({PROG: _MOVED}, (Stub(PROG),)),
    "object: struct gone": Edit({PROG: _NO_STATS}, (Stub(PROG),)),
    "object: struct gone, stub stale": Edit({PROG: _NO_STATS}),
    "object: struct added": Edit({PROG: _MORE}, (Stub(PROG),)),
    "object: enumerator gone": Edit({PROG: _KINDS}, (Stub(PROG),)),
    "object: missing": Edit({PROG: None}),
    "object: no BTF": Edit({PROG: b"text, not an object"}),
    "object: cut off": Edit({PROG: objects.compiled()[:100]}),
    "object: empty": Edit({PROG: b""}),
    "object: other one missing": Edit({OTHER: None}),
    "object: moved, stub left behind": Edit(
        {OTHER: None, "found/other.bpf.o": BASE[OTHER], **_in("consts.py", "build/", "found/")}
    ),
    "object: found at last": Edit({LONE: objects.compiled()}),
    "object: found at last, with a stub": Edit({LONE: objects.compiled()}, (Stub(LONE),)),
    "stub: missing": Edit({STUB: None}),
    "stub: both missing": Edit({STUB: None, OTHER_STUB: None}),
    "stub: other one missing": Edit({OTHER_STUB: None}),
    "stub: filtered": Edit({}, (Stub(PROG, "", Selection(("event",))),)),
    "stub: another name": Edit({STUB: None}, (Stub(PROG, "renamed"),)),
    "stub: hidden by a module": Edit({"prog_bpf.py": 'class event:\n    pid = ""\n'}),
    "stub: edited by hand": Edit({STUB: "# nothing of ours\n"}),
    "stub: one more": Edit(
        {"third.bpf.o": objects.compiled({"event": [("x", "u32")]})}, (Stub("third.bpf.o"),)
    ),
    "stub: one more, in use": Edit(
        {
            "third.bpf.o": objects.compiled({"event": [("x", "u32")]}),
            **_in("consts.py", "build/other.bpf.o", "third.bpf.o"),
        },
        (Stub("third.bpf.o"),),
    ),
    "stub: one more, the first of all, in use": Edit(
        {
            "first.bpf.o": objects.compiled({"event": [("x", "u32")]}),
            **_in("consts.py", "build/other.bpf.o", "first.bpf.o"),
        },
        (Stub("first.bpf.o"),),
    ),
    "stub: the first of all hidden by a module": Edit(
        {"other_bpf.py": 'class event:\n    when = ""\n'}
    ),
    "path: Final switched": Edit(_in("consts.py", "build/other.bpf.o", "prog.bpf.o")),
    "path: Final to nowhere": Edit(_in("consts.py", "build/other.bpf.o", "build/nothing.o")),
    "path: no longer Final": Edit(
        _in("consts.py", "OTHER: Final = ", "OTHER = ", ("import Final", "import Final"))
    ),
    "path: a constant used once": Edit(_in("handles.py", *_BY_CONSTANT)),
    "path: a constant that a function changes": Edit(
        _in("handles.py", *_BY_CONSTANT, ("(PATH)", f"(PATH)\n{_CHANGED}"))
    ),
    "path: rebound in an expression": Edit(
        _in(
            "handles.py",
            'obj = load(Path(__file__).parent / "prog.bpf.o")',
            'PATH = Path(__file__).parent / "prog.bpf.o"\n'
            "print(PATH := Path(input()))\n"
            "obj = load(PATH)",
        )
    ),
    "path: another object": Edit(_in("handles.py", '"prog.bpf.o"', '"build" / "other.bpf.o"')),
    "path: another object of the same base name": Edit(
        {
            "sub/prog.bpf.o": objects.compiled({"event": _WHEN}),
            **_in("handles.py", '"prog.bpf.o"', '"sub" / "prog.bpf.o"'),
        },
        (Stub("sub/prog.bpf.o", "sub_prog_bpf"),),
    ),
    "path: another object of the same base name, no stub": Edit(
        {
            "sub/prog.bpf.o": objects.compiled({"event": _WHEN}),
            **_in("handles.py", '"prog.bpf.o"', '"sub" / "prog.bpf.o"'),
        }
    ),
    "path: not known": Edit(_in("handles.py", 'Path(__file__).parent / "prog.bpf.o"', "input()")),
    "name: annotation retargeted": Edit(_in("handles.py", 'struct("event")', 'struct("stats")')),
    "name: misspelt": Edit(_in("handles.py", 'struct("event")', 'struct("evnt")')),
    "name: Final switched": Edit(_in("consts.py", '"stats"', '"creds"')),
    "name: Final misspelt": Edit(_in("consts.py", '"stats"', '"stat"')),
    "name: annotation in a cycle": Edit(_in("cycle_b.py", 'struct("event")', 'struct("creds")')),
    "name: other end of the cycle": Edit(_in("cycle_a.py", 'struct("creds")', 'struct("event")')),
    "name: variable gone": Edit(_in("handles.py", 'Kind = obj.btf.enum("kind")\n', "")),
    "name: type imported by another way": Edit(
        _in(
            "use.py",
            "from handles import Event, Kind",
            "from cycle_b import Event\nfrom handles import Kind",
        )
    ),
    "class: length in another module": Edit(
        _in("consts.py", "COMM: Final = 16", "COMM: Final = 8")
    ),
    "class: length not Final": Edit(_in("consts.py", "COMM: Final = 16", "COMM = 16")),
    "class: length in one of two modules": Edit(
        _in(
            "layouts.py",
            "import consts",
            "try:\n    import consts\nexcept ImportError:\n    import other as consts",
        )
    ),
    "class: used before it has its fields": Edit(
        _in(
            "layouts.py",
            "class Creds(ctypes.Structure):\n    _fields_",
            "class Creds(ctypes.Structure):\n    pass\n\n\nPAIR = Creds * 2\nCreds._fields_",
        )
    ),
    "class: field retyped": Edit(
        _in("layouts.py", '("pid", ctypes.c_uint32)', '("pid", ctypes.c_int32)')
    ),
    "class: field misspelt": Edit(_in("layouts.py", '("ts", ', '("tz", ')),
    "class: nested one retyped": Edit(
        _in("layouts.py", '("gid", ctypes.c_uint32)', '("gid", ctypes.c_float)')
    ),
    "class: decorated one": Edit(
        _in("checks.py", '("bytes", ctypes.c_uint64)', '("byte", ctypes.c_uint64)')
    ),
    "class: inside a function": Edit(
        _in("checks.py", '("gid", ctypes.c_uint32)', '("gid", ctypes.c_uint16)')
    ),
    "class: decorator retargeted": Edit(_in("checks.py", 'validate("creds")', 'validate("stats")')),
    "use: field misspelt": Edit(_in("use.py", "event.pid", "event.pidd")),
    "use: wrong argument": Edit(_in("use.py", 'comm=b"bash"', 'comm="bash"')),
    "use: lines shifted": Edit({name: f"# more\n{text}" for name, text in MODULES.items()}),
    "module: deleted": Edit({"other.py": None}),
    "config: object-path": Edit(
        {
            "mypy.ini": CONFIG + "\n[btf-typing]\nobject-path = build\n",
            **_in("consts.py", "build/other.bpf.o", "other.bpf.o"),
        }
    ),
}
