"""Mistakes that beginners make: each message says what was found, and what to do."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from btf_typing import (
    BpfObject,
    Btf,
    asdict,
    asdicts,
    columns,
    dtype,
    dump,
    from_record,
    load,
)
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT

_EXECSNOOP = ROOT / "examples/execsnoop/execsnoop.bpf.o"
_EM_X86_64 = 62
_COMPILE = "compile with clang -target bpf -O2 -g -c"


@pytest.fixture(scope="module")
def obj() -> BpfObject:
    return load(_EXECSNOOP)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"#include <linux/bpf.h>\n\nint x;\n", "the file is text; if it is C, compile it with"),
        (b"BPF_HASH(counts, u32);\r\n", "the file is text; if it is C, compile it with"),
        (b"BC\xc0\xde5\x14\0\0", "the file is LLVM bitcode; compile without -emit-llvm and -flto"),
        (b"!<arch>\n/ 0 0", "the file is an archive; load one of its objects"),
        (b"\x1f\x8b\x08\0", "the file is compressed; run gunzip first"),
        (elf({".text": b""}, machine=_EM_X86_64), f"it is for x86_64, not for BPF; {_COMPILE}"),
        (elf({".text": b""}, machine=0x1234), f"it is for machine 0x1234, not for BPF; {_COMPILE}"),
        (elf({".text": b""}), "it was stripped; use llvm-strip -g, which keeps the BTF"),
        (
            elf({".data": bytes(4)}, [Symbol("x", ".data", 0, 4)]),
            "no .BTF section in this ELF file: compile with -g",
        ),
    ],
    ids=["C", "BCC", "bitcode", "archive", "gzip", "x86", "unknown", "stripped", "without -g"],
)
def test_files_that_are_no_bpf_objects(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        load(content)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda o: o.btf.struct("task_struct"), "for a type of the kernel, use Btf.from_kernel()"),
        (lambda o: o.btf.struct("EXEC_ABSOLUTE"), "it is an enumerator of enum 'exec_kind', with"),
        (lambda o: o.btf.enum("EXEC_ABSOLUTE"), "it is an enumerator of enum 'exec_kind', with"),
        (lambda o: o.btf.struct("events"), "it is a map: see obj.maps['events']"),
        (
            lambda o: o.btf.struct("exec_counts"),
            "it is a map: see obj.maps['exec_counts']; did you mean 'exec_count'?",
        ),
        (lambda o: o.btf.struct("on_execve"), "it is a function"),
        (lambda o: o.btf.enum("exec_event"), "it is a struct, so use struct('exec_event')"),
        (lambda o: o.btf.struct("struct exec_event"), "did you mean 'exec_event'"),
        (lambda o: o.struct("exec_event"), "no attribute 'struct'; use .btf.struct"),
        (lambda o: o.validate("exec_event"), "no attribute 'validate'; use .btf.validate"),
        (lambda o: o.btf.exec_event, "for a type, use .struct('exec_event') or .type()"),
        (lambda _: Btf.from_kernel("no_such_module"), "this module is not loaded, or the kernel"),
    ],
)
def test_questions_to_the_wrong_place(
    obj: BpfObject, wrong: Callable[[Any], object], message: str
) -> None:
    with pytest.raises((LookupError, AttributeError, OSError), match=re.escape(message)):
        wrong(obj)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (asdict, "expected an instance of creds, but got the class"),
        (dump, "expected an instance of creds, but got the class"),
        (lambda cls: asdicts(cls(), bytes(8)), "expected a class, but got an instance of creds"),
        (lambda cls: dtype(cls()), "expected a class, but got an instance of creds"),
        (lambda cls: columns(cls(), bytes(8)), "expected a class, but got an instance of creds"),
        (lambda cls: from_record(cls(), bytes(8)), "expected a class, but got an instance of"),
    ],
    ids=["asdict", "dump", "asdicts", "dtype", "columns", "from_record"],
)
def test_a_class_for_an_instance_and_the_reverse(
    obj: BpfObject, wrong: Callable[[Any], object], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        wrong(obj.btf.struct("creds"))


def test_missing_attributes_are_missing(obj: BpfObject) -> None:
    assert not hasattr(obj, "struct")
    assert not hasattr(obj.btf, "exec_event")
    assert not hasattr(obj.btf, "__wrapped__")


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("mypy.ini", "[mypy]\nplugins = btf_typing\n"),
        ("pyproject.toml", '[tool.mypy]\nplugins = ["btf_typing"]\n'),
    ],
)
def test_the_package_is_not_the_plugin(name: str, settings: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(settings)

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "-c", "x = 1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    output = done.stdout + done.stderr
    assert 'btf_typing is not a mypy plugin; write "plugins = btf_typing_mypy"' in output
    assert "Traceback" not in output
