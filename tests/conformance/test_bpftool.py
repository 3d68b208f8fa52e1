"""Compare our decoder, and the tests' own reader, with ``bpftool -j btf dump``."""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from btf_typing import Btf, Kind, model
from tests.builder import BtfBuilder
from tests.conformance.reader import Reader, Type
from tests.fuzz.campaign import every_kind
from tests.paths import ROOT

_KERNEL = Path("/sys/kernel/btf/vmlinux")
_BPFTOOL = shutil.which("bpftool", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
_OBJECTS = [
    *sorted((ROOT / "tests/conformance/objects").glob("*.o")),
    *sorted((ROOT / "examples").glob("*/*.bpf.o")),
    *([_KERNEL] if _KERNEL.exists() else []),
]
_ENCODINGS = {0: "(none)", 1: "SIGNED", 2: "CHAR", 3: "UNKN", 4: "BOOL"}
_LINKAGES = {0: "static", 1: "global", 2: "extern"}
Json: TypeAlias = dict[str, Any]

pytestmark = pytest.mark.skipif(_BPFTOOL is None, reason="bpftool is not installed")


@functools.cache
def _dump(path: Path) -> list[Json]:
    assert _BPFTOOL
    command = [_BPFTOOL, "-j", "btf", "dump", "file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True)
    types: list[Json] = json.loads(done.stdout)["types"]
    for entry in types:
        if entry["kind"] == "ENUM" and entry["encoding"] == "UNSIGNED":
            # In JSON, bpftool 7 sign-extends these 32 bits to 64.
            entry["values"] = _unsigned(entry["values"])
    return types


def _unsigned(values: list[Json]) -> list[Json]:
    return [_value(one["name"], one["val"] & 0xFFFFFFFF) for one in values]


def _ours(type_: model.Type) -> Json:
    """A record as bpftool prints it, without the fields that bpftool does not print."""
    names = {"length": "nr_elems", "return_type_id": "ret_type_id", "component": "component_idx"}
    entry: Json = {"kind": str(model.kind_of(type_))}
    entry |= {names.get(name, name): value for name, value in type_._asdict().items()}
    entry["name"] = type_.name or "(anon)"
    match type_:
        case model.Int():
            code = type_.signed | type_.char << 1 | type_.boolean << 2
            entry = {key: entry[key] for key in ("kind", "id", "name", "size")}
            entry |= {"bits_offset": type_.bit_offset, "nr_bits": type_.bits}
            entry["encoding"] = _ENCODINGS[code]
        case model.Struct() | model.Union():
            entry["members"] = [_member(*one) for one in type_.members]
            entry["vlen"] = len(type_.members)
        case model.Enum() | model.Enum64():
            entry["values"] = [_value(*one) for one in entry.pop("enumerators")]
            entry["vlen"] = len(type_.enumerators)
            entry["encoding"] = "SIGNED" if entry.pop("signed") else "UNSIGNED"
        case model.Fwd():
            entry["fwd_kind"] = "union" if entry.pop("union") else "struct"
        case model.FuncProto():
            entry["params"] = [
                {"name": one.name or "(anon)", "type_id": one.type_id} for one in type_.params
            ]
            entry["vlen"] = len(type_.params)
        case model.Func() | model.Var():
            entry["linkage"] = _LINKAGES[type_.linkage]
        case model.Datasec():
            entry["vars"] = [one._asdict() for one in entry.pop("variables")]
            entry["vlen"] = len(type_.variables)
        case model.DeclTag() | model.TypeTag():
            del entry["attribute"]
    return entry


def _member(name: str, type_id: int, bit_offset: int, bitfield_size: int | None) -> Json:
    entry: Json = {"name": name or "(anon)", "type_id": type_id, "bits_offset": bit_offset}
    return entry | ({"bitfield_size": bitfield_size} if bitfield_size else {})


def _value(name: str, value: int) -> Json:
    return {"name": name, "val": value}


def _without_signs(entry: Json) -> Json:
    """*entry* with the values of an enum as unsigned numbers."""
    return entry | {"encoding": "", "values": _unsigned(entry["values"])}


def _read(type_: Type) -> Json:
    """The answers of the tests' own reader in bpftool's form. The reader knows fewer fields."""
    entry: Json = {"kind": type_.kind, "id": type_.id, "name": type_.name or "(anon)"}
    if type_.kind in {"STRUCT", "UNION"}:
        entry |= {"size": type_.size_type, "vlen": len(type_.members)}
        entry["members"] = [_member(*one) for one in type_.members]
    elif type_.kind in {"ENUM", "ENUM64"}:
        entry |= {"size": type_.size_type, "vlen": len(type_.values)}
        entry["encoding"] = "SIGNED" if type_.kflag else "UNSIGNED"
        entry["values"] = [_value(*one) for one in type_.values]
    elif type_.kind == "INT":
        word = type_.words[0][0]
        entry |= {"size": type_.size_type, "bits_offset": word >> 16 & 0xFF, "nr_bits": word & 0xFF}
        entry["encoding"] = _ENCODINGS[word >> 24]
    elif type_.kind == "ARRAY":
        entry |= dict(zip(("type_id", "index_type_id", "nr_elems"), type_.words[0], strict=True))
    elif type_.kind == "FLOAT":
        entry["size"] = type_.size_type
    elif type_.kind in {"PTR", "TYPEDEF", "CONST", "VOLATILE", "RESTRICT", "TYPE_TAG"}:
        entry["type_id"] = type_.size_type
    return entry


@pytest.mark.parametrize("path", _OBJECTS, ids=lambda path: path.name)
def test_every_type_is_decoded_as_bpftool_decodes_it(path: Path, reports: list[str]) -> None:
    btf = Btf.from_file(path)
    expected = _dump(path)

    assert len(btf) == len(expected) + 1
    signs = 0
    for entry in expected:
        found = _ours(btf.table.by_id(entry["id"]))
        if entry["kind"] == "ENUM" and found["encoding"] != entry["encoding"]:
            # For older compilers, bpftool prints -1 as 4294967295.
            assert _without_signs(found) == _without_signs(entry)
            signs += 1
        else:
            assert found == entry
    # Of these compilers, only GCC 12 and clang 14 do not mark signed enums.
    assert not signs or path.name.startswith(("gcc12", "clang14"))
    if path == _KERNEL:
        reports.append(f"bpftool: {len(expected)} types of the kernel are decoded alike")


@pytest.mark.parametrize("path", _OBJECTS, ids=lambda path: path.name)
def test_the_public_view_of_types_says_the_same(path: Path) -> None:
    for entry, type_ in zip(_dump(path), Btf.from_file(path).types(), strict=True):
        assert (type_.id, type_.kind, type_.name or "(anon)") == (
            *(entry["id"], entry["kind"]),
            entry["name"],
        )
        if entry["kind"] in {"STRUCT", "UNION"}:
            assert type_.size == entry["size"]
            assert [
                _member(one.name, one.type.id, one.bit_offset, one.bitfield_size)
                for one in type_.fields
            ] == entry["members"]
        if entry["kind"] == "ENUM64" or entry.get("encoding") == "SIGNED":
            assert [_value(*one) for one in type_.enumerators] == entry.get("values", [])


@pytest.mark.parametrize("path", _OBJECTS, ids=lambda path: path.name)
def test_the_reader_of_the_tests_agrees_with_bpftool(path: Path) -> None:
    reader = Reader(path.read_bytes()) if path == _KERNEL else Reader.of_object(path)

    for entry in _dump(path):
        found = _read(reader.types[entry["id"]])
        assert found == {key: entry[key] for key in found}


def test_the_builder_writes_what_bpftool_reads(tmp_path: Path) -> None:
    path = tmp_path / "every-kind.btf"
    path.write_bytes(every_kind())
    entry = _dump(path)

    assert {one["kind"] for one in entry} == {str(kind) for kind in Kind} - {"VOID", "UNKNOWN"}
    btf = Btf.from_file(path)
    assert [_ours(btf.table.by_id(one["id"])) for one in entry] == entry


def test_split_btf_is_decoded_as_bpftool_decodes_it(tmp_path: Path) -> None:
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    inner = base.struct("inner", 4, [("a", u32, 0)])
    split = BtfBuilder(base=base)
    outer = split.struct("outer", 8, [("a", inner, 0), ("inner", u32, 32)])
    split.typedef("outer_t", outer)
    (tmp_path / "base").write_bytes(base.build())
    (tmp_path / "split").write_bytes(split.build())

    assert _BPFTOOL
    command = [_BPFTOOL, "-j", "-B", str(tmp_path / "base"), "btf", "dump", "file"]
    done = subprocess.run([*command, str(tmp_path / "split")], check=True, capture_output=True)
    btf = Btf.from_file(tmp_path / "split", base=tmp_path / "base")

    entry = json.loads(done.stdout)["types"]
    assert [one["id"] for one in entry] == [3, 4]
    assert [_ours(btf.table.by_id(one["id"])) for one in entry] == entry
