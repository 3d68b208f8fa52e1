"""What programs do with events: dictionaries, text and tables, beside the same written by hand.

``python -m bench.values`` prints JSON in the form of `bench.decode`. Columns need numpy.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import btf_typing
from btf_typing import Btf, load

from .decode import CASES, Loop, generated, in_turn, loop, rounds_wanted

if TYPE_CHECKING:
    from examples.execsnoop.execsnoop_bpf import exec_event

_EVENTS = 2_000
_MANY = 20_000
_KERNEL = Path("/sys/kernel/btf/vmlinux")
_OBJECT = Path(__file__).parents[1] / "examples/execsnoop/execsnoop.bpf.o"

OURS, HAND = "btf_typing", "by hand"


def events() -> dict[str, type[Any]]:
    """The classes of the events, by the name of the case."""
    found = {case.name: generated(case) for case in CASES}
    event: type[exec_event] = load(_OBJECT).btf.struct("exec_event")
    found["exec_event"] = event
    if _KERNEL.exists():
        kernel = Btf.from_kernel()
        found["tcphdr"] = kernel.struct("tcphdr")
        found["iphdr"] = kernel.struct("iphdr")
    return found


def by_hand(event: Any, decode: str = "") -> str:
    """The expression that a user would write for a dictionary of *event*, which is called ``e``.

    Args:
        event: an instance.
        decode: code to put after each field whose value is bytes, such as ``.decode()``.
    """

    def value(read: str, plain: object) -> str:
        if isinstance(plain, dict):
            return _braces(
                f"{key!r}: {value(f'{read}.{key}', each)}" for key, each in plain.items()
            )
        if isinstance(plain, list):
            return f"{read}[:]"
        return f"{read}{decode}" if isinstance(plain, bytes) else read

    return value("e", btf_typing.asdict(event))


def _braces(entries: Any) -> str:
    return f"{{{', '.join(entries)}}}"


def text_by_hand(event: Any) -> str:
    """The f-string that a user would write to show *event*, which is called ``e``."""
    values = btf_typing.asdict(event)
    fields = [
        f"{key}={{e.{key}{'[:]' if isinstance(v, list) else ''}!r}}" for key, v in values.items()
    ]
    return f'f"{type(event).__name__}({", ".join(fields)})"'


def ways(cls: type[Any]) -> dict[str, dict[str, Loop]]:
    """Each way to use an event, ours and by hand."""
    event = cls.from_buffer_copy(bytes(range(65, 65 + 64)) * (ctypes.sizeof(cls) // 64 + 1))
    names = {"e": event, "asdict": btf_typing.asdict}
    return {
        "asdict": {
            OURS: loop(names, ["asdict(e)"]),
            HAND: loop(names, [by_hand(event)]),
        },
        "asdict, text": {
            OURS: loop(names, ["asdict(e, text=True)"]),
            HAND: loop(names, [by_hand(event, ".decode('utf-8', 'replace')")]),
        },
        "repr": {
            OURS: loop(names, ["repr(e)"]),
            HAND: loop(names, [text_by_hand(event)]),
        },
    }


def tables(cls: type[Any]) -> dict[str, Loop]:
    """Ways to get the values of `_MANY` events in one buffer."""
    size = ctypes.sizeof(cls)
    data = (bytes(range(65, 65 + 64)) * (size // 64 + 1))[:size] * _MANY

    def one_by_one(count: int) -> object:
        make, asdict = cls.from_buffer_copy, btf_typing.asdict
        return [asdict(make(data, size * index)) for index in range(count)]

    found: dict[str, Loop] = {
        "a loop of asdict": one_by_one,
        "asdicts": lambda _: btf_typing.asdicts(cls, data),
    }
    if importlib.util.find_spec("numpy") is not None:
        found["columns"] = lambda _: btf_typing.columns(cls, data)
    return found


def main() -> None:
    """Print the figures of every case."""
    rounds = rounds_wanted()
    found: dict[str, dict[str, list[float]]] = {}
    for name, cls in events().items():
        for way, loops in ways(cls).items():
            found[f"{way}: {name}"] = in_turn(loops, _EVENTS, rounds)
        found[f"many: {name}"] = in_turn(tables(cls), _MANY, min(rounds, 9))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
