"""Names of classes without a tag: the same in every output and in any order of look-ups."""

import re
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from btf_typing import BpfObject, Btf
from btf_typing._layout.type_names import TypeNames
from btf_typing._stubs import render
from tests.builder import BtfBuilder
from tests.stub_reader import Stub


def _struct(b: BtfBuilder) -> int:
    return b.struct("", 4, [("a", b.int("int", 4, "signed"), 0)])


def _union(b: BtfBuilder) -> int:
    return b.union("", 4, [("a", b.int("int", 4, "signed"), 0)])


def _enum(b: BtfBuilder) -> int:
    return b.enum("", [("A", 1)])


def _enum64(b: BtfBuilder) -> int:
    return b.enum64("", [("A", 1 << 32)])


_KINDS: list[tuple[str, Callable[[BtfBuilder], int]]] = [
    ("struct", _struct),
    ("union", _union),
    ("enum", _enum),
    ("enum", _enum64),
]


def _class_names_in(text: str) -> list[str]:
    """The names of the classes that a generated module defines for C types."""
    return re.findall(r"^class (\w+)\((?:_Struct|_Union|_Section|IntEnum)\)", text, re.MULTILINE)


@pytest.mark.parametrize(("keyword", "add"), _KINDS, ids=["struct", "union", "enum", "enum64"])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_two_typedefs_of_one_type_give_it_the_first_ones_name(
    keyword: str, add: Callable[[BtfBuilder], int], order: tuple[int, ...]
) -> None:
    b = BtfBuilder()
    type_id = add(b)
    b.typedef("first_t", type_id)
    b.typedef("second_t", type_id)
    obj = BpfObject("x.o", Btf.from_bytes(b.build()))

    names = ["first_t", "second_t", type_id]
    asked = [getattr(obj.btf, keyword)(names[index]) for index in order]
    assert {cls.__name__ for cls in asked} == {"first_t"}
    assert len(set(asked)) == 1

    stub = Stub(render.stub_text(obj, object_path_as_shown="x.o"))
    assert list(stub.classes) == ["first_t"]
    assert stub.aliases == {"second_t": "first_t"}
    assert render.Rendering(obj).class_names == {type_id: "first_t"}
    module = render.module_text(obj, object_path_as_shown="x.o")
    assert _class_names_in(module) == ["first_t"]


@pytest.mark.parametrize("member", ["one", "two", "list"])
def test_a_member_declared_by_the_second_typedef_has_the_first_ones_name(member: str) -> None:
    b = BtfBuilder()
    type_id = _struct(b)
    b.typedef("first_t", type_id)
    second = b.typedef("second_t", type_id)
    b.struct("one", 4, [("part", second, 0)])
    b.struct("two", 4, [("part", b.const(b.typedef("third_t", second)), 0)])
    b.struct("list", 8, [("part", b.array(second, 2), 0)])
    part: Any = Btf.from_bytes(b.build()).struct(member)().part
    cls = part._type_ if member == "list" else type(part)
    assert cls.__name__ == "first_t"


def test_only_qualifiers_may_stand_between_a_typedef_and_its_type() -> None:
    b = BtfBuilder()
    type_id = _struct(b)
    outer = b.typedef("outer_t", b.next_id + 1)
    inner = b.typedef("inner_t", b.const(b.volatile(b.type_tag("tag", type_id))) + 1)
    b.patch(inner, size_type=inner - 1)
    b.patch(outer, size_type=inner)
    btf = Btf.from_bytes(b.build())
    assert btf.struct("outer_t").__name__ == "inner_t"
    names = TypeNames(btf.table)
    assert names.first_typedef(type_id) == inner
    assert names.first_typedef(inner) == outer
    assert names.behind_qualifiers(inner - 1) == type_id


def test_typedefs_without_a_usable_name_name_nothing() -> None:
    b = BtfBuilder()
    type_id = _struct(b)
    b.typedef("", type_id)
    b.typedef(1 << 20, type_id)  # there is no string at this offset
    good = b.typedef("good_t", type_id)
    table = Btf.from_bytes(b.build()).table
    assert TypeNames(table).first_typedef(type_id) == good


def test_a_type_without_a_typedef_has_no_such_name() -> None:
    b = BtfBuilder()
    loop = b.const(b.next_id)
    b.typedef("loop_t", loop)
    b.typedef("void_t", 0)
    type_id = _struct(b)
    names = TypeNames(Btf.from_bytes(b.build()).table)
    assert [names.typedef_of(id_) for id_ in (type_id, -1, 1000)] == ["", "", ""]


def test_split_btf_asks_its_base_first() -> None:
    base = BtfBuilder()
    shared = _struct(base)
    base_only = _union(base)
    base.typedef("in_base_t", shared)
    split = BtfBuilder(base=base)
    split.typedef("in_split_t", shared)
    split.typedef("also_t", base_only)
    own = _enum(split)
    split.typedef("own_t", split.const(own))
    btf = Btf.from_bytes(split.build(), Btf.from_bytes(base.build()))
    assert btf.struct("in_split_t").__name__ == "in_base_t"
    assert btf.union("also_t").__name__ == "also_t"
    assert btf.enum("own_t").__name__ == "own_t"


def test_the_search_stops_at_the_typedef() -> None:
    b = BtfBuilder()
    type_id = _struct(b)
    use = b.struct("use", 4, [("part", b.typedef("part_t", type_id), 0)])
    for _ in range(50_000):
        b.ptr()
    btf = Btf.from_bytes(b.build())
    part: Any = btf.struct(use)().part
    assert type(part).__name__ == "part_t"
    assert len(btf.table.raw.records.scanned) < 10_000


def test_a_struct_without_a_typedef_searches_for_none() -> None:
    b = BtfBuilder()
    nested = b.struct("", 4, [("x", b.int("u32", 4), 0)])
    use = b.struct("use", 8, [("", nested, 0), ("y", b.array(nested, 1), 32)])
    for _ in range(50_000):
        b.ptr()
    btf = Btf.from_bytes(b.build())
    assert btf.struct(use)().y._type_.__name__.startswith("use_")
    assert len(btf.table.raw.records.scanned) < 10_000


@pytest.mark.parametrize("tag", ["outer", "class"])
def test_a_type_without_any_name_is_called_after_its_struct_and_member(tag: str) -> None:
    b = BtfBuilder()
    struct_id = b.struct(tag, 4, [("part", _struct(b), 0)])
    obj = BpfObject("x.o", Btf.from_bytes(b.build()))
    part: Any = obj.btf.struct(struct_id)().part
    (_, name) = sorted(render.Rendering(obj).class_names.values(), key=len)
    assert type(part).__name__ == name == ("outer_part" if tag == "outer" else "class__part")
