"""BTF that is already loaded: in the kernel by id, and in a libbpf of this process."""

import ctypes
import ctypes.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from btf_typing import Btf, BtfError, load
from examples.libbpf import refused

OBJECT = Path(__file__).parents[2] / "examples" / "hashcount" / "hashcount.bpf.o"
BPFTOOL = shutil.which("bpftool") or "/usr/sbin/bpftool"

REASON = refused()
pytestmark = [
    pytest.mark.skipif(REASON is not None, reason=REASON or ""),
    pytest.mark.skipif(not Path(BPFTOOL).exists(), reason="needs bpftool"),
]


@pytest.fixture
def libbpf() -> ctypes.CDLL:
    name = ctypes.util.find_library("bpf")
    if not name:
        pytest.skip("needs libbpf")
    library = ctypes.CDLL(name)
    for function in ("bpf_object__open", "bpf_object__btf", "bpf_object__next_map"):
        getattr(library, function).restype = ctypes.c_void_p
    library.bpf_map__name.restype = ctypes.c_char_p
    return library


@pytest.fixture
def opened(libbpf: ctypes.CDLL) -> Iterator[ctypes.c_void_p]:
    handle = ctypes.c_void_p(libbpf.bpf_object__open(os.fsencode(OBJECT)))
    assert handle
    yield handle
    libbpf.bpf_object__close(handle)


def _bpftool(*args: str) -> Any:
    command = [BPFTOOL, "-j", *args]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def _names(btf: Btf) -> list[str]:
    return [f"{type_.kind} {type_.name}" for type_ in btf.types()]


def test_the_kernel_by_id_is_the_kernel_by_path() -> None:
    number = next(row["id"] for row in _bpftool("btf", "list") if row["name"] == "vmlinux")
    by_id, by_path = Btf.from_id(number), Btf.from_kernel()
    assert len(by_id) == len(by_path) > 10_000
    assert by_id.type("task_struct").fields == by_path.type("task_struct").fields


def test_btf_from_libbpf_equals_the_objects(libbpf: ctypes.CDLL, opened: ctypes.c_void_p) -> None:
    pointer = libbpf.bpf_object__btf(opened)
    theirs = Btf.from_libbpf(pointer, libbpf)
    assert _names(theirs) == _names(load(OBJECT).btf)
    assert theirs.pointer_size == 8
    # A process with one libbpf does not need to name it.
    assert _names(Btf.from_libbpf(ctypes.c_void_p(pointer))) == _names(theirs)


def test_a_pointer_with_a_type_as_tinybpf_has_it(
    libbpf: ctypes.CDLL, opened: ctypes.c_void_p
) -> None:
    class Opaque(ctypes.Structure):
        pass

    own = ctypes.CDLL(libbpf._name)
    own.bpf_object__btf.restype = ctypes.POINTER(Opaque)
    own.btf__raw_data.argtypes = [ctypes.POINTER(Opaque), ctypes.POINTER(ctypes.c_uint32)]
    pointer = own.bpf_object__btf(opened)

    assert _names(Btf.from_libbpf(pointer, own)) == _names(load(OBJECT).btf)
    assert own.btf__raw_data.restype is ctypes.c_int, "left as its user had it"


def test_an_extension_called_like_libbpf_is_no_second_one(opened: ctypes.c_void_p) -> None:
    pytest.importorskip("pylibbpf")
    assert opened
    with open("/proc/self/maps") as maps:  # noqa: PTH123
        assert "/pylibbpf." in maps.read()

    with pytest.raises(BtfError, match="NULL"):
        Btf.from_libbpf(None)


def _ids(what: str) -> set[int]:
    """Ids of the maps or programs that this process has open: *what* is map_id or prog_id."""
    texts = [path.read_text() for path in Path("/proc/self/fdinfo").iterdir() if path.exists()]
    words = [line.split() for text in texts for line in text.splitlines()]
    return {int(number) for key, number in (pair for pair in words if pair[0] == f"{what}:")}


def test_a_loaded_map_leads_to_its_btf(libbpf: ctypes.CDLL, opened: ctypes.c_void_p) -> None:
    before = _ids("map_id")
    assert libbpf.bpf_object__load(opened) == 0
    ours = load(OBJECT)
    maps = [row for row in _bpftool("map", "list") if row["id"] in _ids("map_id") - before]
    assert [row["name"] for row in maps] == ["calls"] == list(ours.maps)

    found = Btf.from_id(maps[0]["id"], of="map")

    assert _names(found) == _names(Btf.from_id(maps[0]["btf_id"]))
    for name in ("call_key", "call_count"):
        assert found.type(name).fields == ours.btf.type(name).fields
        assert ctypes.sizeof(found.struct(name)) == ours.btf.type(name).size


def test_programs_lead_to_their_btf(libbpf: ctypes.CDLL, opened: ctypes.c_void_p) -> None:
    before = _ids("prog_id")
    assert libbpf.bpf_object__load(opened) == 0
    rows = [row for row in _bpftool("prog", "list") if row["id"] in _ids("prog_id") - before]
    assert len(rows) == 1
    found = Btf.from_id(rows[0]["id"], of="program")

    assert _names(found) == _names(Btf.from_id(rows[0]["btf_id"]))
    assert found.type("call_count").fields == load(OBJECT).btf.type("call_count").fields


@pytest.mark.parametrize("of", ["btf", "program", "map"])
def test_ids_that_are_not_there(of: Any) -> None:
    with pytest.raises(BtfError, match=rf"^{of} 4294967295: No such file or directory$"):
        Btf.from_id(0xFFFFFFFF, of=of)
    with pytest.raises(BtfError, match="32-bit"):
        Btf.from_id(1 << 32, of=of)


def test_null_is_refused(libbpf: ctypes.CDLL) -> None:
    with pytest.raises(BtfError, match="NULL"):
        Btf.from_libbpf(0, libbpf)
    with pytest.raises(BtfError, match="NULL"):
        Btf.from_libbpf(ctypes.c_void_p(), libbpf)
