"""Names from enums, and from lists and tuples in loops."""

from enum import Enum, StrEnum
from typing import Final

from app.classes import FINAL, GROWING, Names
from btf_typing import load

# mypy: enable-error-code="btf-unresolved"

obj = load("prog.bpf.o")


class Name(StrEnum):
    EVENT = "event"
    WRONG = "evnt"


class Good(StrEnum):
    EVENT = "event"
    CREDS = "creds"


class Mixed(str, Enum):
    EVENT = "event"
    WRONG = "evnt"


class Custom(str, Enum):
    EVENT = "x"

    def __new__(cls, _: str) -> "Custom":
        return str.__new__(cls, "event")


class Numbered(Enum):
    EVENT = "event"
    NUMBER = 1


class Converted(int, Enum):
    NUMBER = "5"


class Changed(Enum):
    EVENT = "event"

    @property
    def value(self) -> str:
        return "creds"


reveal_type(obj.btf.struct(Name.EVENT))  # N: Revealed type is "type[prog_bpf.event]"
obj.btf.struct(Name.WRONG)
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
reveal_type(obj.btf.struct(f"{Name.EVENT}_t"))  # N: Revealed type is "type[prog_bpf.event]"
reveal_type(obj.btf.struct(Mixed.EVENT))  # N: Revealed type is "type[prog_bpf.event]"
obj.btf.struct(Mixed.WRONG)
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
obj.btf.struct(f"{Mixed.EVENT}")  # Python evaluates this to "Mixed.EVENT".
# E: not checked: the name or id is unknown: "EVENT" is a member of an enum; use a StrEnum, a string
#    literal or a Final string  [btf-unresolved]
obj.btf.struct(Custom.EVENT)
# E: not checked: the name or id is unknown: "EVENT" is a member of an enum; use a StrEnum, a string
#    literal or a Final string  [btf-unresolved]
obj.btf.struct(Names.WRONG)
# E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
Event = obj.btf.struct(Good.EVENT)
Creds = obj.btf.struct(Names.CREDS)
Plain = obj.btf.struct(Numbered.EVENT.value)
obj.btf.struct(Numbered.NUMBER.value)
# E: no struct with id 1 in "prog.bpf.o"; the type with this id is [1] INT 'u8'  [btf-name]
obj.btf.struct(f"{Numbered.NUMBER.value}")
# E: not checked: the name or id is unknown: the value of "NUMBER" is not a string
#    literal  [btf-unresolved]
obj.btf.struct(f"{Converted.NUMBER.value}")
# E: not checked: the name or id is unknown: the value of "NUMBER" is not a string
#    literal  [btf-unresolved]
Replaced = obj.btf.struct(f"{Changed.EVENT.value}")
# E: not checked: the name or id is unknown: the value of "EVENT" is not a string
#    literal  [btf-unresolved]


def by_enum(event: Event, creds: Creds, name: Good, plain: Plain) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"
    reveal_type(plain)  # N: Revealed type is "prog_bpf.event"
    reveal_type(creds)  # N: Revealed type is "prog_bpf.creds"
    reveal_type(obj.btf.struct(name))
    # N: Revealed type is "type[prog_bpf.event] | type[prog_bpf.creds]"


for member in Name:
    obj.btf.struct(member)
    # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]

NAMES = ["event", "creds"]
WRONG = ("event", "evnt")
MORE = ["event"]
MORE.append("stats")
UNIONS: Final = ["value"]

for name in NAMES:
    reveal_type(obj.btf.struct(name))
    # N: Revealed type is "type[prog_bpf.event] | type[prog_bpf.creds]"
for name in WRONG:
    if name:
        obj.btf.struct(name)
        # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
for name in ["stats", "stat"]:
    obj.btf.struct(name)  # E: no struct "stat" in "prog.bpf.o"; did you mean "stats"?  [btf-name]
for name in UNIONS:
    reveal_type(obj.btf.union(name))  # N: Revealed type is "type[prog_bpf.value]"
for index, name in enumerate(NAMES):
    reveal_type(obj.btf.struct(name))
    # N: Revealed type is "type[prog_bpf.event] | type[prog_bpf.creds]"
for name, (other, index) in [("event", ("creds", 1)), ("evnt", ("stat", 2))]:
    obj.btf.struct(name)
    # E: not checked: the name or id is unknown: the plugin follows loops only over lists and tuples
    #    of names, and over enumerate() of them  [btf-unresolved]
for index, wrong in enumerate(("event", "evnt")):
    obj.btf.struct(wrong)
    # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
for *others, name in enumerate(["event", "creds"]):
    obj.btf.struct(name)
    # E: not checked: the name or id is unknown: the plugin follows loops only over lists and tuples
    #    of names, and over enumerate() of them  [btf-unresolved]
obj.btf.struct(name)
# E: not checked: the name or id is unknown: one of the assignments to "name" has no value that the
#    plugin can evaluate; use plain assignments such as name = "..."  [btf-unresolved]


def in_expressions() -> None:
    reveal_type([obj.btf.struct(name) for name in NAMES])
    # N: Revealed type is "list[type[prog_bpf.event] | type[prog_bpf.creds]]"
    {name: obj.btf.struct(name) for name in WRONG}
    # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
    [obj.btf.struct(name) for name in ("stats", "stat")]
    # E: no struct "stat" in "prog.bpf.o"; did you mean "stats"?  [btf-name]


def unknown() -> None:
    for name in MORE:
        obj.btf.struct(name)
        # E: not checked: the name or id is unknown: the plugin cannot determine the elements of
        #    "MORE"; assign a tuple to it, once, in this module  [btf-unresolved]
    for other in GROWING:
        obj.btf.struct(other)
        # E: not checked: the name or id is unknown: the plugin cannot determine the elements of
        #    "GROWING"; assign a tuple to it, once, in this module  [btf-unresolved]
    for final in FINAL:
        obj.btf.struct(final)
        # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
    for changed in NAMES:
        changed += "_t"
        obj.btf.struct(changed)
        # E: not checked: the name or id is unknown: one of the assignments to "changed" has no value
        #    that the plugin can evaluate; use plain assignments such as changed =
        #    "..."  [btf-unresolved]


class Tool:
    NAMES = ("event", "evnt")

    def run(self) -> None:
        for name in self.NAMES:
            obj.btf.struct(name)
            # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]


for path in ("missing.bpf.o", "prog.bpf.o"):  # a search for the first file that exists
    load(path)
    # E: cannot determine which object this is: "path" is the variable of a loop; annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
for path in ["missing.bpf.o", "prog.bpf.o"]:
    load(path)
    # E: cannot determine which object this is: "path" is the variable of a loop; annotate the
    #    object as BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
