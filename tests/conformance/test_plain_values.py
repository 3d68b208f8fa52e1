"""Compare `asdict` and `repr` with values read from the bytes by ``plain``."""

import enum
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from btf_typing import Btf, asdict
from tests.builder import BtfBuilder, Order
from tests.conformance.plain import PlainReader, obvious_repr
from tests.conformance.reader import Reader, Type
from tests.fuzz.strategies import Program, orders, programs, run
from tests.slow import every

_KERNEL = Path("/sys/kernel/btf/vmlinux")
_LARGEST = 1 << 12


def _differences(btf: Btf, reader: Reader, of: Type, data: bytes) -> list[str]:
    """What differs between ours and the obvious values of an instance with these bytes."""
    cls = (btf.struct if of.kind == "STRUCT" else btf.union)(of.id)
    instance = cls.from_buffer_copy(data)

    def values(**options: bool) -> dict[str, Any]:
        return PlainReader(reader, **options).aggregate(of.id, data)

    named = values(names=True)
    in_json = asdict(instance, json=True, enums=True)
    pairs = {
        # The text also tells True from 1, and NaN is NaN.
        "asdict": (repr(asdict(instance)), repr(values())),
        "text": (repr(asdict(instance, text=True)), repr(values(text=True))),
        "enums": (repr(_names(asdict(instance, enums=True))), repr(named)),
        "json": (repr(in_json), repr(values(json=True, names=True))),
        "dumps": (repr(json.loads(json.dumps(in_json, allow_nan=False))), repr(in_json)),
        "repr": (repr(instance), obvious_repr(instance, named)),
    }
    return [f"{of} {how}: {a}, expected {b}" for how, (a, b) in pairs.items() if a != b]


def _names(value: Any) -> Any:
    """*value* with the names of enum members instead of the members."""
    if isinstance(value, dict):
        return {name: _names(each) for name, each in value.items()}
    if isinstance(value, list):
        return list(map(_names, value))
    return value.name if isinstance(value, enum.IntEnum) else value


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_values_of_all_kernel_classes(reports: list[str]) -> None:
    btf, reader = Btf.from_kernel(), Reader(_KERNEL.read_bytes())
    aggregates = [t for t in reader.types if t.kind in {"STRUCT", "UNION"}]
    small = every(4, [t for t in aggregates if t.size_type <= _LARGEST])
    draw = random.Random(7)  # noqa: S311  # the same bytes each time
    wrong = []

    for of in small:
        # Small bytes too, so that enums have names and text ends.
        data = bytes(
            draw.choice((0, 0, 1, 2, 65, 255, draw.getrandbits(8))) for _ in range(of.size_type)
        )
        wrong += _differences(btf, reader, of, data)

    reports.append(f"values: {len(small)} of {len(aggregates)} aggregates, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong[:10])


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(program=programs(), order=orders, draw=st.randoms(use_true_random=False))
def test_values_of_random_classes(program: Program, order: Order, draw: random.Random) -> None:
    data = run(program, BtfBuilder(order)).build()
    btf, reader = Btf.from_bytes(data), Reader(data)

    for of in reader.types:
        if of.kind in {"STRUCT", "UNION"}:
            for _ in range(3):
                values = bytes(draw.choice((0, 1, 2, 65, 255)) for _ in range(of.size_type))
                assert _differences(btf, reader, of, values) == []
