"""How time and memory grow with the size of the BTF and the number of objects."""

from __future__ import annotations

from pathlib import Path

from . import programs, synthetic
from .measure import in_turn
from .processes import peak, python
from .report import Row, Table, timed
from .tools import SMALL, Tools

_KERNEL_TYPES = 126_000
_TIMES = (1, 4, 16)
_OBJECTS = (1, 10, 100)


def tables(tools: Tools, rounds: int) -> list[Table]:
    """Tables about the size of the BTF, then about the number of objects."""
    files = {times: tools.cache / f"synthetic-{times}.btf" for times in _TIMES}
    last = {times: synthetic.write(path, times * _KERNEL_TYPES) for times, path in files.items()}
    first = {times: programs.one_struct(path, "struct_00000_3") for times, path in files.items()}
    at_end = {times: programs.one_struct(path, last[times]) for times, path in files.items()}
    everything = {times: programs.all_types(path) for times, path in files.items()}
    return [
        _table("the first struct", first, rounds),
        _table("the last struct", at_end, rounds),
        _table("decode every type", everything, 1),
        _memory(at_end),
        _objects(rounds),
    ]


def _name(times: int) -> str:
    return f"{times} x a kernel's {_KERNEL_TYPES:,} types"


def _table(what: str, codes: dict[int, str], rounds: int) -> Table:
    contenders = [python(_name(times), code, ours=times == 1) for times, code in codes.items()]
    text = f"Whole processes that read synthetic BTF of 1, 4 and 16 times a kernel's size: {what}."
    return timed(f"Growth: {what}", text, in_turn(contenders, rounds))


def _memory(codes: dict[int, str]) -> Table:
    rows = [Row(_name(times), peak(code), ours=times == 1) for times, code in codes.items()]
    return Table(
        "Growth: memory", "The most memory in the processes of the last struct.", "MB", rows
    )


def _objects(rounds: int) -> Table:
    contenders = [
        python(f"{count} object(s)", _many(SMALL, count), ours=count == 1) for count in _OBJECTS
    ]
    text = "One process loads a small object many times and builds a class from each."
    return timed("Growth: objects", text, in_turn(contenders, rounds))


def _many(path: Path, count: int) -> str:
    load = programs.one_struct(path, "exec_event").splitlines()
    return f"{load[0]}\nfor _ in range({count}):\n    {load[1]}\n"
