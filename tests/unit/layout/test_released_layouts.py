"""A class does not keep the contents of its layout: they are computed again when next used."""

import gc
from pathlib import Path

import pytest

from btf_typing import Btf, asdict, load, model
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


def test_records_that_only_a_layout_needs_are_not_kept() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("first", 4, [("x", u32, 0)])
    kept = [b.ptr(u32), b.array(u32, 2), b.typedef("u32_t", u32)]
    members = [(f"m{at}", type_id, 64 * at) for at, type_id in enumerate(kept)]
    b.struct("second", 24, members)
    btf = Btf.from_bytes(b.build())
    btf.struct("first")  # with its first class, the BTF begins to drop records
    before = {id(one) for one in gc.get_objects()}
    cls = btf.struct("second")
    new = [type(one) for one in gc.get_objects() if id(one) not in before]
    assert not {model.Ptr, model.Array, model.Typedef} & {*new}
    assert [cls.m0.size, cls.m1.size, cls.m2.size] == [8, 8, 4]
    assert [btf.table.by_id(type_id).id for type_id in kept] == kept


def test_an_outer_struct_does_not_bring_back_the_contents_of_an_anonymous_member() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    inner = b.struct("", 8, [("a", u32, 0), ("b", u32, 32)])
    b.struct("outer", 8, [("", inner, 0)])
    btf = Btf.from_bytes(b.build())
    origin = own_origin(btf.struct(inner))
    outer = btf.struct("outer")
    assert origin is not None
    assert origin.layout._contents is None
    assert outer.b.offset == 4
