"""The example's event: every field reads and writes exactly the bits that bpftool prints."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from btf_typing import load
from examples.execsnoop.execsnoop_bpf import exec_event

EXECSNOOP = Path(__file__).parents[2] / "examples/execsnoop/execsnoop.bpf.o"

BPFTOOL = shutil.which("bpftool") or "/usr/sbin/bpftool"
SIZE = 128

pytestmark = pytest.mark.skipif(not Path(BPFTOOL).exists(), reason="needs bpftool")


def _types() -> list[dict[str, Any]]:
    command = [BPFTOOL, "-j", "btf", "dump", "file", str(EXECSNOOP)]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    found: list[dict[str, Any]] = json.loads(output)["types"]
    return found


def _integers(
    types: dict[int, dict[str, Any]], type_id: int, bit: int, bits: int, path: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """Path, first bit and width in bits of every integer in a type, from bpftool's output."""
    type_ = types[type_id]
    while type_["kind"] in ("TYPEDEF", "CONST", "VOLATILE"):
        type_ = types[type_["type_id"]]
    if type_["kind"] in ("STRUCT", "UNION"):
        for member in type_["members"]:
            inner = (*path, member["name"]) if member["name"] != "(anon)" else path
            width = member.get("bitfield_size", 0)
            yield from _integers(
                types, member["type_id"], bit + member["bits_offset"], width, inner
            )
    elif type_["kind"] == "ARRAY":
        element = types[type_["type_id"]]
        while element["kind"] == "TYPEDEF":
            element = types[element["type_id"]]
        if element["name"] != "char":
            for index in range(type_["nr_elems"]):
                at = bit + 8 * element["size"] * index
                yield from _integers(types, element["id"], at, 0, (*path, index))
    else:
        yield path, bit, bits or 8 * type_["size"]


def _reach(instance: Any, path: tuple[Any, ...]) -> tuple[Any, Any]:
    """The object that holds the value at *path*, and the last step of the path."""
    for step in path[:-1]:
        instance = instance[step] if isinstance(step, int) else getattr(instance, step)
    return instance, path[-1]


def test_every_integer_reads_and_writes_its_bits() -> None:
    types = {row["id"]: row for row in _types()}
    event = next(row for row in types.values() if row["name"] == "exec_event")
    assert event["size"] == SIZE
    cls: type[exec_event] = load(EXECSNOOP).btf.struct("exec_event")
    places = list(_integers(types, event["id"], 0, 0, ()))
    assert len(places) == 15
    for path, bit, width in places:
        mask = ((1 << width) - 1) << bit
        for fill in (0, (1 << 8 * SIZE) - 1):
            instance = cls.from_buffer_copy(fill.to_bytes(SIZE, "little"))
            holder, last = _reach(instance, path)
            before = holder[last] if isinstance(last, int) else getattr(holder, last)
            assert before in (0, (1 << width) - 1, -1), path
            assert bool(before) == bool(fill), path
            wanted = not before if isinstance(before, bool) else (not fill and 1)
            if isinstance(last, int):
                holder[last] = wanted
            else:
                setattr(holder, last, wanted)
            image = int.from_bytes(bytes(instance), "little")
            assert image == fill & ~mask | int(wanted) << bit, path


def test_texts_lie_where_bpftool_puts_them() -> None:
    event = next(row for row in _types() if row["name"] == "exec_event")
    offsets = {row["name"]: row["bits_offset"] // 8 for row in event["members"]}
    cls: type[exec_event] = load(EXECSNOOP).btf.struct("exec_event")
    for name, length in (("comm", 16), ("filename", 64)):
        instance = cls()
        setattr(instance, name, b"x" * length)
        expected = bytearray(SIZE)
        expected[offsets[name] : offsets[name] + length] = b"x" * length
        assert bytes(instance) == bytes(expected)
        assert getattr(instance, name) == b"x" * length
