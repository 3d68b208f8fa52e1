"""Generated classes meet the requirements of loaders, including loaders that cannot run here.

Source: tinybpf's ``register_type`` and ``BpfRingBuffer``; BCC's reference guide,
``open_perf_buffer``.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

import pytest

from btf_typing import BpfObject, load
from tests.paths import ROOT

EXAMPLES = ROOT / "examples"
RECORDED = EXAMPLES / "execsnoop" / "recorded_event.bin"


@pytest.fixture(scope="module")
def execsnoop() -> BpfObject:
    return load(EXAMPLES / "execsnoop" / "execsnoop.bpf.o")


def _objections(obj: BpfObject, name: str) -> Iterator[str]:
    """Reasons why tinybpf's ``register_type(name, cls)`` would reject the class of *name*."""
    cls: Any = obj.btf.struct(name)
    type_ = obj.btf.type(name)
    if ctypes.sizeof(cls) != type_.size:
        yield "size"
    if len(cls._fields_) != len(type_.fields):
        yield "number of fields"
        return
    for entry, member in zip(cls._fields_, type_.fields, strict=True):
        if len(entry) != 2:
            yield f"{entry[0]} has a width"
        elif getattr(cls, entry[0]).offset != member.offset:
            yield f"{entry[0]}: offset"
        elif entry[0] != member.name:
            yield f"{entry[0]}: name"


@pytest.mark.parametrize(
    ("example", "name"),
    [
        ("execsnoop", "exec_count"),
        ("execsnoop", "creds"),
        ("hashcount", "call_key"),
        ("hashcount", "call_count"),
        ("percpu", "open_count"),
        ("pinned", "exit_count"),
        ("globals", "io_config"),
        ("globals", "io_stats"),
    ],
)
def test_tinybpf_registers_what_c_lays_out_naturally(example: str, name: str) -> None:
    assert list(_objections(load(EXAMPLES / example / f"{example}.bpf.o"), name)) == []


def test_tinybpf_registers_no_bitfields_and_no_anonymous_members(execsnoop: BpfObject) -> None:
    """The how-to page says so, and shows another way."""
    assert list(_objections(execsnoop, "exec_event")) == ["number of fields"]
    ringbuf: BpfObject = load(EXAMPLES / "ringbuf" / "ringbuf.bpf.o")
    (objection,) = _objections(ringbuf, "signal_event")
    assert objection.endswith(">: name")


def test_tinybpf_makes_events_of_the_exact_size(execsnoop: BpfObject) -> None:
    cls: Any = execsnoop.btf.struct("exec_event")
    data = RECORDED.read_bytes()

    assert len(data) == ctypes.sizeof(cls)
    assert cls.from_buffer_copy(data).argc == 2


def test_bcc_casts_an_address(execsnoop: BpfObject) -> None:
    cls: Any = execsnoop.btf.struct("exec_event")
    memory = ctypes.create_string_buffer(RECORDED.read_bytes())

    event = ctypes.cast(ctypes.addressof(memory), ctypes.POINTER(cls)).contents

    assert (event.pid, event.comm, event.argc, event.argc_cut) == (6044, b"python", 2, False)
    assert ctypes.addressof(event) == ctypes.addressof(memory), "in place"
