"""The types that ``btf.type()`` returns."""

import copy
from typing import Any, get_args

import pytest

from btf_typing import Btf, BtfField, BtfType, Kind, LayoutError, load
from btf_typing._api_types import KindName
from btf_typing.model import KIND_OF, KINDS
from tests.builder import BtfBuilder
from tests.handwritten import Types

_EXECSNOOP = "examples/execsnoop/execsnoop.bpf.o"


def _btf() -> Btf:
    b = Types()
    inner = b.struct("", 8, [("x", b.u32, 0), ("y", b.u32, 32)])
    task = b.fwd("task")
    kind = b.enum("kind", {"A": 0, "B": -1}, signed=True)
    members = [("n", b.u32, 0), ("", inner, 32), ("list", b.array(b.u16, 3), 96)]
    members += [("task", b.ptr(task), 192), ("text", b.const(b.array(b.char, 4)), 160)]
    event = b.struct("event", 32, members)
    b.typedef("event_t", b.volatile(event))
    b.struct("bits", 4, [("a", b.u32, 0, 3), ("b", b.u16, 16), ("k", kind, 3, 5)])
    low, high = b.int("", 4, "signed", bits=3), b.int("", 4, bits=5, offset=3)
    b.struct("legacy", 8, [("low", low, 32), ("high", b.typedef("high_t", high), 32)])
    b.enum64("wide", {"HUGE": 1 << 40, "TINY": -1}, signed=True)
    b.typedef("kind_t", kind)
    proto = b.func_proto(b.i32, [("event", b.ptr(event)), ("", 0)])
    b.func("handle", proto)
    b.datasec(".data", 12, [(b.var("first", b.u64), 0, 8), (b.var("second", b.u32), 8, 4)])
    b.decl_tag("preserve", event, 1)
    b.struct("later", 4, [("gone", task, 0)])
    return b.btf()


@pytest.fixture(scope="module")
def btf() -> Btf:
    return _btf()


def test_the_contracts_example() -> None:
    type_ = load(_EXECSNOOP).btf.type("exec_event")

    assert type_.size == 128
    assert (type_.name, type_.kind) == ("exec_event", "STRUCT")
    assert repr(type_.fields[0]) == "BtfField(name='timestamp', offset=0, size=8)"
    assert [field.name for field in type_.fields][2:4] == ["creds", "comm"]
    assert {field.name: field.bitfield_size for field in type_.fields}["argc"] == 7


def test_fields_of_a_struct(btf: Btf) -> None:
    fields = btf.type("event").fields

    assert fields == (("n", 0, 4), ("", 4, 8), ("list", 12, 6), ("task", 24, 8), ("text", 20, 4))
    assert [field.bit_offset for field in fields] == [0, 32, 96, 192, 160]
    assert {field.bitfield_size for field in fields} == {None}
    assert [field.type.kind for field in fields] == ["INT", "STRUCT", "ARRAY", "PTR", "CONST"]
    assert fields[1].type.fields[1] == ("y", 4, 4)


def test_typedefs_and_qualifiers_are_followed(btf: Btf) -> None:
    alias = btf.type("event_t")

    assert alias.kind == "TYPEDEF"
    assert alias.size == 32
    assert alias.fields == btf.type("event").fields
    assert alias.type is not None
    assert alias.type.kind == "VOLATILE"
    assert alias.type.type == btf.type("event")


def test_bitfields_know_their_bits(btf: Btf) -> None:
    a, b, k = btf.type("bits").fields

    assert (a.bit_offset, a.bitfield_size, a.size) == (0, 3, 4)
    assert (b.bit_offset, b.bitfield_size, b.offset) == (16, None, 2)
    assert (k.bit_offset, k.bitfield_size, k.offset) == (3, 5, 0)


def test_bitfields_of_older_compilers_know_their_bits(btf: Btf) -> None:
    """Their type is an INT with a width and an offset in bits, and kflag is clear."""
    low, high = btf.type("legacy").fields

    assert (low.bit_offset, low.bitfield_size, low.offset) == (32, 3, 4)
    assert (high.bit_offset, high.bitfield_size, high.offset) == (35, 5, 4)
    layout = btf.layouts.aggregate(btf.type("legacy").id)
    assert [(f.bit_offset, f.bitfield_size) for f in layout.fields] == [(32, 3), (35, 5)]


def test_types_without_a_size(btf: Btf) -> None:
    (gone,) = btf.type("later").fields

    assert gone == ("gone", 0, 0)
    for name in ("task", "handle"):
        with pytest.raises(LayoutError, match="has no size"):
            _ = btf.type(name).size
    with pytest.raises(LayoutError, match="has no size"):
        _ = btf.type(0).size


def test_variables_of_a_section(btf: Btf) -> None:
    fields = btf.type(".data").fields

    assert fields == (("first", 0, 8), ("second", 8, 4))
    assert [field.type.kind for field in fields] == ["VAR", "VAR"]
    assert btf.type(".data").size == 12
    assert btf.type("first").size == 8


def test_enumerators(btf: Btf) -> None:
    assert btf.type("kind").enumerators == (("A", 0), ("B", -1))
    assert btf.type("kind_t").enumerators == (("A", 0), ("B", -1))
    assert btf.type("wide").enumerators == (("HUGE", 1 << 40), ("TINY", -1))
    assert btf.type("wide").enumerators[0].name == "HUGE"
    assert btf.type("event").enumerators == ()


def test_the_type_behind_a_type(btf: Btf) -> None:
    fields = {field.name: field.type for field in btf.type("event").fields}
    pointed, function = fields["task"].type, btf.type("handle").type

    assert (fields["list"].length, fields["n"].length) == (3, None)
    assert fields["list"].type == btf.type("u16")
    assert pointed == btf.type("task")
    assert function is not None
    assert function.kind == Kind.FUNC_PROTO
    assert function.type == btf.type("int")
    assert btf.type("preserve").type == btf.type("event")
    assert btf.type("u32").type is None
    assert btf.type("event").type is None


def test_void_behind_a_pointer() -> None:
    b = BtfBuilder()
    pointer = b.ptr()
    target = Btf.from_bytes(b.build()).type(pointer).type

    assert target is not None
    assert (target.id, target.kind, target.name) == (0, "VOID", "void")


def test_kinds_are_strings_and_members_of_kind(btf: Btf) -> None:
    kinds = {type_.name: type_.kind for type_ in btf.types()}

    assert kinds["event"] is Kind.STRUCT
    assert kinds["event"] == "STRUCT"
    assert f"{kinds['wide']}" == "ENUM64"
    assert {str(kind) for kind in kinds.values()} >= {"INT", "FLOAT", "FWD", "FUNC", "DECL_TAG"}


def test_equal_by_btf_and_id(btf: Btf) -> None:
    event = btf.type("event")

    assert event == btf.type(event.id)
    assert hash(event) == hash(btf.type(event.id))
    assert event != btf.type("bits")
    assert event != _btf().type("event")
    assert event != "event"
    assert len({event, btf.type("event"), btf.type("bits")}) == 2


def test_reprs(btf: Btf) -> None:
    event = btf.type("event")

    assert repr(event) == f"<BtfType [{event.id}] STRUCT 'event'>"
    assert repr(event.fields[1].type).endswith("STRUCT (anon)>")
    assert repr(event.fields[1]) == "BtfField(name='', offset=4, size=8)"


@pytest.mark.parametrize("name", ["size", "fields", "other"])
def test_a_misspelt_attribute_is_an_error(btf: Btf, name: str) -> None:
    type_: Any = btf.type("event")
    with pytest.raises(AttributeError):
        setattr(type_, name, 5)


def test_fields_are_tuples_and_copy(btf: Btf) -> None:
    field = btf.type("bits").fields[0]
    name, offset, size = field

    assert (name, offset, size) == ("a", 0, 4)
    copied = copy.copy(field)
    assert copied == field
    assert isinstance(copied, BtfField)
    assert (copied.bit_offset, copied.bitfield_size, copied.type) == (0, 3, btf.type("u32"))
    assert isinstance(copied.type, BtfType)


@pytest.mark.parametrize(
    ("size", "value", "read"),
    [
        *((1, -1, -1), (1, -128, -128), (1, 0x80, 0x80), (1, 0xFF, 0xFF)),
        *((2, -4096, -4096), (2, -32768, -32768), (2, 0x8000, 0x8000), (2, 0xFFFF, 0xFFFF)),
        *((4, -1, 0xFFFFFFFF), (4, 0x80000000, 0x80000000), (4, 0xFFFFF000, 0xFFFFF000)),
    ],
)
def test_signs_of_enums_that_the_compiler_did_not_mark(size: int, value: int, read: int) -> None:
    """clang 14 and GCC 12 write values of 32 bits, whatever the size of the enum is."""
    b = BtfBuilder()
    enum = b.enum("e", {"OTHER": 5, "VALUE": value}, size)
    b.struct("s", size, [("e", enum, 0)])
    btf = Btf.from_bytes(b.build())
    data = read.to_bytes(size, "little", signed=read < 0)

    assert btf.enum("e")["VALUE"].value == read
    assert btf.struct("s").from_buffer_copy(data).e == read


def test_every_kind_of_the_format_is_one_that_users_see() -> None:
    assert tuple(Kind) == (*KINDS, "UNKNOWN") == tuple(KIND_OF.values()) == get_args(KindName)


def test_the_size_of_an_array_counts_all_its_dimensions() -> None:
    b = BtfBuilder()
    matrix = b.array(b.typedef("row_t", b.array(b.int("u32", 4), 3)), 2)
    b.typedef("matrix_t", matrix)
    btf = Btf.from_bytes(b.build())

    assert btf.type("matrix_t").size == 2 * 3 * 4
    assert btf.type("row_t").size == 3 * 4
