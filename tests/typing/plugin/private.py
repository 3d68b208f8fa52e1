"""Fields whose names Python changes in the body of a class."""

from btf_typing import load

obj = load("private.bpf.o")
Event = obj.btf.struct("event")
print(Event().__state)


def outside(event: Event) -> int:
    return event.__state


class _Handler:
    first = Event().__state
    # E: in the body of class "_Handler", Python looks up "_Handler__state" instead of "__state", so
    #    this fails at run time; write getattr(..., "__state")  [attr-defined]

    def method(self, event: Event) -> object:
        event.__state = 1
        # E: in the body of class "_Handler", Python looks up "_Handler__state" instead of
        #    "__state", so this fails at run time; write getattr(..., "__state")  [attr-defined]
        Event.__state.offset  # noqa: B018
        # E: in the body of class "_Handler", Python looks up "_Handler__state" instead of
        #    "__state", so this fails at run time; write getattr(..., "__state")  [attr-defined]

        self.__own = getattr(event, "__state")  # noqa: B009
        return self.__own


class __:  # Python changes no names here
    def method(self, event: Event) -> int:
        return event.__state
