"""Mutation fuzzing of real BTF and ELF, with statistics and findings."""

import resource
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import btf_typing
from btf_typing import BtfError
from tests.builder import KIND_LAYOUT, BtfBuilder, Order
from tests.elf_builder import Symbol, elf
from tests.fuzz.mutate import Mutator
from tests.fuzz.proof import prove
from tests.fuzz.walk import render_texts, walk, walk_object
from tests.objects.make_distilled import FOLDER as DISTILLED
from tests.paths import ROOT

HANG_SECONDS = 30.0
"""Seconds of processor time: the machine may be busy with something else."""

_WAIT_SECONDS = 600.0
"""Seconds of waiting, as for a pipe that nobody writes to."""

_RENDERED = 4
"""One case in this many also renders its stub, which doubles the time of the case."""

_OF_BASE = 3
"""For split BTF, one case in this many damages the base BTF instead."""

_ORDERS: tuple[Order, ...] = ("<", ">")


class Seed(NamedTuple):
    """A well-formed file to damage; *base* is its base BTF, if it is split."""

    name: str
    data: bytes
    base: bytes = b""


class Case(NamedTuple):
    """A damaged file. The name of its seed and its number reproduce it."""

    seed: str
    number: int


@dataclass
class Report:
    """Statistics and findings of a campaign."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[Case, str]] = field(default_factory=list)
    slowest: tuple[float, Case] = (0.0, Case("none", 0))

    def __str__(self) -> str:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        outcomes = ", ".join(f"{count} {name}" for name, count in self.outcomes.most_common())
        seconds, case = self.slowest
        return (
            f"{self.outcomes.total()} iterations: {outcomes}; {len(self.failures)} failures;"
            f" slowest {seconds:.3f} s ({case.seed} {case.number}); peak memory {peak} MiB"
        )


class Hang(BaseException):
    """Raised in a case that takes too long. ``except Exception`` does not catch it."""


def every_kind(order: Order = "<", *, layout: bool = False) -> bytes:
    """BTF with at least one type of each kind, and with all shapes of classes."""
    return _every_kind(order).build(layout=KIND_LAYOUT if layout else None)


def _every_kind(order: Order) -> BtfBuilder:
    b = BtfBuilder(order)
    u32, char, flag = (
        b.int("unsigned int", 4),
        b.int("char", 1, "signed"),
        b.int("_Bool", 1, "bool"),
    )
    wide, long = b.int("__int128", 16, "signed"), b.int("long", 8, "signed")
    name, matrix = b.array(char, 16, u32), b.array(b.array(u32, 3, u32), 2, u32)
    colour = b.enum("colour", {"RED": 0, "GREEN": -1}, signed=True)
    big = b.enum64("big", {"HUGE": 1 << 40, "SMALL": 1})
    inner = b.struct("", 8, [("x", u32, 0, 3), ("y", u32, 3, 29), ("flag", flag, 32, 1)])
    either = b.union("", 8, [("", inner, 0), ("whole", long, 0)])
    node = b.struct("node", 80, [("", either, 0), ("name", name, 64), ("next", b.next_id + 1, 192)])
    b.ptr(node)
    b.struct(
        "matrix", 52, [("m", matrix, 0), ("w", wide, 192), ("c", colour, 320), ("b", big, 352)]
    )
    b.typedef("node_t", b.const(b.volatile(node)))
    b.fwd("elsewhere")
    b.restrict(b.ptr(b.type_tag("user", node)))
    call = b.func("call", b.func_proto(u32, [("a", long), ("rest", 0)]))
    counter = b.var("counter", long)
    b.datasec(".data", 8, [(counter, 0, 8)])
    b.float("double", 8)
    b.decl_tag("tag", node, 1)
    b.decl_tag("tag", call)
    return b


def _split(base: BtfBuilder) -> bytes:
    """Split BTF over *base*, with members of its own types and of the base's."""
    b = BtfBuilder(base.order, base=base)
    own = b.struct("own", 16, [("a", 1, 0), ("b", b.next_id + 1, 64)])
    b.typedef("own_t", b.ptr(own))
    b.func("of_own", b.func_proto(1, [("own", own + 1), ("node", base.next_id - 1)]))
    b.struct("both", 24, [("own", own, 0), ("flag", 3, 128, 1), ("x", 1, 129, 31)])
    return b.build()


def seeds() -> list[Seed]:
    """The files to damage: BTF of the builder, of compilers and of examples, raw and in ELF."""
    found = [Seed("every-kind", every_kind()), Seed("every-kind-big-endian", every_kind(">"))]
    found.append(Seed("every-kind-layout", every_kind(layout=True)))
    sections = {".BTF": every_kind(), ".data": bytes(8), ".maps": bytes(16), "xdp": bytes(8)}
    symbols = [Symbol("counter", ".data", 0, 8), Symbol("run", "xdp", 0, 8, kind=2)]
    code = {"xdp"}
    found.append(Seed("elf-32", elf(sections, symbols, bits=32, executable=code)))
    found.append(Seed("elf-64-big-endian", elf(sections, symbols, order=">", executable=code)))
    for order in _ORDERS:
        base = _every_kind(order)
        found.append(Seed(f"split{order}", _split(base), base.build()))
    over, distilled = ((DISTILLED / f"{name}.btf").read_bytes() for name in ("over", "base"))
    module = elf({".BTF": over, ".BTF.base": distilled})
    found.append(Seed("distilled", module))
    found.append(Seed("distilled-over-kernel", module, (DISTILLED / "newer.btf").read_bytes()))
    paths = sorted((ROOT / "tests/objects").glob("*.o"))
    found += [Seed(path.name, path.read_bytes()) for path in paths]
    for path in sorted((ROOT / "examples").glob("*/*.bpf.o")):
        data = path.read_bytes()
        found.append(Seed(path.name, data))
        at = data.find(b"\x9f\xeb\x01\x00")
        found.append(Seed(f"{path.name}:.BTF", data[at : at + _btf_length(data[at:])]))
    return found


def _btf_length(data: bytes) -> int:
    """Size in bytes of the little-endian BTF at the beginning of *data*."""
    words = [int.from_bytes(data[at : at + 4], "little") for at in range(4, 24, 4)]
    return words[0] + max(words[1] + words[2], words[3] + words[4])


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise Hang(f"still running after {seconds} seconds")

    timers = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, _WAIT_SECONDS),
    )
    before = [signal.signal(number, ring) for number, _, _ in timers]
    for _, timer, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (number, timer, _), old in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, old)


class Prepared(NamedTuple):
    """The files of one case on disk; *base* is None unless the BTF is split."""

    path: Path
    base: Path | None


class Campaign:
    """Damages seeds in turn, and uses the damaged files. Other campaigns derive from it."""

    def __init__(self, keep: Path | None = None) -> None:
        """Start a campaign; files that fail are written to *keep*."""
        self.report = Report()
        self._keep = keep

    def run(self, first: int, count: int) -> None:
        """Run *count* cases, from number *first*."""
        with tempfile.TemporaryDirectory() as directory:
            for number in range(first, first + count):
                self._case(self.case(number), Path(directory))

    @cached_property
    def _seeds(self) -> list[Seed]:
        return seeds()

    def _seed(self, case: Case) -> Seed:
        return self._seeds[case.number % len(self._seeds)]

    def case(self, number: int) -> Case:
        """Name the case *number*."""
        return Case(self._seeds[number % len(self._seeds)].name, number)

    def prepare(self, case: Case, directory: Path) -> Prepared:
        """Damage the seed of *case*, or every third time its base BTF."""
        seed = self._seed(case)
        of_base = bool(seed.base) and case.number % _OF_BASE == 0
        damaged = Mutator(case).mutated(seed.base if of_base else seed.data)
        path, base = directory / "fuzzed.bpf.o", directory / "base.btf"
        path.write_bytes(seed.data if of_base else damaged)
        base.write_bytes(damaged if of_base else seed.base)
        return Prepared(path, base if seed.base else None)

    def use(self, case: Case, prepared: Prepared) -> str:
        """Use the files, and return the outcome."""
        return use(prepared, rendered=case.number % _RENDERED == 0)

    def _case(self, case: Case, directory: Path) -> None:
        prepared = self.prepare(case, directory)
        begin = time.process_time()
        try:
            with _alarm(HANG_SECONDS):
                outcome = self.use(case, prepared)
        except (Exception, Hang) as error:  # noqa: BLE001 - any exception is a finding
            outcome = "failures"
            self.report.failures.append((case, f"{type(error).__name__}: {error}"))
            if self._keep:
                kept = self._keep / f"{case.seed}-{case.number}"
                kept.write_bytes(prepared.path.read_bytes())
        self.report.outcomes[outcome] += 1
        self.report.slowest = max(self.report.slowest, (time.process_time() - begin, case))


def use(prepared: Prepared, *, rendered: bool) -> str:
    """Load the file and walk it; return the outcome."""
    path, base = prepared
    try:
        obj = btf_typing.load(path, base=base)
    except BtfError:
        return "refused"
    walk_object(obj)
    if rendered:
        render_texts(obj)
    if not base:
        prove(obj.btf, path.read_bytes())
    return "with classes" if walk(obj.btf) else "without classes"
