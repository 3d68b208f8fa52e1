"""Threads may share a `Btf`: all see the same types as a single thread."""

import io
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from btf_typing import Btf, load, maps, sections
from btf_typing._wire import elf as elf_reader
from btf_typing._wire.btf_format import parse
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT

_STRUCTS = 20_000
"""Number of structs; it takes several steps to walk their records."""

_THREADS = 4
_ROUNDS = 4


@pytest.fixture
def _impatient() -> Iterator[None]:
    """Make the interpreter switch threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def _at_once(look: Callable[[], None]) -> None:
    threads = [threading.Thread(target=look) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _nested() -> bytes:
    """BTF with structs nested eight deep, and an enum at its end."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    for index in range(_STRUCTS):
        inner = b.next_id - 1 if index % 8 else u32
        b.struct(f"s{index}", 4, [("inner", inner, 0)])
    b.enum("last", {"LAST": 1})
    return b.build()


@pytest.mark.usefixtures("_impatient")
def test_threads_get_the_same_classes_and_all_records_once() -> None:
    data = _nested()
    names = [f"s{index}" for index in (7, _STRUCTS // 3, _STRUCTS // 2, _STRUCTS - 1)]

    for _ in range(_ROUNDS):
        btf, start = Btf.from_bytes(data), threading.Barrier(_THREADS)
        found: list[tuple[object, ...]] = []

        def look(
            btf: Btf = btf,
            start: threading.Barrier = start,
            found: list[tuple[object, ...]] = found,
        ) -> None:
            start.wait()
            last = btf.enum("last")
            classes = [btf.struct(name) for name in names]
            kinds = [type(cls().inner) for cls in classes]
            found.append((len(btf), sum(1 for _ in btf.types()), last, *classes, *kinds))

        _at_once(look)

        assert len(found) == _THREADS
        assert set(found) == {found[0]}
        assert found[0][:2] == (_STRUCTS + 3, _STRUCTS + 2)


@pytest.mark.usefixtures("_impatient")
def test_threads_find_the_same_variables() -> None:
    count = 1000
    symbols = [Symbol(f"v{number}", ".data", 4 * number, 4) for number in range(count)]
    data = elf({".BTF": b"", ".data": bytes(4 * count)}, symbols)
    sections = elf_reader.read(io.BytesIO(data), len(data)).read_data_sections
    assert sections
    start, found = threading.Barrier(_THREADS), list[dict[str, int]]()

    def look() -> None:
        start.wait()
        found.extend(sections()[".data"].symbols for _ in range(_ROUNDS))

    _at_once(look)
    assert found == [{f"v{n}": 4 * n for n in range(count)}] * (_THREADS * _ROUNDS)


def test_threads_get_one_maps_and_one_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    obj = load(ROOT / "examples/execsnoop/execsnoop.bpf.o")
    both_inside = threading.Barrier(2)
    for module, name in ((maps, "Maps"), (sections, "Sections")):
        made = getattr(module, name)

        def slow(*args: object, made: type = made) -> object:
            both_inside.wait(timeout=10)
            return made(*args)

        monkeypatch.setattr(module, name, slow)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: (obj.maps, obj.sections), range(2)))

    assert found[0][0] is found[1][0] is obj.maps
    assert found[0][1] is found[1][1] is obj.sections


def test_positions_are_published_once_they_are_complete() -> None:
    """A thread that holds the positions of an earlier scan never sees them change."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    for index in range(_STRUCTS):
        b.struct(f"s{index}", 4, [("a", u32, 0)])
    records = parse(b.build(), split=False).records
    first = records.scanned
    scanned = first.tolist()

    assert len(records) == _STRUCTS + 1
    assert first.tolist() == scanned
    assert records.scanned.tolist()[: len(scanned)] == scanned
