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
    # E: in the body of class "_Handler", Python changes "__state" to "_Handler__state", so this is
    #    not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
    #    [attr-defined]

    def method(self, event: Event) -> object:
        event.__state = 1
        # E: in the body of class "_Handler", Python changes "__state" to "_Handler__state", so this
        #    is not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
        #    [attr-defined]
        Event.__state.offset  # noqa: B018
        # E: in the body of class "_Handler", Python changes "__state" to "_Handler__state", so this
        #    is not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
        #    [attr-defined]

        event.__state += 1
        # E: in the body of class "_Handler", Python changes "__state" to "_Handler__state", so this
        #    is not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
        #    [attr-defined]

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


def local_class(event: Event) -> object:
    class Local:
        state = event.__state
        # E: in the body of class "Local", Python changes "__state" to "_Local__state", so this is
        #    not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
        #    [attr-defined]

        class _:
            """Python changes no names here, although ``Local`` is around it."""

            state = event.__state

    return Local


class Base:
    def __init_subclass__(cls, size: int) -> None: ...


class Keyword(Base, size=Event.__state.size):  # outside of the body of the class
    class Inner(Base, size=Event.__state.size):
        # E: in the body of class "Keyword", Python changes "__state" to "_Keyword__state", so this
        #    is not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
        #    [attr-defined]
        pass


class Enums:
    def member(self) -> object:
        return Kind.__KIND_MAX
        # E: in the body of class "Enums", Python changes "__KIND_MAX" to "_Enums__KIND_MAX", so
        #    this is not the member; write Kind["__KIND_MAX"]; a case pattern needs a guard, as in
        #    "case x if x == Kind["__KIND_MAX"]"  [attr-defined]

    def imported(self, kind: private_bpf.kind) -> int:
        match kind:
            case private_bpf.kind.__KIND_MAX:
                # E: in the body of class "Enums", Python changes "__KIND_MAX" to
                #    "_Enums__KIND_MAX", so this is not the member; write
                #    private_bpf.kind["__KIND_MAX"]; a case pattern needs a guard, as in "case x if
                #    x == private_bpf.kind["__KIND_MAX"]"  [attr-defined]
                return 1
        return 0

    def item(self) -> object:
        return Kind["__KIND_MAX"]


class Modules:
    def attribute(self) -> object:
        private_bpf.__hidden.FIRST  # noqa: B018
        # E: in the body of class "Modules", Python changes "__hidden" to "_Modules__hidden", so
        #    this is not the class; import it outside of the class, by another name, as in "from
        #    private_bpf import __hidden as hidden"  [attr-defined]
        private_bpf.__class.SECOND  # noqa: B018
        # E: in the body of class "Modules", Python changes "__class" to "_Modules__class", so this
        #    is not the class; import it outside of the class, by another name, as in "from
        #    private_bpf import __class as _class"  [attr-defined]
        return private_bpf.__sk_buff(len=1)
        # E: in the body of class "Modules", Python changes "__sk_buff" to "_Modules__sk_buff", so
        #    this is not the class; import it outside of the class, by another name, as in "from
        #    private_bpf import __sk_buff as sk_buff"  [attr-defined]

    def name(self, data: bytes) -> int:
        return __sk_buff.from_buffer_copy(data).len
        # E: in the body of class "Modules", Python changes "__sk_buff" to "_Modules__sk_buff", so
        #    this is not the class; import it outside of the class, by another name, as in "from
        #    private_bpf import __sk_buff as sk_buff"  [name-defined]

    def other_name(self, data: bytes) -> int:
        return sk_buff.from_buffer_copy(data).len + sk_buff(len=1).len


class Proven(ctypes.Structure):
    _fields_ = [("__state", ctypes.c_uint32), ("__len__", ctypes.c_uint32)]

    def own(self) -> int:
        return self.__state
        # E: in the body of class "Proven", Python changes "__state" to "_Proven__state", so this is
        #    not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
        #    [attr-defined]


obj.btf.validate_struct("event", Proven)


class UsesProven:
    def state(self) -> int:
        return Proven(__state=1).__state
        # E: in the body of class "UsesProven", Python changes "__state" to "_UsesProven__state", so
        #    this is not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
        #    [attr-defined]


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
    # E: in the body of class "Decorated", Python changes "__state" to "_Decorated__state", so this
    #    is not the field; write getattr(..., "__state") or setattr(..., "__state", ...)
    #    [attr-defined]
    def method(self) -> None: ...
