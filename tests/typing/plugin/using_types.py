"""Uses of the classes."""

import ctypes
from collections.abc import Callable
from typing import Generic, TypeVar

from btf_typing import asdict, load

T = TypeVar("T", bound=ctypes.Structure)

with load("prog.bpf.o") as obj:
    Event = obj.btf.struct("event")
    Creds = obj.btf.struct("creds")
    Value = obj.btf.union("value")
    Kind = obj.btf.enum("kind")

event = Event.from_buffer_copy(b"")
reveal_type(event)  # N: Revealed type is "prog_bpf.event"
reveal_type(event.pid)  # N: Revealed type is "int"
reveal_type(event.comm)  # N: Revealed type is "bytes"
reveal_type(event.creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(event.creds.uid)  # N: Revealed type is "int"
reveal_type(event.next)  # N: Revealed type is "int | None"
reveal_type(event.load[0])  # N: Revealed type is "int"
reveal_type(event.ratio)  # N: Revealed type is "float"
reveal_type(event.done)  # N: Revealed type is "bool"
reveal_type(Event.pid.offset)  # N: Revealed type is "int"
reveal_type(Value(number=1).text)  # N: Revealed type is "bytes"
reveal_type(asdict(event))  # N: Revealed type is "dict[str, Any]"
event.pidd  # E: "event" has no attribute "pidd"; maybe "pid"?  [attr-defined]
event.pidd = 1  # E: "event" has no attribute "pidd"; maybe "pid"?  [attr-defined]
event.pid = "1"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "int")  [assignment]
event.comm = "bash"
# E: Incompatible types in assignment (expression has type "str", variable has type
#    "bytes")  [assignment]
event.load = (1, 2, 3, 4)
event.creds.uid += 1
Event.pidd  # E: "type[event]" has no attribute "pidd"  [attr-defined]
Event(pid=1, comm=b"bash", creds=Creds(uid=1))
Event(pid="1")
# E: Argument "pid" to "event" has incompatible type "str"; expected "int"  [arg-type]
Event(pidd=1)
# E: Unexpected keyword argument "pidd" for "event"; did you mean "pid"?  [call-arg]

reveal_type(Kind.KIND_EXEC)  # N: Revealed type is "Literal[prog_bpf.kind.KIND_EXEC]?"
Kind.KIND_EXCE  # E: "type[kind]" has no attribute "KIND_EXCE"  [attr-defined]
Kind(event.kind)
event.kind = Kind.KIND_EXIT


class RingBuffer(Generic[T]):
    """Uses of such a class by libraries."""

    def __init__(self, callback: Callable[[T], None], event_type: type[T]) -> None: ...

    def poll(self) -> T: ...


def right(event: Event) -> None:
    """Use events."""


def wrong(creds: Creds) -> None:
    """Use something else."""


reveal_type(RingBuffer(right, Event).poll())  # N: Revealed type is "prog_bpf.event"
reveal_type(RingBuffer(callback=lambda e: print(e.pid), event_type=Event).poll().pid)
# N: Revealed type is "int"
RingBuffer(wrong, event_type=Event)
# E: Argument 1 to "RingBuffer" has incompatible type "Callable[[creds], None]"; expected
#    "Callable[[event], None]"  [arg-type]
ctypes.pointer(event).contents.pid
ctypes.sizeof(Event)
array = (Event * 4)()
reveal_type(array[0])  # N: Revealed type is "prog_bpf.event"
assert isinstance(event, Event)


def by_pointer(address: int) -> None:
    pointer = ctypes.cast(address, ctypes.POINTER(obj.btf.struct("event")))
    reveal_type(pointer[0])  # N: Revealed type is "prog_bpf.event"
    reveal_type(pointer[0:2])  # N: Revealed type is "list[prog_bpf.event]"
    pointer[0].pidd  # E: "event" has no attribute "pidd"; maybe "pid"?  [attr-defined]
    pointer[0] = Event(pid=1)
    pointer[0] = (1, 2)
    pointer[0] = 5
    # E: Incompatible types in assignment (expression has type "int", target has type "event |
    #    tuple[Any, ...]")  [assignment]
    number = ctypes.pointer(ctypes.c_int(1))
    reveal_type(number[0])  # N: Revealed type is "Any"
    number[0] = 5
