"""Annotations by every kind of variable that holds a class."""

import sys
import typing
from typing import Literal, Optional, Union

import app.classes
from app.classes import Creds as ImportedCreds
from app.classes import Event as ImportedEvent
from btf_typing import BpfObject, Btf, load

obj = load("prog.bpf.o")
Event, Creds = obj.btf.struct("event"), obj.btf.struct("creds")
[Stats, (Value, Kind)] = [obj.btf.struct("stats"), (obj.btf.union("value"), obj.btf.enum("kind"))]
Same = Event
Maybe = Event | None
Either = Union[Event, ImportedCreds]
Perhaps = Optional[app.classes.Event]
Imported = ImportedEvent
if (Walrus := obj.btf.struct("stats")).__name__:
    pass
if sys.argv:
    Twice = obj.btf.struct("event")
else:
    Twice = obj.btf.struct("event")


class Tool:
    """Classes in the body of a class."""

    Event = obj.btf.struct("event")
    Copy = Event

    def inside(self, event: Event, copy: Copy) -> None:
        reveal_type(event)  # N: Revealed type is "prog_bpf.event"
        reveal_type(copy)  # N: Revealed type is "prog_bpf.event"


def by_tuple(event: Event, creds: Creds, stats: Stats, value: Value, kind: Kind) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"
    reveal_type(creds)  # N: Revealed type is "prog_bpf.creds"
    reveal_type(stats)  # N: Revealed type is "prog_bpf.stats"
    reveal_type(value)  # N: Revealed type is "prog_bpf.value"
    reveal_type(kind)  # N: Revealed type is "prog_bpf.kind"


def by_alias(same: Same, maybe: Maybe, either: Either, perhaps: Perhaps) -> None:
    reveal_type(same)  # N: Revealed type is "prog_bpf.event"
    reveal_type(maybe)  # N: Revealed type is "prog_bpf.event | None"
    reveal_type(either)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"
    reveal_type(perhaps)  # N: Revealed type is "prog_bpf.event | None"


def by_others(imported: Imported, walrus: Walrus, twice: Twice, attribute: "Tool.Event") -> None:
    reveal_type(imported)  # N: Revealed type is "prog_bpf.event"
    reveal_type(walrus)  # N: Revealed type is "prog_bpf.stats"
    reveal_type(twice)  # N: Revealed type is "prog_bpf.event"
    reveal_type(attribute)  # N: Revealed type is "prog_bpf.event"


class Reader:
    """Classes in attributes of an instance: mypy knows them too late for annotations."""

    def __init__(self) -> None:
        self.Event = obj.btf.struct("event")

    def inside(self) -> None:
        Inner = self.Event

        def show(event: Inner) -> None:
            # E: Variable "Inner" is not valid as a type  [valid-type]
            """Use an attribute of an instance."""


reader = Reader()
FromReader = reader.Event


def by_attribute(event: FromReader) -> None:
    # E: Variable "annotated.FromReader" is not valid as a type  [valid-type]
    """Use an attribute of an instance."""


Unknown = load(sys.argv[1]).btf.struct("event")
SameUnknown = Unknown
MaybeUnknown = SameUnknown | None
Direct = load(sys.argv[1]).btf.struct("event") | None
Number = len(sys.argv)
EventOrNumber = Event | Number


def by_unknown(event: Unknown) -> None:
    # E: Variable "annotated.Unknown" is not valid as a type  [valid-type]
    # N: The plugin cannot determine which class "Unknown" is; import the class from the stub or the
    #    generated module, as in "from prog_bpf import event as Unknown"
    """Use an object that only the run time knows."""


def by_name_for_unknown(event: SameUnknown) -> None:
    # E: Variable "annotated.SameUnknown" is not valid as a type  [valid-type]
    # N: The plugin cannot determine which class "Unknown" is; import the class from the stub or the
    #    generated module, as in "from prog_bpf import event as Unknown"
    """Use another name for it."""


def by_union_of_unknown(event: MaybeUnknown) -> None:
    # E: Variable "annotated.MaybeUnknown" is not valid as a type  [valid-type]
    # N: The plugin cannot determine which class "Unknown" is; import the class from the stub or the
    #    generated module, as in "from prog_bpf import event as Unknown"
    """Use a union with it."""


def by_direct_union(event: Direct) -> None:
    # E: Variable "annotated.Direct" is not valid as a type  [valid-type]
    # N: The plugin cannot determine which class "Direct" is; import the class from the stub or the
    #    generated module, as in "from prog_bpf import event as Direct"
    """Use a union that no name of a class leads to."""


def by_other_mistake(event: EventOrNumber, number: Number) -> None:
    # E: Variable "annotated.EventOrNumber" is not valid as a type  [valid-type]
    # E: Variable "annotated.Number" is not valid as a type  [valid-type]
    """Use variables that do not depend on an unknown class."""


def by_local_unknown() -> None:
    Local = load(sys.argv[1]).btf.enum("kind")  # noqa: N806
    kind: Local
    # E: Variable "Local" is not valid as a type  [valid-type]
    # N: The plugin cannot determine which class "Local" is; import the class from the stub or the
    #    generated module, as in "from prog_bpf import event as Local"


def by_member(
    one: Literal[Kind.KIND_EXEC],
    more: Literal[Kind.KIND_EXEC, Kind.KIND_EXIT, "other"] | None,
    wrong: typing.Literal[Kind.KIND_EXCE],
    # E: Name "Kind.KIND_EXCE" is not defined  [name-defined]
) -> None:
    reveal_type(one)  # N: Revealed type is "Literal[prog_bpf.kind.KIND_EXEC]"
    reveal_type(more)
    # N: Revealed type is "Literal[prog_bpf.kind.KIND_EXEC] | Literal[prog_bpf.kind.KIND_EXIT] |
    #    Literal['other'] | None"


by_member(Kind.KIND_EXEC, Kind.KIND_EXIT, "")
by_member(Kind.KIND_NONE, "other", "")
# E: Argument 1 to "by_member" has incompatible type "Literal[kind.KIND_NONE]"; expected
#    "Literal[kind.KIND_EXEC]"  [arg-type]

FIELD: Literal[Event.pid]  # E: Name "Event.pid" is not defined  [name-defined]
TEXT: Literal["Kind.KIND_EXEC"] = "Kind.KIND_EXEC"  # a string, not a member

Spelled = BpfObject[Literal["./prog.bpf.o"]]


class Derived(Btf[Literal["app/../prog.bpf.o"]]):
    """A class for one object."""


def by_other_spelling(
    alias: Spelled, btf: Btf[Literal["build/../build/other.bpf.o", "./prog.bpf.o"]], own: Derived
) -> Spelled:
    reveal_type(alias.btf)  # N: Revealed type is "btf_typing.btf.Btf[Literal['prog.bpf.o']]"
    reveal_type(btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['build/other.bpf.o'] | Literal['prog.bpf.o']]"
    reveal_type(own.struct("event"))  # N: Revealed type is "type[prog_bpf.event]"
    own.struct("evnt")
    # E: no struct "evnt" in "prog.bpf.o"; did you mean "event" or "event_t"?  [btf-name]
    return load("prog.bpf.o")


def pass_on(own: Derived) -> None:
    by_other_spelling(obj, obj.btf, own)


class Holder:
    obj = load("prog.bpf.o")


OfHolder = Holder.obj.btf.struct("event")


def by_class_attribute(event: OfHolder) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"


one_of_two = load("prog.bpf.o" if sys.argv else "build/other.bpf.o")
EitherEvent = one_of_two.btf.struct("event")


def by_one_of_two(event: EitherEvent, maybe: EitherEvent | None) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event | other_bpf.event"
    reveal_type(maybe)  # N: Revealed type is "prog_bpf.event | other_bpf.event | None"
