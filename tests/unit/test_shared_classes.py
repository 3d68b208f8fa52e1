"""Loads of one unchanged file share their classes; a changed file gives new ones."""

import gc
import io
import os
import pickle
import weakref
import zipfile
from pathlib import Path

import pytest

from btf_typing import Btf, BtfError, load
from tests.builder import BtfBuilder
from tests.paths import ROOT

_EXECSNOOP = ROOT / "examples/execsnoop/execsnoop.bpf.o"


def _builder(*fields: str, base: BtfBuilder | None = None) -> BtfBuilder:
    b = BtfBuilder(base=base)
    u32 = b.int("u32", 4)
    inner = b.struct("addr", 4, [("ip", u32, 0)])
    members = [(name, u32, 32 * at) for at, name in enumerate(fields)]
    b.struct("event", 4 * len(fields) + 4, [*members, ("src", inner, 32 * len(fields))])
    b.enum("kind", {"OPEN": 1})
    return b


def _write(path: Path, *fields: str) -> Path:
    path.write_bytes(_builder(*fields).build())
    return path


def test_two_loads_give_the_same_classes(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.btf", "pid")
    first, second = load(path).btf, Btf.from_file(path)

    assert first.struct("event") is second.struct("event")
    assert first.enum("kind") is second.enum("kind")
    assert first.struct("event")(pid=1) == second.struct("event")(pid=1)
    event = first.struct("event")()
    event.src = second.struct("addr")(ip=7)
    assert event.src.ip == 7


def test_a_type_without_a_tag_has_the_name_of_its_typedef_whichever_load_builds_it(
    tmp_path: Path,
) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    value_t = b.typedef("value_t", b.union("", 4, [("i", u32, 0)]))
    b.struct("event", 4, [("value", value_t, 0)])
    path = tmp_path / "x.btf"
    path.write_bytes(b.build())
    first, second = load(path).btf, load(path).btf

    assert type(second.struct("event")().value).__name__ == "value_t"
    assert type(first.struct("event")().value).__name__ == "value_t"


def test_sections_of_two_loads_have_the_same_class_and_values_of_their_own() -> None:
    first, second = load(_EXECSNOOP), load(_EXECSNOOP)
    assert type(first.sections[".bss"]) is type(second.sections[".bss"])
    assert first.sections[".bss"] is not second.sections[".bss"]


def test_each_load_keeps_its_own_path_in_messages(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.btf", "pid")
    link = tmp_path / "link.btf"
    link.symlink_to(path)
    first, second = load(path), load(link)

    assert first.btf.struct("event") is second.btf.struct("event")
    assert (first.path, second.path) == (str(path), str(link))
    for obj in (first, second):
        with pytest.raises(LookupError, match=f"in {obj.path}"):
            obj.btf.struct("nothing_like_it")


def test_a_file_that_was_written_again_gives_new_classes(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.btf", "pid")
    before = load(path).btf.struct("event")
    status = path.stat()

    _write(path, "tid")  # of the same size, in the same file
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    after = load(path).btf.struct("event")
    assert after is not before
    assert hasattr(after, "tid")


def test_a_copy_has_classes_of_its_own(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.btf", "pid")
    copy = _write(tmp_path / "y.btf", "pid")
    assert load(path).btf.struct("event") is not load(copy).btf.struct("event")


def test_a_class_keeps_the_others_alive_and_nothing_keeps_them_after_it(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.btf", "pid")
    event = load(path).btf.struct("event")
    gc.collect()
    assert load(path).btf.struct("addr") is type(event().src)

    last = weakref.ref(event)
    del event
    gc.collect()
    assert last() is None


def test_split_btf_shares_over_the_same_base_only(tmp_path: Path) -> None:
    base, split = BtfBuilder(), tmp_path / "split.btf"
    base.int("u16", 2)
    one, other = tmp_path / "one.btf", tmp_path / "other.btf"
    one.write_bytes(base.build())
    other.write_bytes(base.build())
    split.write_bytes(_builder("pid", base=base).build())

    first = load(split, base=one).btf.struct("event")
    assert load(split, base=Btf.from_file(one)).btf.struct("event") is first
    assert load(split, base=other).btf.struct("event") is not first


@pytest.mark.skipif(not Path("/sys/kernel/btf/vmlinux").exists(), reason="a kernel without BTF")
def test_the_kernel_is_one_file() -> None:
    first = Btf.from_kernel()
    assert Btf.from_kernel().struct("list_head") is first.struct("list_head")


def test_bytes_and_open_files_are_loaded_and_share_nothing() -> None:
    data = _EXECSNOOP.read_bytes()
    event = load(_EXECSNOOP).btf.struct("exec_event")
    with _EXECSNOOP.open("rb") as stream:
        objects = [load(data), load(bytearray(data)), load(memoryview(data)), load(stream)]  # type: ignore[arg-type]
    objects.append(load(io.BytesIO(data)))

    classes = [obj.btf.struct("exec_event") for obj in objects]
    assert len({event, *classes}) == len(objects) + 1
    assert {bytes(cls(pid=1)) for cls in classes} == {bytes(event(pid=1))}
    assert [obj.path for obj in objects] == [
        *["<bytes>"] * 3,
        str(_EXECSNOOP),
        "<stream>",
    ]
    for obj in objects:
        assert list(obj.maps) == ["events", "exec_counts"]
        with pytest.raises(TypeError, match="from memory or from an archive"):
            pickle.dumps(obj.btf.struct("exec_event")())


def test_bytes_that_are_no_object_are_refused_with_a_short_message() -> None:
    with pytest.raises(BtfError) as caught:
        load(b"int main(void) { return 0; }" * 1000)
    assert str(caught.value) == (
        "<bytes>: neither an ELF object nor raw BTF: the file is text; if it is C, compile it with"
        " clang -target bpf -O2 -g -c, and load the object"
    )
    with pytest.raises(TypeError) as wrong:
        load(["prog.bpf.o"] * 1000)  # type: ignore[arg-type]
    assert str(wrong.value) == (
        "expected the path of a file, its bytes, or a binary file, got an object of type list"
    )
    with pytest.raises(TypeError, match="open it with mode 'rb'"):
        load(io.StringIO("text"))  # type: ignore[arg-type]


def test_an_object_in_an_archive_cannot_be_found_again_by_pickle(tmp_path: Path) -> None:
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.write(_EXECSNOOP, "prog.bpf.o")
    obj = load(zipfile.Path(archive, "prog.bpf.o"))
    assert obj.btf.struct("exec_event")(pid=3).pid == 3
    with pytest.raises(TypeError, match="from an archive"):
        pickle.dumps(obj.btf.struct("exec_event")())
