"""Edits of every kind, for the differential harness.

An edit has the new content of the files that it changes. The project goes from its first state to
the edited state and back, so each edit is tried in both directions.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from btf_typing._stubs.selection import Selection
from tests.plugin import objects
from tests.plugin.edited_project import (
    BASE,
    CONFIG,
    LIVE,
    LIVE_STUB,
    LONE,
    MODULES,
    OTHER,
    OTHER_STUB,
    PROG,
    SPLIT,
    SPLIT_BASE,
    SPLIT_STUB,
    STUB,
    TOOL,
    TOOL_STUB,
    WHEN,
    Content,
    Link,
    Pipe,
    Stub,
    split,
)


class Edit(NamedTuple):
    """A change to the project.

    Attributes:
        files: New content of each file that changes.
        stubs: Stubs to write after that.
        daemon_differs: Whether mypy's daemon answers differently from a cold run even without the
            plugin. Its answer is then not compared until the next edit.
        hides: Stub that a new module hides. The stub must exist before the edit, or mypy's daemon
            answers differently even without the plugin: it may read the stub instead of the module
            if both appear in one update. See ``test_a_module_and_a_stub_appear_together``.
    """

    files: Mapping[str, Content]
    stubs: tuple[Stub, ...] = ()
    daemon_differs: bool = False
    hides: str = ""


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

_NO_CREDS = objects.compiled({k: [("x", "u32")] for k in ("event", "stats")})
_PRIVATE = _event(("pid", "u32"), ("__state", "u32"))
_LIVE_PYI, _LIVE_PY = "app/live_bpf.pyi", "app/live_bpf.py"
_RENAMED_BASE, _OF_RENAMED_BASE = split("gadget")
_, _RENAMED_SPLIT = split(pid="tgid")
_THIRD = objects.compiled({"event": [("x", "u32")]})


def _unresolved(setting: str) -> Edit:
    """The setting ``unresolved`` in the configuration."""
    return Edit({"mypy.ini": f"{CONFIG}\n[btf-typing]\nunresolved = {setting}\n"})


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
    # The daemon does not look for the module that is still there.
    "live: stub deleted": Edit({_LIVE_PYI: None}, daemon_differs=True),
    # The daemon says "Module has no attribute" where the program uses ``app.live_bpf.obj``.
    "live: stub and module deleted": Edit({_LIVE_PYI: None, _LIVE_PY: None}, daemon_differs=True),
    "live: package deleted, no use by its full name": Edit(
        {
            _LIVE_PYI: None,
            _LIVE_PY: None,
            **_in("importing.py", "over(app.live_bpf.obj, app.live_bpf.event())\n", ""),
        }
    ),
    "live: package deleted": Edit({_LIVE_PYI: None, _LIVE_PY: None, LIVE: None}),
    "live: stub without its module": Edit({_LIVE_PY: None}),
    "live: module edited by hand": Edit({_LIVE_PY: "obj = 1\n"}),
    "live: import of the stub gone": Edit(
        _in("typing_only.py", "    from app.live_bpf import stats\n", "", ('"stats"', "int"))
    ),
    "live: maps gone": Edit({TOOL: objects.compiled()}, (TOOL_STUB,)),
    "live: maps gone, stub stale": Edit({TOOL: objects.compiled()}),
    "live: another map": Edit(_in("tables.py", 'maps["addresses"].value', 'maps["counts"].value')),
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
    "stub: missing, and its only direct import gone": Edit(
        {
            STUB: None,
            **_in("typing_only.py", "    import prog_bpf\n", "", ('"prog_bpf.event"', '"stats"')),
        }
    ),
    # The modules are read again while another one still has the stub.
    "stub: missing, imported by a module that changes": Edit(
        {STUB: None, **_in("use.py", "from handles", "import prog_bpf\nfrom handles")}
    ),
    "stub: missing, while an object changes": Edit({STUB: None, LIVE: _RENAMED}, (LIVE_STUB,)),
    "stub: a pipe": Edit({"stubs/odd_bpf.pyi": Pipe()}),
    "stub: a link to a device": Edit({"stubs/odd_bpf.pyi": Link("/dev/zero")}),
    "stub: a link to nothing": Edit({"stubs/odd_bpf.pyi": Link("nowhere")}),
    "stub: a link to itself": Edit({"stubs/odd_bpf.pyi": Link("odd_bpf.pyi")}),
    "stub: a link to the stub": Edit({"stubs/odd_bpf.pyi": Link("prog_bpf.pyi")}),
    "stub: a name that is not UTF-8": Edit(
        {"third.bpf.o": _THIRD}, (Stub("third.bpf.o", os.fsdecode(b"\xff_bpf")),)
    ),
    "stub: a name that is not an identifier": Edit(
        {"third.bpf.o": _THIRD}, (Stub("third.bpf.o", "third-bpf"),)
    ),
    "stub: text that is not UTF-8": Edit({"stubs/odd_bpf.pyi": b"# \xff\n"}),
    "stub: both missing": Edit({STUB: None, OTHER_STUB: None}),
    "stub: other one missing": Edit({OTHER_STUB: None}),
    "stub: beside the object": Edit({OTHER_STUB: None}, (Stub(OTHER, to="build"),)),
    "stub: filtered": Edit({}, (Stub(PROG, "", Selection(("event",))),)),
    "stub: another name": Edit({STUB: None}, (Stub(PROG, "renamed"),)),
    "stub: hidden by a module": Edit({"prog_bpf.py": 'class event:\n    pid = ""\n'}, hides=STUB),
    "stub: edited by hand": Edit({STUB: "# nothing of ours\n"}),
    "stub: one more": Edit({"third.bpf.o": _THIRD}, (Stub("third.bpf.o"),)),
    "stub: one more, in use": Edit(
        {
            "third.bpf.o": _THIRD,
            **_in("consts.py", "build/other.bpf.o", "third.bpf.o"),
        },
        (Stub("third.bpf.o"),),
    ),
    "stub: one more, the first of all, in use": Edit(
        {
            "first.bpf.o": _THIRD,
            **_in("consts.py", "build/other.bpf.o", "first.bpf.o"),
        },
        (Stub("first.bpf.o"),),
    ),
    "stub: the first of all hidden by a module": Edit(
        {"other_bpf.py": 'class event:\n    when = ""\n'}, hides=OTHER_STUB
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
            "sub/prog.bpf.o": objects.compiled({"event": WHEN}),
            **_in("handles.py", '"prog.bpf.o"', '"sub" / "prog.bpf.o"'),
        },
        (Stub("sub/prog.bpf.o", "sub_prog_bpf"),),
    ),
    "path: another object of the same base name, no stub": Edit(
        {
            "sub/prog.bpf.o": objects.compiled({"event": WHEN}),
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
    "dispatch: class retargeted": Edit(_in("dispatch.py", 'struct("creds")', 'struct("stats")')),
    "dispatch: other class retargeted": Edit(
        _in("handles.py", 'struct("event")', 'struct("stats")')
    ),
    "dispatch: class gone": Edit({PROG: _NO_CREDS}, (Stub(PROG),)),
    "dispatch: one class fewer": Edit(
        _in("dispatch.py", "        case Creds():\n            return x.uid\n", "")
    ),
    "dispatch: another tuple": Edit(_in("dispatch.py", "Event, Creds\n", "Event, int\n")),
    "dispatch: another alias": Edit(_in("dispatch.py", "Either = Event | Creds", "Either = Event")),
    "dispatch: an alias of what is no class": Edit(
        _in(
            "dispatch.py",
            "Either = Event | Creds",
            "Either = len(sys.argv)",
            ("from typing", "import sys\nfrom typing"),
        )
    ),
    "dispatch: class imported from the stub": Edit(
        _in("handles.py", 'Event = obj.btf.struct("event")', "from prog_bpf import event as Event")
    ),
    "private: field of that name": Edit({PROG: _PRIVATE}, (Stub(PROG),)),
    "private: field of that name, stub stale": Edit({PROG: _PRIVATE}),
    "proven: field renamed": Edit(_in("proven.py", '("gid", ', '("group", ')),
    "proven: decorator gone": Edit(_in("proven.py", '@obj.btf.validate("creds")\n', "")),
    "proven: decorator of another type": Edit(
        _in("proven.py", 'validate("creds")', 'validate("stats")')
    ),
    "proven: length in another module": Edit(
        _in("consts.py", "TEXT: Final = 8", "TEXT: Final = 4")
    ),
    "proven: fields of a generated class": Edit(
        _in(
            "proven.py",
            '@obj.btf.validate("creds")\n',
            'Kind = obj.btf.struct("creds")\n\n\n@obj.btf.validate("creds")\n',
            ('("uid", ctypes.c_uint32), ("gid", ctypes.c_uint32)', '("both", Kind)'),
        )
    ),
    "proven: object gone": Edit({PROG: _NO_CREDS}, (Stub(PROG),)),
    "record: struct gone": Edit({PROG: _NO_CREDS}, (Stub(PROG),)),
    "record: stub missing": Edit({STUB: None}),
    "record: field renamed": Edit({PROG: _RENAMED}, (Stub(PROG),)),
    "record: another struct": Edit(_in("record.py", 'struct("creds")', 'struct("stats")')),
    "record: another struct in another module": Edit(
        _in("handles.py", 'Event = obj.btf.struct("event")', 'Event = obj.btf.struct("stats")')
    ),
    "record: no class in another module": Edit(
        _in("handles.py", 'Event = obj.btf.struct("event")', "Event = obj.btf.struct(input())")
    ),
    "record: imported class": Edit(
        _in("record.py", 'creds = obj.btf.struct("creds")', "from prog_bpf import creds")
    ),
    "record: field gone": Edit(_in("record.py", '("creds", creds), ("event", E', '("event", E')),
    "record: fields in several places": Edit(
        _in(
            "record.py",
            "    _fields_ = [\n",
            "    if consts.TEXT > 8:\n        _fields_ = []\n    _fields_ = [\n",
        )
    ),
    "record: validated": Edit(
        _in("record.py", "class Record", '@obj.btf.validate("stats")\nclass Record')
    ),
    "lost: unresolved off": _unresolved("off"),
    "lost: unresolved all": _unresolved("all"),
    "lost: unresolved wrong": _unresolved("some"),
    "lost: object kept": Edit(
        _in(
            "lost.py",
            "BpfObject)",
            'BpfObject[Literal["prog.bpf.o"]])',
            ("from btf_typing", "from typing import Literal\n\nfrom btf_typing"),
        )
    ),
    "lost: another item in a list": Edit(
        _in("lost.py", "= [obj]", '= [obj, load("build/other.bpf.o")]')
    ),
    "lost: another default": Edit(_in("lost.py", "= obj)", "= None)")),
    "name: in an attribute of a class": Edit(
        _in("handles.py", 'struct("stats")', 'struct("event")')
    ),
    "name: misspelt in an attribute of a class": Edit(
        _in("handles.py", 'struct("stats")', 'struct("stat")')
    ),
    "lost: another argument": Edit(_in("lost.py", "show(obj)", 'show(load("build/other.bpf.o"))')),
    "lost: object not known": Edit(_in("lost.py", "show(obj)", "show(load(input()))")),
    "lost: passed in a lambda": Edit(_in("lost.py", "show(obj)", "print(lambda: show(obj))")),
    "lost: passed through a lambda": Edit(
        _in("lost.py", "show(obj)", "print(*map(lambda each: show(each), [obj]))")
    ),
    "lost: passed through a partial": Edit(
        _in(
            "lost.py",
            "show(obj)",
            "print(partial(show, obj))",
            ("from btf_typing", "from functools import partial\n\nfrom btf_typing"),
        )
    ),
    "split: base missing": Edit({SPLIT_BASE: None}),
    "split: base cut off": Edit({SPLIT_BASE: b"\x9f\xeb"}),
    "split: base changed, stub stale": Edit({SPLIT_BASE: _RENAMED_BASE}),
    "split: base changed": Edit(
        {SPLIT_BASE: _RENAMED_BASE, SPLIT: _OF_RENAMED_BASE}, (SPLIT_STUB,)
    ),
    "split: field renamed": Edit({SPLIT: _RENAMED_SPLIT}, (SPLIT_STUB,)),
    "split: field renamed, stub stale": Edit({SPLIT: _RENAMED_SPLIT}),
    "split: missing": Edit({SPLIT: None}),
    "split: without base": Edit(_in("split.py", ", base=consts.BASE", "")),
    "split: another base": Edit(
        {
            "second.btf": _RENAMED_BASE,
            **_in("consts.py", '"base.btf"', '"second.btf"'),
        }
    ),
    "either: one object": Edit(_in("either.py", "build/other.bpf.o", "prog.bpf.o")),
    "either: the other way round": Edit(
        _in(
            "either.py",
            '    obj = load("prog.bpf.o")',
            '    obj = load("build/other.bpf.o")',
            ('else:\n    obj = load("build/other.bpf.o")', 'else:\n    obj = load("prog.bpf.o")'),
        )
    ),
    "module: deleted, while an object changes": Edit(
        {"consts.py": None, PROG: _RENAMED}, (Stub(PROG),)
    ),
    "module: deleted": Edit({"other.py": None}),
    "config: object-path": Edit(
        {
            "mypy.ini": CONFIG + "\n[btf-typing]\nobject-path = build\n",
            **_in("consts.py", "build/other.bpf.o", "other.bpf.o"),
        }
    ),
}
