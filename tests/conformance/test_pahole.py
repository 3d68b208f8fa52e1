"""BTF that pahole makes from DWARF, as for kernels: 32- and 64-bit, both byte orders."""

import shutil
import subprocess
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from btf_typing import Btf
from tests.conformance.generate import Generator
from tests.conformance.oracle import Global, Tally, check_variable
from tests.conformance.reader import Reader

_AGGREGATES = 60


class _Target(NamedTuple):
    triple: str
    word: Literal[32, 64]


_TARGETS = (
    *(_Target("i386-linux-gnu", 32), _Target("x86_64-linux-gnu", 64)),
    *(_Target("arm-linux-gnueabihf", 32), _Target("armeb-linux-gnueabihf", 32)),
    *(_Target("aarch64-linux-gnu", 64), _Target("s390x-linux-gnu", 64)),
    *(_Target("powerpc-linux-gnu", 32), _Target("sparcv9-linux-gnu", 64)),
)


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def _variables(path: Path) -> dict[str, bytes]:
    """The bytes of every global of an object, by name."""
    with path.open("rb") as file:
        elf = ELFFile(file)
        table = elf.get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        found = {}
        for symbol in table.iter_symbols():
            if symbol["st_info"]["type"] == "STT_OBJECT":
                section, at = elf.get_section(symbol["st_shndx"]), symbol["st_value"]
                data = section.data() if section["sh_type"] != "SHT_NOBITS" else bytes(at)
                found[symbol.name] = data[at:].ljust(symbol["st_size"], b"\0")
        return found


def _compiled(target: _Target, source: str, directory: Path) -> tuple[Path, Path]:
    """An object, and the BTF that pahole makes from its DWARF."""
    text, target_path, btf = (directory / f"a.{suffix}" for suffix in ("c", "o", "btf"))
    text.write_text(source)
    options = ("-target", target.triple, "-gdwarf-4", "-w", "-fno-common", "-fsigned-char")
    compiler, pahole = _program("clang-19"), _program("pahole")
    subprocess.run([compiler, *options, "-c", str(text), "-o", str(target_path)], check=True)
    encode = (pahole, "--btf_gen_floats", "--btf_encode_detached", str(btf), str(target_path))
    subprocess.run(encode, check=True)
    return target_path, btf


@pytest.mark.parametrize("target", _TARGETS, ids=lambda target: target.triple.partition("-")[0])
def test_declarations_equal_paholes_for_clangs_structs(
    target: _Target, tmp_path: Path, reports: list[str]
) -> None:
    batch = Generator(19, word=target.word, named=True).batch(_AGGREGATES)
    path, raw = _compiled(target, batch.source, tmp_path)
    btf, reader = Btf.from_file(raw), Reader(raw.read_bytes(), pointer=target.word // 8)
    # pahole writes no globals. The type of v7 is the aggregate s7 or the typedef t7.
    ids = {t.name: t.id for t in reader.types if t.kind in {"STRUCT", "UNION", "TYPEDEF"}}
    data, tally = _variables(path), Tally()

    for name, tree in batch.variables:
        number = name[1:]
        type_id = ids.get(f"s{number}") or ids[f"t{number}"]
        tally.add(check_variable(btf, reader, Global(type_id, data[name]), tree, name))

    reports.append(f"pahole, {target.triple}: {tally}")
    assert btf.pointer_size == target.word // 8
    assert tally.wrong == []
    assert tally.contradictions == []
    assert tally.aggregates == _AGGREGATES
    assert tally.bitfields > 100
