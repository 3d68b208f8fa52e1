"""BTF that is loaded already: in the kernel by id, and in a libbpf of this process."""

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

OBJECT = Path(__file__).parents[2] / "examples" / "hashcount" / "hashcount.bpf.o"
BPFTOOL = shutil.which("bpftool") or "/usr/sbin/bpftool"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to ask the kernel for BTF"),
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


def test_a_libbpf_btf_is_that_of_its_object(libbpf: ctypes.CDLL, opened: ctypes.c_void_p) -> None:
    pointer = libbpf.bpf_object__btf(opened)
    theirs = Btf.from_libbpf(pointer, libbpf)
    assert _names(theirs) == _names(load(OBJECT).btf)
    assert theirs.pointer_size == 8
    # The only libbpf of this process need not be named, unless other tests loaded one more.
    try:
        assert _names(Btf.from_libbpf(ctypes.c_void_p(pointer))) == _names(theirs)
    except BtfError as error:
        assert "libbpf libraries are loaded" in str(error)  # noqa: PT017


def test_a_loaded_map_leads_to_its_btf(libbpf: ctypes.CDLL, opened: ctypes.c_void_p) -> None:
    assert libbpf.bpf_object__load(opened) == 0
    ids = {}
    handle = libbpf.bpf_object__next_map(opened, None)
    while handle:
        fd = libbpf.bpf_map__fd(ctypes.c_void_p(handle))
        for line in Path(f"/proc/self/fdinfo/{fd}").read_text().splitlines():
            if line.startswith("map_id:"):
                ids[libbpf.bpf_map__name(ctypes.c_void_p(handle)).decode()] = int(line.split()[1])
        handle = libbpf.bpf_object__next_map(opened, ctypes.c_void_p(handle))
    ours = load(OBJECT)
    name = next(name for name, map_ in ours.maps.items() if hasattr(map_.value, "_fields_"))
    expected = next(row for row in _bpftool("map", "list") if row["id"] == ids[name])
    found = Btf.from_id(ids[name], of="map")
    assert _names(found) == _names(Btf.from_id(expected["btf_id"]))
    value = ours.maps[name].value.__name__
    assert found.struct(value)._fields_[0][0] == ours.btf.struct(value)._fields_[0][0]


def test_programs_lead_to_their_btf(libbpf: ctypes.CDLL, opened: ctypes.c_void_p) -> None:
    assert libbpf.bpf_object__load(opened) == 0
    rows = [row for row in _bpftool("prog", "list") if row.get("btf_id")]
    assert rows
    for row in rows:
        assert _names(Btf.from_id(row["id"], of="program")) == _names(Btf.from_id(row["btf_id"]))


@pytest.mark.parametrize("of", ["btf", "program", "map"])
def test_ids_that_are_not_there(of: Any) -> None:
    with pytest.raises(BtfError, match=rf"^{of} 4294967295: No such file or directory$"):
        Btf.from_id(0xFFFFFFFF, of=of)
    with pytest.raises(BtfError, match="32-bit"):
        Btf.from_id(1 << 32, of=of)


def test_null_is_refused(libbpf: ctypes.CDLL) -> None:
    with pytest.raises(BtfError, match="NULL"):
        Btf.from_libbpf(0, libbpf)
