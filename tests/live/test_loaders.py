"""pylibbpf, bpfmaps and libbpf through ctypes: what they hand out, as our classes."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BpfObject, BtfDataError, load
from examples import libbpf
from examples.libbpf import Bpf
from tests.paths import ROOT

_OBJECT = ROOT / "tests/objects/loaders.o"
_CALLS = 3
_REASON = libbpf.why_not_live("syscalls/sys_enter_getpriority")
pytestmark = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")

PID = os.getpid()
COMM = Path("/proc/self/comm").read_bytes().rstrip(b"\n")


@pytest.fixture(scope="module")
def obj() -> BpfObject:
    return load(_OBJECT)


def _call(times: int = _CALLS) -> None:
    for _ in range(times):
        os.getpriority(os.PRIO_PROCESS, 0)


def _check_events(obj: BpfObject, events: list[Any]) -> None:
    ours = [event for event in events if event.pid == PID]
    assert [type(event) for event in ours] == [obj.btf.struct("call_event")] * _CALLS
    assert [(event.number, event.odd) for event in ours] == [(1, 1), (2, 0), (3, 1)]
    assert {event.comm for event in ours} == {COMM}
    assert [event.timestamp for event in ours] == sorted({event.timestamp for event in ours})


# pylibbpf


@pytest.fixture
def pylibbpf(obj: BpfObject) -> Any:
    module = pytest.importorskip("pylibbpf")
    bpf = module.BpfObject(str(_OBJECT), structs={"call_event": obj.btf.struct("call_event")})
    bpf.load()
    return bpf


def test_pylibbpf_events(pylibbpf: Any, obj: BpfObject) -> None:
    """It makes an instance of the class for each event."""
    events: list[Any] = []
    buffer = pylibbpf["perf"].open_perf_buffer(lambda _, event: events.append(event), "call_event")
    pylibbpf.attach_all()
    _call()
    buffer.poll(timeout_ms=100)
    _check_events(obj, events)


def test_pylibbpf_events_without_a_class(pylibbpf: Any, obj: BpfObject) -> None:
    events: list[Any] = []
    perf, event_class = obj.maps["perf"], obj.btf.struct("call_event")
    buffer = pylibbpf["perf"].open_perf_buffer(
        lambda _, data: events.append(perf.decode_event(event_class, data))
    )
    pylibbpf.attach_all()
    _call()
    buffer.poll(timeout_ms=100)
    _check_events(obj, events)


def test_pylibbpf_items(pylibbpf: Any, obj: BpfObject) -> None:
    """Items of 4 and 8 bytes are int, structs included, and all others are bytes."""
    pylibbpf.attach_all()
    _call()

    by_key = obj.maps["by_key"]
    key = obj.btf.struct("call_key")(pid=PID, comm=COMM)
    raw = pylibbpf["by_key"].lookup(by_key.encode_key(key))
    assert type(raw) is bytes
    value = by_key.decode_value(raw)
    assert (value.calls, value.odd, value.last) == (_CALLS, True, _CALLS)
    items = pylibbpf["by_key"].items().items()
    assert [by_key.decode_value(v) for k, v in items if by_key.decode_key(k) == key] == [value]

    by_pid = obj.maps["by_pid"]
    items = pylibbpf["by_pid"].items().items()
    assert all(type(item) is int for pair in items for item in pair)
    assert (PID, _CALLS) in [(by_pid.decode_key(k), by_pid.decode_value(v)) for k, v in items]
    pylibbpf["by_pid"].update(by_pid.encode_key(1), by_pid.encode_value(2**63))
    assert by_pid.decode_value(pylibbpf["by_pid"].lookup(1)) == 2**63

    by_comm = obj.maps["by_comm"]
    raw = pylibbpf["by_comm"].lookup(by_comm.encode_key(COMM))
    assert type(raw) is int
    assert (by_comm.decode_value(raw).pid, by_comm.decode_value(raw).negative) == (PID, -5)
    assert COMM in [by_comm.decode_key(k) for k in pylibbpf["by_comm"].keys()]  # noqa: SIM118


# bpfmaps


_BPFMAPS = """
import os, sys, warnings
from pathlib import Path
from btf_typing import load
from examples.libbpf import Bpf

warnings.simplefilter("ignore", DeprecationWarning)
import bpfmaps

path, comm = Path(sys.argv[1]), Path("/proc/self/comm").read_bytes().rstrip(b"\\n")
obj = load(path)
with Bpf(path) as bpf:
    bpf.load()
    bpf.attach()
    for _ in range(3):
        os.getpriority(os.PRIO_PROCESS, 0)

    def opened(name):
        found = bpfmaps.BPF_Map.get_map_by_fd(bpf.map_fd(name))
        found.key_type, found.value_type = obj.maps[name].key, obj.maps[name].value
        return found

    by_key = opened("by_key")
    key = obj.btf.struct("call_key")(pid=os.getpid(), comm=comm)
    value = by_key[key]
    print(type(value) is obj.btf.struct("call_count"), value)
    value.calls = 7
    by_key[key] = value
    print(by_key[key].calls)

    by_pid = opened("by_pid")
    print(by_pid[os.getpid()], (os.getpid(), 3) in list(by_pid))
    by_pid[1] = 2**40
    print(by_pid[1] == 2**40)
"""


def test_bpfmaps() -> None:
    """It takes the classes as they are, and hands out scalars as int.

    It brings a libbpf of its own, so it gets a process of its own.
    """
    if importlib.util.find_spec("bpfmaps") is None:
        pytest.skip("bpfmaps is not installed")
    done = subprocess.run(
        [sys.executable, "-c", _BPFMAPS, _OBJECT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "True call_count(calls=3, odd=True, last=3)",
        "7",
        "3 True",
        "True",
    ]


# libbpf through ctypes


def test_libbpf_events(obj: BpfObject) -> None:
    """A callback gets an address and a size; the examples' own makes bytes of them."""
    event_class = obj.btf.struct("call_event")
    ring, events = obj.maps["ring"], list[Any]()
    short: list[BtfDataError] = []
    sample = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)

    def on_event(_context: int, data: int, size: int) -> int:
        events.append(ring.decode_event(event_class, data, size))
        try:
            ring.decode_event(event_class, data, size - 1)
        except BtfDataError as error:
            short.append(error)
        return 0

    callback = sample(on_event)
    library = ctypes.CDLL("libbpf.so.1")
    library.ring_buffer__new.restype = ctypes.c_void_p
    with Bpf(_OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        _call()
        buffer = ctypes.c_void_p(library.ring_buffer__new(bpf.map_fd("ring"), callback, None, None))
        library.ring_buffer__poll(buffer, 100)
        library.ring_buffer__free(buffer)
    _check_events(obj, events)
    assert str(short[0]).startswith("event of map 'ring' has 31 bytes, but call_event has 32;")


def test_libbpf_items_are_what_ctypes_buffers_hold(obj: BpfObject) -> None:
    with Bpf(_OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        _call()
        by_pid = obj.maps["by_pid"]
        found = bpf.lookup("by_pid", ctypes.c_uint32(PID), (ctypes.c_uint8 * 8)())
        assert found is not None
        assert by_pid.decode_value(found) == _CALLS

        per_cpu = obj.maps["per_cpu"]
        block = (ctypes.c_uint8 * (8 * libbpf.possible_cpus()))()
        assert bpf.lookup("per_cpu", ctypes.c_uint32(PID), block) is not None
        values = per_cpu.decode_values(block)
        assert len(values) == libbpf.possible_cpus()
        assert sum(values) == _CALLS

        key_class = obj.btf.struct("call_key")
        keys = [key for key in bpf.keys("by_key", key_class) if key.pid == PID]
        assert [key.comm for key in keys] == [COMM]
        count = bpf.lookup("by_key", keys[0], obj.btf.struct("call_count")())
        assert count is not None
        assert count.calls == _CALLS
