"""Classes that one module defines, a second imports, and this one imports from the second."""

from typing import Literal

import app.reexported
from app.reexported import Event, Kind, Owner, Pair, Same


def show(event: Event, owner: Owner, same: Same, pair: Pair, maybe: Event | None) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"
    reveal_type(owner)  # N: Revealed type is "prog_bpf.creds"
    reveal_type(same)  # N: Revealed type is "prog_bpf.event"
    reveal_type(pair)  # N: Revealed type is "prog_bpf.event | prog_bpf.creds"
    reveal_type(maybe)  # N: Revealed type is "prog_bpf.event | None"
    event.pdi  # E: "event" has no attribute "pdi"  [attr-defined]


def by_module(event: app.reexported.Event, owner: app.reexported.classes.Creds) -> None:
    reveal_type(event)  # N: Revealed type is "prog_bpf.event"
    owner.udi  # E: "creds" has no attribute "udi"  [attr-defined]


def by_member(kind: Literal[Kind.KIND_EXEC]) -> None:
    reveal_type(kind)  # N: Revealed type is "Literal[prog_bpf.kind.KIND_EXEC]"


def by_isinstance(either: Pair) -> int:
    if isinstance(either, Owner):
        return either.uid
    return either.pid


Again = Event


class Own(Event):
    """Derives from the class."""

    def show(self, again: Again) -> int:
        self.pdi  # E: "Own" has no attribute "pdi"  [attr-defined]
        return again.pid
