"""Prove bit by bit that classes from damaged BTF match what the BTF still says."""

import contextlib
import ctypes
from typing import Any

from btf_typing import Btf, BtfError
from tests.conformance.prover import Prover
from tests.conformance.reader import Reader, python_name

_SMALL = 512
"""Largest size in bytes of a class to prove: the proof writes every bit several times."""

_FEW = 6
"""Number of classes to prove in one file."""

_AGGREGATES = {"STRUCT", "UNION"}
_WITHOUT_SIZE = {"VOID", "FWD", "FUNC", "FUNC_PROTO", "VAR", "DATASEC", "DECL_TAG"}


class WrongError(Exception):
    """A class reads or writes other bits than those in the BTF."""


def prove(btf: Btf, data: bytes) -> None:
    """Prove the first classes of *btf*, read from *data*, that the second reader understands.

    Raises:
        WrongError: A class is wrong.
    """
    reader = _reader(btf, data)
    if reader is None:
        return
    prover = Prover(btf, reader)
    for one in reader.types:
        if one.kind in _AGGREGATES and prover.aggregates < _FEW:
            cls: Any = None
            with contextlib.suppress(BtfError):
                cls = (btf.struct if one.kind == "STRUCT" else btf.union)(one.id)
            if cls and ctypes.sizeof(cls) <= _SMALL and _is_plain(reader, one.id):
                prover.prove(one)
    if prover.wrong:
        raise WrongError("; ".join(prover.wrong[:3]))


def _reader(btf: Btf, data: bytes) -> Reader | None:
    """The tests' own reader of the raw BTF *data*; None if it cannot read it."""
    if data[:2] not in (b"\x9f\xeb", b"\xeb\x9f"):
        return None
    try:
        reader = Reader(data, pointer=btf.pointer_size)
    except Exception:  # noqa: BLE001 - it only reads well-formed BTF
        return None
    with contextlib.suppress(BtfError):
        if len(reader.types) == len(btf):
            return reader
    return None


def _is_plain(reader: Reader, type_id: int) -> bool:
    """Whether C could have an aggregate: its names are valid and differ, and C has its scalars."""
    names = [member.name for member, _ in reader.flattened(type_id)]
    spelled = {python_name(name) for name in names}
    if len(spelled) != len(names) or not all(name.isidentifier() for name in names):
        return False
    return all(_is_known(reader, member.type_id) for member, _ in reader.flattened(type_id))


def _is_known(reader: Reader, type_id: int) -> bool:
    of = reader.resolve(type_id)
    if of.kind in _WITHOUT_SIZE:
        return False  # the class refuses to read this member
    if of.kind == "ARRAY":
        # The kernel rejects arrays of pre-kflag bitfields.
        element = reader.scalar(of.words[0][0], 0)
        return not (element and element.is_bitfield) and _is_known(reader, of.words[0][0])
    if of.kind in _AGGREGATES:
        return _is_plain(reader, of.id)
    if of.kind == "FLOAT":
        return of.size_type in {4, 8}
    return True
