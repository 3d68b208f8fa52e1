"""The digests in the first line of a stub prove that the stub is up to date."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from btf_typing import BpfObject, Btf, load
from btf_typing._stubs import digests, header, render
from btf_typing._stubs.names import Names
from btf_typing._stubs.object_digest import object_digest
from btf_typing._stubs.selection import Selection
from btf_typing._wire.btf_format import MAX_BYTES
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT

_OBJECTS = sorted(
    path
    for folder in ("tests/golden", "tests/objects", "examples")
    for path in (ROOT / folder).rglob("*.o")
)
_SOURCE = """\
struct event { int pid; char comm[16]; };
struct event last __attribute__((section(".data"))) = { 1 };
int other __attribute__((section(".data"))) = 2;
__attribute__((section("xdp"))) int count(void *context) {
    struct event *event = context;
    return event->pid + last.pid + other;
}
"""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_proven(stub: str, obj: BpfObject) -> bool:
    found = header.digests_in(stub)
    return found.valid and found.of_object == object_digest(obj)


def _is_proven_by_file(stub: str, path: Path) -> bool:
    found = header.digests_in(stub)
    return found.valid and found.of_file != "" and found.of_file == digests.file_digest(str(path))


@pytest.mark.parametrize("path", _OBJECTS, ids=_name)
def test_the_first_line_has_digests_of_object_file_and_stub(path: Path, tmp_path: Path) -> None:
    stub = render.stub_text(load(path), object_path_as_shown=path.name)
    of_object, of_file, of_stub = re.findall("sha256 ([0-9a-f]{16})", stub.partition("\n")[0])
    assert of_object == object_digest(load(path))
    assert of_file == hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert header.digests_in(stub) == (of_object, of_file, True)
    assert _is_proven_by_file(stub, path)
    other = tmp_path / path.name
    other.write_bytes(path.read_bytes() + b"\0")
    assert not _is_proven_by_file(stub, other)
    assert not _is_proven_by_file(f"{stub}x: int\n", path)
    for digest in (of_object, of_file, of_stub):
        changed = digest[:-1] + ("0" if digest[-1] != "0" else "1")
        assert not header.digests_in(stub.replace(digest, changed)).valid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# x.o, BTF sha256 0123456789abcdef; made by btf-stubs, do not edit\n",
        "\0, BTF sha256 ",
    ],
)
def test_other_first_lines_have_no_valid_digest(text: str) -> None:
    assert not header.digests_in(text).valid


def test_a_file_without_a_digest(tmp_path: Path) -> None:
    large = tmp_path / "large.o"
    with large.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    pipe = tmp_path / "pipe.o"
    os.mkfifo(pipe)
    empty = tmp_path / "empty.o"
    empty.touch()
    endless = Path("/proc/self/pagemap")
    for path in (large, pipe, empty, endless, tmp_path, tmp_path / "missing.o"):
        assert digests.file_digest(str(path)) == ""
    assert [digests.file_digest(path) for path in ("a\0b.o", "\ud800.o")] == ["", ""]


def test_a_stub_that_needs_two_files_has_no_digest_of_a_file() -> None:
    base = BtfBuilder()
    number = base.int("int", 4)
    split = BtfBuilder(base=base)
    split.struct("s", 4, [("x", number, 0)])
    obj: BpfObject = load(split.build(), base=Btf.from_bytes(base.build()))
    stub = render.stub_text(obj, object_path_as_shown="s.ko")
    assert header.digests_in(stub) == (object_digest(obj), "", True)


def test_only_a_part_of_another_elf_file_is_read() -> None:
    """A vmlinux can have hundreds of megabytes of debug information."""
    b = BtfBuilder()
    b.struct("s", 4, [("x", b.int("int", 4), 0)])
    obj: BpfObject = load(elf({".BTF": b.build()}, machine=62))
    stub = render.stub_text(obj, object_path_as_shown="vmlinux")
    assert header.digests_in(stub) == (object_digest(obj), "", True)
    raw: BpfObject = load(b.build())
    stub = render.stub_text(raw, object_path_as_shown="vmlinux")
    assert header.digests_in(stub).of_file == hashlib.sha256(b.build()).hexdigest()[:16]


@pytest.mark.parametrize("path", _OBJECTS, ids=_name)
def test_a_new_stub_is_proven_and_a_changed_one_is_not(path: Path) -> None:
    obj: BpfObject = load(path)
    selection = Selection(("*",), ("no_such_*",))
    stub = render.stub_text(obj, object_path_as_shown=path.name, selection=selection)
    assert _is_proven(stub, obj)
    assert _is_proven(stub, load(path))
    assert not _is_proven(f"{stub}x: int\n", obj)
    assert not _is_proven(stub.replace("no_such_*", "other_*"), obj)
    assert not _is_proven(stub.replace("BTF sha256 ", "BTF sha256 0"), obj)
    assert not _is_proven("", obj)


@pytest.mark.parametrize("path", _OBJECTS, ids=_name)
def test_types_with_a_name_have_the_class_of_that_name(path: Path) -> None:
    """The mypy plugin uses this to find a class in a proven stub."""
    obj: BpfObject = load(path)
    classes = render.Rendering(obj).class_names
    in_stub, names = set(classes.values()), Names(obj.btf.table)
    ids = [*classes, *range(1, len(obj.btf.table))]
    found = {id_: name for id_ in ids if (name := names.class_name(id_)) is not None}
    assert {id_: name if name in in_stub else "" for id_, name in found.items()} == {
        id_: classes.get(id_, "") for id_ in found
    }


def _compiled(folder: Path, source: str) -> BpfObject:
    (folder / "prog.bpf.c").write_text(source)
    command = ["clang", "-target", "bpf", "-g", "-O2", "-c", "prog.bpf.c", "-o", "prog.bpf.o"]
    subprocess.run(command, cwd=folder, check=True)
    return load(folder / "prog.bpf.o")


@pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")
@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("return event->pid", "int more = event->pid * 3;\n    return more", True),
        ("int pid; char", "int pid, tid; char", False),
        ("comm[16]", "comm[17]", False),
        ("pid", "tgid", False),
        ("context", "ctx", False),  # the names of parameters are in the BTF, too
        ("int count(", "int counted(", False),
        ('section("xdp")', 'section(".text")', False),  # not a program
        (
            "struct event last",
            'int first __attribute__((section(".data"))) = 3; struct event last',
            False,
        ),
    ],
)
def test_the_digest_ignores_the_body_of_a_function(
    tmp_path: Path, old: str, new: str, *, same: bool
) -> None:
    before = _compiled(tmp_path, _SOURCE)
    stub = render.stub_text(before, object_path_as_shown="prog.bpf.o")
    changed = _SOURCE.replace(old, new)
    assert changed != _SOURCE
    after = _compiled(tmp_path, changed)
    assert _is_proven(stub, after) is same
    if same:
        assert before.btf.table.raw.strings != after.btf.table.raw.strings


def test_a_global_at_another_place_has_another_digest() -> None:
    b = BtfBuilder()
    number = b.int("int", 4)
    variables = [(b.var(name, number), 0, 4) for name in ("a", "b")]
    b.datasec(".data", 8, variables)
    sections = {".BTF": b.build(), ".data": bytes(8)}

    def digest(first: int, second: int) -> str:
        symbols = [Symbol("a", ".data", first, 4), Symbol("b", ".data", second, 4)]
        return object_digest(load(elf(sections, symbols)))

    assert digest(0, 4) == digest(0, 4) != digest(4, 0)


def test_raw_btf_has_another_digest_than_an_object() -> None:
    b = BtfBuilder()
    number = b.int("int", 4)
    b.datasec(".bss", 4, [(b.var("seen", number), 0, 4)])
    data = b.build()
    raw, obj = load(data), load(elf({".BTF": data}))
    assert list(obj.sections) == [".bss"]
    assert list(raw.sections) == []
    assert object_digest(raw) != object_digest(obj)


def test_a_long_name_that_many_enumerators_share_counts_once() -> None:
    b = BtfBuilder()
    b.enum("e", [("x" * 4000, number) for number in range(20_000)])
    b.func("f", b.func_proto())
    function = Symbol("f", "xdp", 0, 8, kind=2)
    sections = {".BTF": b.build(), "xdp": bytes(8)}
    obj: BpfObject = load(elf(sections, [function], executable=["xdp"]))
    tracemalloc.start()
    object_digest(obj)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20


def test_the_digest_of_another_host_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    obj: BpfObject = load(ROOT / "examples/execsnoop/execsnoop.bpf.o")
    stub = render.stub_text(obj, object_path_as_shown="execsnoop.bpf.o")
    monkeypatch.setattr(digests, "_HOST", digests._HOST.replace(sys.byteorder, "other"))
    assert not _is_proven(stub, obj)


def test_the_digest_of_another_version_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    obj: BpfObject = load(ROOT / "examples/execsnoop/execsnoop.bpf.o")
    stub = render.stub_text(obj, object_path_as_shown="execsnoop.bpf.o")
    monkeypatch.setattr(digests, "_package_digest", lambda: "other")
    assert not _is_proven(stub, obj)
    assert render.Rendering(obj).is_current(stub)


def test_a_malformed_record_changes_the_digest() -> None:
    """Perhaps no stub needs the record, so `object_digest` must not fail."""

    def obj(parameter: int) -> BpfObject:
        b = BtfBuilder()
        number = b.int("int", 4)
        b.func("f", b.func_proto(number, [(parameter, number)]))
        function = Symbol("f", "xdp", 0, 8, kind=2)
        sections = {".BTF": b.build(), "xdp": bytes(8)}
        return load(elf(sections, [function], executable=["xdp"]))

    past_the_strings = 1 << 20
    found = [object_digest(obj(offset)) for offset in (0, 1, past_the_strings)]
    assert len(set(found)) == 3
    assert list(obj(past_the_strings).programs) == ["f"]
