"""A class does not keep the contents of its layout: they are computed again when next used."""

from pathlib import Path

import pytest

from btf_typing import Btf, asdict, load
from btf_typing._classes.instances import own_origin
from btf_typing._layout.shape import Aggregate
from btf_typing.kinds import Kind
from tests.builder import BtfBuilder
from tests.paths import ROOT

_OBJECTS = sorted([*ROOT.glob("examples/*/*.o"), *ROOT.glob("tests/golden/*.o")])


def _facts(layout: Aggregate) -> tuple[object, ...]:
    slots, fields, unreadable = layout.contents
    return slots, fields, [(*member[:3], member.reason) for member in unreadable]


@pytest.mark.parametrize("path", _OBJECTS, ids=[path.name for path in _OBJECTS])
def test_computed_again_contents_are_the_same(path: Path) -> None:
    btf = load(path.read_bytes()).btf  # bytes, so that no other test has built its classes
    layouts = {i: btf.layouts.aggregate(i) for i in btf.table.ids_of((Kind.STRUCT, Kind.UNION))}
    before = {type_id: layout.contents for type_id, layout in layouts.items()}
    facts = {type_id: _facts(layout) for type_id, layout in layouts.items()}
    for layout in layouts.values():
        btf.classes.aggregate(layout, "anonymous")
    for type_id, layout in layouts.items():
        assert btf.layouts.aggregate(type_id) is layout
        assert layout.contents is not before[type_id]
        assert _facts(layout) == facts[type_id]


def test_a_class_keeps_neither_the_contents_nor_the_record() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    inner = b.struct("inner", 4, [("x", u32, 0)])
    outer = b.struct("outer", 8, [("a", inner, 0), ("b", u32, 32)])
    btf = Btf.from_bytes(b.build())
    records = [btf.table.by_id(inner), btf.table.by_id(outer)]
    cls = btf.struct("outer")
    origin = own_origin(cls)
    assert origin is not None
    assert origin.layout._contents is None
    again = [btf.table.by_id(inner), btf.table.by_id(outer)]
    assert again == records
    assert not any(new is old for new, old in zip(again, records, strict=True))
    assert asdict(cls(b=7)) == {"a": {"x": 0}, "b": 7}


def test_a_section_keeps_its_contents() -> None:
    # Bytes, because loads of one file would share the classes of another test.
    obj = load((ROOT / "examples/globals/globals.bpf.o").read_bytes())
    name = next(iter(obj.sections))
    layout = obj.sections.layout(name)
    contents = layout.contents
    origin = own_origin(type(obj.sections[name]))
    assert origin is not None
    assert origin.layout.fields == contents[1]
    assert layout.contents is contents
