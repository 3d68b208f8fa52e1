"""`load` and similar functions: kinds of paths, and messages about files without BTF."""

import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from elftools.elf.elffile import ELFFile

import btf_typing
from btf_typing import BpfObject, Btf, BtfError, BtfFormatError, load
from examples.execsnoop.execsnoop_bpf import creds
from tests.builder import BtfBuilder
from tests.elf_builder import elf

EXECSNOOP = Path(__file__).parents[2] / "examples/execsnoop/execsnoop.bpf.o"

_KERNEL = Path("/sys/kernel/btf/vmlinux")
Reader: TypeAlias = Callable[..., Any]
_NO_BTF = (
    "no .BTF section in this ELF file: it was stripped; use llvm-strip -g, which keeps the BTF"
)
_TEXT = (
    "the file is text; if it is C, compile it with clang -target bpf -O2 -g -c, and load the object"
)
_READERS: list[Reader] = [load, Btf.from_file]


def _raw() -> bytes:
    b = BtfBuilder()
    b.struct("s", 4, [("a", b.int("u32", 4), 0)])
    return b.build()


class _PathLike:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)


@pytest.mark.parametrize("make", [str, Path, _PathLike])
def test_paths_may_be_of_any_kind(make: Callable[[Path], Any]) -> None:
    obj = load(make(EXECSNOOP))

    assert obj.path == obj.btf.path == str(EXECSNOOP)
    assert obj.btf.struct("creds")(uid=5).uid == 5
    assert Btf.from_file(make(EXECSNOOP)).path == str(EXECSNOOP)


@pytest.mark.parametrize("wrong", [None, 3, ["prog.bpf.o"]])
def test_a_path_of_a_wrong_type_is_a_type_error(wrong: Any) -> None:
    expected = "expected the path of a file, its bytes, or a binary file, got "
    with pytest.raises(TypeError, match=expected):
        load(wrong)


def test_relative_paths_stay_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXECSNOOP.parent)

    # the plugin resolves paths from the directory where mypy runs
    assert load("execsnoop.bpf.o").path == "execsnoop.bpf.o"  # type: ignore[btf-stub]


def test_raw_btf_and_elf(tmp_path: Path) -> None:
    raw, made = tmp_path / "raw", tmp_path / "made.o"
    raw.write_bytes(_raw())
    made.write_bytes(elf({".BTF": _raw()}))

    for path in (raw, made):
        assert load(path).btf.struct("s")(a=7).a == 7
    assert Btf.from_bytes(_raw()).path is None
    assert Btf.from_bytes(_raw()).struct("s")(a=7).a == 7


def _open_files() -> set[str]:
    return {str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.exists()}


def test_a_context_manager_holds_no_open_file() -> None:
    before = _open_files()
    with load(EXECSNOOP) as obj:
        cls: type[creds] = obj.btf.struct("creds")
        assert _open_files() == before

    assert isinstance(obj, BpfObject)
    assert cls(uid=1).uid == 1
    assert obj.btf.struct("exec_event").__name__ == "exec_event"
    with pytest.raises(ZeroDivisionError), load(EXECSNOOP):
        _ = 1 / 0


def test_reprs() -> None:
    obj = load(EXECSNOOP)

    assert repr(obj) == f"<BpfObject {str(EXECSNOOP)!r}, {len(obj.btf)} types>"
    assert repr(obj.btf) == f"<Btf {str(EXECSNOOP)!r}, {len(obj.btf)} types>"
    assert repr(Btf.from_bytes(_raw())) == "<Btf from memory, 3 types>"


@pytest.mark.parametrize("read", _READERS)
@pytest.mark.parametrize("name", ["missing.o", "no/such/folder.o", ""])
def test_a_missing_file_stays_file_not_found(read: Reader, name: str, tmp_path: Path) -> None:
    path = str(tmp_path / name) if name else ""

    with pytest.raises(FileNotFoundError) as caught:
        read(path)
    assert caught.value.filename == path
    with pytest.raises(FileNotFoundError):
        load(EXECSNOOP, base=tmp_path / "missing")


@pytest.mark.parametrize("read", _READERS)
def test_a_path_of_no_regular_file_is_refused(read: Reader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "sock"))

        for path in (tmp_path / "fifo", tmp_path / "sock", Path("/dev/null")):
            with pytest.raises(BtfError) as caught:
                read(path)
            assert str(caught.value) == (
                f"{path}: not a regular file; expected an ELF object or a raw BTF file"
            )
    with pytest.raises(BtfError) as caught:
        read(tmp_path)
    assert str(caught.value) == f"{tmp_path}: a directory; expected an ELF object or a raw BTF file"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "neither an ELF object nor raw BTF: the file is empty"),
        (b"#!/bin/sh\n", f"neither an ELF object nor raw BTF: {_TEXT}"),
        (b"\1\2\3\4\5", "neither an ELF object nor raw BTF: the file begins with 0x01020304"),
        (
            b"\x7fELF\2",
            (
                "corrupt ELF: e_ident ends at byte 0x6, past the end of the file (0x5);"
                " is the file cut short?"
            ),
        ),
        (b"\x7f\x00", "neither an ELF object nor raw BTF: the file begins with 0x7f00"),
        (b"\x9f\xeb\1\0", "BTF header cut short: 4 bytes, expected at least 24, at byte 0x0"),
        (elf({".text": b""}), _NO_BTF),
        (
            elf({".BTF": b""}),
            "the BTF is empty, expected a header with the magic 0xeb9f, at byte 0x0",
        ),
        (elf({".BTF": b"\x7f\x45"}), "bad BTF magic 0x457f, expected 0xeb9f, at byte 0x0"),
        (elf({".BTF.ext": _raw()}), _NO_BTF),
        (b"\x7fELF\3\1", "corrupt ELF: class 3 and byte order 1, expected 1 or 2 for each"),
        (b"\x7fELF\2\0", "corrupt ELF: class 2 and byte order 0, expected 1 or 2 for each"),
    ],
)
@pytest.mark.parametrize("read", _READERS)
def test_files_without_btf(read: Reader, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "file.o"
    path.write_bytes(content)

    with pytest.raises(BtfFormatError) as caught:
        read(path)

    assert str(caught.value) == f"{path}: {message}"
    assert caught.value.path == str(path)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, BtfError)


def test_more_sections_than_a_header_has_room_for(tmp_path: Path) -> None:
    # The first section header then has their number and the index of their names. Source: gABI.
    data = bytearray(elf({".BTF": _raw()}))
    first = int.from_bytes(data[40:48], "little")
    data[first + 32 : first + 40] = data[60:62] + bytes(6)
    data[first + 40 : first + 44] = data[62:64] + bytes(2)
    data[60:64] = b"\0\0\xff\xff"
    path = tmp_path / "many.o"
    path.write_bytes(data)

    with path.open("rb") as stream:
        names = [section.name for section in ELFFile(stream).iter_sections()]
    assert names == ["", ".BTF", ".shstrtab"]
    assert load(path).btf.struct("s")(a=7).a == 7


def test_a_section_whose_name_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "named.o"
    path.write_bytes(elf({".BTF": _raw(), ".named": b""}).replace(b".named", b"\xff\xfe\x80abc"))

    assert load(path).btf.struct("s")(a=7).a == 7


def test_an_elf_file_without_sections(tmp_path: Path) -> None:
    data = bytearray(elf({".BTF": _raw()}))
    data[40:48] = bytes(8)
    path = tmp_path / "none.o"
    path.write_bytes(data)

    with pytest.raises(BtfFormatError, match=r"no \.BTF section in this ELF file"):
        load(path)


_WITHOUT_PYELFTOOLS = """\
import sys
from btf_typing import Btf, BtfError, load
sys.modules["elftools"] = None
for read in load, Btf.from_file:
    try:
        read(sys.argv[1])
    except BtfError as error:
        print(type(error).__name__, type(error.__cause__).__name__, error)
"""


def test_elf_without_pyelftools() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_PYELFTOOLS, str(EXECSNOOP)],
        capture_output=True,
        text=True,
        check=True,
    )

    start = (
        "BtfError ModuleNotFoundError reading an ELF file needs pyelftools, which cannot be"
        " imported ("
    )
    end = '; run "pip install pyelftools"'
    lines = done.stdout.splitlines()
    assert [(line.startswith(start), line.endswith(end)) for line in lines] == [(True, True)] * 2


@pytest.mark.parametrize("read", _READERS)
def test_paths_that_no_file_can_have(read: Reader, tmp_path: Path) -> None:
    with pytest.raises(BtfError, match=r"^'a\\x00b': .*embedded null"):
        read("a\0b")
    with pytest.raises(BtfError, match="File name too long"):
        read("x" * 5000)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BtfError, match="file/below: Not a directory"):
        read(tmp_path / "file" / "below")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(BtfError, match="loop: Too many levels of symbolic links"):
        read(tmp_path / "loop")


_WITHOUT_RIGHTS = """\
import os
from btf_typing import BtfError, load
if os.getuid() == 0:
    os.setgroups([])
    os.setuid(65534)
try:
    load("secret.o")
except BtfError as error:
    print(error)
"""


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.o"
    path.write_bytes(_raw())
    path.chmod(0)
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_RIGHTS],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "secret.o: Permission denied\n", done.stderr


def test_a_resource_of_a_package_in_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "pkg.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(EXECSNOOP, "prog.bpf.o")
        made.writestr("text.o", "text")

    obj = load(zipfile.Path(archive, "prog.bpf.o"))

    assert obj.path == f"{archive}/prog.bpf.o"
    assert obj.btf.struct("creds")(gid=6).gid == 6
    assert len(obj.maps) == 2
    with pytest.raises(BtfFormatError, match=r"pkg\.zip/text\.o: neither an ELF object nor raw"):
        load(zipfile.Path(archive, "text.o"))


def test_split_btf_by_btf_and_by_path(tmp_path: Path) -> None:
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    split = BtfBuilder(base=base)
    split.struct("s", 4, [("a", u32, 0)])
    (tmp_path / "base").write_bytes(base.build())
    (tmp_path / "split").write_bytes(split.build())
    below = Btf.from_file(tmp_path / "base")

    for given in (below, tmp_path / "base", str(tmp_path / "base")):
        obj = load(tmp_path / "split", base=given)
        assert obj.btf.struct("s")(a=1).a == 1
        assert obj.btf.base is not None
        assert Btf.from_file(tmp_path / "split", given).struct("s")(a=1).a == 1
        assert Btf.from_bytes(split.build(), given).struct("s")(a=1).a == 1
    assert load(tmp_path / "split", base=below).btf.base is below
    with pytest.raises(BtfFormatError, match=r"split: .*split BTF needs base="):
        load(tmp_path / "split")


def test_the_kernel() -> None:
    if not _KERNEL.exists():
        pytest.skip("this kernel has no BTF")
    btf = Btf.from_kernel()

    assert btf.path == str(_KERNEL)
    assert btf.type("task_struct").size == load(_KERNEL).btf.type("task_struct").size
    assert btf.struct("list_head")._fields_[0][0] == "next"
    assert len(Btf.from_kernel("vmlinux")) == len(btf)
    with pytest.raises(FileNotFoundError):
        Btf.from_kernel("no_such_module")


@pytest.mark.parametrize("name", ["", ".", "..", "../../etc/passwd", "a/b"])
def test_modules_are_no_paths(name: str) -> None:
    with pytest.raises(BtfError, match="is not the name of a kernel module; expected e"):
        Btf.from_kernel(name)


def test_the_package_has_all_names_that_it_exports() -> None:
    for name in btf_typing.__all__:
        assert getattr(btf_typing, name).__name__ == name
        assert name in dir(btf_typing)
    missing = "nothing"
    with pytest.raises(AttributeError, match="module 'btf_typing' has no attribute 'nothing'"):
        getattr(btf_typing, missing)
