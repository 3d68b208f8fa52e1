"""Programs written in many ways, and mistakes planted in them: mypy finds every mistake.

``python -m tests.plugin.planted`` prints the counts. Each program gets its object in one way and
uses it in another. In the text of a use, ``<right|wrong>`` is a place for a mistake. The program
with everything right must pass, and so must no program with one thing wrong.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from btf_typing._stubs.selection import Selection
from tests.paths import ROOT
from tests.plugin import cases, objects
from tests.plugin.workspace import Workspace
from tests.typing import runner

_PLACE = re.compile(r"<<(.*?)\|\|(.*?)>>")
_ANY = re.compile(r'Revealed type is ".*\bAny\b')

_IMPORTS = """\
import ctypes
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, nullcontext
from ctypes import Structure, c_uint32, c_uint64
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from threading import Thread
from typing import Final, Literal, assert_never

import btf_typing
import opened
from btf_typing import BpfObject, Btf, load
"""
_OPENED = """\
from btf_typing import load

obj = load("prog.bpf.o")
"""

_OBJECTS = {
    "literal": ('obj = load("prog.bpf.o")', "obj.btf"),
    "other spelling": ('obj = load("./prog.bpf.o")', "obj.btf"),
    "module": ('obj = btf_typing.load(path="prog.bpf.o")', "obj.btf"),
    "with": ('with load("prog.bpf.o") as obj:\n    pass', "obj.btf"),
    "path": ('obj = load(Path(__file__).parent / "prog.bpf.o")', "obj.btf"),
    "constant": ('PATH: Final = "prog.bpf.o"\nobj = load(PATH)', "obj.btf"),
    "environment": ('obj = load(os.environ.get("PROG", "prog.bpf.o"))', "obj.btf"),
    "or": ('obj = load(os.environ.get("PROG") or "prog.bpf.o")', "obj.btf"),
    "annotation": ('obj: BpfObject[Literal["prog.bpf.o"]] = load(sys.argv[1])', "obj.btf"),
    "other spelling in an annotation": (
        'obj: BpfObject[Literal["./prog.bpf.o"]] = load("prog.bpf.o")',
        "obj.btf",
    ),
    "imported": ("obj = opened.obj", "obj.btf"),
    "of a module": ("", "opened.obj.btf"),
    "file": ('btf = Btf.from_file("prog.bpf.o")', "btf"),
    "part": ('btf = load("prog.bpf.o").btf', "btf"),
    "tuple": ('obj, path = load("prog.bpf.o"), "prog.bpf.o"', "obj.btf"),
    "stack": (
        'with ExitStack() as stack:\n    obj = stack.enter_context(load("prog.bpf.o"))',
        "obj.btf",
    ),
    "class attribute": ('class Tool:\n    obj = load("prog.bpf.o")', "Tool.obj.btf"),
    "function": (
        (
            'def opened_() -> BpfObject[Literal["prog.bpf.o"]]:\n    return load("prog.bpf.o")\n'
            "obj = opened_()"
        ),
        "obj.btf",
    ),
    "cache": (
        (
            '@cache\ndef opened_() -> BpfObject[Literal["prog.bpf.o"]]:\n'
            '    return load("prog.bpf.o")\nobj = opened_()'
        ),
        "obj.btf",
    ),
    "default": (
        (
            'def opened_(path: str = "prog.bpf.o") -> BpfObject[Literal["prog.bpf.o"]]:\n'
            "    return load(path)\nobj = opened_()"
        ),
        "obj.btf",
    ),
    "generated module": ("import made_bpf\nwith made_bpf.load() as obj:\n    pass", "obj.btf"),
    "generator": (
        (
            '@contextmanager\ndef entered() -> Iterator[BpfObject[Literal["prog.bpf.o"]]]:\n'
            '    yield load("prog.bpf.o")\nwith entered() as obj:\n    pass'
        ),
        "obj.btf",
    ),
}
"""Ways to get an object: statements, and an expression for its BTF."""

_USES = {
    "fields": """\
Event = BTF.struct("<<event||evnt>>")
event = Event(<<pid||pdi>>=1, comm=<<b"x"||"x">>)
number: <<int||str>> = event.pid
event.<<ts||tz>> = <<5||"5">>
event.creds.<<uid||uidd>>
reveal_type(event.comm)
""",
    "annotations": """\
Event, Creds = BTF.struct("event"), BTF.struct("<<creds||cred>>")
Same = Event
Maybe = Creds | None
def show(event: Same, creds: Maybe) -> int:
    reveal_type(event)
    return event.<<pid||pd>> + (creds.<<uid||ud>> if creds else 0)
show(<<Event||Creds>>(), <<Creds()||1>>)
""",
    "dispatch": """\
Event = BTF.struct("event")
Creds = BTF.struct("creds")
def which(x: Event | Creds) -> int:
    if isinstance(x, Event):
        return x.<<pid||uid>>
    return x.<<uid||pid>>
def match(x: Event | Creds) -> int:
    match x:
        case Event(<<pid||pdi>>=number):
            reveal_type(number)
            return number + len(x.<<comm||com>>)
        case <<Creds||Event>>():
            return 0
        case _:
            assert_never(x)
""",
    "by hand": """\
@BTF.validate("<<creds||event>>")
class Mine(Structure):
    _fields_ = [("uid", <<c_uint32||c_uint64>>), ("<<gid||git>>", c_uint32)]
mine = Mine(<<uid||uidd>>=1)
mine.<<uid||udi>>
reveal_type(mine.uid)
""",
    "others": """\
Value, Kind = BTF.union("<<value||valeu>>"), BTF.enum("<<kind||kid>>")
Value().<<number||numbr>>
Kind.<<KIND_EXEC||KIND_EXCE>>
BTF.type("<<stats||stts>>")
CLASSES = {1: BTF.struct("event"), 2: BTF.struct("creds")}
ctypes.sizeof(CLASSES[1])
reveal_type(Value().text)
""",
    "names": """\
class Name(StrEnum):
    EVENT = "<<event||evnt>>"
    CREDS = "creds"
reveal_type(BTF.struct(Name.EVENT)().<<pid||pdi>>)
NAMES = ["stats", "<<creds||cred>>"]
for name in ("event", "<<creds||cred>>"):
    ctypes.sizeof(BTF.struct(name))
def each(which: Name) -> None:
    reveal_type(BTF.struct(which))
    for name in NAMES:
        reveal_type(BTF.struct(name))
    reveal_type([BTF.struct(each) for each in ["event", "<<creds||cred>>"]])
""",
    "tests for a name": """\
if "<<event||evnt>>" in BTF:
    pass
print("<<creds||cred>>" not in BTF, "<<stats||stat>>" in BTF)
""",
    "listings": """\
BTF.type("event")
tool = load("<<tool||tol>>.bpf.o")
if "<<counts||count>>" in tool.maps and ".<<bss||bs>>" in tool.sections:
    reveal_type(tool.maps["counts"].key)
for name in tool.maps:
    tool.maps[name].<<max_entries||max_entry>>
for name, each in tool.maps.items():
    reveal_type(each.value)
    print(name, each.name, <<each.value and ||>>ctypes.sizeof(each.value))
for program in tool.programs.values():
    program.<<section||sectoin>>
for section in tool.sections.values():
    reveal_type(section)
    section.<<_fields_||fields>>
""",
    "pointers": """\
Event = BTF.struct("event")
pointer = ctypes.cast(0, ctypes.POINTER(Event))
reveal_type(pointer[0])
pointer[0].<<pid||pdi>> + pointer.contents.<<pid||pdi>>
pointer[0] = <<Event()||5>>
""",
    "tables": """\
BTF.type("event")
counts = load("tool.bpf.o").maps["<<counts||count>>"]
Key, Value = counts.key, counts.value
Either = Key | Value
def show(key: Key, value: Value, either: Either | None) -> int:
    if isinstance(either, Value):
        return either.<<count||cuont>>
    reveal_type(either)
    return key.<<pid||pdi>> + value.<<count||cuont>>
show(<<Key()||Value()>>, Value(count=<<1||"1">>), None)
match load("tool.bpf.o").maps:
    case {"<<addresses||address>>": found}:
        reveal_type(found.value)
        found.value().<<port||prot>>
""",
    "derived": """\
class Header(Structure):
    _fields_ = [("uid", <<c_uint32||c_uint64>>)]
@BTF.validate("<<creds||event>>")
class Derived(Header):
    _fields_ = [("<<gid||git>>", c_uint32)]
    def both(self) -> int:
        return self.<<uid||udi>> + self.<<gid||gdi>>
Derived(<<uid||uidd>>=1).gid = <<1||"1">>
reveal_type(Derived().uid)
""",
    "members": """\
Kind = BTF.enum("kind")
def count(kind: Literal[Kind.<<KIND_EXEC||KIND_EXCE>>] | None) -> int:
    reveal_type(kind)
    return <<0||"">> if kind is None else kind.value
count(Kind.<<KIND_EXEC||KIND_EXIT>>)
""",
    "by hand, with a call": """\
class Mine(Structure):
    _fields_ = [("uid", <<c_uint32||c_uint64>>), ("<<gid||git>>", c_uint32)]
    def both(self) -> int:
        return self.uid + self.<<gid||gdi>>
BTF.validate_struct("<<creds||event>>", Mine)
Mine(<<uid||uidd>>=<<1||"1">>).<<uid||udi>>
reveal_type(Mine().uid)
""",
    "parts of maps": """\
BTF.type("<<event||evnt>>")
tool = load("tool.bpf.o")
found, bss = tool.maps.get("<<counts||count>>"), tool.sections.get(".<<bss||bs>>")
if found and bss:
    found.value().<<count||cuont>>
    reveal_type(bss.seen)
reveal_type(found)
outer = load("nested.bpf.o").maps["<<outer||otter>>"]
outer.inner.value(<<count||cuont>>=<<1||"1">>)
reveal_type(outer.inner.key)
""",
    "walrus": """\
if (Event := BTF.struct("<<event||evnt>>")).__name__:
    pass
def show(event: Event) -> int:
    reveal_type(event)
    return event.<<pid||pdi>>
while (event := Event(<<pid||pdi>>=1)).<<pid||pdi>>:
    show(<<event||1>>)
    reveal_type(event.comm)
""",
    "attributes of a class": """\
class Holder:
    Event = BTF.struct("<<event||evnt>>")
    def show(self, event: Event) -> int:
        return event.<<pid||pdi>>
def use(event: "Holder.Event") -> bytes:
    reveal_type(event)
    return event.<<comm||com>>
use(Holder.Event(<<pid||pd>>=1))
use(<<Holder.Event()||Holder()>>)
""",
    "type() is": """\
Event, Creds = BTF.struct("event"), BTF.struct("creds")
def which(x: Event | Creds) -> int:
    if type(x) is <<Event||Creds>>:
        reveal_type(x)
        return x.<<pid||uid>>
    return 0
def other(x: Event | Creds) -> int:
    return x.<<uid||uidd>> if type(x) is <<Creds||Event>> else 0
""",
    "fixtures": """\
import pytest
BTF.type("event")
@pytest.fixture
def fixed() -> <<BpfObject[Literal["prog.bpf.o"]]||BpfObject>>:
    return load("prog.bpf.o")
def test_it(fixed: BpfObject[Literal["<<prog||porg>>.bpf.o"]]) -> None:
    event = fixed.btf.struct("<<event||evnt>>")(<<pid||pdi>>=1)
    reveal_type(event)
    assert event.<<pid||pdi>> == 0
""",
    "encoders": """\
BTF.type("event")
counts = load("tool.bpf.o").maps["counts"]
Event = BTF.struct("event")
counts.encode_key(<<counts.key()||counts.value()>>)
counts.encode_value(<<counts.value()||Event()>>)
counts.encode_values([<<counts.value()||Event()>>] * 2)
counts.encode_values(<<counts.value()||Event()>> for _ in range(2))
reveal_type(counts.value().count)
""",
    "numbered": """\
class Name(StrEnum):
    EVENT = "<<event||evnt>>"
Event = BTF.struct(Name.EVENT.value)
class Mine(Event):
    _fields_ = [("more", c_uint32)]
def show(event: Event) -> int:
    reveal_type(event)
    return event.<<pid||pdi>> + Mine(more=1).<<more||mroe>>
for number, name in enumerate(("stats", "<<creds||cred>>")):
    reveal_type(BTF.struct(name))
""",
    "containers": """\
BTF.type("event")
Known = BpfObject[Literal["prog.bpf.o"]]
kept: list[<<Known||BpfObject>>] = [load("prog.bpf.o")]
kept[0].btf.struct("<<event||evnt>>")
def by_default(it: <<Known||BpfObject>> = load("prog.bpf.o")) -> None:
    it.btf.struct("<<event||evnt>>")
async def opening() -> <<Known||BpfObject>>:
    return load("prog.bpf.o")
async def use() -> None:
    reveal_type((await opening()).btf.struct("<<event||evnt>>"))
""",
    "passed on": """\
BTF.type("event")
Known = BpfObject[Literal["prog.bpf.o"]]
def in_thread(number: int, it: <<Known||BpfObject>>) -> None:
    it.btf.struct("<<event||evnt>>")
def in_pool(it: <<Known||BpfObject>>) -> None:
    reveal_type(it.btf.struct("<<creds||cred>>"))
def pair() -> tuple[<<Known||BpfObject>>, int]:
    return load("prog.bpf.o"), 1
Thread(target=in_thread, args=(1, load("prog.bpf.o"))).start()
ThreadPoolExecutor().submit(in_pool, it=load("prog.bpf.o"))
first, number = pair()
reveal_type(first.btf.struct("<<event||evnt>>"))
""",
    "class by hand": """\
@BTF.validate("creds")
class Mine(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]
print(Mine.<<uid||udi>>.offset, Mine.from_buffer_copy(bytes(8)).<<gid||gdi>>)
pointer = ctypes.cast(0, ctypes.POINTER(Mine))
pointer[0].<<uid||udi>> = <<1||"1">>
pointer[0] = <<Mine()||5>>
reveal_type(pointer[0])
""",
    "one of two": """\
BTF.type("event")
either = load("prog.bpf.o" if sys.argv else "<<other||othre>>.bpf.o")
Event = either.btf.struct("<<event||evnt>>")
def show(event: Event | None) -> None:
    reveal_type(event)
show(<<Event()||Event>>)
""",
    "two objects": """\
other = load("<<other||othre>>.bpf.o")
Old, New = BTF.struct("<<event||evnt>>"), other.btf.struct("<<event||evnt>>")
def show(old: Old, new: New) -> int:
    reveal_type(new)
    return old.<<pid||what>> + new.<<what||pid>>
show(<<Old()||New()>>, <<New()||Old()>>)
def either(x: Old | New) -> int:
    return x.<<pid||what>> if isinstance(x, Old) else x.<<what||pid>>
@other.btf.validate("event")
class Mine(Structure):
    _fields_ = [("when", c_uint64), ("what", <<c_uint32||c_uint64>>)]
""",
}


class Counts(NamedTuple):
    """Results.

    Attributes:
        programs: number of programs.
        mistakes: number of planted mistakes.
        missed: mistakes that mypy does not report.
        alarms: errors in programs without a mistake.
        unknown: values that must have a type, and are Any.
    """

    programs: int
    mistakes: int
    missed: list[str]
    alarms: list[str]
    unknown: list[str]

    def __str__(self) -> str:
        caught = self.mistakes - len(self.missed)
        summary = (
            f"{self.programs} programs, {len(self.alarms)} false alarms, {len(self.unknown)} Any;"
            f" {caught} of {self.mistakes} mistakes caught"
        )
        lines = [f"missed: {each}" for each in self.missed]
        lines += [f"false alarm: {each}" for each in self.alarms]
        lines += [f"Any: {each}" for each in self.unknown]
        return "\n".join([summary, *lines])


def _variants(text: str) -> Iterator[tuple[str, str]]:
    """*text* with everything right, and with one thing wrong; each with what is wrong."""
    places = list(_PLACE.finditer(text))
    yield "", _PLACE.sub(r"\1", text)
    for place in places:
        before, after = text[: place.start()], text[place.end() :]
        one = _PLACE.sub(r"\1", before) + place[2] + _PLACE.sub(r"\1", after)
        yield f"{place[2]!r} for {place[1]!r}", one


def run(root: Path) -> Counts:
    """Check every program, in a project in the directory *root*."""
    workspace = Workspace(root)
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write("tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("tool.bpf.o")
    workspace.write("made.bpf.o", objects.compiled())
    workspace.stub("made.bpf.o", selection=Selection(live=True), to="")
    workspace.write("other.bpf.o", objects.compiled({"event": [("when", "u64"), ("what", "u32")]}))
    workspace.stub("other.bpf.o")
    workspace.write("nested.bpf.o", cases._with_map_of_maps())
    workspace.stub("nested.bpf.o")
    workspace.write("opened.py", _OPENED)
    written: dict[str, tuple[str, str]] = {}
    for way, (statements, btf) in _OBJECTS.items():
        for use, text in _USES.items():
            for wrong, body in _variants(text.replace("BTF", btf)):
                name = f"program_{len(written)}.py"
                workspace.write(name, f"{_IMPORTS}{statements}\n{body}")
                written[name] = f"{way}, {use}", wrong
    output = workspace.mypy(*written)
    errors: dict[str, str] = {}
    unknown: list[str] = []
    for message in runner.reported(output.text):
        if message.severity == "error":
            errors.setdefault(message.path, f"line {message.line}: {message.text}")
        elif _ANY.search(message.text) and not written[message.path][1]:
            unknown.append(f"{written[message.path][0]}, line {message.line}")
    right = [name for name, (_, wrong) in written.items() if not wrong]
    mutants = [name for name in written if name not in right]
    return Counts(
        len(right),
        len(mutants),
        [": ".join(written[name]) for name in mutants if name not in errors],
        [f"{written[name][0]}: {errors[name]}" for name in right if name in errors],
        unknown,
    )


def main() -> int:
    """Run the command; returns its exit status."""
    with tempfile.TemporaryDirectory() as directory:
        counts = run(Path(directory))
    print(counts)  # noqa: T201  # the command's output
    return 1 if counts.missed or counts.alarms or counts.unknown else 0


if __name__ == "__main__":
    sys.exit(main())
