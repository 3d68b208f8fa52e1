"""Names that Python changes, in a module that disables the code of this error."""

# mypy: disable-error-code="attr-defined"

from btf_typing import load

Event = load("private.bpf.o").btf.struct("event")


class Handler:
    def most(self, event: Event) -> int:
        return max(event.__state, 0)  # no error about the overloads of max()
