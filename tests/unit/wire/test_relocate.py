"""Split BTF over a distilled base, both from libbpf, relocated to full bases."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from btf_typing import Btf, BtfFormatError, load
from tests.builder import BtfBuilder
from tests.elf_builder import elf
from tests.objects.make_distilled import FOLDER, kernel, module, names


def _read(name: str) -> bytes:
    return (FOLDER / f"{name}.btf").read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A module: its BTF, and the distilled base of that BTF."""
    found = tmp_path / "mod.ko"
    found.write_bytes(elf({".BTF": _read("over"), ".BTF.base": _read("base")}))
    return found


def _moved(path: Path, base: Btf) -> Btf:
    return load(path, base=base).btf


@pytest.mark.parametrize("newer", [False, True], ids=["the same kernel", "a newer one"])
def test_a_module_over_a_full_base(path: Path, *, newer: bool) -> None:
    """The same module, as if it had been compiled against that kernel."""
    full = kernel(newer=newer)
    base = Btf.from_bytes(full.build())
    expected = Btf.from_bytes(module(full, names(full)).build(), base)

    btf = _moved(path, base)

    for name in ("mod_state", "mod_local", "mod_handle", "mod_count", ".data"):
        assert btf.type(name).c_declaration == expected.type(name).c_declaration
    ours, theirs = btf.struct("mod_state"), expected.struct("mod_state")
    assert [(n, getattr(ours, n).offset, getattr(ours, n).size) for n, *_ in ours._fields_] == [
        (n, getattr(theirs, n).offset, getattr(theirs, n).size) for n, *_ in theirs._fields_
    ]
    expected.validate_struct("mod_state", ours)
    value = ours(name=b"abc")
    value.e.v.n, value.t.pid = 1 << 40, 5
    assert value == ours.from_buffer_copy(bytes(value))
    assert btf.type("mod_state").fields[1].type.type == btf.type("task")
    assert btf.type("task").size == (24 if newer else 20)
    assert btf.struct("task").__name__ == "task"
    assert btf.type(".data").fields == (("mod_count", 0, 8),)


def test_without_a_base_only_the_modules_types_are_known(path: Path) -> None:
    btf = load(path).btf

    assert btf.type("mod_state").size == 64
    assert btf.struct("mod_local")(n=1, m=2).m == 2
    assert btf.type("embedded").fields == ()
    assert btf.type("embedded").size == 16


def test_a_base_by_its_path(path: Path) -> None:
    btf = load(path, base=FOLDER / "newer.btf").btf

    assert [name for name, _ in btf.struct("embedded")._fields_ if name.isidentifier()] == [
        *("flag", "n", "v")
    ]
    assert btf.base is not None
    assert btf.base.path == str(FOLDER / "newer.btf")


def test_stored_bytes_are_of_the_stored_script() -> None:
    assert _read("kernel") == kernel(newer=False).build()
    assert _read("newer") == kernel(newer=True).build()


def test_bpftool_reads_them_as_we_do() -> None:
    bpftool = shutil.which("bpftool", path="/usr/sbin:/usr/local/sbin:/usr/bin:/sbin:/bin")
    if not bpftool:
        pytest.skip("bpftool is not installed")
    files = (FOLDER / "base.btf", "btf", "dump", "file", FOLDER / "over.btf")
    done = subprocess.run([bpftool, "-B", *files], check=True, capture_output=True, text=True)
    heads = [line.partition(" ")[0] for line in done.stdout.splitlines() if line.startswith("[")]
    btf = Btf.from_bytes(_read("over"), Btf.from_bytes(_read("base")))

    assert [int(head[1:-1]) for head in heads] == list(range(11, len(btf)))
    assert "STRUCT 'mod_state' size=64 vlen=7" in done.stdout


# -- bases that do not fit -------------------------------------------------------------------


def _pair(tmp_path: Path, *, pointer: bool, size: int = 8) -> Path:
    """A module with a ``struct s`` of *size* bytes, or a pointer to one, over a distilled base."""
    base = BtfBuilder()
    s = base.struct("s", size)
    over = BtfBuilder(base=base)
    member = over.ptr(over.const(s)) if pointer else over.const(over.array(s, 1))
    over.struct("m", 8, [("x", member, 0)])
    path = tmp_path / "pair.ko"
    path.write_bytes(elf({".BTF": over.build(), ".BTF.base": base.build()}))
    return path


def _base(*sizes: int, union: bool = False, forward: bool = False) -> Btf:
    """A base with one ``struct s`` for each size."""
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    if forward:
        b.fwd("s", union=union)
    for size in sizes:
        add = b.union if union else b.struct
        add("s", size, [(f"f{size}", b.array(u8, size), 0)])
    return Btf.from_bytes(b.build())


def test_embedded_structs_must_have_the_same_size(tmp_path: Path) -> None:
    path = _pair(tmp_path, pointer=False)

    assert load(path, base=_base(8)).btf.struct("m")().x[0].f8[0] == 0
    assert load(path, base=_base(16, 8, 4)).btf.struct("m")().x[0].f8[0] == 0
    for wrong in (_base(16), _base(), _base(8, union=True), _base(forward=True)):
        with pytest.raises(BtfFormatError, match=r"\[1\] STRUCT 's' of \.BTF\.base is not in base"):
            load(path, base=wrong)


def test_names_in_the_strings_of_the_distilled_base(tmp_path: Path) -> None:
    distilled = BtfBuilder()
    shared = distilled.struct("shared", 8)
    over = BtfBuilder(base=distilled)
    assert over.string("shared") < over.first_string
    over.struct("m", 16, [("shared", shared, 0), ("own", shared, 64)])
    path = tmp_path / "pair.ko"
    path.write_bytes(elf({".BTF": over.build(), ".BTF.base": distilled.build()}))
    base = BtfBuilder()
    base.struct("shared", 8)
    base.struct("other_name", 1)

    btf = load(path, base=Btf.from_bytes(base.build())).btf

    assert [name for name, _ in btf.struct("m")._fields_] == ["shared", "own"]


def test_two_structs_of_one_name_and_size_are_ambiguous(tmp_path: Path) -> None:
    with pytest.raises(BtfFormatError, match="is ambiguous: the types 3 and 5 of base= have"):
        load(_pair(tmp_path, pointer=False), base=_base(8, 8))


def test_types_behind_pointers_may_have_grown(tmp_path: Path) -> None:
    path = _pair(tmp_path, pointer=True)

    def target(base: Btf) -> Any:
        pointer = load(path, base=base).btf.type("m").fields[0].type
        assert pointer.type is not None
        return pointer.type.type

    assert target(_base(16)).size == 16
    assert target(_base(16, 8)).size == 8
    assert target(_base(16, forward=True)).kind == "STRUCT"
    assert target(_base(forward=True)).kind == "FWD"
    for wrong in (_base(), _base(8, union=True), _base(forward=True, union=True)):
        with pytest.raises(BtfFormatError, match="another kernel"):
            load(path, base=wrong)


@pytest.mark.parametrize(
    ("size", "encoding"), [(8, "signed"), (4, ""), (4, "bool")], ids=["size", "sign", "bool"]
)
def test_integers_must_be_the_same(tmp_path: Path, size: int, encoding: Any) -> None:
    distilled = BtfBuilder()
    number = distilled.int("int", 4, "signed")
    over = BtfBuilder(base=distilled)
    over.struct("m", 4, [("x", number, 0)])
    path = tmp_path / "pair.ko"
    path.write_bytes(elf({".BTF": over.build(), ".BTF.base": distilled.build()}))
    base = BtfBuilder()
    base.int("int", size, encoding)

    with pytest.raises(BtfFormatError, match=r"\[1\] INT 'int' of \.BTF\.base is not in base"):
        load(path, base=Btf.from_bytes(base.build()))


def test_a_base_of_the_other_byte_order(tmp_path: Path) -> None:
    b = BtfBuilder(">")
    b.struct("s", 8)

    with pytest.raises(BtfFormatError, match="split BTF is little-endian and its base is big-"):
        load(_pair(tmp_path, pointer=False), base=Btf.from_bytes(b.build()))
