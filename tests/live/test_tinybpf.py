"""The real tinybpf with our types, and the stand-in for it that other tests use."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from btf_typing import Btf, BtfError, BtfValidationError, load
from examples import libbpf
from tests.paths import ROOT
from tests.plugin.test_tinybpf import REQUESTED

_OBJECT = ROOT / "tests/objects/loaders.o"
_STAND_IN = ROOT / "tests/stand_ins/tinybpf/__init__.py"
_CALLS = 3
MOUNT, UMOUNT = ("mount", "-t", "bpf", "bpf"), ("umount",)

if importlib.util.find_spec("tinybpf") is None:
    pytest.skip("tinybpf is not installed (it is not on PyPI)", allow_module_level=True)
_REASON = libbpf.why_not_live("syscalls/sys_enter_getpriority")
live = pytest.mark.skipif(_REASON is not None, reason=_REASON or "")


@pytest.fixture
def tinybpf() -> ModuleType:
    from btf_typing import tinybpf  # noqa: PLC0415  # it is there

    with contextlib.suppress(RuntimeError):
        tinybpf.init("libbpf.so.1")
    return tinybpf


@pytest.fixture
def obj(tinybpf: Any) -> Iterator[Any]:
    with tinybpf.load(_OBJECT) as obj:
        yield obj


def _call(times: int = _CALLS) -> None:
    for _ in range(times):
        os.getpriority(os.PRIO_PROCESS, 0)


def _comm() -> bytes:
    return Path("/proc/self/comm").read_bytes().rstrip(b"\n")


@live
def test_the_requested_program_runs(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests/objects/request.o", tmp_path)
    code = (
        f"import tinybpf\ntry: tinybpf.init('libbpf.so.1')\nexcept RuntimeError: pass\n{REQUESTED}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == (
        "0 b''\n16\n"
        "(BtfField(name='timestamp', offset=0, size=8), BtfField(name='pid', offset=8, size=4),"
        " BtfField(name='comm', offset=12, size=0))\n"
    )


@live
def test_a_class_that_does_not_match(tinybpf: Any, obj: Any) -> None:
    class Mine(ctypes.Structure):
        _fields_ = (("timestamp", ctypes.c_uint64), ("pid", ctypes.c_uint32))

    for error in (BtfValidationError, tinybpf.BtfValidationError):
        with pytest.raises(error, match="number: class has no such field"):
            obj.btf.validate("call_event")(Mine)
    # tinybpf's own check of the same class can be caught with the same clause.
    with pytest.raises(tinybpf.BtfValidationError, match="Size mismatch"):
        obj.register_type("call_event", Mine)


@live
def test_events_and_maps(tinybpf: Any, obj: Any) -> None:
    event_class = obj.btf.struct("call_event")
    ring: list[Any] = []
    perf: list[Any] = []
    with (
        obj.program("on_call").attach(),
        tinybpf.BpfRingBuffer(obj.map("ring"), ring.append, event_type=event_class) as ring_buffer,
        tinybpf.BpfPerfBuffer(
            obj.maps["perf"], lambda _, event: perf.append(event), event_type=event_class
        ) as perf_buffer,
    ):
        _call()
        ring_buffer.poll(100)
        perf_buffer.poll(100)
    ours = [event for event in ring if event.pid == os.getpid()]
    assert [type(event) for event in ours] == [event_class] * _CALLS
    assert [(event.number, event.odd) for event in ours] == [(1, 1), (2, 0), (3, 1)]
    assert {event.comm for event in ours} == {_comm()}
    assert [event for event in perf if event.pid == os.getpid()] == ours

    key = obj.btf.struct("call_key")(pid=os.getpid(), comm=_comm())
    count = obj.maps["by_key"][key]
    assert type(count) is obj.btf.struct("call_count")
    assert (count.calls, count.odd, count.last) == (_CALLS, True, _CALLS)
    assert (key, count) in list(obj.maps["by_key"].items())
    assert obj.maps["by_pid"][os.getpid()] == _CALLS
    assert obj.map("by_comm")[_comm()].negative == -5
    per_cpu = obj.maps["per_cpu"].lookup_percpu(os.getpid())
    assert len(per_cpu) == libbpf.possible_cpus()
    assert sum(per_cpu) == _CALLS == obj.maps["per_cpu"].lookup_percpu_sum(os.getpid())
    assert (os.getpid(), per_cpu) in list(obj.maps["per_cpu"].items_percpu())

    obj.maps["by_key"][key] = type(count)(calls=99, odd=True)
    assert obj.maps["by_key"][key].calls == 99
    del obj.maps["by_key"][key]
    assert key not in obj.maps["by_key"]


@live
def test_events_that_are_awaited(tinybpf: Any, obj: Any) -> None:
    async def first() -> Any:
        async with tinybpf.BpfRingBuffer(
            obj.map("ring"), event_type=obj.btf.struct("call_event")
        ) as events:
            _call()
            async for event in events:
                if event.pid == os.getpid():
                    break
            return event

    with obj.program("on_call").attach():
        event = asyncio.run(first())
    assert (event.number, event.comm) == (1, _comm())


@live
def test_its_own_types_are_those_of_the_file(obj: Any) -> None:
    theirs = Btf.from_libbpf(obj._loaded.btf, ctypes.CDLL("libbpf.so.1"))
    assert theirs.type("call_event").fields == load(_OBJECT).btf.type("call_event").fields


@live
def test_a_map_outlives_the_object_as_a_pin(tinybpf: Any, obj: Any, tmp_path: Path) -> None:
    subprocess.run([*MOUNT, tmp_path], check=True)
    try:
        path = str(tmp_path / "by_key")
        by_key = obj.maps["by_key"]
        key = obj.btf.struct("call_key")(pid=1, comm=b"x")
        by_key[key] = obj.btf.struct("call_count")(calls=5, odd=True)
        by_key.pin(path)
        with tinybpf.open_pinned_map(path) as pinned:
            definition = load(_OBJECT).maps["by_key"]
            value = definition.decode_value(pinned[definition.encode_key(key)])
        assert (value.calls, value.odd) == (5, True)
    finally:
        subprocess.run([*UMOUNT, tmp_path], check=True)


@live
def test_an_object_that_the_kernel_refuses(tinybpf: Any, tmp_path: Path) -> None:
    data = _OBJECT.read_bytes()
    broken = tmp_path / "broken.o"
    broken.write_bytes(data.replace(b"tracepoint/syscalls", b"tracepoynt/syscalls"))
    for error in (BtfError, tinybpf.BpfError):
        with pytest.raises(error) as caught:
            tinybpf.load(broken)
        assert "broken.o" in str(caught.value)
        assert caught.value.errno != 0


# The stand-in


def _stand_in() -> Any:
    spec = importlib.util.spec_from_file_location("stand_in_for_tinybpf", _STAND_IN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _parameters(function: Any) -> list[tuple[str, Any, Any, str]]:
    """Names, kinds, defaults and annotations, which spell some names in another way."""
    return [
        (one.name, one.kind, one.default, re.sub(r"builtins\.|\b_", "", str(one.annotation)))
        for one in inspect.signature(function).parameters.values()
    ]


def test_the_stand_in_has_the_signatures_of_tinybpf() -> None:
    theirs = importlib.import_module("tinybpf")
    stand_in = _stand_in()
    assert theirs.version() == stand_in.version()
    compared = 0
    for name in theirs.__all__:
        real, own = getattr(theirs, name), getattr(stand_in, name)
        if inspect.isfunction(real):
            assert _parameters(own) == _parameters(real), name
            compared += 1
        if not inspect.isclass(real) or hasattr(real, "__dataclass_fields__"):
            continue
        for method, function in vars(own).items():
            is_theirs = inspect.isfunction(function) and hasattr(real, method)
            if is_theirs and (method == "__init__" or not method.startswith("_")):
                assert _parameters(function) == _parameters(getattr(real, method)), method
                compared += 1
    assert compared > 30
