"""BTF that is already loaded: in the kernel by id, and in a libbpf of this process."""

import ctypes
import ctypes.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BpfMap, Btf, BtfError, load
from btf_typing._commands.btf_layout import main
from examples.libbpf import refused
from tests.builder import BtfBuilder

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
    for function in ("bpf_object__open", "bpf_object__btf", "bpf_object__find_map_by_name"):
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


LOADERS = Path(__file__).parents[1] / "objects" / "loaders.o"
MOUNT, UMOUNT = ("mount", "-t", "bpf", "bpf"), ("umount",)


@pytest.fixture
def loaded(libbpf: ctypes.CDLL) -> Iterator[ctypes.c_void_p]:
    handle = ctypes.c_void_p(libbpf.bpf_object__open(os.fsencode(LOADERS)))
    assert libbpf.bpf_object__load(handle) == 0
    yield handle
    libbpf.bpf_object__close(handle)


def _map_fd(libbpf: ctypes.CDLL, loaded: ctypes.c_void_p, name: str) -> int:
    return int(libbpf.bpf_object__find_map_fd_by_name(loaded, name.encode()))


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def _facts(each: BpfMap[Any, Any]) -> list[object]:
    """What two readings of one map should have in common, with layouts instead of classes."""
    classes = [cls and (cls.__name__, ctypes.sizeof(cls)) for cls in (each.key, each.value)]
    return [each.name, each.type, each.key_size, each.value_size, each.max_entries, *classes]


@pytest.mark.parametrize("name", ["by_key", "by_pid", "by_comm", "per_cpu"])
def test_a_map_by_its_file_descriptor(
    libbpf: ctypes.CDLL, loaded: ctypes.c_void_p, name: str
) -> None:
    fd = _map_fd(libbpf, loaded, name)
    found, ours = BpfMap.from_fd(fd), load(LOADERS).maps[name]
    assert _facts(found) == _facts(ours)
    os.fstat(fd)  # still open
    number = next(int(line[8:]) for line in _lines(f"/proc/self/fdinfo/{fd}") if "map_id" in line)
    assert _facts(BpfMap.from_id(number)) == _facts(ours)
    assert _names(Btf.from_fd(fd)) == _names(Btf.from_id(number, of="map"))
    if name == "by_comm":
        assert found.value.__name__ == "by_comm_value", "it has no name in C"


def test_a_ring_buffer_by_its_file_descriptor(libbpf: ctypes.CDLL, loaded: ctypes.c_void_p) -> None:
    found = BpfMap.from_fd(_map_fd(libbpf, loaded, "ring"))
    assert (found.type, found.max_entries) == ("BPF_MAP_TYPE_RINGBUF", 64 * 1024)
    assert found.key is found.value is None


def test_a_map_that_was_created_without_btf(libbpf: ctypes.CDLL) -> None:
    fd = libbpf.bpf_map_create(2, b"bare", 4, 6, 3, None)
    found = BpfMap.from_fd(fd)
    assert _facts(found) == ["bare", "BPF_MAP_TYPE_ARRAY", 4, 6, 3, None, None]
    assert found.decode_value(bytearray(6)) == bytes(6)
    with pytest.raises(BtfError, match=rf"^file descriptor {fd} was loaded without BTF$"):
        Btf.from_fd(fd)
    os.close(fd)


def test_maps_and_programs_that_are_pinned(
    libbpf: ctypes.CDLL, loaded: ctypes.c_void_p, tmp_path: Path
) -> None:
    subprocess.run([*MOUNT, tmp_path], check=True)
    try:
        counts, program = tmp_path / "counts", tmp_path / "program"
        by_key = ctypes.c_void_p(libbpf.bpf_object__find_map_by_name(loaded, b"by_key"))
        assert libbpf.bpf_map__pin(by_key, os.fsencode(counts)) == 0
        libbpf.bpf_object__next_program.restype = ctypes.c_void_p
        first = ctypes.c_void_p(libbpf.bpf_object__next_program(loaded, None))
        assert libbpf.bpf_program__pin(first, os.fsencode(program)) == 0

        ours = load(LOADERS.read_bytes())
        assert _facts(BpfMap.from_pinned(counts)) == _facts(ours.maps["by_key"])
        for pin in (counts, program):
            fields = Btf.from_pinned(str(pin)).type("call_key").fields
            assert fields == ours.btf.type("call_key").fields
        with pytest.raises(BtfError, match=r"/program: expected a map, found a program$"):
            BpfMap.from_pinned(program)
        with pytest.raises(BtfError, match=r"/missing: No such file or directory$"):
            BpfMap.from_pinned(tmp_path / "missing")
    finally:
        subprocess.run([*UMOUNT, tmp_path], check=True)


def test_the_entries_of_pinned_maps_are_decoded(
    libbpf: ctypes.CDLL,
    loaded: ctypes.c_void_p,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    subprocess.run([*MOUNT, tmp_path], check=True)

    def decoded(name: str, *arguments: str) -> str:
        assert main(["decode", str(tmp_path / name), *arguments]) == 0
        return capsys.readouterr().out

    try:
        for name in ("by_key", "by_pid", "per_cpu", "ring"):
            map_ = ctypes.c_void_p(libbpf.bpf_object__find_map_by_name(loaded, name.encode()))
            assert libbpf.bpf_map__pin(map_, os.fsencode(tmp_path / name)) == 0
        assert decoded("by_key") == ""
        by_key = BpfMap.from_pinned(tmp_path / "by_key")
        key = by_key.key(pid=7, comm=b"cat")
        value = by_key.value(calls=5, odd=True, last=3)
        fd = _map_fd(libbpf, loaded, "by_key")
        assert libbpf.bpf_map_update_elem(fd, ctypes.byref(key), ctypes.byref(value), 0) == 0
        assert decoded("by_key") == (
            'key: call_key, 20 bytes\n  pid   7\n  comm  "cat"\n'
            "value: call_count, 16 bytes\n  calls  5\n  odd    true\n  last   3\n"
        )
        assert json.loads(decoded("by_key", "--format", "json")) == {
            "key": {"pid": 7, "comm": "cat"},
            "value": {"calls": 5, "odd": True, "last": 3},
        }
        fd = _map_fd(libbpf, loaded, "by_pid")
        for number in range(9):
            pid, calls = ctypes.c_uint32(number), ctypes.c_uint64(number << 40)
            assert libbpf.bpf_map_update_elem(fd, ctypes.byref(pid), ctypes.byref(calls), 0) == 0
        entries = [json.loads(line) for line in decoded("by_pid", "--format=json").splitlines()]
        assert {entry["key"]: entry["value"] for entry in entries} == {
            number: number << 40 for number in range(9)
        }
        assert decoded("by_pid", "--format=json", "--count=2").count("\n") == 2
        cpus = libbpf.libbpf_num_possible_cpus()
        fd = _map_fd(libbpf, loaded, "per_cpu")
        numbers = (ctypes.c_uint64 * cpus)(*range(3, 3 + cpus))
        assert libbpf.bpf_map_update_elem(fd, ctypes.byref(ctypes.c_uint32(1)), numbers, 0) == 0
        by_cpu = [json.loads(line) for line in decoded("per_cpu", "--format=json").splitlines()]
        assert {"key": 1, "value": [*range(3, 3 + cpus)]} in by_cpu
        assert "value on CPU 0: 3\n" in decoded("per_cpu")
        assert main(["decode", str(tmp_path / "ring")]) == 1
        assert "a BPF_MAP_TYPE_RINGBUF has no entries to read" in capsys.readouterr().err
        assert main(["decode", str(tmp_path / "missing")]) == 1
        assert "/missing: no such file" in capsys.readouterr().err
    finally:
        subprocess.run([*UMOUNT, tmp_path], check=True)


class _CreateOptions(ctypes.Structure):
    """The first fields of ``struct bpf_map_create_opts``."""

    _fields_ = [
        ("sz", ctypes.c_size_t),
        ("btf_fd", ctypes.c_uint32),
        ("btf_key_type_id", ctypes.c_uint32),
        ("btf_value_type_id", ctypes.c_uint32),
        ("btf_vmlinux_value_type_id", ctypes.c_uint32),
        ("inner_map_fd", ctypes.c_uint32),
        ("map_flags", ctypes.c_uint32),
    ]


def test_the_kernel_does_not_list_the_entries_of_a_task_storage(
    libbpf: ctypes.CDLL, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its max_entries is 0, because each task holds its own value."""
    b = BtfBuilder()
    types = b.int("int", 4, "signed"), b.struct("seen", 4, [("calls", 1, 0)])
    data = b.build()
    btf_fd = libbpf.bpf_btf_load(data, len(data), None)
    options = _CreateOptions(ctypes.sizeof(_CreateOptions), btf_fd, *types, map_flags=1)
    fd = libbpf.bpf_map_create(29, b"of_tasks", 4, 4, 0, ctypes.byref(options))
    assert BpfMap.from_fd(fd).type == "BPF_MAP_TYPE_TASK_STORAGE"
    subprocess.run([*MOUNT, tmp_path], check=True)
    try:
        pin = tmp_path / "of_tasks"
        assert libbpf.bpf_obj_pin(fd, os.fsencode(pin)) == 0
        assert main(["decode", str(pin)]) == 1
        assert f"{pin}: cannot read its entries: " in capsys.readouterr().err
    finally:
        subprocess.run([*UMOUNT, tmp_path], check=True)
        os.close(fd)
        os.close(btf_fd)


def test_other_file_descriptors(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with (tmp_path / "file").open("w") as file:
        expected = (
            rf"^file descriptor {file.fileno()}: expected a BPF map, program or BTF, found '/"
        )
        with pytest.raises(BtfError, match=expected):
            Btf.from_fd(file.fileno())
    with pytest.raises(BtfError, match=r"^file descriptor 9999: Bad file descriptor$"):
        BpfMap.from_fd(9999)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_two_files_of_libbpf_are_both_named(
    libbpf: ctypes.CDLL, opened: ctypes.c_void_p, tmp_path: Path
) -> None:
    """As with a loader that bundles one, in a process of its own: no library is ever unloaded."""
    system = next(line.split()[5] for line in _lines("/proc/self/maps") if "/libbpf" in line)
    bundled = str(shutil.copy(system, tmp_path / "libbpf-1a2b3c.so.1"))
    code = f"""
import ctypes
from btf_typing import Btf, BtfError
for paths in ([], [{system!r}, {bundled!r}]):
    libraries = [ctypes.CDLL(path) for path in paths]
    try:
        Btf.from_libbpf(1)
    except BtfError as error:
        print(error)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    none, two = done.stdout.splitlines()
    assert none.startswith("this process has loaded no libbpf; pass library=ctypes.CDLL(path)")
    first, second = sorted([system, bundled])
    assert two == (
        f"this process has loaded 2 libbpf libraries: {first}, {second}; pass the one that the"
        f" struct btf * belongs to, such as library=ctypes.CDLL({first!r})"
    )
    assert _names(Btf.from_libbpf(libbpf.bpf_object__btf(opened), libbpf))


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
