"""Compare `columns` and `asdicts` with a loop of `asdict`."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from btf_typing import Btf, asdict, asdicts, columns
from tests.builder import BtfBuilder, Order
from tests.conformance.reader import Reader
from tests.fuzz.strategies import Program, orders, programs, run
from tests.slow import every

_KERNEL = Path("/sys/kernel/btf/vmlinux")
_LARGEST = 1 << 12
_ROWS = 3


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The columns of a value of ``asdict``: dotted names, and values."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value and isinstance(_innermost(value), dict):
        parts = [dict(_leaves(each)) for each in value]
        for key in parts[0]:
            yield f"{name}.{key}".replace("..", "."), [part[key] for part in parts]
    elif isinstance(value, list) and name == "":
        yield "", value
    else:
        yield name, value


def _innermost(value: Any) -> Any:
    while isinstance(value, list) and value:
        value = value[0]
    return value


def _without_null(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_without_null, value))
    return 0 if value is None else value


def _differences(cls: type, data: bytes) -> list[str]:
    """What differs between columns and a loop, for the records in *data*."""
    size = len(data) // _ROWS
    found = columns(cls, data)
    text = columns(cls, data, text=True)
    wrong = []
    loop = []
    for row in range(_ROWS):
        instance = cls.from_buffer_copy(data, row * size)  # type: ignore[attr-defined]
        loop.append(asdict(instance))
        for expected, ours in ((loop[-1], found), (asdict(instance, text=True), text)):
            for name, value in _leaves(expected):
                if name not in ours and _innermost(value) == []:
                    continue  # no struct in the array says which columns it would have
                one = ours[name][row].tolist() if ours[name].ndim > 1 else ours[name].tolist()[row]
                # numpy does not distinguish b"\0" from b"".
                texts = repr(_without_null(value)).replace(r"'\x00'", "''")
                if repr(one) != texts:
                    wrong.append(f"{cls.__name__}.{name}: {one!r}, expected {texts}")
    if repr(asdicts(cls, data)) != repr(loop):
        wrong.append(f"{cls.__name__}: asdicts")
    return wrong


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_columns_of_all_kernel_classes(reports: list[str]) -> None:
    pytest.importorskip("numpy")
    btf, reader = Btf.from_kernel(), Reader(_KERNEL.read_bytes())
    small = [
        t for t in reader.types if t.kind in {"STRUCT", "UNION"} and 0 < t.size_type <= _LARGEST
    ]
    small = list(every(6, small))
    draw = random.Random(7)  # noqa: S311  # the same bytes each time
    wrong = []

    for of in small:
        cls = (btf.struct if of.kind == "STRUCT" else btf.union)(of.id)
        choices = [0, 0, 1, 65, 255, *draw.randbytes(11)]
        wrong += _differences(cls, bytes(draw.choices(choices, k=_ROWS * of.size_type)))

    reports.append(f"columns: {len(small)} aggregates, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong[:10])


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(program=programs(), order=orders, draw=st.randoms(use_true_random=False))
def test_columns_of_random_classes(program: Program, order: Order, draw: random.Random) -> None:
    pytest.importorskip("numpy")
    data = run(program, BtfBuilder(order)).build()
    btf = Btf.from_bytes(data)

    for of in Reader(data).types:
        if of.kind in {"STRUCT", "UNION"}:
            cls = (btf.struct if of.kind == "STRUCT" else btf.union)(of.id)
            choices = (0, 1, 2, 65, 255)
            assert _differences(cls, bytes(draw.choices(choices, k=_ROWS * of.size_type))) == []
