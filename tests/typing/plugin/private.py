"""Names that Python changes in the body of a class."""

import ctypes
from collections.abc import Callable
from typing import TypeVar

import private_bpf
from btf_typing import load
from private_bpf import __sk_buff
from private_bpf import __sk_buff as sk_buff

T = TypeVar("T")
obj = load("private.bpf.o")
Event = obj.btf.struct("event")
Kind = obj.btf.enum("kind")
print(Event().__state, Kind.__KIND_MAX, private_bpf.__sk_buff().len, __sk_buff.len)


def outside(event: Event) -> int:
    return event.__state


class _Handler:
    first = Event().__state
    # E: in the body of class "_Handler", Python looks up "_Handler__state" instead of "__state", so
    #    this fails at run time; write getattr(..., "__state")  [attr-defined]

    def method(self, event: Event) -> object:
        event.__state = 1
        # E: in the body of class "_Handler", Python sets "_Handler__state" instead of "__state";
        #    write setattr(..., "__state", ...)  [attr-defined]
        Event.__state.offset  # noqa: B018
        # E: in the body of class "_Handler", Python looks up "_Handler__state" instead of
        #    "__state", so this fails at run time; write getattr(..., "__state")  [attr-defined]

        self.__own = getattr(event, "__state")  # noqa: B009
        return self.__own

    def by_keyword(self, event: Event) -> object:
        match event:
            case Event(__state=state):  # Python does not change this name
                return state
        return None


class __:  # Python changes no names here
    def method(self, event: Event) -> int:
        return event.__state


class Enums:
    def member(self) -> object:
        return Kind.__KIND_MAX
        # E: in the body of class "Enums", Python looks up "_Enums__KIND_MAX" instead of
        #    "__KIND_MAX", so this fails at run time; write getattr(..., "__KIND_MAX")
        #    [attr-defined]

    def imported(self, kind: private_bpf.kind) -> int:
        match kind:
            case private_bpf.kind.__KIND_MAX:
                # E: in the body of class "Enums", Python looks up "_Enums__KIND_MAX" instead of
                #    "__KIND_MAX", so this fails at run time; write getattr(..., "__KIND_MAX")
                #    [attr-defined]
                return 1
        return 0

    def item(self) -> object:
        return Kind["__KIND_MAX"]


class Modules:
    def attribute(self) -> object:
        private_bpf.__hidden.FIRST  # noqa: B018
        # E: in the body of class "Modules", Python looks up "_Modules__hidden" instead of
        #    "__hidden", so this fails at run time; import the class by another name, as in "from
        #    private_bpf import __hidden as _hidden"  [attr-defined]
        return private_bpf.__sk_buff(len=1)
        # E: in the body of class "Modules", Python looks up "_Modules__sk_buff" instead of
        #    "__sk_buff", so this fails at run time; import the class by another name, as in "from
        #    private_bpf import __sk_buff as _sk_buff"  [attr-defined]

    def name(self, data: bytes) -> int:
        return __sk_buff.from_buffer_copy(data).len
        # E: in the body of class "Modules", Python looks up "_Modules__sk_buff" instead of
        #    "__sk_buff", so this fails at run time; import the class by another name, as in "from
        #    private_bpf import __sk_buff as _sk_buff"  [name-defined]

    def other_name(self, data: bytes) -> int:
        return sk_buff.from_buffer_copy(data).len + sk_buff(len=1).len


class Proven(ctypes.Structure):
    _fields_ = [("__state", ctypes.c_uint32), ("__len__", ctypes.c_uint32)]

    def own(self) -> int:
        return self.__state
        # E: in the body of class "Proven", Python looks up "_Proven__state" instead of "__state",
        #    so this fails at run time; write getattr(..., "__state")  [attr-defined]


obj.btf.validate_struct("event", Proven)


class UsesProven:
    def state(self) -> int:
        return Proven(__state=1).__state
        # E: in the body of class "UsesProven", Python looks up "_UsesProven__state" instead of
        #    "__state", so this fails at run time; write getattr(..., "__state")  [attr-defined]


class Derived(private_bpf.event):
    """A class with an attribute of its own. Python changes its name at each use."""

    def __init__(self) -> None:
        self.__cache = 1

    def cache(self) -> int:
        return self.__cache


def decorator(state: int) -> Callable[[T], T]:
    """Return a decorator that uses *state*."""


@decorator(Event().__state)  # outside of the body of the class
class Decorated:
    @decorator(Event().__state)
    # E: in the body of class "Decorated", Python looks up "_Decorated__state" instead of "__state",
    #    so this fails at run time; write getattr(..., "__state")  [attr-defined]
    def method(self) -> None: ...
