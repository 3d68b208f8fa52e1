import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from btf_typing import Btf, BtfError
from tests.builder import KIND_LAYOUT, BtfBuilder, Order
from tests.conformance.prover import Prover
from tests.conformance.reader import Reader
from tests.fuzz.strategies import Program, graphs, orders, programs, run
from tests.fuzz.walk import walk

_FREELY = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow], database=None
)


def _type_facts(btf: Btf) -> list[object]:
    """Everything that a BTF says about its types."""
    return [
        (type_.id, type_.kind, type_.name, type_.fields, type_.enumerators, type_.length)
        for type_ in btf.types()
    ]


@_FREELY
@given(program=programs(), order=orders)
def test_any_members_anywhere_are_exactly_their_bits(program: Program, order: Order) -> None:
    data = run(program, BtfBuilder(order)).build()
    prover = Prover(Btf.from_bytes(data), reader := Reader(data))

    for one in reader.types:
        if one.kind in {"STRUCT", "UNION"}:
            prover.prove(one)

    assert prover.wrong == []


@_FREELY
@given(program=programs(), order=orders, at=st.integers(0, 30))
def test_split_btf_tells_the_same_as_one_piece(program: Program, order: Order, at: int) -> None:
    whole = Btf.from_bytes(run(program, BtfBuilder(order)).build())
    base = run(program[:at], BtfBuilder(order))
    split = run(program[at:], BtfBuilder(order, base=base))

    joined = Btf.from_bytes(split.build(), base=Btf.from_bytes(base.build()))

    assert _type_facts(joined) == _type_facts(whole)
    assert joined.names() == whole.names()


@_FREELY
@given(program=programs())
def test_byte_order_and_header_size_do_not_change_the_types(program: Program) -> None:
    builder = run(program, BtfBuilder("<"))
    facts = _type_facts(Btf.from_bytes(builder.build()))

    assert _type_facts(Btf.from_bytes(run(program, BtfBuilder(">")).build())) == facts
    assert _type_facts(Btf.from_bytes(builder.build(header=32))) == facts
    assert _type_facts(Btf.from_bytes(builder.build(layout=KIND_LAYOUT))) == facts


@_FREELY
@given(data=graphs())
def test_records_that_name_anything_end_in_an_error_or_something_whole(data: bytes) -> None:
    with contextlib.suppress(BtfError):
        walk(Btf.from_bytes(data))


@_FREELY
@given(data=st.binary(max_size=80), start=st.sampled_from([b"", b"\x9f\xeb\x01\x00", b"\x7fELF"]))
def test_any_bytes_end_in_an_error_or_something_whole(data: bytes, start: bytes) -> None:
    with contextlib.suppress(BtfError):
        walk(Btf.from_bytes(start + data))
