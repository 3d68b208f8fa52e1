"""task_layout on this kernel, compared with bpftool's reading of the same BTF."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from btf_typing import Btf
from examples.task_layout import task_layout
from tests.paths import ROOT

BPFTOOL = shutil.which("bpftool", path="/usr/sbin:/usr/bin:/sbin:/bin")
KERNEL = Path("/sys/kernel/btf/vmlinux")
pytestmark = pytest.mark.skipif(not KERNEL.exists(), reason=f"this kernel has no {KERNEL}")

MEMBER = re.compile(
    r"\t'(?P<name>[^']*)' type_id=\d+ bits_offset=(?P<bits>\d+)(?: bitfield_size=(?P<size>\d+))?"
)


@pytest.fixture(scope="module")
def kernel() -> Btf:
    return Btf.from_kernel()


@pytest.fixture(scope="module")
def dump() -> str:
    if BPFTOOL is None:
        pytest.skip("bpftool is not installed")
    command = [BPFTOOL, "btf", "dump", "file", str(KERNEL)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def members(dump: str, struct: str) -> list[tuple[str, int, int | None]]:
    """Name, bit offset and bitfield size of each member, as bpftool prints them."""
    start = dump.index(f"STRUCT '{struct}' ")
    lines = dump[start:].splitlines()[1:]
    found = []
    for line in lines:
        match = MEMBER.fullmatch(line)
        if match is None:
            break
        name = match["name"].replace("(anon)", "")
        found.append((name, int(match["bits"]), int(match["size"]) if match["size"] else None))
    return found


@pytest.mark.parametrize("name", ["task_struct", "file", "sk_buff", "mm_struct", "cred"])
def test_every_field_is_where_bpftool_has_it(kernel: Btf, dump: str, name: str) -> None:
    ours = [(f.name, f.bit_offset, f.bitfield_size or None) for f in kernel.type(name).fields]
    theirs = [(member, bits, size or None) for member, bits, size in members(dump, name)]
    assert ours == theirs != []


def test_rows_account_for_every_byte(kernel: Btf) -> None:
    struct = kernel.type("list_head")
    assert list(task_layout.rows(struct.fields, struct.size)) == [
        "     0 bytes             8 bytes  next",
        "     8 bytes             8 bytes  prev",
    ]


def test_holes_and_bitfields(kernel: Btf) -> None:
    struct = kernel.type("task_struct")
    rows = list(task_layout.rows(struct.fields, struct.size))
    bitfield = next(field for field in struct.fields if field.name == "in_execve")
    assert f"{task_layout.place(bitfield)}  in_execve" in rows
    assert task_layout.place(bitfield).endswith(" 1 bit")
    assert any("bytes unused" in row for row in rows)


def test_script() -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "examples.task_layout.task_layout", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    size = Btf.from_kernel().type("task_struct").size
    first, *rows = run("--field", "comm", "--field", "pid").stdout.splitlines()
    assert first == f"struct task_struct, {size} bytes"
    assert [row.split()[-1] for row in rows] == ["pid", "comm"]
    failed = run("task_strukt")
    assert failed.returncode == 1
    assert failed.stderr.startswith("task_layout: ")
    assert "task_struct" in failed.stderr, "the suggestion"
    failed = run("--field", "pid", "--field", "com")
    assert (failed.returncode, failed.stdout) == (1, "")
    wanted = "task_layout: struct task_struct has no field 'com'; did you mean 'comm'"
    assert failed.stderr.startswith(wanted)
