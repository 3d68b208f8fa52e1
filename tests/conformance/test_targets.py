"""Targets with another pointer size or byte order than this machine."""

from pathlib import Path
from typing import Literal

import pytest

import btf_typing
from btf_typing import Btf
from tests.builder import BtfBuilder, Order
from tests.conformance.make_objects import OBJECTS
from tests.conformance.oracle import COMPILERS, OLD_COMPILERS
from tests.conformance.prover import Prover
from tests.conformance.reader import Reader
from tests.elf_builder import elf

_AGGREGATES = {"STRUCT", "UNION"}


def _with_pointers(order: Order, pointer: int) -> bytes:
    b = BtfBuilder(order)
    u32, char = b.int("unsigned int", 4), b.int("char", 1, "signed")
    ptr, flag = b.ptr(), b.int("_Bool", 1, "bool")
    real, enum = b.float("double", 8), b.enum("e", {"A": 0, "B": -1}, signed=True)
    name, many = b.array(char, 6), b.array(ptr, 3)
    inner = b.struct("inner", 2 * pointer, [("p", ptr, 0), ("q", ptr, 8 * pointer)])
    either = b.union("", 8, [("low", u32, 0, 12), ("flag", flag, 0, 1), ("real", real, 0)])
    members = [
        *[("name", name, 0), ("e", enum, 64), ("", either, 128)],
        *[("many", many, 192), ("inner", inner, 192 + 24 * pointer)],
    ]
    b.struct("s", 24 + 5 * pointer, members)
    return b.build()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [32, 64])
def test_pointers_are_those_of_the_target(
    tmp_path: Path, bits: Literal[32, 64], order: Order
) -> None:
    data = _with_pointers(order, bits // 8)
    path = tmp_path / "target.o"
    path.write_bytes(elf({".BTF": data}, bits=bits, order=order))
    obj = btf_typing.load(path)
    prover = Prover(obj.btf, reader := Reader(data, pointer=bits // 8))

    for one in reader.types:
        if one.kind in _AGGREGATES:
            prover.prove(one)

    assert prover.wrong == []
    assert prover.aggregates == 3
    assert obj.btf.pointer_size == bits // 8
    value = obj.btf.struct("s")()
    assert value.inner.p == (None if (bits, order) == (64, "<") else 0)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_every_aggregate_of_the_stored_objects_is_exactly_its_bits(
    compiler: str, reports: list[str]
) -> None:
    path = OBJECTS / f"{compiler}.o"
    btf, reader = (
        Btf.from_file(path),
        Reader.of_object(path, old_compiler=compiler.startswith(OLD_COMPILERS)),
    )
    prover = Prover(btf, reader)
    refused = 0

    for one in reader.types:
        if one.kind in _AGGREGATES and reader.is_possible(one.id):
            prover.prove(one)
        elif one.kind in _AGGREGATES:
            refused += 1
            with pytest.raises(btf_typing.LayoutError):
                btf.struct(one.id) if one.kind == "STRUCT" else btf.union(one.id)

    reports.append(f"{compiler}: {prover}, {refused} refused for members past the end")
    assert prover.wrong == []
    assert prover.aggregates > 50
    assert not refused or compiler.startswith("gcc12")
