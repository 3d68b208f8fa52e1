"""Pickling of instances of generated classes, in this process and in others."""

import copy
import gc
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, BtfError, load
from examples.execsnoop.execsnoop_bpf import exec_event
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT

EXECSNOOP = Path(__file__).parents[2] / "examples/execsnoop/execsnoop.bpf.o"

_GLOBALS = ROOT / "tests/objects/globals-clang19-el.o"
_PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)

_SHOW = """\
import pickle, sys
value = pickle.load(sys.stdin.buffer)
again = pickle.loads(pickle.dumps(value))
assert again == value and type(again) is type(value)
print(value)
"""


def _builder(*names: str, size: int = 4) -> BtfBuilder:
    """``struct s`` with a u32 for each of *names*, a union, and an anonymous struct."""
    b = BtfBuilder()
    u32 = b.int("u32", size)
    b.struct("s", size * len(names), [(name, u32, 8 * size * i) for i, name in enumerate(names)])
    b.union("u", size, [("a", u32, 0)])
    inner = b.struct("", size, [("x", u32, 0)])
    b.struct("outer", size, [("in", inner, 0)])
    return b


def _loaded(tmp_path: Path, builder: BtfBuilder) -> Btf:
    path = tmp_path / "types.btf"
    path.write_bytes(builder.build())
    return Btf.from_file(path)


def _through_pickle(value: Any, protocol: int = pickle.HIGHEST_PROTOCOL) -> Any:
    return pickle.loads(pickle.dumps(value, protocol))  # noqa: S301  # ours


def _unpickled_elsewhere(pickled: bytes) -> str:
    """The output of another process that unpickles it: its repr, or the last line of the error."""
    done = subprocess.run(
        [sys.executable, "-c", _SHOW],
        input=pickled,
        capture_output=True,
        check=False,
        cwd="/",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    output = done.stderr if done.returncode else done.stdout
    return output.decode().strip().rpartition("\n")[2]


def _in_another_process(value: Any) -> str:
    return _unpickled_elsewhere(pickle.dumps(value))


@pytest.mark.parametrize("protocol", _PROTOCOLS)
def test_the_same_class_and_value(protocol: int) -> None:
    cls: type[exec_event] = load(EXECSNOOP).btf.struct("exec_event")
    event = cls(pid=7, comm=b"cat", argc=3, argc_cut=True, arg_len=(1, 2, 3, 4))
    event.creds.uid = 1000

    again = _through_pickle(event, protocol)

    assert type(again) is cls
    assert bytes(again) == bytes(event)
    assert again == event
    assert again.creds.uid == 1000


def test_nested_values_pickle_by_themselves() -> None:
    btf = load(EXECSNOOP).btf
    event = btf.struct("exec_event")()
    event.creds.gid = 5

    again = _through_pickle(event.creds)

    assert type(again) is btf.struct("creds")
    assert again.gid == 5


def test_unions_and_anonymous_structs(tmp_path: Path) -> None:
    btf = _loaded(tmp_path, _builder("a"))
    outer = btf.struct("outer")(in_=btf.struct("outer")().in_)
    outer.in_.x = 9

    union = _through_pickle(btf.union("u")(a=3))
    inner = _through_pickle(outer.in_)

    assert (type(union), union.a) == (btf.union("u"), 3)
    assert (type(inner), inner.x) == (type(outer.in_), 9)


def test_other_processes_read_them(tmp_path: Path) -> None:
    btf = _loaded(tmp_path, _builder("a", "b"))
    event = load(EXECSNOOP).btf.struct("exec_event")(pid=7, comm=b"cat")

    assert _in_another_process(btf.struct("s")(a=1, b=2)) == "s(a=1, b=2)"
    assert _in_another_process(event) == repr(event)
    assert (
        _in_another_process([event.creds, btf.union("u")(a=1)]) == "[creds(uid=0, gid=0), u(a=1)]"
    )


def test_split_btf_brings_its_base(tmp_path: Path) -> None:
    base = BtfBuilder()
    u16 = base.int("u16", 2)
    split = BtfBuilder(base=base)
    split.struct("s", 2, [("a", u16, 0)])
    (tmp_path / "base").write_bytes(base.build())
    (tmp_path / "split").write_bytes(split.build())
    btf = load(tmp_path / "split", base=tmp_path / "base").btf

    value = btf.struct("s")(a=5)

    assert _in_another_process(value) == "s(a=5)"
    assert type(_through_pickle(value)) is btf.struct("s")


def test_sections_of_globals(tmp_path: Path) -> None:
    obj: BpfObject = load(_GLOBALS)
    data = obj.sections[".data"]
    data.small = 200

    again = _through_pickle(data)

    assert type(again) is type(data)
    assert again == data
    assert again.small == 200
    assert _in_another_process(data) == repr(data)
    moved = tmp_path / "globals.o"
    moved.write_bytes(_GLOBALS.read_bytes())
    pickled = pickle.dumps(load(moved).sections[".rodata"])
    moved.write_bytes(EXECSNOOP.read_bytes())
    assert _unpickled_elsewhere(pickled) == (
        f"btf_typing.errors.BtfError: {moved}:"
        " an anonymous struct no longer has the layout that it was pickled with"
    )


def test_other_sections_may_have_no_class(tmp_path: Path) -> None:
    """A section may be too large or missing, or it may have the same layout."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    names = [".bss", ".data.gone", ".data.same", ".data"]
    for name in names:
        b.datasec(name, 4, [(b.var("v", u32), 0, 4)])
    sections: dict[str, bytes | int] = {".BTF": b.build(), ".bss": (1 << 28) + 1}
    sections |= {".data.same": bytes(4), ".data": b"\7\0\0\0"}
    symbols = [Symbol("v", name, 0, 4) for name in sections if name != ".BTF"]
    path = tmp_path / "prog.bpf.o"
    path.write_bytes(elf(sections, symbols))

    data = load(path).sections[".data"]
    assert repr(data) == "section_data(v=7)"
    assert _in_another_process(data) == repr(data)


def test_the_class_outlives_its_btf() -> None:
    """The usual ``with load(...) as obj``, in a function that returns a class."""

    def event_class() -> Any:
        with load(EXECSNOOP) as obj:
            return obj.btf.struct("exec_event")

    cls = event_class()
    gc.collect()

    assert type(_through_pickle(cls(pid=1))) is cls


def test_the_object_that_was_loaded_last_provides_the_class(tmp_path: Path) -> None:
    path = tmp_path / "exec.bpf.o"
    path.write_bytes(EXECSNOOP.read_bytes())
    first = load(path)
    old = first.btf.struct("exec_event")
    assert type(_through_pickle(old())) is old

    os.utime(path, ns=(0, 0))  # as if it had been compiled again
    second = load(path)
    new = second.btf.struct("exec_event")

    assert new is not old
    assert type(_through_pickle(new())) is new


def test_types_may_be_renumbered(tmp_path: Path) -> None:
    pickled = pickle.dumps(_loaded(tmp_path, _builder("a")).struct("s")(a=5))
    b = BtfBuilder()
    b.int("char", 1)
    u32 = b.int("u32", 4)
    b.struct("other", 4, [("b", u32, 0)])
    b.struct("s", 4, [("a", u32, 0)])
    btf = _loaded(tmp_path, b)

    again = pickle.loads(pickled)  # noqa: S301  # ours

    assert type(again) is btf.struct("s")
    assert again.a == 5


@pytest.mark.parametrize(
    "changed", [_builder("b"), _builder("a", "b"), _builder("a", size=8), BtfBuilder()]
)
def test_a_changed_layout_is_an_error(tmp_path: Path, changed: BtfBuilder) -> None:
    pickled = pickle.dumps(_loaded(tmp_path, _builder("a")).struct("s")(a=5))
    btf = _loaded(tmp_path, changed)

    with pytest.raises(BtfError, match=r"types\.btf: struct 's' no longer has the layout"):
        pickle.loads(pickled)  # noqa: S301  # ours
    del btf


def test_btf_from_memory_has_no_path() -> None:
    value = Btf.from_bytes(_builder("a").build()).struct("s")(a=1)

    with pytest.raises(
        TypeError, match="cannot pickle s: its BTF or base BTF was loaded from memory"
    ):
        pickle.dumps(value)
    assert copy.copy(value) == copy.deepcopy(value) == value


def test_nor_has_a_base_from_memory(tmp_path: Path) -> None:
    base = BtfBuilder()
    u16 = base.int("u16", 2)
    split = BtfBuilder(base=base)
    split.struct("s", 2, [("a", u16, 0)])
    path = tmp_path / "split"
    path.write_bytes(split.build())
    btf = Btf.from_file(path, Btf.from_bytes(base.build()))

    with pytest.raises(
        TypeError, match="cannot pickle s: its BTF or base BTF was loaded from memory"
    ):
        pickle.dumps(btf.struct("s")())


_Creds: Any = load(EXECSNOOP).btf.struct("creds")


class Owner(_Creds):
    """A subclass with a property, as users write them."""

    __slots__ = ()

    @property
    def is_root(self) -> bool:
        return bool(self.uid == 0)


def test_subclasses_stay_what_they_are() -> None:
    owner = Owner(uid=0, gid=4)

    again = _through_pickle(owner)

    assert type(again) is Owner
    assert again.is_root
    assert again == owner
    assert type(copy.copy(owner)) is type(copy.deepcopy(owner)) is Owner
