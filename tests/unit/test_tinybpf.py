"""`btf_typing.tinybpf` over the stand-in for tinybpf in ``tests/stand_ins``."""

from __future__ import annotations

import ctypes
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import btf_typing
from btf_typing import BtfError, BtfValidationError, TypeNotFoundError
from tests.paths import ROOT
from tests.tinybpf_stand_in import tinybpf_stand_in

_OBJECT = ROOT / "tests/objects/loaders.o"
_PID = 1234
_KEY = struct.pack("=I16s", _PID, b"bash")
_VALUE = struct.pack("=QB7x", 3, 0b0000101_1)


@pytest.fixture
def tinybpf() -> Iterator[Any]:
    with tinybpf_stand_in():
        from btf_typing import tinybpf  # noqa: PLC0415  # only now is it over the stand-in

        assert "stand_ins" in str(sys.modules["tinybpf"].__file__)
        yield tinybpf


@pytest.fixture
def obj(tinybpf: Any) -> Any:
    return tinybpf.load(_OBJECT)


def _kernel(obj: Any, name: str) -> dict[bytes, list[bytes]]:
    items: dict[bytes, list[bytes]] = obj.maps[name].items_in_kernel
    return items


def test_everything_else_is_tinybpfs(tinybpf: Any, obj: Any) -> None:
    theirs = sys.modules["tinybpf"]
    for name in ("BpfError", "BpfRingBuffer", "BtfValidationError", "open_pinned_map", "version"):
        assert getattr(tinybpf, name) is getattr(theirs, name)
        assert name in dir(tinybpf)
    assert tinybpf.BpfObject is not theirs.BpfObject
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = tinybpf.no_such_name
    assert (obj.name, obj.path) == ("loaders", _OBJECT)
    assert list(obj.programs) == ["on_call"]
    assert obj.program("on_call").attach().description == "on_call"
    assert obj.maps["by_key"].key_size == 20
    for nothing in (obj, obj.maps["by_key"]):
        with pytest.raises(AttributeError, match="no_such_name"):
            _ = nothing.no_such_name


def test_every_name_that_checkers_see_is_there(tinybpf: Any) -> None:
    for name in tinybpf.__all__:
        assert hasattr(tinybpf, name)
    assert set(tinybpf.__all__) >= {"load", "BpfObject", "BpfMap", "BpfError", "BpfRingBuffer"}


def test_the_object_is_unloaded_at_the_end_of_the_block(tinybpf: Any) -> None:
    with tinybpf.load(str(_OBJECT)) as obj:
        assert not obj.closed
    assert obj.closed
    assert obj.btf.struct("call_event").pid.offset == 8, "the types stay"


def test_types(obj: Any) -> None:
    own = btf_typing.load(_OBJECT).btf
    assert obj.btf.struct("call_event") is own.struct("call_event")
    assert obj.btf.type("call_event").fields == own.type("call_event").fields
    assert isinstance(obj.btf, btf_typing.Btf)

    @obj.btf.validate("call_key")
    class Key(ctypes.Structure):
        _fields_ = (("pid", ctypes.c_uint32), ("comm", ctypes.c_char * 16))

    obj.btf.validate_struct("call_key", Key)


def test_items_of_structs(obj: Any) -> None:
    by_key = obj.maps["by_key"]
    key_class, value_class = obj.btf.struct("call_key"), obj.btf.struct("call_count")
    key, value = key_class(pid=_PID, comm=b"bash"), value_class(calls=3, odd=True, last=5)

    by_key[key] = value
    assert _kernel(obj, "by_key") == {_KEY: [_VALUE]}
    assert list(by_key.items()) == [(key, value)]
    assert type(next(by_key.keys())) is key_class
    assert type(next(by_key.values())) is value_class
    assert list(by_key) == [key]
    assert by_key[key] == by_key.lookup(key) == by_key.get(key) == value
    assert key in by_key
    assert by_key[_KEY] == value, "bytes are a key too"

    missing = key_class(pid=1)
    assert missing not in by_key
    assert by_key.lookup(missing) is None
    assert by_key.get(missing, value) is value
    with pytest.raises(KeyError):
        _ = by_key[missing]
    with pytest.raises(KeyError):
        del by_key[missing]
    assert not by_key.delete(missing)
    del by_key[key]
    assert _kernel(obj, "by_key") == {}


def test_items_of_scalars_and_text(obj: Any) -> None:
    by_pid = obj.map("by_pid")
    by_pid[_PID] = 7
    assert _kernel(obj, "by_pid") == {struct.pack("=I", _PID): [struct.pack("=Q", 7)]}
    assert list(by_pid.items()) == [(_PID, 7)]

    by_comm = obj.map("by_comm")
    by_comm.update(b"bash", by_comm.definition.value(pid=_PID, negative=-5))
    (comm, value), *rest = by_comm.items()
    assert (comm, value.pid, value.negative, rest) == (b"bash", _PID, -5, [])


def test_flags_reach_the_kernel(tinybpf: Any, obj: Any) -> None:
    by_pid = obj.maps["by_pid"]
    by_pid.update(1, 2, tinybpf.BPF_NOEXIST)
    with pytest.raises(tinybpf.BpfError, match="File exists"):
        by_pid.update(1, 3, tinybpf.BPF_NOEXIST)
    assert by_pid[1] == 2


def test_items_of_every_cpu(obj: Any) -> None:
    per_cpu = obj.maps["per_cpu"]
    _kernel(obj, "per_cpu")[struct.pack("=I", 5)] = [struct.pack("=I", 1), struct.pack("=I", 2)]
    assert per_cpu.lookup_percpu(5) == [1, 2]
    assert per_cpu.lookup_percpu(6) is None
    assert per_cpu.lookup_percpu_sum(5) == 3
    assert list(per_cpu.items_percpu()) == [(5, [1, 2])]
    with pytest.raises(TypeError, match="not supported for per-CPU maps"):
        per_cpu.lookup(5)


def test_buffers_take_maps_and_classes(tinybpf: Any, obj: Any) -> None:
    Event = obj.btf.struct("call_event")  # noqa: N806  # as users write it
    sent = Event(pid=5, number=3, odd=1, comm=b"x")
    for name in ("ring", "perf"):
        obj.maps[name].events_in_kernel.append(bytes(sent))
    seen: list[Any] = []
    with tinybpf.BpfRingBuffer(obj.map("ring"), seen.append, event_type=Event) as ring:
        assert ring.poll(0) == 1
    tinybpf.BpfPerfBuffer(
        obj.maps["perf"], lambda _, event: seen.append(event), event_type=Event
    ).poll(0)
    assert seen == [sent, sent]


def test_maps_of_globals_are_tinybpfs(obj: Any) -> None:
    assert type(obj.maps["prog.rodata"]) is sys.modules["tinybpf"].BpfMap
    assert "prog.rodata" in obj.maps
    assert len(obj.maps) == len(list(obj.maps)) == 7
    assert obj.maps["by_key"] is obj.map("by_key")


def _raised(action: Any) -> Any:
    with pytest.raises(BtfError) as caught:
        action()
    return caught.value


def test_errors_are_both_ours_and_tinybpfs(tinybpf: Any, obj: Any) -> None:
    class Wrong(ctypes.Structure):
        _fields_ = (("pid", ctypes.c_uint16),)

    def decorate() -> None:
        obj.btf.validate("call_key")(Wrong)

    not_found = [
        _raised(lambda: obj.btf.struct("call_evnt")),
        _raised(lambda: obj.btf.union("nope")),
        _raised(lambda: obj.btf.enum("nope")),
        _raised(lambda: obj.btf.type("nope")),
        _raised(lambda: obj.maps["by_kye"]),
        _raised(lambda: obj.map("by_kye")),
    ]
    for error in not_found:
        assert isinstance(error, TypeNotFoundError)
        assert isinstance(error, KeyError), "as tinybpf's own for a map"
        assert isinstance(error, tinybpf.BpfError)
    assert str(not_found[0]).startswith("no struct 'call_evnt' in ")
    assert not_found[0].suggestions[0] == "call_event"
    assert "by_kye" not in obj.maps
    assert obj.maps.get("by_kye") is None

    for error in (_raised(decorate), _raised(lambda: obj.btf.validate_struct("call_key", Wrong))):
        assert isinstance(error, BtfValidationError)
        assert isinstance(error, tinybpf.BtfValidationError)
        assert [mismatch.field for mismatch in error.mismatches] == ["pid", "comm", ""]
        assert error.suggestions == []
    # So that one clause catches what tinybpf's register_type() raises too.
    with pytest.raises(tinybpf.BtfValidationError):
        obj.register_type("call_key", Wrong)

    of_data: list[Any] = [
        _raised(lambda: obj.maps["by_pid"][2**32]),
        _raised(lambda: obj.maps["by_pid"].update(1, -1)),
    ]
    for error in of_data:
        assert isinstance(error, tinybpf.BpfError)
        assert type(error).__name__ == "BtfDataError"
        assert (error.errno, error.libbpf_log) == (0, None)


def test_errors_of_load(tinybpf: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        tinybpf.load(tmp_path / "missing.bpf.o")
    text = tmp_path / "text.bpf.o"
    text.write_text("text")
    error = _raised(lambda: tinybpf.load(text))
    assert isinstance(error, btf_typing.BtfFormatError)
    assert isinstance(error, tinybpf.BpfError)

    refused = shutil.copy(_OBJECT, tmp_path / "refused.bpf.o")
    error = _raised(lambda: tinybpf.load(refused))
    assert isinstance(error, tinybpf.BpfError)
    message = f"load '{refused}' failed: Permission denied"
    assert (str(error), error.what, error.message) == (message, message, message)
    assert error.errno == 13


def test_without_tinybpf_the_import_says_how_to_get_it() -> None:
    code = (
        "import sys; sys.modules['tinybpf'] = None\n"
        "try:\n    from btf_typing import tinybpf\n"
        "except ModuleNotFoundError as error:\n    print(error.name, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("tinybpf btf_typing.tinybpf needs tinybpf, which is not on PyPI")
    assert "https://gregclermont.github.io/tinybpf" in done.stdout
