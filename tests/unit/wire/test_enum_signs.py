"""Signs of enums: the BTF decides, unless the object names a compiler that marks no signed enum."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from btf_typing import BpfObject, BtfValidationError, dtype, load
from btf_typing._stubs import render
from btf_typing._stubs.object_digest import object_digest
from tests.builder import BtfBuilder
from tests.elf_builder import elf
from tests.paths import ROOT

_OBJECTS = ROOT / "tests/objects"
_NEW = ("clang19",)
_OLD = ("clang14", "gcc12")
_ANY = 0xFFFFFFFF


def _load(compiler: str) -> BpfObject:
    return load(_OBJECTS / f"enums-{compiler}.o")


@pytest.mark.parametrize("compiler", _NEW)
def test_a_current_compiler_marks_signed_enums_and_all_others_are_unsigned(compiler: str) -> None:
    btf = _load(compiler).btf
    assert btf.enum("verdict")["V_ANY"].value == _ANY
    assert btf.enum("error")["E_AGAIN"].value == -11
    event = btf.struct("event").from_buffer_copy(b"\xff" * 4 + b"\xf5\xff\xff\xff")
    assert (event.verdict, event.error) == (_ANY, -11)


@pytest.mark.parametrize("compiler", _OLD)
def test_an_old_compiler_marks_none_and_errnos_are_negative(compiler: str) -> None:
    btf = _load(compiler).btf
    assert btf.enum("error")["E_AGAIN"].value == -11
    # To clang 14, 4294967295 and -1 are the same 32 bits. GCC 12 leaves such an enumerator out.
    values = {member.name: member.value for member in btf.enum("verdict")}
    assert values.get("V_ANY", -1) == -1


@pytest.mark.parametrize("compiler", _OLD)
def test_without_the_name_of_the_compiler_the_btf_is_taken_as_it_says(
    compiler: str, tmp_path: Path
) -> None:
    program = shutil.which("llvm-objcopy-19")
    if program is None:
        pytest.skip("llvm-objcopy-19 is not installed")
    stripped = tmp_path / "stripped.o"
    options = ("--remove-section=.comment", "--remove-section=.debug_str")
    source = _OBJECTS / f"enums-{compiler}.o"
    subprocess.run([program, *options, source, stripped], check=True)

    btf = load(stripped).btf
    assert btf.enum("error")["E_AGAIN"].value == 0xFFFFFFF5


def test_stub_view_validation_and_dtype_agree() -> None:
    obj = _load("clang19")
    text = render.stub_text(obj, object_path_as_shown="x.o")
    assert f"    V_ANY = {_ANY}\n" in text
    assert "    verdict: _CField[ctypes.c_uint32, int, int]" in text
    assert "    error: _CField[ctypes.c_int32, int, int]" in text
    assert dict(obj.btf.type("verdict").enumerators)["V_ANY"] == _ANY
    assert f"V_ANY = {_ANY}" in obj.btf.type("verdict").c_declaration
    assert dtype(obj.btf.struct("event"))["verdict"] == np.dtype("u4")

    class Right(ctypes.Structure):
        _fields_ = [("verdict", ctypes.c_uint32), ("error", ctypes.c_int32)]

    class Wrong(ctypes.Structure):
        _fields_ = [("verdict", ctypes.c_float), ("error", ctypes.c_int32)]

    obj.btf.validate_struct("event", Right)
    with pytest.raises(BtfValidationError, match="class has c_float"):
        obj.btf.validate_struct("event", Wrong)


def test_other_enums_of_the_file_decide_nothing() -> None:
    alone, beside = BtfBuilder(), BtfBuilder()
    alone.enum("verdict", {"V_ANY": _ANY})
    beside.enum("verdict", {"V_ANY": _ANY})
    beside.enum("other", {"MINUS": -1}, signed=True)
    for builder in (alone, beside):
        btf = load(elf({".BTF": builder.build()})).btf
        assert btf.enum("verdict")["V_ANY"].value == _ANY


@pytest.mark.parametrize(
    ("section", "content", "old"),
    [
        (".comment", b"\0GCC: (12.2.0-14+11+b2) 12.2.0\0", True),
        (".comment", b"GCC: (GNU) 13.2.1 20230801\0", True),
        (".comment", b"GCC: (Debian 14.2.0-8 (x)) 14.2.0\0", False),
        (".comment", b"GCC: (GNU) 14.1.0\0GCC: (GNU) 12.1.0\0", True),
        (".debug_str", b"Ubuntu clang version 14.0.0-1ubuntu1.1\0main.c\0", True),
        (".debug_str", b"clang version 15.0.7\0", False),
        (".debug_str", b"clang version 19.1.7\0clang version 13.0.1\0", True),
        (".debug_str", b"clang version 9\0 clang version \xff.\0", False),
        (".strtab_of_mine", b"clang version 14.0.0\0", False),
    ],
)
def test_names_of_compilers(section: str, content: bytes, *, old: bool) -> None:
    b = BtfBuilder()
    b.enum("e", {"VALUE": _ANY})
    obj = load(elf({".BTF": b.build(), section: content}))
    assert obj.btf.enum("e")["VALUE"].value == (-1 if old else _ANY)


def test_a_name_in_an_object_of_another_machine_decides_nothing() -> None:
    """Its BTF comes from pahole, which marks signed enums."""
    b = BtfBuilder()
    b.enum("e", {"VALUE": _ANY})
    data = elf({".BTF": b.build(), ".comment": b"GCC: (GNU) 12.1.0\0"}, machine=62)
    assert load(data).btf.enum("e")["VALUE"].value == _ANY


def test_the_verdict_is_part_of_the_digest_and_of_what_a_stub_says() -> None:
    b = BtfBuilder()
    b.enum("e", {"VALUE": _ANY})
    new = load(elf({".BTF": b.build()}))
    old = load(elf({".BTF": b.build(), ".comment": b"GCC: (GNU) 12.1.0\0"}))
    assert object_digest(new) != object_digest(old)
    stub = render.stub_text(new, object_path_as_shown="x.o")
    assert render.Rendering(new).is_current(stub)
    assert not render.Rendering(old).is_current(stub)
