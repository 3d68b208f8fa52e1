"""Class patterns in a module that looks up no class itself."""

from typing import assert_never

from app.classes import Creds, Event


def by_match(x: Event | Creds) -> int:
    match x:
        case Event(pid=pid):
            x.pidd  # E: "event" has no attribute "pidd"; maybe "pid"?  [attr-defined]
            return pid
        case Creds():
            return x.uid
        case _:
            assert_never(x)
