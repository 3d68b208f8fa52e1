"""The stand-ins for `typing` in a running program."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
import typing
from collections import namedtuple
from collections.abc import Callable
from typing import Any, Literal

import pytest

from btf_typing import BpfMap, BpfObject, Btf, Mismatch, model
from btf_typing._typing_stand_ins import NamedTuple


def test_generic_classes_are_subscripted_as_type_checkers_see_them() -> None:
    alias = BpfObject[Literal["prog.bpf.o"]]
    assert typing.get_origin(alias) is BpfObject
    assert typing.get_args(alias) == (Literal["prog.bpf.o"],)
    assert typing.get_args(BpfMap[int, bytes]) == (int, bytes)
    assert typing.get_args(Btf[str] | None) == (Btf[str], type(None))


def test_generic_classes_can_be_derived_from() -> None:
    class Own(BpfObject[Literal["prog.bpf.o"]]):
        pass

    assert Own.__mro__[1] is BpfObject
    assert Own("x", Btf.from_bytes(_EMPTY)).path == "x"


def test_named_tuples_are_those_of_collections() -> None:
    member = model.Member("pid", 3, 32, None)
    assert tuple(member) == ("pid", 3, 32, None)
    assert member._asdict() == {
        "name": "pid",
        "type_id": 3,
        "bit_offset": 32,
        "bitfield_size": None,
    }
    assert repr(member) == "Member(name='pid', type_id=3, bit_offset=32, bitfield_size=None)"
    copied = pickle.loads(pickle.dumps(member))  # noqa: S301  # our own bytes
    assert copied == member
    assert type(copied) is model.Member
    assert model.Member.__doc__ is not None
    assert model.Member.__doc__.startswith("A member of a struct")
    assert model.Member.__module__ == "btf_typing.model"
    with pytest.raises(AttributeError):
        member.size = 4  # type: ignore[attr-defined]  # what this is about


def test_named_tuples_behave_like_those_of_collections() -> None:
    class Place(NamedTuple):
        """Documented."""

        offset: int
        size: int
        bits: int | None = None

    # mypy would expect the result of namedtuple() to be called "Place".
    make: Any = namedtuple  # noqa: PYI024  # the original of our NamedTuple
    theirs = make("Place", ["offset", "size", "bits"], defaults=[None])
    ours: Any = Place
    assert ours.__mro__[0].__slots__ == ()
    assert inspect.signature(ours, eval_str=True) == inspect.signature(theirs)
    for name in ("_fields", "_field_defaults", "__match_args__", "__name__"):
        assert getattr(ours, name) == getattr(theirs, name)
    calls: list[Callable[[Any], object]] = [
        lambda cls: cls(1, size=2),
        lambda cls: cls(*range(3))._replace(size=5),
        lambda cls: cls._make([7, 8, 9]),
        lambda cls: cls(3, 4)._asdict(),
        lambda cls: repr(cls(3, 4)),
        lambda cls: hash(cls(3, 4)),
        lambda cls: copy.copy(cls(3, 4)),
    ]
    for call in calls:
        assert call(ours) == call(theirs)
    wrong: list[Callable[[Any], object]] = [
        lambda cls: cls(1),
        lambda cls: cls(1, 2, 3, 4),
        lambda cls: cls(1, 2, width=3),
        lambda cls: cls._make([1]),
    ]
    for call in wrong:
        with pytest.raises(TypeError) as expected:
            call(theirs)
        with pytest.raises(TypeError, match=re.escape(str(expected.value))):
            call(ours)
    with pytest.raises(TypeError, match="width"):
        ours(1, 2)._replace(width=3)
    assert getattr(ours, "offset").__doc__ == "Alias for field number 0"  # noqa: B009


def test_named_tuples_have_defaults_and_methods() -> None:
    class Pair(NamedTuple):
        left: int
        right: int = 2

        def total(self) -> int:
            return self.left + self.right

    assert Pair(1) == (1, 2)
    assert Pair(1).total() == 3
    assert Pair._field_defaults == {"right": 2}
    assert str(Mismatch("pid", 0, "a", "b")) == "pid: class has a, BTF has b"


_EMPTY = bytes.fromhex("9feb0100 18000000 00000000 00000000 00000000 01000000 00")
