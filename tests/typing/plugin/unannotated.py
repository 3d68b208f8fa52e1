"""Functions that return an object without saying which."""

from collections.abc import Iterator
from typing import Any, Literal, TypeVar

from btf_typing import BpfObject, Btf, load

Known = BpfObject[Literal["prog.bpf.o"]]
T = TypeVar("T")


def fixture(function: T) -> T:
    """Stand in for ``pytest.fixture``."""
    return function


@fixture
def obj():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "obj" returns; write
    #    BpfObject[Literal["prog.bpf.o"]] here and at the parameters of the tests  [btf-unresolved]
    return load("prog.bpf.o")


@fixture
def bare() -> Iterator[BpfObject]:
    # E: not checked: the annotation "BpfObject" does not say which object "bare" returns; write
    #    BpfObject[Literal["prog.bpf.o"]] here and at the parameters of the tests  [btf-unresolved]
    with load("prog.bpf.o") as found:
        yield found


@fixture
def known() -> Iterator[Known]:
    with load("prog.bpf.o") as found:
        yield found


@fixture
def without_stub() -> BpfObject:
    return load("bare.bpf.o")


@fixture
def unknown() -> BpfObject:
    return load(input())


@fixture
def event() -> Any:
    return load("prog.bpf.o").btf.struct("event")()


def plain(function: T) -> T:
    """A decorator that is no fixture."""
    return function


def outer() -> None:
    @plain
    def bare() -> BpfObject:  # a function of the module has the same name, and is a fixture
        return load("prog.bpf.o")

    bare()


def bare_function() -> Btf:
    return load("prog.bpf.o").btf


class Tool:
    def open(self, new: bool):  # E: Function is missing a return type annotation  [no-untyped-def]
        # E: not checked: no return annotation says which object "open" returns; write
        #    BpfObject[Literal["prog.bpf.o"]]  [btf-unresolved]
        found = load("prog.bpf.o")
        return found


class Base:
    def open(self):  # E: Function is missing a return type annotation  [no-untyped-def]
        return load("prog.bpf.o")

    def bare(self) -> BpfObject:
        return load("prog.bpf.o")


class Derived(Base):
    def open(self) -> Any:
        return load("build/other.bpf.o")

    def bare(self) -> BpfObject:
        return load("build/other.bpf.o")


def of_any_class(base: Base, derived: Derived) -> None:
    base.bare().btf.struct("event")  # a Derived returns another object
    derived.bare().btf.struct("event")
    # E: not checked: the annotation "BpfObject" does not say which object this is; write
    #    BpfObject[Literal["build/other.bpf.o"]]  [btf-unresolved]


def maps():  # E: Function is missing a return type annotation  [no-untyped-def]
    obj = load("prog.bpf.o")
    return obj.maps


def programs():  # E: Function is missing a return type annotation  [no-untyped-def]
    obj = load("prog.bpf.o")
    found = obj.programs
    return found


def btf():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "btf" returns; write
    #    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
    obj = load("prog.bpf.o")
    return obj.btf


def from_file():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "from_file" returns; write
    #    Btf[Literal["prog.bpf.o"]]  [btf-unresolved]
    found = Btf.from_file("prog.bpf.o")
    return found


kept: list[BpfObject] = [load("prog.bpf.o")]


def both():  # E: Function is missing a return type annotation  [no-untyped-def]
    return [load("prog.bpf.o"), load("build/other.bpf.o")]


def all_of_them():  # E: Function is missing a return type annotation  [no-untyped-def]
    return kept


def one_of_them():  # E: Function is missing a return type annotation  [no-untyped-def]
    # E: not checked: no return annotation says which object "one_of_them" returns; write
    #    BpfObject[Literal["prog.bpf.o", "build/other.bpf.o"]]  [btf-unresolved]
    return load("prog.bpf.o") if input() else load("build/other.bpf.o")


first: list[BpfObject] = [load("prog.bpf.o")]


def first_of_them():  # E: Function is missing a return type annotation  [no-untyped-def]
    load("prog.bpf.o")
    return first[0]
